"""Correcting what is public: who proposes another text, and who else approves it.

Where the network lets a text be changed (pages of Facebook, Instagram by its unofficial way), a
person proposes the whole new text
with a reason; manual and network judge it as they judge a submission; another person approves
exactly that text in the place of exactly that one (EN-5.4.3: a correction goes through approval
again); ``publisher.delivery.changes`` does the work. The post is shown as corrected ever after
(rule 16.3), with what it said before.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from publisher import access, notices, rulebook
from publisher.app import Actor, App
from publisher.delivery import wakeup
from publisher.delivery.aftermath import LINK
from publisher.delivery.evidence import require_reason
from publisher.delivery.proposal import (
    approvers,
    authority,
    binding,
    close,
    find_change,
    offered,
    place_of,
    refuse_blocked,
    require_new,
    require_waiting,
    require_within,
)
from publisher.editorial.content import plain
from publisher.editorial.rewording import Judged, judge
from publisher.errors import Conflict, Forbidden
from publisher.models import Account, Delivery, RemoteChange
from publisher.people.delegations import require_topic
from publisher.texts import correction as texts
from publisher.texts.correction import not_offered

__all__ = [
    "REJECTED",
    "SUPERSEDED",
    "WITHDRAWN",
    "Proposed",
    "approve_correction",
    "judge_correction",
    "not_offered",
    "offered",
    "propose_correction",
    "reject_correction",
    "supersede",
    "withdraw_correction",
]

REJECTED: Final = "correction.rejected"
WITHDRAWN: Final = "correction.withdrawn"
SUPERSEDED: Final = "correction.superseded"


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """A correction that waits; ``digest`` is what is approved."""

    id: int
    digest: str
    judged: Judged


def judge_correction(
    app: App, actor: Actor, delivery_id: int, *, part: int = 0, text: str
) -> Judged:
    """Say what would be held against a new text, storing nothing."""
    manual = rulebook.in_force(app)
    text = plain(text).strip()
    with app.read() as session:
        place = place_of(app, session, actor, delivery_id, part)
        require_new(place.before, text)
        return judge(app, session, manual, place.delivery, place.account, part=part, text=text)


def propose_correction(
    app: App, actor: Actor, delivery_id: int, *, part: int = 0, text: str, reason: str
) -> Proposed:
    """Propose ``text`` in the place of what a part says in public.

    Raises ``NotFound``, ``Forbidden``, ``Conflict`` where the network allows none or one is under
    way, ``Invalid`` for a text or a reason that cannot be; a *bloqueo* stops it without exception.
    """
    require_reason(reason, texts.REASON_SHORT)
    manual = rulebook.in_force(app)
    text, now = plain(text).strip(), app.clock()
    try:
        with app.write() as session:
            place = place_of(app, session, actor, delivery_id, part, lock=True)
            require_new(place.before, text)
            judged = judge(
                app, session, manual, place.delivery, place.account, part=part, text=text
            )
            refuse_blocked(judged)
            change = RemoteChange(
                delivery_id=delivery_id,
                part=part,
                kind="correction",
                state="proposed",
                remote_id=place.receipt.remote_id,
                permalink=place.receipt.permalink,
                text=text,
                replaced=place.before,
                digest=binding(
                    delivery_id=delivery_id,
                    part=part,
                    remote_id=place.receipt.remote_id,
                    before=place.before,
                    after=text,
                ),
                checked=judged.as_json(),
                reason=reason.strip(),
                asked_by=actor.person_id,
                asked_at=now,
                next_at=now,
            )
            session.add(change)
            session.flush()
            _note(app, session, actor, "delivery.correction.proposed", change, place.account)
            notices.notify(
                session,
                app,
                person_ids=approvers(app, session) - {actor.person_id},
                kind="delivery.correction",
                subject=texts.PROPOSED_SUBJECT.format(account=_name(place.account)),
                body=texts.PROPOSED_BODY.format(name=actor.name, reason=reason.strip()),
                link=LINK.format(post=place.delivery.post_id),
            )
            return Proposed(id=change.id or 0, digest=change.digest, judged=judged)
    except IntegrityError:
        raise Conflict(texts.UNDER_WAY) from None


def approve_correction(app: App, actor: Actor, change_id: int, *, digest: str) -> None:
    """Approve exactly the correction that ``digest`` binds; a worker applies it.

    Neither who wrote the post nor who proposed the correction may. The manual in force judges it
    once more. Raises ``Conflict`` when it is not the one on the screen.
    """
    manual = rulebook.in_force(app)
    with app.write() as session:
        change, delivery, account, post = find_change(session, change_id)
        delegation = authority(app, session, actor, post)
        require_waiting(change)
        if not access.may_judge(
            actor.person_id, author_id=post.author_id, last_editor_id=change.asked_by
        ):
            raise Forbidden(texts.OWN)
        bound = binding(
            delivery_id=change.delivery_id,
            part=change.part,
            remote_id=change.remote_id,
            before=change.replaced,
            after=change.text,
        )
        if not digest == change.digest == bound:
            raise Conflict(texts.CHANGED_MEANWHILE)
        judged = judge(app, session, manual, delivery, account, part=change.part, text=change.text)
        refuse_blocked(judged)
        if delegation is not None:
            require_topic(delegation, post)
            require_within(session, delegation, judged)
            change.delegation_id = delegation.id
        change.checked = judged.as_json()
        change.state = "asked"
        change.approved_by, change.approved_at = actor.person_id, app.clock()
        change.next_at = app.clock()
        _note(app, session, actor, "delivery.correction.approved", change, account)
        _answer(
            app,
            session,
            change,
            delivery,
            account,
            texts.APPROVED_SUBJECT,
            texts.APPROVED_BODY.format(name=actor.name),
        )
        wakeup.announce(session)


def reject_correction(app: App, actor: Actor, change_id: int, *, reason: str) -> None:
    """Reject a correction, with the reason; what is public stays as it is."""
    require_reason(reason, texts.REFUSE_REASON)
    with app.write() as session:
        change, delivery, account, post = find_change(session, change_id)
        authority(app, session, actor, post)
        require_waiting(change)
        close(app, change, actor, REJECTED, reason.strip())
        _note(app, session, actor, "delivery.correction.rejected", change, account, reason)
        _answer(
            app,
            session,
            change,
            delivery,
            account,
            texts.REFUSED_SUBJECT,
            texts.REFUSED_BODY.format(name=actor.name, reason=reason.strip()),
        )


def withdraw_correction(app: App, actor: Actor, change_id: int) -> None:
    """Take back a correction that one proposed oneself and that nobody approved yet."""
    with app.write() as session:
        change, _, account, _ = find_change(session, change_id)
        access.authorize(actor, "post.correct", plantel_id=account.plantel_id)
        if change.asked_by != actor.person_id:
            raise Forbidden(texts.NOT_YOURS)
        require_waiting(change)
        close(app, change, actor, WITHDRAWN, texts.WITHDRAWN)
        _note(app, session, actor, "delivery.correction.withdrawn", change, account)


def supersede(app: App, session: Session, actor: Actor, delivery_id: int) -> None:
    """End what is proposed or approved for a delivery that is to be taken down instead.

    Raises ``Conflict`` while a worker has one in hand.
    """
    open_ones = session.scalars(
        select(RemoteChange)
        .where(
            col(RemoteChange.delivery_id) == delivery_id,
            col(RemoteChange.kind) == "correction",
            col(RemoteChange.state).in_(("proposed", "asked", "working")),
        )
        .with_for_update()
    ).all()
    for change in open_ones:
        if change.state == "working":
            raise Conflict(texts.BEING_CORRECTED)
        close(app, change, actor, SUPERSEDED, texts.SUPERSEDED)
    session.flush()


def _answer(
    app: App,
    session: Session,
    change: RemoteChange,
    delivery: Delivery,
    account: Account,
    subject: str,
    body: str,
) -> None:
    notices.notify(
        session,
        app,
        person_ids=[change.asked_by],
        kind="delivery.correction",
        subject=subject.format(account=_name(account)),
        body=body,
        link=LINK.format(post=delivery.post_id),
    )


def _name(account: Account) -> str:
    return f"{account.handle} ({account.network})"


def _note(
    app: App,
    session: Session,
    actor: Actor,
    action: str,
    change: RemoteChange,
    account: Account,
    reason: str = "",
) -> None:
    told = {
        "change": change.id,
        "part": change.part,
        "account": account.handle,
        "network": account.network,
        "before": change.replaced,
        "text": change.text,
        "delegation": change.delegation_id,
    }
    app.note(
        session,
        app.entry(
            actor,
            action,
            "delivery",
            change.delivery_id,
            plantel_id=account.plantel_id,
            reason=reason.strip() or change.reason,
            after=change.digest,
            detail=json.dumps(told, ensure_ascii=False),
        ),
    )

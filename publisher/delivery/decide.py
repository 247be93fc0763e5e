"""What people decide on a held or doubtful delivery.

Every decision names who and why in the audit, with a digest of the evidence that they saw. A
doubtful delivery is confirmed with its link, sent once more after a person has looked at the
account, or discarded. No decision touches the content: the engine compares it with its approval
again before the send.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from publisher import access, localtime
from publisher.app import Actor, App
from publisher.delivery import wakeup
from publisher.delivery.evidence import digests, require_reason
from publisher.delivery.states import DECIDABLE, DOUBTFUL, follow
from publisher.delivery.stopping import lift, stop
from publisher.delivery.window import require_within
from publisher.editorial.coming import require_lasting
from publisher.editorial.rejudging import require_released
from publisher.errors import Conflict, Invalid, NotFound
from publisher.models import Account, Delivery, DeliveryPart, Post, Receipt
from publisher.texts import deciding
from publisher.texts import delivery as texts

__all__ = ["confirm", "discard", "end", "keep_proof", "lift", "reschedule", "resume", "stop"]

_QUERY_IDS = ("story_fbid", "fbid", "v")


def resume(app: App, actor: Actor, delivery_id: int, *, reason: str, seen: str = "") -> None:
    """Let a held or doubtful delivery go out now, within the post's usual margin from now.

    For a doubtful one, the person states with it that the account does not show the post. ``seen``
    is the digest of the evidence on the screen: another one raises ``Conflict``.
    """
    now = app.clock()
    with app.write() as session:
        case = _open(session, actor, delivery_id, reason, seen)
        require_released(app, session, case.delivery.post_id, case.delivery.revision)
        post = session.get_one(Post, case.delivery.post_id)
        _change(
            session,
            case.delivery,
            state=follow(case.delivery.state, "resume"),
            next_at=now,
            not_after=now + timedelta(minutes=post.max_late_min),
            **_afresh(case.delivery),
            reason=reason.strip(),
            updated_at=now,
        )
        require_lasting(app, session, post)
        _tell(app, session, actor, case, "delivery.resume", reason)
        wakeup.announce(session)


def reschedule(
    app: App,
    actor: Actor,
    delivery_id: int,
    *,
    local_at: str,
    fold: int | None = None,
    reason: str,
    seen: str = "",
) -> None:
    """Give a held or doubtful delivery another hour, in its own zone, on the approval it has.

    Raises ``Conflict`` outside ``window``: that needs another approval. Raises ``Invalid`` for an
    hour past, missing there, or there twice when ``fold`` does not say which.
    """
    localtime.parse_wall(local_at)
    now = app.clock()
    with app.write() as session:
        case = _open(session, actor, delivery_id, reason, seen)
        delivery = case.delivery
        require_released(app, session, delivery.post_id, delivery.revision)
        if fold is None:
            localtime.require_no_fold(local_at, delivery.timezone)
        due = localtime.resolve(local_at, delivery.timezone, fold or 0)
        wall = local_at.replace("T", " ")
        if due <= now:
            sentence = deciding.TIME_PAST.format(wall=wall, zone=delivery.timezone)
            raise Invalid(sentence, field="local_at")
        require_within(session, delivery, due, now=now)
        post = session.get_one(Post, delivery.post_id)
        _change(
            session,
            delivery,
            state=follow(delivery.state, "reschedule"),
            due_at=due,
            next_at=due,
            local_at=local_at,
            not_after=due + timedelta(minutes=post.max_late_min),
            **_afresh(delivery),
            reason=reason.strip(),
            updated_at=now,
        )
        require_lasting(app, session, post)
        told = {"from": delivery.local_at, "to": local_at, "due_at": due.isoformat()}
        _tell(app, session, actor, case, "delivery.reschedule", reason, **told)
        wakeup.announce(session)


def confirm(
    app: App,
    actor: Actor,
    delivery_id: int,
    *,
    permalink: str = "",
    remote_id: str = "",
    reason: str,
    seen: str = "",
) -> None:
    """Record that a delivery is public, with the link that the person found on the network.

    ``remote_id`` names a post that the last look at the account showed, instead of a link.
    """
    now = app.clock()
    named = "" if remote_id else _remote_id(permalink)
    with app.write() as session:
        case = _open(session, actor, delivery_id, reason, seen)
        delivery = case.delivery
        if remote_id:
            permalink = _shown(delivery.evidence or {}, remote_id)
        proof = remote_id or named
        keep_proof(
            session,
            delivery,
            remote_id=proof,
            permalink=permalink.strip(),
            found_by="person",
            by=actor,
            at=now,
            reason=reason.strip(),
            now=now,
        )
        _tell(app, session, actor, case, "delivery.confirm", reason, remote_id=proof)


def discard(app: App, actor: Actor, delivery_id: int, *, reason: str, seen: str = "") -> None:
    """Give up a held or doubtful delivery for good."""
    with app.write() as session:
        case = _open(session, actor, delivery_id, reason, seen)
        end(session, case.delivery, reason=reason, now=app.clock())
        _tell(app, session, actor, case, "delivery.discard", reason)


def keep_proof(
    session: Session,
    delivery: Delivery,
    *,
    remote_id: str,
    permalink: str,
    found_by: str,
    by: Actor,
    at: datetime,
    reason: str,
    now: datetime,
) -> None:
    """Keep a person's proof that the part in turn is public since ``at``; the next part follows.

    Raises ``Conflict`` where another delivery of the account has that proof, or somebody was first.
    """
    taken = session.execute(
        select(col(Receipt.delivery_id)).where(
            col(Receipt.account_id) == delivery.account_id, col(Receipt.remote_id) == remote_id
        )
    ).first()
    if taken is not None:
        raise Conflict(texts.DECIDE_LINK_TAKEN)
    session.add(
        Receipt(
            delivery_id=delivery.id or 0,
            part=delivery.part,
            account_id=delivery.account_id,
            remote_id=remote_id,
            permalink=permalink,
            published_at=at,
            found_by=found_by,
            given_by=by.person_id,
        )
    )
    last = delivery.part + 1 >= _count_parts(session, delivery.id or 0)
    onward = {"part": delivery.part + 1, "handle": None, "next_at": now, "resend_used": False}
    rest = {} if last else onward
    _change(
        session,
        delivery,
        state=follow(delivery.state, "confirm" if last else "confirm_part"),
        published_at=at if last else None,
        hold_reason=None,
        reason=reason,
        updated_at=now,
        **rest,
    )


def end(session: Session, delivery: Delivery, *, reason: str, now: datetime) -> None:
    """Give up a delivery that waits for a person, for good, because the person said so."""
    _change(
        session,
        delivery,
        state=follow(delivery.state, "discard"),
        hold_reason=None,
        reason=reason.strip(),
        updated_at=now,
    )


@dataclass(frozen=True, kw_only=True)
class _Case:
    delivery: Delivery
    plantel_id: int
    digest: str


def _open(session: Session, actor: Actor, delivery_id: int, reason: str, seen: str) -> _Case:
    """Return the delivery, locked, for somebody who may decide on it and says why."""
    found = session.execute(
        select(Delivery, col(Account.plantel_id))
        .join(Account, col(Account.id) == col(Delivery.account_id))
        .where(col(Delivery.id) == delivery_id)
        .with_for_update(of=Delivery)
    ).first()
    if found is None:
        raise NotFound(texts.NO_SUCH_DELIVERY.format(id=delivery_id))
    delivery, plantel_id = found
    access.authorize(actor, "delivery.decide", plantel_id=plantel_id)
    if delivery.state not in DECIDABLE:
        raise Conflict(texts.DECIDE_STATE.format(state=texts.STATES[delivery.state]))
    require_reason(reason)
    digest = digests(session, [delivery_id])[delivery_id]
    if seen and seen != digest:
        raise Conflict(deciding.CHANGED.format(id=delivery_id))
    return _Case(delivery=delivery, plantel_id=plantel_id, digest=digest)


def _afresh(delivery: Delivery) -> dict[str, Any]:
    """Return the columns of a delivery that starts anew; a doubtful one has its re-send used."""
    return {
        "unsent_tries": 0,
        "resend_used": delivery.resend_used or delivery.state in DOUBTFUL,
        "hold_reason": None,
    }


def _change(session: Session, delivery: Delivery, **values: object) -> None:
    result = session.connection().execute(
        update(Delivery)
        .where(
            col(Delivery.id) == delivery.id,
            col(Delivery.fence) == delivery.fence,
            col(Delivery.state) == delivery.state,
        )
        .values(**values)
    )
    if result.rowcount != 1:
        raise Conflict(texts.DECIDE_STATE.format(state=texts.STATES[delivery.state]))


def _tell(
    app: App, session: Session, actor: Actor, case: _Case, action: str, reason: str, **told: str
) -> None:
    app.note(
        session,
        app.entry(
            actor,
            action,
            "delivery",
            case.delivery.id,
            plantel_id=case.plantel_id,
            reason=reason.strip(),
            before=case.delivery.state,
            after=told.get("remote_id", ""),
            detail=json.dumps({"evidence": case.digest, **told}),
        ),
    )


def _count_parts(session: Session, delivery_id: int) -> int:
    parts = select(func.count()).where(col(DeliveryPart.delivery_id) == delivery_id)
    return int(session.execute(parts).scalar_one())


def _shown(evidence: Mapping[str, Any], remote_id: str) -> str:
    """Return the link of a post that the last look showed. Raises ``Invalid`` for any other."""
    links = {str(item["id"]): str(item["link"]) for item in evidence.get("shown", ())}
    links |= {str(id_): str(link) for id_, link in evidence.get("matches", ())}
    if remote_id not in links:
        raise Invalid(texts.DECIDE_LINK, field="remote_id")
    return links[remote_id]


def _remote_id(permalink: str) -> str:
    """Return the id in a link: of Facebook's old form in its query, else the path's last piece."""
    try:
        parts = urlsplit(permalink.strip())
    except ValueError:
        raise Invalid(texts.DECIDE_LINK, field="permalink") from None
    query = parse_qs(parts.query)
    named = [query[name][0] for name in _QUERY_IDS if name in query]
    pieces = [piece for piece in parts.path.split("/") if piece]
    if parts.scheme not in {"http", "https"} or not parts.netloc or not (named or pieces):
        raise Invalid(texts.DECIDE_LINK, field="permalink")
    return named[0] if named else pieces[-1]

"""Taking down what is public: who may ask for it, why, and who ratifies it.

A removal makes nothing visible, so it is done at once and ratified by the Directora afterwards
(procedure, «retirada»). The delivery stays published, which it was; its evidence stays too, with
what the network showed just before. ``publisher.delivery.changes`` does the work.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from publisher import access, notices
from publisher.app import Actor, App
from publisher.delivery import correction, wakeup
from publisher.delivery.aftermath import LINK
from publisher.delivery.evidence import require_reason
from publisher.delivery.states import DECIDABLE, TERMINAL
from publisher.errors import Conflict, NotFound
from publisher.models import Account, Delivery, Receipt, RemoteChange
from publisher.texts import removal as texts

RATIFY_WITHIN = timedelta(hours=24)
RATIFIER = "DIRV"


def remove(app: App, actor: Actor, delivery_ids: Sequence[int], *, reason: str) -> int:
    """Ask for everything that these deliveries made public to be taken down; return how many parts.

    Later parts go first, so that no answer stands without its post. Raises ``NotFound``,
    ``Forbidden``, ``Invalid`` for a reason too short, ``Conflict`` where nothing is public or a
    removal is under way.
    """
    require_reason(reason, texts.REASON_SHORT)
    now = app.clock()
    try:
        with app.write() as session:
            found = _public(session, actor, delivery_ids)
            for delivery_id in {delivery.id or 0 for delivery, _, _ in found}:
                correction.supersede(app, session, actor, delivery_id)
            own = access.allows(actor, "post.ratify")
            for delivery, account, receipt in found:
                session.add(
                    RemoteChange(
                        delivery_id=delivery.id or 0,
                        part=receipt.part,
                        kind="removal",
                        state="asked",
                        remote_id=receipt.remote_id,
                        permalink=receipt.permalink,
                        reason=reason.strip(),
                        asked_by=actor.person_id,
                        asked_at=now,
                        approved_by=actor.person_id if own else None,
                        approved_at=now if own else None,
                        next_at=now,
                    )
                )
                if receipt.part == 0:
                    _note(app, session, actor, "delivery.removal.asked", delivery, account, reason)
            session.flush()
            if not own:
                _ask_ratification(app, session, actor, found, reason)
            wakeup.announce(session)
            return len(found)
    except IntegrityError:
        raise Conflict(texts.UNDER_WAY) from None


def ratify(app: App, actor: Actor, post_id: int) -> int:
    """Ratify the removals of a post that others ordered; return how many parts it were."""
    now = app.clock()
    with app.write() as session:
        rows = session.execute(
            select(RemoteChange, Delivery, Account)
            .join(Delivery, col(Delivery.id) == col(RemoteChange.delivery_id))
            .join(Account, col(Account.id) == col(Delivery.account_id))
            .where(
                col(Delivery.post_id) == post_id,
                col(RemoteChange.kind) == "removal",
                col(RemoteChange.approved_at).is_(None),
                col(RemoteChange.asked_by) != actor.person_id,
            )
        ).all()
        access.authorize(actor, "post.ratify")
        if not rows:
            raise Conflict(texts.NOTHING_TO_RATIFY)
        for change, delivery, account in rows:
            change.approved_by, change.approved_at = actor.person_id, now
            if change.part == 0:
                _note(
                    app,
                    session,
                    actor,
                    "delivery.removal.ratified",
                    delivery,
                    account,
                    change.reason,
                )
        return len(rows)


def note_by_hand(app: App, actor: Actor, delivery_id: int, *, reason: str) -> None:
    """Record that a person took down on the network what could not be taken down from here."""
    require_reason(reason, texts.REASON_SHORT)
    with app.write() as session:
        delivery, account = _delivery(session, actor, delivery_id)
        done: Any = session.execute(
            update(RemoteChange)
            .where(
                col(RemoteChange.delivery_id) == delivery_id,
                col(RemoteChange.kind) == "removal",
                RemoteChange.__table__.c.state == "failed",  # type: ignore[attr-defined]
            )
            .values(state="done", found_by="person", done_at=app.clock())
        )
        if not done.rowcount:
            raise Conflict(texts.NOTHING_BY_HAND)
        _note(app, session, actor, "delivery.removal.by_hand", delivery, account, reason)


def _public(
    session: Session, actor: Actor, delivery_ids: Sequence[int]
) -> list[tuple[Delivery, Account, Receipt]]:
    """Return what is public of these deliveries, last parts first."""
    gone = select(col(RemoteChange.id)).where(
        col(RemoteChange.delivery_id) == col(Receipt.delivery_id),
        col(RemoteChange.part) == col(Receipt.part),
        col(RemoteChange.kind) == "removal",
        RemoteChange.__table__.c.state == "done",  # type: ignore[attr-defined]
    )
    found: list[tuple[Delivery, Account, Receipt]] = []
    for delivery_id in dict.fromkeys(delivery_ids):
        delivery, account = _delivery(session, actor, delivery_id)
        if delivery.state not in TERMINAL | DECIDABLE:
            raise Conflict(texts.STILL_GOING)
        receipts = session.scalars(
            select(Receipt)
            .where(col(Receipt.delivery_id) == delivery_id, ~gone.exists())
            .order_by(col(Receipt.part).desc())
        ).all()
        if not receipts:
            raise Conflict(texts.NOTHING_PUBLIC)
        found += [(delivery, account, receipt) for receipt in receipts]
    if not found:
        raise Conflict(texts.NOTHING_PUBLIC)
    return found


def _delivery(session: Session, actor: Actor, delivery_id: int) -> tuple[Delivery, Account]:
    row = session.execute(
        select(Delivery, Account)
        .join(Account, col(Account.id) == col(Delivery.account_id))
        .where(col(Delivery.id) == delivery_id)
        .with_for_update(of=Delivery)
    ).first()
    if row is None:
        raise NotFound(texts.NO_SUCH.format(id=delivery_id))
    delivery, account = row
    access.authorize(actor, "post.remove", plantel_id=account.plantel_id)
    return delivery, account


def _ask_ratification(
    app: App,
    session: Session,
    actor: Actor,
    found: Sequence[tuple[Delivery, Account, Receipt]],
    reason: str,
) -> None:
    names = ", ".join(sorted({f"{account.handle} ({account.network})" for _, account, _ in found}))
    notices.notify(
        session,
        app,
        person_ids=access.persons_with(session, RATIFIER, now=app.clock()),
        kind="delivery.removal",
        subject=texts.RATIFY_SUBJECT.format(accounts=names),
        body=texts.RATIFY_BODY.format(
            name=actor.name,
            reason=reason.strip(),
            until=notices.when(session, app.clock() + RATIFY_WITHIN),
        ),
        link=LINK.format(post=found[0][0].post_id),
    )


def _note(
    app: App,
    session: Session,
    actor: Actor,
    action: str,
    delivery: Delivery,
    account: Account,
    reason: str,
) -> None:
    told = {"account": account.handle, "network": account.network}
    app.note(
        session,
        app.entry(
            actor,
            action,
            "delivery",
            delivery.id,
            plantel_id=account.plantel_id,
            reason=reason.strip(),
            detail=json.dumps(told, ensure_ascii=False),
        ),
    )

"""Assisted accounts: what is due goes to a person, who publishes it in place of the worker.

For an account whose platform access is not granted yet (``connectors.assisted``) the turn hands
over, in place of an attempt, what it has just checked as it checks every send: approval, stop,
veda, consent, limit. From then on it may be public, so it waits in the state of what may be, and
only a person ends it (``delivery.by_hand_answer``). What nobody answers is escalated.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, select, update
from sqlmodel import Session, col

from connectors.contract import Part
from publisher import notices
from publisher.access import persons_with
from publisher.app import SYSTEM, App
from publisher.delivery import outbox
from publisher.delivery.outbox import Lease
from publisher.delivery.states import outcome
from publisher.models import Account, Delivery, Handover
from publisher.texts import by_hand as texts

ACTION: Final = "delivery.by_hand"
LINK: Final = "/amano?envio={delivery}"
_WHOLE: Final = 3000
"""The longest text that a notice holds; a piece of one would be copied for the whole."""


def waits() -> ColumnElement[bool]:
    """Return the condition that a delivery waits for somebody to publish it by hand."""
    return (col(Delivery.state) == outcome("hand_over")) & exists().where(
        col(Handover.delivery_id) == col(Delivery.id), col(Handover.fence) == col(Delivery.fence)
    ).correlate(Delivery)


def hand_over(app: App, session: Session, given: Sequence[tuple[Lease, Part]]) -> list[int]:
    """Give leased deliveries to people, in the turn's transaction; returns the ids that went."""
    now = app.clock()
    parts = {lease.id: (lease, part) for lease, part in given}
    done = outbox.hand_over(
        session.connection(), [lease for lease, _ in given], sentence=texts.REASON, now=now
    )
    for id_ in done:
        lease, part = parts[id_]
        session.add(
            Handover(
                delivery_id=id_,
                fence=lease.fence,
                part=lease.part,
                text=part.text,
                media=[
                    {
                        "sha256": item.sha256,
                        "mime": item.mime,
                        "kind": item.kind,
                        "alt_text": item.alt_text,
                    }
                    for item in part.media
                ],
                at=now,
            )
        )
    if done:
        session.flush()
        _tell_of(app, session, done, now=now)
    return done


def escalate(app: App) -> int:
    """Tell the coordinators and the plantel of what is past its last moment; returns how many.

    Each is told once.
    """
    now = app.clock()
    due = (
        select(col(Delivery.id), col(Delivery.fence))
        .join(
            Handover,
            (col(Handover.delivery_id) == col(Delivery.id))
            & (col(Handover.fence) == col(Delivery.fence)),
        )
        .where(waits(), col(Delivery.not_after) < now, col(Handover.escalated_at).is_(None))
        .order_by(col(Delivery.id))
    )
    with app.read() as session:
        if session.execute(due.limit(1)).first() is None:
            return 0
    with app.write() as session:
        overdue = [row.id for row in session.execute(due)]
        # several workers look: the one whose update finds the row unmarked tells
        marked = session.scalars(
            update(Handover)
            .where(col(Handover.delivery_id).in_(overdue), col(Handover.escalated_at).is_(None))
            .values(escalated_at=now)
            .returning(col(Handover.delivery_id))
        ).all()
        for row in _rows(session, marked):
            _escalate_one(app, session, row, now=now)
    return len(marked)


def _rows(session: Session, ids: Sequence[int]) -> Sequence[Any]:
    return session.execute(
        select(
            col(Delivery.id),
            col(Delivery.not_after),
            col(Delivery.timezone),
            col(Account.handle),
            col(Account.network),
            col(Account.plantel_id),
            col(Handover.text),
            col(Handover.media),
        )
        .join(Account, col(Account.id) == col(Delivery.account_id))
        .join(
            Handover,
            (col(Handover.delivery_id) == col(Delivery.id))
            & (col(Handover.fence) == col(Delivery.fence)),
        )
        .where(col(Delivery.id).in_(ids))
        .order_by(col(Delivery.id))
    ).all()


def _tell_of(app: App, session: Session, ids: Sequence[int], *, now: datetime) -> None:
    for row in _rows(session, ids):
        app.note(
            session,
            app.entry(
                SYSTEM,
                ACTION,
                "delivery",
                row.id,
                plantel_id=row.plantel_id,
                reason=texts.REASON,
            ),
        )
        files = texts.FILES.format(n=len(row.media)) if row.media else ""
        notices.notify(
            session,
            app,
            person_ids=_hands(session, row.plantel_id, now=now),
            kind=ACTION,
            subject=texts.NOTICE.format(account=f"{row.handle} ({row.network})"),
            body=texts.NOTICE_BODY.format(
                until=notices.when(session, row.not_after, zone=row.timezone),
                files=files,
                text=row.text if len(row.text) <= _WHOLE else texts.TEXT_LONG,
            ),
            link=LINK.format(delivery=row.id),
        )


def _escalate_one(app: App, session: Session, row: Any, *, now: datetime) -> None:
    app.note(
        session,
        app.entry(
            SYSTEM,
            "delivery.by_hand_overdue",
            "delivery",
            row.id,
            plantel_id=row.plantel_id,
            reason=texts.OVERDUE_REASON,
            result="failed",
        ),
    )
    notices.notify(
        session,
        app,
        person_ids=notices.custodians(session, row.plantel_id, now=now)
        | persons_with(session, "DIRV", now=now),
        kind="delivery.by_hand_overdue",
        subject=texts.OVERDUE.format(account=f"{row.handle} ({row.network})"),
        body=texts.OVERDUE_BODY.format(
            until=notices.when(session, row.not_after, zone=row.timezone)
        ),
        link=LINK.format(delivery=row.id),
    )


def _hands(session: Session, plantel_id: int, *, now: datetime) -> frozenset[int]:
    """Return who publishes by hand: the plantel's operators; without one, who answers for it."""
    operators = persons_with(session, "OPER", now=now, plantel_id=plantel_id)
    return operators or notices.custodians(session, plantel_id, now=now)

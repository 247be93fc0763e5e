"""The catch-up gate: after a long standstill nothing overdue goes out before people have decided.

A worker that starts when no other has lived for ``catch_up_after`` (or wakes from such a sleep)
holds all that is overdue, whatever its limit, with the reason ``late``. Shorter standstills resume
at once, and what becomes due later goes on. People hear of the whole gate once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select
from sqlmodel import Session, col

from publisher import db, notices
from publisher.access import persons_with
from publisher.app import SYSTEM, App
from publisher.delivery.aftermath import tell
from publisher.delivery.outbox.holding import hold_unsent
from publisher.delivery.process import host_name
from publisher.delivery.states import sources
from publisher.models import Delivery, Worker
from publisher.texts import delivery as texts

log = structlog.get_logger(__name__)

LINK = "/decisiones"
HEARERS = ("DIRV", "COOR")
_BEATS = 3


def pass_in(app: App, session: Session) -> list[int]:
    """Hold what is overdue if nobody has lived for long; for a worker before it is enrolled.

    It must be in the transaction that inserts the worker's row: a second worker that starts now
    finds the first one living, and nothing left to hold. Returns the ids held.
    """
    now, seen = app.clock(), db.read_clock(session.connection())
    last = session.scalar(select(func.max(col(Worker.beat_at))))
    still = seen - last if last is not None else now - (_first_overdue(session, now) or now)
    if still.total_seconds() < app.timing.catch_up_after:
        return []
    return _hold(app, session, since=now - still, now=now)


def wake_up(app: App, *, asleep: float) -> list[int]:
    """Hold what is overdue after this machine slept ``asleep`` seconds, unless another worked."""
    now = app.clock()
    with app.write() as session:
        fresh = db.read_clock(session.connection()) - timedelta(
            seconds=_BEATS * app.timing.beat_every
        )
        others = session.scalar(
            select(func.count()).where(
                col(Worker.host) != host_name(),
                col(Worker.stopped_at).is_(None),
                col(Worker.beat_at) > fresh,
            )
        )
        return [] if others else _hold(app, session, since=now - timedelta(seconds=asleep), now=now)


def _hold(app: App, session: Session, *, since: datetime, now: datetime) -> list[int]:
    span = texts.span((now - since).total_seconds())
    sentence = texts.HELD_GATE.format(span=span, since=notices.when(session, since))
    due = col(Delivery.due_at) <= now
    held = hold_unsent(session, "gate", due, reason="late", sentence=sentence, now=now)
    if not held:
        return []
    log.warning("gate.closed", held=len(held), since=since.isoformat())
    tell(app, session, held, notify=False)
    app.note(
        session,
        app.entry(
            SYSTEM,
            "delivery.gate",
            "queue",
            "*",
            reason=sentence,
            result="failed",
            detail=f'{{"held": {len(held)}}}',
        ),
    )
    subject = texts.NOTICE_GATE_ONE if len(held) == 1 else texts.NOTICE_GATE
    notices.notify(
        session,
        app,
        person_ids={person for role in HEARERS for person in persons_with(session, role, now=now)},
        kind="delivery.gate",
        subject=subject.format(n=len(held)),
        body=sentence,
        link=LINK,
    )
    return held


def _first_overdue(session: Session, now: datetime) -> datetime | None:
    """Return the earliest instant that was missed, where no worker ever ran."""
    return session.scalar(
        select(func.min(col(Delivery.due_at))).where(
            col(Delivery.state).in_(sources("claim")), col(Delivery.due_at) <= now
        )
    )

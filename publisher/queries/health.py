"""Is the database there, and does a worker live? Asked without an actor: it tells no content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import col

from publisher import db
from publisher.app import App
from publisher.models import Delivery, Worker

BEATS_MISSED = 3


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """The last beat of any worker, and how many deliveries are due and not yet taken."""

    worker_seen_at: datetime | None
    worker_alive: bool
    overdue: int


def readiness(app: App) -> Readiness:
    """Return how the machinery stands. Any database error is the caller's."""
    now = app.clock()
    with app.read() as session:
        beat_now = db.read_clock(session.connection())
        seen = session.scalar(
            select(func.max(col(Worker.beat_at))).where(col(Worker.stopped_at).is_(None))
        )
        overdue = session.scalar(
            select(func.count()).where(
                col(Delivery.state).in_(("scheduled", "retrying")), col(Delivery.next_at) <= now
            )
        )
    patience = timedelta(seconds=max(app.timing.beat_every * BEATS_MISSED, 5))
    return Readiness(
        worker_seen_at=seen,
        worker_alive=seen is not None and beat_now - seen <= patience,
        overdue=int(overdue or 0),
    )

"""Emergency stops in force: for whoever may lift them, and for whoever is stopped by them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlmodel import col

from publisher import access
from publisher.app import Actor, App
from publisher.models import Pause, Person, Plantel
from publisher.queries.rows import require, within


@dataclass(frozen=True, kw_only=True)
class StopRow:
    """An emergency stop in force; ``plantel_id`` None stops everything.

    ``may_lift`` says that it lies within the actor's reach.
    """

    id: int
    plantel_id: int | None
    plantel: str
    person: str
    reason: str
    at: datetime
    may_lift: bool


def stops(app: App, actor: Actor) -> tuple[StopRow, ...]:
    """Return the stops in force that touch the actor's planteles, those of everything first.

    Raises ``Forbidden`` for whoever may stop nothing.
    """
    return _in_force(app, actor, require(actor, "queue.pause"))


def over(app: App, actor: Actor) -> tuple[StopRow, ...]:
    """Return the stops in force at the planteles whose deliveries the actor may read."""
    where = access.scope(actor, "delivery.read")
    return () if where is not None and not where else _in_force(app, actor, where)


def _in_force(app: App, actor: Actor, where: frozenset[int] | None) -> tuple[StopRow, ...]:
    with app.read() as session:
        rows = session.execute(
            select(
                col(Pause.id),
                col(Pause.plantel_id),
                func.coalesce(col(Plantel.name), "").label("plantel"),
                col(Person.name).label("person"),
                col(Pause.reason),
                col(Pause.at),
            )
            .join(Person, col(Person.id) == col(Pause.by))
            .outerjoin(Plantel, col(Plantel.id) == col(Pause.plantel_id))
            .where(
                col(Pause.lifted_at).is_(None),
                or_(col(Pause.plantel_id).is_(None), within(Pause.plantel_id, where)),
            )
            .order_by(col(Pause.plantel_id).is_not(None), col(Pause.at), col(Pause.id))
        ).mappings()
        return tuple(
            StopRow(
                **row,
                may_lift=access.allows(actor, "queue.pause", plantel_id=row["plantel_id"]),
            )
            for row in rows
        )

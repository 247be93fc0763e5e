"""The emergency stop, of everything or of one plantel, and its lifting.

A stop is in force for every send whose attempt was not open when it committed: the turn reads the
stops in the transaction that opens its attempts, and on PostgreSQL the stop waits for the turns
that have read them already.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, select, text, update
from sqlmodel import Session, col

from publisher import access
from publisher.app import Actor, App
from publisher.delivery import wakeup
from publisher.delivery.evidence import require_reason
from publisher.errors import Conflict
from publisher.models import Pause
from publisher.texts import delivery as texts


def stop(app: App, actor: Actor, *, plantel_id: int | None, reason: str) -> None:
    """Stop everything, or one plantel, before the next send."""
    access.authorize(actor, "queue.pause", plantel_id=plantel_id)
    require_reason(reason, texts.PAUSE_REASON)
    with app.write() as session:
        _wait_for_turns(session)
        if session.execute(select(col(Pause.id)).where(*_in_force(plantel_id))).first():
            raise Conflict(texts.PAUSE_ALREADY)
        session.add(
            Pause(plantel_id=plantel_id, reason=reason.strip(), by=actor.person_id, at=app.clock())
        )
        _tell(app, session, actor, plantel_id, "queue.stop", reason)


def lift(app: App, actor: Actor, *, plantel_id: int | None, reason: str) -> None:
    """Lift a stop; what is past its margin by then waits for a person."""
    access.authorize(actor, "queue.pause", plantel_id=plantel_id)
    require_reason(reason, texts.PAUSE_REASON)
    with app.write() as session:
        lifted = session.connection().execute(
            update(Pause)
            .where(*_in_force(plantel_id))
            .values(lifted_by=actor.person_id, lifted_at=app.clock())
        )
        if not lifted.rowcount:
            raise Conflict(texts.PAUSE_NONE)
        _tell(app, session, actor, plantel_id, "queue.lift", reason)
        wakeup.announce(session)


def _wait_for_turns(session: Session) -> None:
    """Let no turn that read the stops before this one commit after it; SQLite has one writer."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE pause IN ACCESS EXCLUSIVE MODE"))


def _tell(
    app: App, session: Session, actor: Actor, plantel_id: int | None, action: str, reason: str
) -> None:
    app.note(
        session,
        app.entry(
            actor, action, "queue", plantel_id or "*", plantel_id=plantel_id, reason=reason.strip()
        ),
    )


def _in_force(plantel_id: int | None) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    place = col(Pause.plantel_id)
    scope = place.is_(None) if plantel_id is None else place == plantel_id
    return col(Pause.lifted_at).is_(None), scope

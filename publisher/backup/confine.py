"""What a restored installation may not do by itself: nothing that a network would see.

A backup does not know what happened after it. What was due by now may be public, published by the
installation that was lost; what it was sending, or was in doubt about, may be too. Each of those
waits for a person, who looks at the account. The rest stays scheduled under an emergency stop:
until somebody lifts it nothing is sent, looked up or mailed.

Sessions end, because some were closed after the backup; leases, workers, breakers, alarms and
e-mails that wait belong to another life.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, text
from sqlmodel import Session

from publisher.access import persons_with
from publisher.app import SYSTEM, Actor, App
from publisher.delivery.outbox import rows
from publisher.delivery.states import IN_FLIGHT, becomes, listed, literals
from publisher.texts import backup as texts

CODE: Final = "restored"
MARGIN: Final = timedelta(minutes=5)
"""How far the lost machine's clock may have been ahead of this one's."""

_MAY_BE_PUBLIC: Final = f"""
    state IN ({literals(IN_FLIGHT)})
    OR (state IN ({listed("claim")}) AND (due_at <= :passed OR next_at <= :passed))
"""


@dataclass(frozen=True, kw_only=True)
class Confined:
    """``waiting`` deliveries need a person now; ``scheduled`` ones wait for the stop's end."""

    waiting: int
    scheduled: int
    sessions: int
    mails: int


def confine(app: App, session: Session, *, made_at: str, by: Actor | None) -> Confined:
    """Make a restored database harmless, in the caller's transaction; audited one by one.

    ``by`` is who restores; without it the stop bears the name of whoever administers.
    """
    now, connection = app.clock(), session.connection()
    actor = by or SYSTEM
    waiting = _stop_what_may_be_public(connection, made_at, now)
    _close_attempts(connection, now)
    _set_stop(app, session, actor, made_at, now)
    sessions = _run(
        connection, "UPDATE web_session SET revoked_at = :now WHERE revoked_at IS NULL", now
    )
    mails = _run(
        connection,
        "UPDATE notice SET mail_state = 'none', next_at = NULL WHERE mail_state = 'waiting'",
    )
    _run(connection, "UPDATE worker SET stopped_at = :now WHERE stopped_at IS NULL", now)
    # an open breaker would probe its network by itself; alarms stand on machines that are no more
    _run(connection, "DELETE FROM breaker")
    _run(connection, "DELETE FROM fact WHERE name LIKE 'alarm.%'")
    scheduled = connection.scalar(
        text(f"SELECT count(*) FROM delivery WHERE state IN ({listed('claim')})")  # noqa: S608
    )
    done = Confined(
        waiting=len(waiting), scheduled=int(scheduled or 0), sessions=sessions, mails=mails
    )
    _tell(app, session, actor, waiting, done, made_at)
    return done


def _stop_what_may_be_public(connection: Connection, made_at: str, now: datetime) -> Sequence[Any]:
    """Let a person decide on what was in flight, and on what came due since the backup."""
    found = connection.execute(
        text(
            f"SELECT id, state FROM delivery WHERE {_MAY_BE_PUBLIC} ORDER BY id"  # noqa: S608
        ),
        {"passed": rows.moment(connection, now + MARGIN)},
    ).all()
    # one statement whatever their number; the index of what is in flight sees them leave
    connection.execute(
        text(
            f"UPDATE delivery SET {becomes('confine')}, hold_reason = NULL, reason = :reason,"  # noqa: S608
            " owner = NULL, lease_until = NULL, fence = fence + 1, updated_at = :now"
            f" WHERE {_MAY_BE_PUBLIC}"
        ),
        {
            "reason": texts.DELIVERY_REASON.format(at=made_at),
            "now": rows.moment(connection, now),
            "passed": rows.moment(connection, now + MARGIN),
        },
    )
    return found


def _close_attempts(connection: Connection, now: datetime) -> None:
    connection.execute(
        text(
            "UPDATE attempt SET outcome = 'unknown', code = :code, closed_at = :now"
            " WHERE outcome IS NULL"
        ),
        {"code": CODE, "now": rows.moment(connection, now)},
    )


def _set_stop(app: App, session: Session, actor: Actor, made_at: str, now: datetime) -> None:
    """Stop everything. Where there is no person at all there is nothing to stop."""
    name = actor.person_id or _administrator(session, now)
    if name is None:
        return
    reason = texts.STOP_REASON.format(at=made_at)
    connection = session.connection()
    connection.execute(
        text('INSERT INTO pause (plantel_id, reason, "by", at) VALUES (NULL, :reason, :by, :now)'),
        {"reason": reason, "by": name, "now": rows.moment(connection, now)},
    )
    app.note(session, app.entry(actor, "queue.stop", "queue", "*", reason=reason))


def _administrator(session: Session, now: datetime) -> int | None:
    found = persons_with(session, "ADM", now=now)
    if found:
        return min(found)
    first = session.connection().scalar(text("SELECT min(id) FROM person"))
    return None if first is None else int(first)


def _tell(
    app: App,
    session: Session,
    actor: Actor,
    waiting: Sequence[Any],
    done: Confined,
    made_at: str,
) -> None:
    reason = texts.DELIVERY_REASON.format(at=made_at)
    detail = {"respaldo": made_at, "por_decidir": done.waiting, "programados": done.scheduled}
    app.note(
        session,
        app.entry(actor, "backup.restore", "installation", 1, detail=json.dumps(detail)),
        *(
            app.entry(
                actor,
                "delivery.needs_decision",
                "delivery",
                row.id,
                reason=reason,
                before=row.state,
                result="failed",
            )
            for row in waiting
        ),
    )


def _run(connection: Connection, statement: str, now: datetime | None = None) -> int:
    values = {} if now is None else {"now": rows.moment(connection, now)}
    return int(connection.execute(text(statement), values).rowcount)

"""Taking back what dead owners held. Recovery never publishes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from publisher.delivery.outbox import rows
from publisher.delivery.states import OWNED, SENT_IN, becomes, listed, literals
from publisher.timing import Timing

PROCESS_LOST = "process.lost"
SILENT_HOST = "process.silent_host"


def recover(
    connection: Connection, owners: Sequence[str], *, silent: bool, now: datetime, timing: Timing
) -> tuple[list[int], list[int]]:
    """Take back what dead owners held. Never publishes.

    Without an open Attempt nothing was sent: back to ``scheduled``. With one it may be public:
    ``unknown``. ``silent`` marks owners on another host, of which nobody can prove that they are
    dead: their absence never leads to an automatic re-send. Returns (rescheduled, unknown) ids.
    """
    held = [(owner, id_) for owner in owners for id_, _ in _held(connection, owner)]
    code = SILENT_HOST if silent else PROCESS_LOST
    rescheduled = _reschedule(connection, held, now=now)
    return rescheduled, _doubt(connection, held, code=code, now=now, timing=timing)


def reclaim(
    connection: Connection,
    owner: str,
    *,
    held: Collection[int],
    sending: Collection[int],
    now: datetime,
    timing: Timing,
) -> list[int]:
    """Take back what a living owner's rows say it holds and its memory does not.

    A COMMIT whose answer was lost leaves such rows. ``held`` and ``sending`` are what the owner
    does hold, without and with an open Attempt. Returns the ids that are now in doubt.
    """
    rows_held = _held(connection, owner)
    unsent = [(owner, id_) for id_, state in rows_held if state != SENT_IN and id_ not in held]
    sent = [(owner, id_) for id_, state in rows_held if state == SENT_IN and id_ not in sending]
    _reschedule(connection, unsent, now=now)
    return _doubt(connection, sent, code=PROCESS_LOST, now=now, timing=timing)


def _held(connection: Connection, owner: str) -> list[tuple[int, str]]:
    found = connection.execute(
        text(
            "SELECT id, state FROM delivery"
            f" WHERE state IN ({literals(OWNED)}) AND owner = :owner ORDER BY id"
        ),
        {"owner": owner},
    )
    return [(row.id, row.state) for row in found]


def _reschedule(
    connection: Connection, held: Sequence[tuple[str, int]], *, now: datetime
) -> list[int]:
    if not held:
        return []
    back = connection.execute(
        text(
            f"UPDATE delivery SET {becomes('recover')}, next_at = :now, owner = NULL,"
            f" lease_until = NULL, updated_at = :now FROM {_table(connection)}"
            " WHERE delivery.id = r.id AND delivery.owner = r.owner"
            f" AND delivery.state IN ({listed('recover')}) RETURNING delivery.id"
        ),
        {"rows": _dump(connection, held), "now": rows.moment(connection, now)},
    )
    return sorted(back.scalars())


def _doubt(
    connection: Connection,
    held: Sequence[tuple[str, int]],
    *,
    code: str,
    now: datetime,
    timing: Timing,
) -> list[int]:
    """Make ``unknown`` what is being sent; also what began after it was read as merely leased."""
    if not held:
        return []
    lost = connection.execute(
        text(
            f"UPDATE delivery SET {becomes('orphan')}, unknown_since = :now, next_at = :settled,"
            " looks = 0, absences = 0, owner = NULL, lease_until = NULL, updated_at = :now"
            f" FROM {_table(connection)} WHERE delivery.id = r.id AND delivery.owner = r.owner"
            f" AND delivery.state IN ({listed('orphan')}) RETURNING delivery.id"
        ),
        {
            "rows": _dump(connection, held),
            "now": rows.moment(connection, now),
            "settled": rows.moment(connection, now + timedelta(seconds=timing.settle)),
        },
    )
    unknown = sorted(lost.scalars())
    connection.execute(
        text(
            "UPDATE attempt SET outcome = 'unknown', code = :code, closed_at = :now"
            f" FROM {rows.table(connection, 'r', id='int')}"
            " WHERE attempt.delivery_id = r.id AND attempt.outcome IS NULL"
        ),
        {
            "rows": rows.dump(connection, ({"id": id_} for id_ in unknown)),
            "now": rows.moment(connection, now),
            "code": code,
        },
    )
    return unknown


def _table(connection: Connection) -> str:
    return rows.table(connection, "r", owner="text", id="int")


def _dump(connection: Connection, held: Sequence[tuple[str, int]]) -> str:
    return rows.dump(connection, ({"owner": owner, "id": id_} for owner, id_ in held))

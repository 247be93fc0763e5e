"""Taking back what dead owners held. Recovery never publishes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from publisher.delivery.outbox import rows
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
    if not owners:
        return [], []
    parameters = {
        "rows": rows.dump(connection, ({"owner": owner} for owner in owners)),
        "now": rows.moment(connection, now),
        "settled": rows.moment(connection, now + timedelta(seconds=timing.settle)),
        "code": SILENT_HOST if silent else PROCESS_LOST,
    }
    source = rows.table(connection, "r", owner="text")
    back = connection.execute(
        text(
            "UPDATE delivery SET state = 'scheduled', next_at = :now, owner = NULL,"
            f" lease_until = NULL, updated_at = :now FROM {source}"
            " WHERE delivery.owner = r.owner AND delivery.state IN ('leased', 'staging')"
            " RETURNING delivery.id"
        ),
        parameters,
    ).scalars()
    rescheduled = sorted(back)
    lost = connection.execute(
        text(
            "UPDATE delivery SET state = 'unknown', unknown_since = :now, next_at = :settled,"
            " looks = 0, absences = 0, owner = NULL, lease_until = NULL, updated_at = :now"
            f" FROM {source}"
            " WHERE delivery.owner = r.owner AND delivery.state = 'sending' RETURNING delivery.id"
        ),
        parameters,
    ).scalars()
    unknown = sorted(lost)
    connection.execute(
        text(
            "UPDATE attempt SET outcome = 'unknown', code = :code, closed_at = :now"
            f" FROM {rows.table(connection, 'r', id='int')}"
            " WHERE attempt.delivery_id = r.id AND attempt.outcome IS NULL"
        ),
        {**parameters, "rows": rows.dump(connection, ({"id": id_} for id_ in unknown))},
    )
    return rescheduled, unknown

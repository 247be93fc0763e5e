"""The guarded UPDATE: state and fence are named, and the ids that changed come back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from publisher.delivery.outbox import rows


@dataclass(frozen=True, kw_only=True)
class Lease:
    """A delivery that this worker holds: the fence makes it ours until somebody takes it over.

    One that was only found due carries the fence that it will have once it is taken.
    """

    id: int
    fence: int
    post_id: int
    revision: int
    account_id: int
    network: str
    part: int
    due_at: datetime
    timezone: str
    not_after: datetime
    unsent_tries: int
    resend_used: bool
    handle: Mapping[str, Any] | None


def key(lease: Lease) -> dict[str, Any]:
    """Return what identifies a lease in a list of rows."""
    return {"id": lease.id, "fence": lease.fence}


def update(
    connection: Connection,
    change: str,
    states: str,
    values: Sequence[Mapping[str, Any]],
    **columns: rows.Kind,
) -> list[int]:
    """Apply ``change`` (SQL over ``r``) to the rows still in ``states`` with their fence."""
    if not values:
        return []
    guard = ours(connection, states)
    return update_rows(connection, change, guard, rows.dump(connection, values), columns=columns)


def ours(connection: Connection, states: str) -> str:
    """Return the guard of what is held: in ``states``, with the fence of ``r``."""
    state = rows.unindexed(connection, "delivery.state")
    return f"delivery.fence = r.fence AND {state} IN ({states})"


def update_rows(
    connection: Connection,
    change: str,
    guard: str,
    values: str,
    *,
    columns: Mapping[str, rows.Kind],
    **parameters: Any,
) -> list[int]:
    """Apply ``change`` to the rows of ``values``, dumped already, that ``guard`` lets through."""
    source = rows.table(connection, "r", id="int", fence="int", **columns)
    guard = f"delivery.id = r.id AND ({guard})"
    change = f"UPDATE delivery SET {change} FROM {source} WHERE {guard}"
    if connection.dialect.name != "sqlite":
        found = rows.run(connection, f"{change} RETURNING delivery.id", rows=values, **parameters)
        return sorted(found.scalars())
    # nobody else writes now, so what is there is what will change; ``fetch`` says why not RETURNING
    changing = rows.fetch(
        connection,
        f"SELECT delivery.id FROM {source} CROSS JOIN delivery WHERE {guard}",
        ("id",),
        rows=values,
        **parameters,
    )
    if changing:
        changed = rows.run(connection, change, rows=values, **parameters).rowcount
        if changed != len(changing):
            raise RuntimeError(f"{changed} rows changed instead of {len(changing)}")
    return sorted(row.id for row in changing)


LEASE_NAMES = tuple(field.name for field in fields(Lease))
LEASE_COLUMNS = ", ".join(f"delivery.{name}" for name in LEASE_NAMES)


def read_lease(row: Any) -> Lease:
    """Return the lease of a row with ``LEASE_COLUMNS``, or of the delivery itself."""
    handle = row.handle
    return Lease(
        id=row.id,
        fence=row.fence,
        post_id=row.post_id,
        revision=row.revision,
        account_id=row.account_id,
        network=row.network,
        part=row.part,
        due_at=rows.instant(row.due_at),
        timezone=row.timezone,
        not_after=rows.instant(row.not_after),
        unsent_tries=row.unsent_tries,
        resend_used=bool(row.resend_used),
        handle=json.loads(handle) if isinstance(handle, str) else handle,
    )

"""The guarded UPDATE: state and fence are named, and the ids that changed come back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from publisher.delivery.outbox import rows


@dataclass(frozen=True, kw_only=True)
class Lease:
    """A delivery that this worker holds: the fence makes it ours until somebody takes it over."""

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
    return update_rows(connection, change, states, rows.dump(connection, values), **columns)


def update_rows(
    connection: Connection, change: str, states: str, values: str, **columns: rows.Kind
) -> list[int]:
    """Do as ``update`` does with rows that are dumped already."""
    source = rows.table(connection, "r", id="int", fence="int", **columns)
    guard = (
        "delivery.id = r.id AND delivery.fence = r.fence"
        f" AND {rows.unindexed(connection, 'delivery.state')} IN ({states})"
    )
    change = f"UPDATE delivery SET {change} FROM {source} WHERE {guard}"
    if connection.dialect.name != "sqlite":
        found = rows.run(connection, f"{change} RETURNING delivery.id", rows=values)
        return sorted(found.scalars())
    # nobody else writes now, so what is there is what will change; ``fetch`` says why not RETURNING
    ours = rows.fetch(
        connection,
        f"SELECT delivery.id FROM {source} CROSS JOIN delivery WHERE {guard}",
        ("id",),
        rows=values,
    )
    if ours:
        changed = rows.run(connection, change, rows=values).rowcount
        if changed != len(ours):
            raise RuntimeError(f"{changed} rows changed instead of {len(ours)}")
    return sorted(row.id for row in ours)


LEASE_COLUMNS = (
    "delivery.id, delivery.fence, delivery.post_id, delivery.revision, delivery.account_id, "
    "delivery.network, delivery.part, delivery.due_at, delivery.timezone, delivery.not_after, "
    "delivery.unsent_tries, delivery.resend_used, delivery.handle"
)


def read_lease(row: Mapping[Any, Any]) -> Lease:
    """Return the lease of a row with ``LEASE_COLUMNS``."""
    handle = row["handle"]
    return Lease(
        id=row["id"],
        fence=row["fence"],
        post_id=row["post_id"],
        revision=row["revision"],
        account_id=row["account_id"],
        network=row["network"],
        part=row["part"],
        due_at=rows.instant(row["due_at"]),
        timezone=row["timezone"],
        not_after=rows.instant(row["not_after"]),
        unsent_tries=row["unsent_tries"],
        resend_used=bool(row["resend_used"]),
        handle=json.loads(handle) if isinstance(handle, str) else handle,
    )

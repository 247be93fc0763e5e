"""Opening attempts: the point of no return before the visible request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from publisher import db
from publisher.delivery.outbox import rows
from publisher.delivery.outbox.guarded import Lease, key, ours, update_rows
from publisher.delivery.outbox.leases import OURS, still_due
from publisher.delivery.states import becomes, listed
from publisher.timing import Timing


@dataclass(frozen=True, kw_only=True)
class Intent:
    """What the Attempt records of a send that is about to be made."""

    lease: Lease
    digest: str
    secret_version: int | None
    key_id: str | None


_INTENT_COLUMNS: Final[dict[str, rows.Kind]] = {
    "id": "int",
    "part": "int",
    "fence": "int",
    "digest": "text",
    "secret_version": "int",
    "key_id": "text",
}
_OPEN: Final = (
    "INSERT INTO attempt (delivery_id, part, fence, owner, opened_at, code, detail, digest,"
    " secret_version, key_id)"
    " SELECT r.id, r.part, r.fence, :owner, :now, '', '', r.digest, r.secret_version,"
    " r.key_id FROM {source} WHERE true"
)


def begin(
    connection: Connection, intents: Sequence[Intent], *, owner: str, now: datetime, timing: Timing
) -> list[int]:
    """Open the attempts of what goes out next; the point of no return once it commits.

    What ``find_due`` found in the same transaction is launched from where it waits, never written
    as leased. Returns the ids whose state and fence still held; only those may be
    sent.
    """
    if not intents:
        return []
    values = [
        {
            **key(intent.lease),
            "part": intent.lease.part,
            "digest": intent.digest,
            "secret_version": intent.secret_version,
            "key_id": intent.key_id,
        }
        for intent in intents
    ]
    change = f"{becomes('begin')}, {OURS.format(lease=db.clock(connection, timing.lease))}"
    held = f"delivery.owner = :owner AND {ours(connection, listed('begin'))}"
    guard = f"({held}) OR ({still_due(connection, 'launch')})"
    source = rows.table(connection, "r", **_INTENT_COLUMNS)
    at = rows.moment(connection, now)
    if connection.dialect.name != "sqlite":
        found = rows.run(
            connection,
            f"WITH given AS MATERIALIZED (SELECT * FROM {source}), begun AS (UPDATE delivery"
            f" SET {change} FROM given AS r WHERE delivery.id = r.id AND ({guard})"
            " RETURNING delivery.id)"
            f" {_OPEN.format(source='given AS r JOIN begun ON begun.id = r.id')}"
            " RETURNING delivery_id",
            rows=rows.dump(connection, values),
            owner=owner,
            now=at,
        )
        return sorted(found.scalars())
    keys = rows.dump(connection, (key(intent.lease) for intent in intents))
    begun = update_rows(connection, change, guard, keys, columns={}, owner=owner, now=at)
    going = [value for value in values if value["id"] in set(begun)]
    rows.run(
        connection,
        _OPEN.format(source=source),
        rows=rows.dump(connection, going),
        owner=owner,
        now=at,
    )
    return sorted(begun)

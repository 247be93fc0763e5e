"""Taking leases, preparing, and opening attempts: everything before the visible request."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from publisher import db
from publisher.delivery.outbox import rows
from publisher.delivery.outbox.guarded import LEASE_COLUMNS, Lease, key, read_lease, update
from publisher.delivery.states import IN_FLIGHT, becomes, listed, literals
from publisher.timing import Timing

_BUSY = literals(IN_FLIGHT)
_DUE = listed("claim")


@dataclass(frozen=True, kw_only=True)
class Intent:
    """What the Attempt records of a send that is about to be made."""

    lease: Lease
    digest: str
    secret_version: int | None
    key_id: str | None


_CLAIMABLE = f"""
    delivery.state IN ({_DUE})
    AND delivery.next_at <= :now
    AND account.state = 'active'
    AND (account.ready_at IS NULL OR account.ready_at <= :now)
    AND (account.last_sent_at IS NULL OR account.last_sent_at <= :spaced OR delivery.part > 0)
    AND NOT EXISTS (
        SELECT 1 FROM delivery AS busy WHERE busy.account_id = delivery.account_id
        AND busy.state IN ({_BUSY}))
    AND NOT EXISTS (
        SELECT 1 FROM delivery AS earlier WHERE earlier.account_id = delivery.account_id
        AND earlier.state IN ({_DUE})
        AND (earlier.due_at < delivery.due_at
             OR (earlier.due_at = delivery.due_at AND earlier.id < delivery.id)))
    AND NOT EXISTS (
        SELECT 1 FROM pause WHERE pause.lifted_at IS NULL
        AND (pause.plantel_id IS NULL OR pause.plantel_id = account.plantel_id))
"""


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


def hold_late(connection: Connection, *, now: datetime, sentence: str) -> list[int]:
    """Hold what is due but past its limit: nothing goes out late without a person saying so."""
    result = rows.run(
        connection,
        f"UPDATE delivery {rows.by_due(connection)}"
        f" SET {becomes('overdue')}, hold_reason = 'late',"
        f" reason = :sentence, updated_at = :now WHERE state IN ({listed('overdue')})"
        " AND next_at <= :now AND not_after < :now RETURNING id",
        now=rows.moment(connection, now),
        sentence=sentence,
    )
    return sorted(result.scalars())


def claim(
    connection: Connection,
    k: int,
    *,
    owner: str,
    now: datetime,
    timing: Timing,
    spared: Collection[str] = (),
) -> list[Lease]:
    """Lease up to ``k`` accounts with something due, and take the first due delivery of each.

    A delivery is due when nothing of its account is in flight and nothing earlier waits, so the
    cost does not depend on how many wait behind it. On PostgreSQL the account row is locked with
    SKIP LOCKED; the UPDATE is a new statement, which sees what was committed meanwhile. Accounts
    of the connectors in ``spared`` are skipped.

    What follows a part of its own delivery keeps the distance that ``retry.after_receipt`` gave
    it, not the account's.
    """
    postgres = connection.dialect.name == "postgresql"
    parameters: dict[str, Any] = {
        "now": rows.moment(connection, now),
        "spaced": rows.moment(connection, now - timedelta(seconds=timing.spacing)),
        "k": k,
    }
    found = rows.fetch(
        connection,
        f"SELECT delivery.id FROM delivery {rows.by_due(connection)}"
        " JOIN account ON account.id = delivery.account_id"
        f" WHERE {_CLAIMABLE}{_sparing(spared, parameters)}"
        " ORDER BY delivery.next_at, delivery.id LIMIT :k"
        + (" FOR NO KEY UPDATE OF account SKIP LOCKED" if postgres else ""),
        ("id",),
        **parameters,
    )
    if not found:
        return []
    taken = rows.run(
        connection,
        f"UPDATE delivery SET {becomes('claim')}, fence = delivery.fence + 1, owner = :owner,"
        f" lease_until = {db.clock(connection, timing.lease)}, updated_at = :now"
        f" FROM {rows.table(connection, 'r', id='int')} WHERE delivery.id = r.id"
        f" AND {rows.unindexed(connection, 'delivery.state')} IN ({_DUE})"
        f" AND {rows.unindexed(connection, 'delivery.next_at')} <= :now"
        " AND NOT EXISTS (SELECT 1 FROM delivery AS busy"
        " WHERE busy.account_id = delivery.account_id"
        f" AND busy.state IN ({_BUSY}))"
        f" RETURNING {LEASE_COLUMNS}",
        rows=rows.dump(connection, ({"id": row.id} for row in found)),
        owner=owner,
        now=rows.moment(connection, now),
    )
    leases = [read_lease(row) for row in taken.mappings()]
    return sorted(leases, key=lambda lease: (lease.due_at, lease.id))


def _sparing(keys: Collection[str], parameters: dict[str, Any]) -> str:
    """Return the condition that leaves out the connectors ``keys``, adding its parameters."""
    names = {f"spared_{n}": key for n, key in enumerate(sorted(keys))}
    parameters |= names
    listed_names = ", ".join(f":{name}" for name in names)
    return f" AND account.connector NOT IN ({listed_names})" if names else ""


def start_staging(connection: Connection, leases: Sequence[Lease]) -> list[int]:
    """Move leases that have something to upload to ``staging``; returns the ids that moved."""
    values = [key(lease) for lease in leases]
    return update(connection, becomes("stage"), listed("stage"), values)


def keep_handle(
    connection: Connection, lease: Lease, handle: Mapping[str, Any], *, next_at: datetime
) -> bool:
    """Store what staging left on the network before anything depends on it."""
    moved = update(
        connection,
        f"{becomes('wait')}, handle = r.handle, next_at = r.next_at",
        listed("wait"),
        [{**key(lease), "handle": dict(handle), "next_at": next_at}],
        handle="json",
        next_at="time",
    )
    return bool(moved)


def begin(
    connection: Connection, intents: Sequence[Intent], *, owner: str, now: datetime, timing: Timing
) -> list[int]:
    """Open the attempts of what goes out next; the point of no return once it commits.

    Returns the ids whose state and fence still held; only those may be sent.
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
    change = f"{becomes('begin')}, lease_until = {db.clock(connection, timing.lease)}"
    source = rows.table(connection, "r", **_INTENT_COLUMNS)
    at = rows.moment(connection, now)
    if connection.dialect.name != "sqlite":
        found = rows.run(
            connection,
            f"WITH given AS MATERIALIZED (SELECT * FROM {source}), begun AS (UPDATE delivery"
            f" SET {change} FROM given AS r WHERE delivery.id = r.id AND delivery.fence = r.fence"
            f" AND delivery.state IN ({listed('begin')}) RETURNING delivery.id)"
            f" {_OPEN.format(source='given AS r JOIN begun ON begun.id = r.id')}"
            " RETURNING delivery_id",
            rows=rows.dump(connection, values),
            owner=owner,
            now=at,
        )
        return sorted(found.scalars())
    begun = update(connection, change, listed("begin"), [key(intent.lease) for intent in intents])
    going = [value for value in values if value["id"] in set(begun)]
    rows.run(
        connection,
        _OPEN.format(source=source),
        rows=rows.dump(connection, going),
        owner=owner,
        now=at,
    )
    return sorted(begun)


def hold(
    connection: Connection, leases: Iterable[Lease], *, reason: str, sentence: str, now: datetime
) -> list[int]:
    """Hold leased deliveries that must not go out as they are (``reason`` of HOLD_REASONS)."""
    values = [
        {**key(lease), "hold_reason": reason, "reason": sentence, "at": now} for lease in leases
    ]
    return update(
        connection,
        f"{becomes('hold')}, hold_reason = r.hold_reason, reason = r.reason, owner = NULL,"
        " lease_until = NULL, updated_at = r.at",
        listed("hold"),
        values,
        hold_reason="text",
        reason="text",
        at="time",
    )


def hand_over(
    connection: Connection, leases: Iterable[Lease], *, sentence: str, now: datetime
) -> list[int]:
    """Give leased deliveries to people who publish by hand; returns the ids that were still ours.

    Nothing is sent and no attempt is opened, yet from now on what they say may be public.
    """
    values = [{**key(lease), "reason": sentence, "at": now} for lease in leases]
    return update(
        connection,
        f"{becomes('hand_over')}, reason = r.reason, owner = NULL, lease_until = NULL,"
        " updated_at = r.at",
        listed("hand_over"),
        values,
        reason="text",
        at="time",
    )


def release(connection: Connection, leases: Iterable[Lease], *, next_at: datetime) -> list[int]:
    """Give leases back unsent: a pause came in between, or the worker stops."""
    values = [{**key(lease), "next_at": next_at} for lease in leases]
    return update(
        connection,
        f"{becomes('release')}, next_at = r.next_at, owner = NULL, lease_until = NULL",
        listed("release"),
        values,
        next_at="time",
    )


def renew(connection: Connection, leases: Iterable[Lease], *, timing: Timing) -> list[int]:
    """Lengthen the leases of deliveries that are still being prepared."""
    return update(
        connection,
        f"lease_until = {db.clock(connection, timing.lease)}",
        listed("renew"),
        [key(lease) for lease in leases],
    )


def next_due(connection: Connection, *, after: datetime) -> datetime | None:
    """Return the next instant after ``after`` at which a delivery becomes due, or None.

    What is due already and was not taken waits for something else than time.
    """
    value = rows.run(
        connection,
        f"SELECT next_at FROM delivery {rows.by_due(connection)}"
        f" WHERE state IN ({_DUE}) AND next_at > :after"
        " ORDER BY next_at LIMIT 1",
        after=rows.moment(connection, after),
    ).scalar()
    return None if value is None else rows.instant(value)

"""Taking leases, preparing, and opening attempts: everything before the visible request."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from publisher import db
from publisher.delivery.outbox import rows
from publisher.delivery.outbox.guarded import (
    LEASE_COLUMNS,
    LEASE_NAMES,
    Lease,
    key,
    read_lease,
    update,
    update_rows,
)
from publisher.delivery.states import IN_FLIGHT, becomes, listed, literals
from publisher.timing import Timing

_BUSY = literals(IN_FLIGHT)
_DUE = listed("claim")


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


_TO_BE_LEASED: Final = LEASE_COLUMNS.replace("delivery.fence", "delivery.fence + 1 AS fence")
OURS: Final = "fence = r.fence, owner = :owner, lease_until = {lease}, updated_at = :now"
"""The SET items that make a delivery ours."""


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


def find_due(
    connection: Connection,
    k: int,
    *,
    now: datetime,
    timing: Timing,
    spared: Collection[str] = (),
) -> list[Lease]:
    """Return the first due delivery of up to ``k`` accounts; ``begin`` or ``take`` makes them ours.

    A delivery is due when nothing of its account is in flight and nothing earlier waits, so the
    cost does not depend on how many wait behind it. On PostgreSQL the account row is locked with
    SKIP LOCKED until the transaction ends; whatever takes the delivery is a new statement, which
    sees what was committed meanwhile. Accounts of the connectors in ``spared`` are skipped.

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
        f"SELECT {_TO_BE_LEASED} FROM delivery {rows.by_due(connection)}"
        " JOIN account ON account.id = delivery.account_id"
        f" WHERE {_CLAIMABLE}{_sparing(spared, parameters)}"
        " ORDER BY delivery.next_at, delivery.id LIMIT :k"
        + (" FOR NO KEY UPDATE OF account SKIP LOCKED" if postgres else ""),
        LEASE_NAMES,
        **parameters,
    )
    return sorted(map(read_lease, found), key=lambda lease: (lease.due_at, lease.id))


def take(
    connection: Connection,
    found: Sequence[Lease],
    *,
    owner: str,
    now: datetime,
    timing: Timing,
) -> list[Lease]:
    """Lease what ``find_due`` found and is not to begin at once; returns what is now ours.

    What is ours already stays as it is, and is not returned.
    """
    if not found:
        return []
    taken = update_rows(
        connection,
        f"{becomes('claim')}, {OURS.format(lease=db.clock(connection, timing.lease))}",
        still_due(connection, "claim"),
        rows.dump(connection, map(key, found)),
        columns={},
        owner=owner,
        now=rows.moment(connection, now),
    )
    mine = set(taken)
    return [lease for lease in found if lease.id in mine]


def still_due(connection: Connection, event: str) -> str:
    """Return the guard of ``event`` on what was found due: nothing committed since forbids it."""
    return (
        "delivery.fence = r.fence - 1"
        f" AND {rows.unindexed(connection, 'delivery.state')} IN ({listed(event)})"
        f" AND delivery.next_at <= :now"
        " AND NOT EXISTS (SELECT 1 FROM delivery AS busy"
        " WHERE busy.account_id = delivery.account_id"
        f" AND busy.state IN ({_BUSY}))"
    )


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

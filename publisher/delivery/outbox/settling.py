"""Writing outcomes down: the state, the closed attempt and the receipt, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from connectors.contract import Receipt
from publisher.delivery.outbox import rows
from publisher.delivery.outbox.guarded import Lease, key, ours, update_rows
from publisher.delivery.retry import Verdict
from publisher.delivery.states import PREPARED_IN, SENT_IN, listed, literals


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """The outcome of one visible request, ready to be written."""

    lease: Lease
    verdict: Verdict
    receipt: Receipt | None = None


def settle(
    connection: Connection, settlements: Sequence[Settlement], *, now: datetime
) -> list[int]:
    """Write the outcomes of visible requests; returns the ids that were still ours.

    A receipt is also taken by a delivery that meanwhile became unknown or waits for a person:
    the network's own proof beats any guess.
    """
    if not settlements:
        return []
    write = _write_in_steps if connection.dialect.name == "sqlite" else _write_at_once
    values = [_settlement_row(item, now) for item in settlements]
    settled = write(connection, values, literals([SENT_IN]), now)
    late = [row for row in values if row["remote_id"] is not None and row["id"] not in settled]
    if late:
        settled |= write(connection, late, listed("late_receipt"), now)
    return sorted(settled)


def owners_of(
    connection: Connection, proofs: Sequence[tuple[int, str]]
) -> dict[tuple[int, str], int]:
    """Return the delivery that each known (account id, remote id) belongs to."""
    if not proofs:
        return {}
    source = rows.table(connection, "r", account_id="int", remote_id="text")
    found = rows.run(
        connection,
        "SELECT receipt.account_id, receipt.remote_id, receipt.delivery_id"
        f" FROM {source} JOIN receipt"
        " ON receipt.account_id = r.account_id AND receipt.remote_id = r.remote_id",
        rows=rows.dump(
            connection,
            ({"account_id": account, "remote_id": remote} for account, remote in proofs),
        ),
    )
    return {(account, remote): delivery for account, remote, delivery in found}


def settle_stage(connection: Connection, lease: Lease, verdict: Verdict, *, now: datetime) -> bool:
    """Write the failure of a staging call: nothing was visible, so there is no Attempt to close."""
    row = {**_verdict_row(lease, verdict, now), "part": lease.part}
    return bool(_write_verdicts(connection, rows.dump(connection, [row]), literals([PREPARED_IN])))


def _verdict_row(lease: Lease, verdict: Verdict, now: datetime) -> dict[str, Any]:
    return {
        **key(lease),
        "state": verdict.state,
        "hold_reason": verdict.hold_reason,
        "reason": verdict.sentence,
        "next_at": verdict.next_at,
        "part": lease.part + (verdict.outcome == "published" and verdict.state == "scheduled"),
        "tries": 0 if verdict.outcome == "published" else lease.unsent_tries + verdict.counts_try,
        "unknown_since": now if verdict.state == "unknown" else None,
        "published_at": now if verdict.state == "published" else None,
        "at": now,
    }


def _settlement_row(item: Settlement, now: datetime) -> dict[str, Any]:
    receipt = item.receipt
    return {
        **_verdict_row(item.lease, item.verdict, now),
        "attempt_part": item.lease.part,
        "account_id": item.lease.account_id,
        "outcome": item.verdict.outcome,
        "code": item.verdict.code,
        "detail": item.verdict.detail[:2000],
        "http_status": item.verdict.http_status,
        "remote_id": receipt.remote_id if receipt else None,
        "permalink": receipt.permalink if receipt else None,
        "published_on": (receipt.created_at or now) if receipt else None,
    }


def _write_in_steps(
    connection: Connection, values: Sequence[dict[str, Any]], states: str, now: datetime
) -> set[int]:
    """Write what is still in ``states``, a statement a table; returns the ids written."""
    body = rows.dump(connection, values)
    settled = set(_write_verdicts(connection, body, states))
    written = [row for row in values if row["id"] in settled]
    if not written:
        return settled
    if len(written) < len(values):
        body = rows.dump(connection, written)
    at = rows.moment(connection, now)
    source = rows.table(connection, "r", **_ATTEMPT_COLUMNS)
    rows.run(connection, _CLOSE.format(source=source), rows=body, now=at)
    if any(row["remote_id"] is not None for row in written):
        source = rows.table(connection, "r", **_RECEIPT_COLUMNS)
        rows.run(connection, _KEEP.format(source=source), rows=body)
        rows.run(connection, _SPACE.format(source=source), rows=body)
    return settled


def _write_at_once(
    connection: Connection, values: Sequence[dict[str, Any]], states: str, now: datetime
) -> set[int]:
    """Do the same in one statement: on PostgreSQL each is a journey to the server."""
    source = rows.table(connection, "r", **(_VERDICT_COLUMNS | _ATTEMPT_COLUMNS | _RECEIPT_COLUMNS))
    found = rows.run(
        connection,
        f"WITH given AS MATERIALIZED (SELECT * FROM {source}), done AS (UPDATE delivery"
        f" SET {_VERDICT} FROM given AS r WHERE delivery.id = r.id"
        f" AND delivery.fence = r.fence AND delivery.state IN ({states}) RETURNING delivery.id),"
        " ours AS MATERIALIZED (SELECT given.* FROM given JOIN done ON done.id = given.id),"
        f" closed AS ({_CLOSE.format(source='ours AS r')}),"
        f" kept AS ({_KEEP.format(source='ours AS r')}),"
        f" spaced AS ({_SPACE.format(source='ours AS r')})"
        " SELECT id FROM done",
        rows=rows.dump(connection, values),
        now=now,
    )
    return set(found.scalars())


def _write_verdicts(connection: Connection, values: str, states: str) -> list[int]:
    columns = {name: kind for name, kind in _VERDICT_COLUMNS.items() if name not in _KEY}
    return update_rows(connection, _VERDICT, ours(connection, states), values, columns=columns)


_KEY: Final[dict[str, rows.Kind]] = {"id": "int", "fence": "int"}
_VERDICT_COLUMNS: Final[dict[str, rows.Kind]] = {
    **_KEY,
    "state": "text",
    "hold_reason": "text",
    "reason": "text",
    "next_at": "time",
    "part": "int",
    "tries": "int",
    "unknown_since": "time",
    "published_at": "time",
    "at": "time",
}
_ATTEMPT_COLUMNS: Final[dict[str, rows.Kind]] = {
    **_KEY,
    "attempt_part": "int",
    "outcome": "text",
    "code": "text",
    "detail": "text",
    "http_status": "int",
}
_RECEIPT_COLUMNS: Final[dict[str, rows.Kind]] = {
    "id": "int",
    "attempt_part": "int",
    "account_id": "int",
    "remote_id": "text",
    "permalink": "text",
    "published_on": "time",
    "at": "time",
}
_VERDICT: Final = (
    "state = r.state, hold_reason = r.hold_reason, reason = r.reason, next_at = r.next_at,"
    " part = r.part, unsent_tries = r.tries, unknown_since = r.unknown_since, looks = 0,"
    " absences = 0, published_at = r.published_at, updated_at = r.at, owner = NULL,"
    " lease_until = NULL, handle = CASE WHEN r.part > delivery.part THEN NULL"
    " ELSE delivery.handle END, resend_used = delivery.resend_used AND r.part = delivery.part"
)
_CLOSE: Final = (
    "UPDATE attempt SET outcome = r.outcome, code = r.code, detail = r.detail,"
    " http_status = r.http_status, closed_at = :now FROM {source}"
    " WHERE attempt.delivery_id = r.id AND attempt.fence = r.fence"
    " AND attempt.part = r.attempt_part"
    " AND (attempt.outcome IS NULL OR r.outcome = 'published')"
)
_KEEP: Final = (
    "INSERT INTO receipt (delivery_id, part, account_id, remote_id, permalink,"
    " published_at, found_by) SELECT r.id, r.attempt_part, r.account_id, r.remote_id,"
    " r.permalink, r.published_on, 'reply' FROM {source} WHERE r.remote_id IS NOT NULL"
)
_SPACE: Final = (
    "UPDATE account SET last_sent_at = r.at FROM {source}"
    " WHERE account.id = r.account_id AND r.remote_id IS NOT NULL"
)

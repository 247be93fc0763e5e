"""Deliveries whose outcome is unknown, with everything that a look at them needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlmodel import Session, col

from publisher.delivery.evidence import PERSONS_WORD
from publisher.delivery.outbox import SILENT_HOST, Lease, rows
from publisher.delivery.outbox.guarded import LEASE_COLUMNS, read_lease
from publisher.delivery.outbox.removed import removed_ids
from publisher.delivery.states import becomes, listed
from publisher.models import Attempt, DeliveryPart, Receipt
from publisher.timing import Timing

KNOWN_IDS = 20


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """A delivery in doubt, with everything a look needs."""

    lease: Lease
    unknown_since: datetime
    looks: int
    absences: int
    opened_at: datetime
    silent_host: bool
    last_part: bool
    known: frozenset[str]
    ignore: frozenset[str]


def take_doubts(session: Session, *, limit: int, now: datetime, timing: Timing) -> list[Doubt]:
    """Take the deliveries due for a look; pushing ``next_at`` keeps other workers off them."""
    connection = session.connection()
    locked = " FOR UPDATE SKIP LOCKED" if connection.dialect.name == "postgresql" else ""
    taken = connection.execute(
        text(
            "WITH due AS MATERIALIZED (SELECT id FROM delivery"  # noqa: S608 - the table's literals
            f" WHERE state IN ({listed('look')}) AND next_at <= :now"
            f" ORDER BY next_at, id LIMIT :limit{locked})"
            f" UPDATE delivery SET {becomes('look')}, next_at = :later, looks = looks + 1"
            f" WHERE state IN ({listed('look')}) AND id IN (SELECT due.id FROM due)"
            f" RETURNING {LEASE_COLUMNS}, unknown_since, looks, absences"
        ),
        {
            "now": rows.moment(connection, now),
            "later": rows.moment(connection, now + timedelta(seconds=timing.look_gap)),
            "limit": limit,
        },
    )
    doubts = [_doubt(session, row) for row in taken.all()]
    return sorted(doubts, key=lambda doubt: (doubt.unknown_since, doubt.lease.id))


def _doubt(session: Session, row: Any) -> Doubt:
    lease = read_lease(row)
    attempt = session.execute(
        select(col(Attempt.opened_at), col(Attempt.code))
        .where(col(Attempt.delivery_id) == lease.id, col(Attempt.part) == lease.part)
        .order_by(col(Attempt.fence).desc())
        .limit(1)
    ).one()
    parts = session.execute(
        select(col(DeliveryPart.position)).where(col(DeliveryPart.delivery_id) == lease.id)
    ).all()
    owned = session.execute(
        select(col(Receipt.remote_id), col(Receipt.found_by), col(Receipt.part))
        .where(col(Receipt.account_id) == lease.account_id)
        .order_by(col(Receipt.published_at).desc())
        .limit(10 * KNOWN_IDS)
    ).all()
    gone = removed_ids(session, lease.account_id)
    return Doubt(
        lease=lease,
        unknown_since=rows.instant(row.unknown_since),
        looks=row.looks,
        absences=row.absences,
        opened_at=attempt.opened_at,
        silent_host=attempt.code == SILENT_HOST,
        last_part=lease.part + 1 >= len(parts),
        # of a link that a person gave the network may list another id; comments and what was taken
        # down since it does not list
        known=frozenset(
            [
                o.remote_id
                for o in owned
                if o.found_by not in PERSONS_WORD and not o.part and o.remote_id not in gone
            ][:KNOWN_IDS]
        ),
        ignore=frozenset(one.remote_id for one in owned),
    )

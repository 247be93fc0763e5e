"""Read-only looks at deliveries whose outcome is unknown.

Found: published. Conclusively absent: one more try. Otherwise a person decides, with the evidence.
Absence is conclusive only after looks that were trustworthy, apart from each other, later than the
settling time, and when the process that sent is proven gone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select, text, update
from sqlmodel import Session, col

from connectors.contract import Receipt, Sighting
from connectors.errors import ConnectorError
from publisher.app import App
from publisher.delivery import outbox
from publisher.delivery.aftermath import tell, tell_duplicates
from publisher.delivery.jobs import load_parts
from publisher.delivery.outbox import SILENT_HOST, Lease, rows
from publisher.delivery.outbox.guarded import LEASE_COLUMNS, read_lease
from publisher.delivery.states import becomes, listed, outcome, sources
from publisher.models import Account, Attempt, Delivery, DeliveryPart
from publisher.models import Receipt as ReceiptRow
from publisher.texts import delivery as texts
from publisher.timing import Timing

log = structlog.get_logger(__name__)

MARGIN = timedelta(minutes=2)
KNOWN_IDS = 20
LOOKERS = 8


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


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What a look leads to: the next state (``unknown`` to look again) and when."""

    state: str
    next_at: datetime
    absences: int
    sentence: str = ""
    receipt: Receipt | None = None


def rule(doubt: Doubt, sighting: Sighting | None, *, now: datetime, timing: Timing) -> Ruling:
    """Decide what one look means; ``sighting`` is None when the look itself failed. Pure."""
    if sighting is not None and sighting.matches:
        return Ruling(
            state=outcome("find" if doubt.last_part else "find_part"),
            next_at=now,
            absences=0,
            sentence=texts.FOUND,
            receipt=sighting.matches[0],
        )
    absent = sighting is not None and sighting.trustworthy
    absences = doubt.absences + 1 if absent else doubt.absences
    settled = now - doubt.unknown_since >= timedelta(seconds=timing.settle)
    conclusive = absent and settled and absences >= timing.absences_needed
    if conclusive and not doubt.silent_host and not doubt.lease.resend_used:
        return Ruling(
            state=outcome("absent"), next_at=now, absences=absences, sentence=texts.ABSENT
        )
    # time alone proves nothing: while no worker ran, nobody looked
    exhausted = (
        now - doubt.unknown_since > timedelta(seconds=timing.give_up)
        and doubt.looks > timing.absences_needed
    )
    if exhausted or conclusive:
        return Ruling(
            state=outcome("give_up"),
            next_at=now,
            absences=absences,
            sentence=texts.NEEDS_DECISION,
        )
    return Ruling(
        state=outcome("look"), next_at=now + timedelta(seconds=timing.look_gap), absences=absences
    )


def reconcile(app: App, *, limit: int = 32, stopping: Callable[[], bool] = lambda: False) -> int:
    """Look once at each delivery in doubt that is due for a look; returns how many were.

    Looks go side by side, so that one silent network keeps no other waiting; ``stopping`` ends the
    round before its next look.
    """
    with app.write() as session:
        doubts = take_doubts(session, limit=limit, now=app.clock(), timing=app.timing)
    if not doubts:
        return 0

    def look_at(doubt: Doubt) -> None:
        if not stopping():
            try:
                look(app, doubt)
            except Exception:
                # the next look comes by itself; one row's trouble ends no round
                log.exception("look.failed", delivery=doubt.lease.id)

    with ThreadPoolExecutor(min(LOOKERS, len(doubts)), "pregonero-look") as lookers:
        list(lookers.map(look_at, doubts))
    return len(doubts)


def look(app: App, doubt: Doubt) -> Ruling:
    """Look at one delivery in doubt and write down what that means."""
    sighting, evidence = _sight(app, doubt)
    now = app.clock()
    with app.write() as session:
        if sighting is not None and sighting.matches:
            sighting = _unowned(session, doubt, sighting)
        ruling = rule(doubt, sighting, now=now, timing=app.timing)
        if _write(session, doubt, ruling, evidence, now=now):
            if ruling.receipt is not None:
                _keep_found(session, doubt, ruling.receipt, now=now)
            if ruling.state != outcome("look"):
                tell(app, session, [doubt.lease.id])
            if sighting is not None and len(sighting.matches) > 1:
                tell_duplicates(app, session, doubt.lease.id, len(sighting.matches))
    return ruling


def take_doubts(session: Session, *, limit: int, now: datetime, timing: Timing) -> list[Doubt]:
    """Take the deliveries due for a look; pushing ``next_at`` keeps other workers off them."""
    connection = session.connection()
    locked = " FOR UPDATE SKIP LOCKED" if connection.dialect.name == "postgresql" else ""
    taken = connection.execute(
        text(
            "WITH due AS MATERIALIZED (SELECT id FROM delivery"
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
    doubts = [_doubt(session, row) for row in taken.mappings().all()]
    return sorted(doubts, key=lambda doubt: (doubt.unknown_since, doubt.lease.id))


def _doubt(session: Session, row: Mapping[Any, Any]) -> Doubt:
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
        select(col(ReceiptRow.remote_id), col(ReceiptRow.found_by))
        .where(col(ReceiptRow.account_id) == lease.account_id)
        .order_by(col(ReceiptRow.published_at).desc())
        .limit(10 * KNOWN_IDS)
    ).all()
    return Doubt(
        lease=lease,
        unknown_since=rows.instant(row["unknown_since"]),
        looks=row["looks"],
        absences=row["absences"],
        opened_at=attempt.opened_at,
        silent_host=attempt.code == SILENT_HOST,
        last_part=lease.part + 1 >= len(parts),
        # a person gives a link, whose id may not be the one that the network lists
        known=frozenset([id_ for id_, found_by in owned if found_by != "person"][:KNOWN_IDS]),
        ignore=frozenset(remote_id for remote_id, _ in owned),
    )


def _sight(app: App, doubt: Doubt) -> tuple[Sighting | None, dict[str, Any]]:
    """Return what one look saw, None if it failed, and the evidence to keep of it."""
    at = app.clock().isoformat()
    try:
        with app.read() as session:
            part, credential, connector = load_parts(app, session, doubt.lease)
        if credential is None:
            return None, {"at": at, "error": texts.HELD_NO_CREDENTIAL}
        sighting = app.connector(connector).find(
            credential,
            part,
            doubt.lease.handle or {},
            since=doubt.opened_at - MARGIN,
            known=doubt.known,
            ignore=doubt.ignore,
        )
    except ConnectorError as error:
        return None, {"at": at, "error": error.sentence, "code": error.code}
    except Exception:
        # a defect in a look is evidence of nothing: it is logged, and the look counts as failed
        log.exception("find.defect", delivery=doubt.lease.id)
        return None, {"at": at, "error": texts.LOOK_FAILED}
    matches = [replace(match, created_at=None) for match in sighting.matches]
    return sighting, {
        "at": at,
        "trustworthy": sighting.trustworthy,
        "matches": [[match.remote_id, match.permalink] for match in matches],
        "seen": json.loads(json.dumps(dict(sighting.evidence), default=str)),
    }


def _unowned(session: Session, doubt: Doubt, sighting: Sighting) -> Sighting | None:
    """Drop matches that meanwhile belong to another delivery; a look with nothing else failed."""
    lease = doubt.lease
    owners = outbox.owners_of(
        session.connection(), [(lease.account_id, match.remote_id) for match in sighting.matches]
    )
    free = tuple(
        match for match in sighting.matches if (lease.account_id, match.remote_id) not in owners
    )
    return replace(sighting, matches=free) if free else None


def _write(
    session: Session, doubt: Doubt, ruling: Ruling, evidence: Mapping[str, Any], *, now: datetime
) -> bool:
    lease = doubt.lease
    moved = ruling.state != outcome("look")
    change: dict[str, Any] = {
        "state": ruling.state,
        "next_at": ruling.next_at,
        "absences": ruling.absences,
        "evidence": rows.storable(dict(evidence)),
        "updated_at": now,
    }
    if moved:
        change |= {"reason": ruling.sentence, "unknown_since": None}
    if ruling.state == outcome("absent"):
        change["resend_used"] = True
    if ruling.state == outcome("find"):
        change["published_at"] = now
    if ruling.state == outcome("find_part"):
        change |= {"part": lease.part + 1, "handle": None}
    result = session.connection().execute(
        update(Delivery)
        .where(
            col(Delivery.id) == lease.id,
            col(Delivery.fence) == lease.fence,
            col(Delivery.state).in_(sources("look")),
        )
        .values(**change)
    )
    return result.rowcount == 1


def _keep_found(session: Session, doubt: Doubt, receipt: Receipt, *, now: datetime) -> None:
    session.add(
        ReceiptRow(
            delivery_id=doubt.lease.id,
            part=doubt.lease.part,
            account_id=doubt.lease.account_id,
            remote_id=receipt.remote_id,
            permalink=receipt.permalink,
            published_at=receipt.created_at or now,
            found_by="reconcile",
        )
    )
    # the next post of the account keeps its distance to this one too
    shown = receipt.created_at or now
    session.execute(
        update(Account)
        .where(
            col(Account.id) == doubt.lease.account_id,
            col(Account.last_sent_at).is_(None) | (col(Account.last_sent_at) < shown),
        )
        .values(last_sent_at=shown)
    )

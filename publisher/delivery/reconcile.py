"""Read-only looks at deliveries whose outcome is unknown.

Found: published. Conclusively absent: one more try. Otherwise a person decides, with the evidence.
Absence is conclusive only after looks that were trustworthy, apart from each other, later than the
settling time, when the process that sent is proven gone, and where the network either refuses a
repetition or has just shown a younger post of ours (``publisher.delivery.canary``): a listing that
is late shows the older ones as ever.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import update
from sqlmodel import Session, col

from connectors.contract import Part, Receipt, Sighting
from connectors.errors import ConnectorError
from publisher.app import App
from publisher.delivery import outbox, unlisted
from publisher.delivery.aftermath import tell, tell_duplicates
from publisher.delivery.canary import Canaries
from publisher.delivery.doubts import Doubt, take_doubts
from publisher.delivery.jobs import load_sought
from publisher.delivery.outbox import rows
from publisher.delivery.states import outcome, sources
from publisher.models import Account, Delivery
from publisher.models import Receipt as ReceiptRow
from publisher.texts import delivery as texts
from publisher.timing import Timing

log = structlog.get_logger(__name__)

MARGIN = timedelta(minutes=2)
LOOKERS = 8


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What a look leads to: the next state (``unknown`` to look again) and when."""

    state: str
    next_at: datetime
    absences: int
    sentence: str = ""
    receipt: Receipt | None = None


def rule(
    doubt: Doubt, sighting: Sighting | None, *, sure: bool, now: datetime, timing: Timing
) -> Ruling:
    """Decide what one look means; ``sighting`` is None when the look itself failed. Pure.

    ``sure`` says that a listing which does not show the post cannot only be late, or that sending
    it again would do no harm.
    """
    if sighting is not None and sighting.matches:
        return Ruling(
            state=outcome("find" if doubt.last_part else "find_part"),
            next_at=now,
            absences=0,
            sentence=texts.FOUND,
            receipt=sighting.matches[0],
        )
    # before it settled even a good listing may not show it yet
    absent = sighting is not None and sighting.trustworthy and _settled(doubt, now, timing)
    absences = doubt.absences + 1 if absent else doubt.absences
    conclusive = absent and absences >= timing.absences_needed
    alone = may_repeat(doubt, now=now, timing=timing)
    if conclusive and alone and sure:
        return Ruling(
            state=outcome("absent"), next_at=now, absences=absences, sentence=texts.ABSENT
        )
    # time alone proves nothing: while no worker ran, nobody looked
    exhausted = (
        now - doubt.unknown_since > timedelta(seconds=timing.give_up)
        and doubt.looks > timing.absences_needed
    )
    if exhausted or (conclusive and not alone):
        return Ruling(
            state=outcome("give_up"),
            next_at=now,
            absences=absences,
            sentence=texts.NEEDS_DECISION,
        )
    return Ruling(
        state=outcome("look"), next_at=now + timedelta(seconds=timing.look_gap), absences=absences
    )


def may_repeat(doubt: Doubt, *, now: datetime, timing: Timing) -> bool:
    """Tell whether a conclusive absence may lead to another send without a person. Pure.

    After a standstill that the catch-up gate would ask about, this asks too.
    """
    stood_still = (now - doubt.opened_at).total_seconds() >= timing.catch_up_after
    return not (doubt.silent_host or doubt.lease.resend_used or stood_still)


def _settled(doubt: Doubt, now: datetime, timing: Timing) -> bool:
    return now - doubt.unknown_since >= timedelta(seconds=timing.settle)


def reconcile(app: App, *, limit: int = 32, stopping: Callable[[], bool] = lambda: False) -> int:
    """Look once at each delivery in doubt that is due for a look; returns how many were.

    Looks go side by side, so that one silent network keeps no other waiting; ``stopping`` ends the
    round before its next look.
    """
    with app.write() as session:
        doubts = take_doubts(session, limit=limit, now=app.clock(), timing=app.timing)
    if not doubts:
        return 0
    canaries = Canaries(app)

    def look_at(doubt: Doubt) -> None:
        if not stopping():
            try:
                look(app, doubt, canaries)
            except Exception:
                # the next look comes by itself; one row's trouble ends no round
                log.exception("look.failed", delivery=doubt.lease.id)

    with ThreadPoolExecutor(min(LOOKERS, len(doubts)), "pregonero-look") as lookers:
        list(lookers.map(look_at, doubts))
    return len(doubts)


def look(app: App, doubt: Doubt, canaries: Canaries) -> Ruling:
    """Look at one delivery in doubt and write down what that means."""
    sighting, evidence, sure = _sight(app, doubt, canaries)
    now = app.clock()
    with app.write() as session:
        if sighting is not None and sighting.matches:
            sighting = _unowned(session, doubt, sighting)
        ruling = rule(doubt, sighting, sure=sure, now=now, timing=app.timing)
        if _write(session, doubt, ruling, evidence, now=now):
            if ruling.receipt is not None:
                _keep_found(session, doubt, ruling.receipt, now=now)
            if ruling.state != outcome("look"):
                tell(app, session, [doubt.lease.id])
            if sighting is not None and len(sighting.matches) > 1:
                tell_duplicates(app, session, doubt.lease.id, len(sighting.matches))
    return ruling


def _sight(
    app: App, doubt: Doubt, canaries: Canaries
) -> tuple[Sighting | None, dict[str, Any], bool]:
    """Return what one look saw, None if it failed, the evidence of it, and ``rule``'s ``sure``."""
    at = app.clock().isoformat()
    try:
        with app.read() as session:
            sought = load_sought(app, session, doubt.lease)
        credential, part, key = sought.credential, sought.part, sought.connector
        if credential is None:
            return None, {"at": at, "error": texts.HELD_NO_CREDENTIAL}, False
        sure, assurance = _assure(app, doubt, canaries, part, key)
        sighting = app.connector(key).find(
            credential,
            part,
            doubt.lease.handle or {},
            since=doubt.opened_at - MARGIN,
            known=doubt.known,
            ignore=doubt.ignore,
            parent=sought.parent,
        )
    except ConnectorError as error:
        unlisted.report(app, error)
        return None, {"at": at, "error": error.sentence, "code": error.code}, False
    except Exception:
        # a defect in a look is evidence of nothing: it is logged, and the look counts as failed
        log.exception("find.defect", delivery=doubt.lease.id)
        return None, {"at": at, "error": texts.LOOK_FAILED}, False
    matches = [replace(match, created_at=None) for match in sighting.matches]
    evidence = {
        "at": at,
        "trustworthy": sighting.trustworthy,
        "matches": [[match.remote_id, match.permalink] for match in matches],
        "seen": json.loads(json.dumps(dict(sighting.evidence), default=str)),
        "absence": assurance,
    }
    return sighting, evidence, sure


def _assure(
    app: App, doubt: Doubt, canaries: Canaries, part: Part, key: str
) -> tuple[bool, dict[str, Any]]:
    """Return ``rule``'s ``sure`` and its evidence; canaries are read only if nothing else lacks.

    It comes before the look that it vouches for.
    """
    timing, now = app.timing, app.clock()
    needs = app.connector(key).absence(part, doubt.lease.handle or {})
    told: dict[str, Any] = {"needs": needs}
    due = _settled(doubt, now, timing) and doubt.absences + 1 >= timing.absences_needed
    if needs != "canary" or not due or not may_repeat(doubt, now=now, timing=timing):
        return needs == "fenced", told
    # a request may take effect some moments after its reply was lost
    proof = canaries.prove(key, since=doubt.unknown_since + timedelta(seconds=timing.listing_lag))
    return proof.holds, told | proof.evidence()


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
        change |= {
            "part": lease.part + 1,
            "handle": None,
            "unsent_tries": 0,
            "resend_used": False,
        }
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

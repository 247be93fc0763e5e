"""What publishing costs: the month's sum of a network, and the cap that holds what would pass it.

A delivery's cost is written when it is planned, by the prices of that day. Months are the
institution's own; the network may bill by other periods, and reads are not in the sum.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select, update
from sqlmodel import Session, col

from connectors import prices
from connectors.prices import MICROS
from publisher import access
from publisher.app import Actor, App
from publisher.delivery import wakeup
from publisher.delivery.evidence import require_reason
from publisher.delivery.states import SENT_IN, follow, outcome, sources
from publisher.editorial.snapshot import load_snapshots
from publisher.errors import Invalid
from publisher.models import Account, Delivery, SpendingCap
from publisher.texts import spending as texts

_MAYBE_SENT = (SENT_IN, follow(SENT_IN, "lose"))


@dataclass(frozen=True, kw_only=True)
class Month:
    """What a network has cost this month, and the cap in force; millionths of a US dollar."""

    network: str
    spent: int
    posts: int
    cap: int | None


def write_costs(
    session: Session, post_id: int, revision: int, networks: Collection[str], *, now: datetime
) -> None:
    """Write on planned deliveries what they will cost; one statement a network that bills."""
    billed = sorted(name for name in set(networks) if prices.bills(name))
    if not billed:
        return
    snapshot = load_snapshots(session, {(post_id, revision)})[post_id, revision]
    for network in billed:
        parts = [part.text for part in snapshot.parts(network, ())]
        cost = prices.cost(network, parts, now.date())
        if cost is not None:
            session.execute(
                update(Delivery)
                .where(
                    col(Delivery.post_id) == post_id,
                    col(Delivery.revision) == revision,
                    col(Delivery.network) == network,
                )
                .values(cost=cost.micros)
            )


def beyond_cap(
    app: App, session: Session, deliveries: Mapping[int, str], *, now: datetime
) -> frozenset[int]:
    """Return which of these deliveries (id → network) would pass the month's cap, in this order.

    A network without prices or without a cap costs no query beyond one.
    """
    networks = {name for name in deliveries.values() if prices.bills(name)}
    beyond: set[int] = set()
    for network in sorted(networks):
        cap = cap_of(session, network)
        if cap is None:
            continue
        mine = [id_ for id_, name in deliveries.items() if name == network]
        spent = _month(app, session, network, now=now, without=mine).spent
        costs: dict[int, int] = {
            row.id: row.cost or 0
            for row in session.execute(
                select(col(Delivery.id), col(Delivery.cost)).where(col(Delivery.id).in_(mine))
            )
        }
        for id_ in mine:
            if costs.get(id_) and spent + costs[id_] > cap:
                beyond.add(id_)
            else:
                spent += costs.get(id_, 0)
    return frozenset(beyond)


def months(app: App) -> tuple[Month, ...]:
    """Return this month of every network that bills."""
    networks = sorted({row.network for row in prices.rows()})
    with app.read() as session:
        return tuple(_month(app, session, name, now=app.clock()) for name in networks)


def cap_of(session: Session, network: str) -> int | None:
    """Return the cap in force; None without one."""
    return session.scalar(
        select(col(SpendingCap.amount))
        .where(col(SpendingCap.network) == network)
        .order_by(col(SpendingCap.id).desc())
        .limit(1)
    )


def set_cap(app: App, actor: Actor, network: str, usd: Decimal | None, *, reason: str) -> int:
    """Set what a network may cost a month (None: no cap); return how many held sends go on.

    Raises ``Forbidden``, and ``Invalid`` for a network that bills nothing, an amount that is none,
    or a reason too short.
    """
    access.authorize(actor, "spending.cap")
    require_reason(reason, texts.REASON_SHORT)
    if not prices.bills(network):
        raise Invalid(texts.NO_PRICES.format(network=network), field="network")
    if usd is not None and (not usd.is_finite() or usd < 0 or usd > MICROS):
        raise Invalid(texts.BAD_AMOUNT, field="usd")
    amount = None if usd is None else int(usd * MICROS)
    now = app.clock()
    with app.write() as session:
        before = cap_of(session, network)
        session.add(
            SpendingCap(
                network=network,
                amount=amount,
                reason=reason.strip(),
                by=actor.person_id or None,
                at=now,
            )
        )
        app.note(
            session,
            app.entry(
                actor,
                "spending.cap",
                "network",
                network,
                reason=reason.strip(),
                before="" if before is None else str(before),
                after="" if amount is None else str(amount),
                detail=json.dumps({"unit": "micro-USD"}),
            ),
        )
        raised = amount is None or (before is not None and amount > before)
        return _release(session, network, now) if raised else 0


def _release(session: Session, network: str, now: datetime) -> int:
    """Schedule again what the cap held; what passes the new one is held again."""
    done: Any = session.execute(
        update(Delivery)
        .where(
            col(Delivery.network) == network,
            col(Delivery.state).in_(sources("reinstate")),
            col(Delivery.hold_reason) == "configuration",
            col(Delivery.reason) == texts.CAP_REACHED,
            col(Delivery.account_id).in_(
                select(col(Account.id)).where(col(Account.state) == "active")
            ),
        )
        .values(
            state=outcome("reinstate"),
            hold_reason=None,
            reason="",
            next_at=Delivery.__table__.c.due_at,  # type: ignore[attr-defined]
            updated_at=now,
        )
    )
    wakeup.announce(session)
    return int(done.rowcount)


def _month(
    app: App, session: Session, network: str, *, now: datetime, without: Sequence[int] = ()
) -> Month:
    """Return the sum of what went out this month, and of what may be going out now."""
    local = now.astimezone(ZoneInfo(app.institution.timezone))
    start = datetime.combine(local.date().replace(day=1), time(), local.tzinfo).astimezone(UTC)
    row = session.execute(
        select(func.coalesce(func.sum(col(Delivery.cost)), 0), func.count(col(Delivery.id))).where(
            col(Delivery.network) == network,
            col(Delivery.cost).is_not(None),
            or_(
                col(Delivery.published_at) >= start,
                col(Delivery.state).in_(_MAYBE_SENT),
            ),
            col(Delivery.id).not_in(without),
        )
    ).one()
    return Month(
        network=network, spent=int(row[0]), posts=int(row[1]), cap=cap_of(session, network)
    )

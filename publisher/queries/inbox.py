"""Inicio: what a person has to do today, by what they may do and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session, col

from publisher import access
from publisher.app import Actor, App
from publisher.delivery.by_hand import waits
from publisher.editorial import clearance
from publisher.models import (
    Account,
    Delivery,
    Pause,
    Plantel,
    Post,
)
from publisher.people import delegation_in_force
from publisher.queries.attention import FAILED_DAYS, AttentionRow, needs
from publisher.queries.rows import facts_of, home_zone, today, visible_posts, within

NEXT = 8
DRAFTS = 20


@dataclass(frozen=True, kw_only=True)
class NextRow:
    """A post that goes out soon; ``due_at`` is its earliest delivery still planned, UTC."""

    post_id: int
    plantel: str
    timezone: str
    local_at: str
    due_at: datetime
    text: str
    networks: tuple[str, ...]
    accounts: int


@dataclass(frozen=True, kw_only=True)
class PauseRow:
    """An emergency stop in force; ``plantel`` is empty when it stops everything."""

    plantel_id: int | None
    plantel: str
    reason: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Home:
    """Counters by name (only those that the person's roles make sense of) and three short lists."""

    counters: Mapping[str, int]
    next: tuple[NextRow, ...]
    attention: tuple[AttentionRow, ...]
    pauses: tuple[PauseRow, ...]


@dataclass(frozen=True, kw_only=True)
class DraftRow:
    """A draft or a returned post that its plantel may go on with."""

    post_id: int
    plantel: str
    state: str
    text: str
    mine: bool
    updated_at: datetime


def home(app: App, actor: Actor) -> Home:
    """Return what Inicio shows to the actor; a role without any of it gets zeros and no rows."""
    deliveries = access.scope(actor, "delivery.read")
    calendar = access.scope(actor, "calendar.read")
    drafting = access.scope(actor, "post.draft")
    with app.read() as session:
        delegated = delegation_in_force(session, actor.person_id, app.clock()) is not None
        counters: dict[str, int] = {}
        if drafting != frozenset():
            counters["drafts"] = _posts(session, drafting, "draft")
            counters["returned"] = _posts(session, drafting, "returned")
        if calendar != frozenset():
            counters["in_review"] = _posts(session, calendar, "in_review")
            if clearance.is_on(session):
                counters["clearing"] = _posts(session, calendar, "in_review", clearing=True)
            counters["reviewed"] = _posts(session, calendar, "reviewed")
        counters |= _delivery_counters(app, session, deliveries)
        return Home(
            counters=counters,
            next=_next(session, calendar),
            attention=needs(app, session, actor, delegated=delegated),
            pauses=_pauses(session, deliveries),
        )


def drafts(app: App, actor: Actor, *, limit: int = DRAFTS) -> tuple[DraftRow, ...]:
    """Return the drafts and returned posts that the actor may go on with, latest first."""
    where = access.scope(actor, "post.draft")
    with app.read() as session:
        rows = session.execute(
            select(
                col(Post.id),
                col(Post.revision),
                col(Post.state),
                col(Post.author_id),
                col(Post.updated_at),
                col(Plantel.name).label("plantel"),
            )
            .join(Plantel, col(Plantel.id) == col(Post.plantel_id))
            .where(col(Post.state).in_(("draft", "returned")), within(Post.plantel_id, where))
            .order_by(
                col(Post.author_id) != actor.person_id, col(Post.updated_at).desc(), col(Post.id)
            )
            .limit(limit)
        ).all()
        facts = facts_of(session, [(row.id, row.revision) for row in rows])
    return tuple(
        DraftRow(
            post_id=row.id,
            plantel=row.plantel,
            state=row.state,
            text=facts[row.id, row.revision].text,
            mine=row.author_id == actor.person_id,
            updated_at=row.updated_at,
        )
        for row in rows
    )


def _posts(
    session: Session, where: frozenset[int] | None, state: str, *, clearing: bool = False
) -> int:
    statement = (
        select(func.count())
        .select_from(Post)
        .where(
            col(Post.state) == state,
            col(Post.awaits_clearance).is_(clearing),
            within(Post.plantel_id, where),
        )
    )
    return int(session.scalar(statement) or 0)


def _delivery_counters(app: App, session: Session, where: frozenset[int] | None) -> dict[str, int]:
    now = app.clock()
    midnight = datetime.combine(today(app).date(), time(), home_zone(app)).astimezone(UTC)
    tomorrow = midnight + timedelta(days=1)
    week = now - timedelta(days=FAILED_DAYS)

    def count(*conditions: ColumnElement[bool]) -> int:
        statement = (
            select(func.count())
            .select_from(Delivery)
            .join(Account, col(Account.id) == col(Delivery.account_id))
            .where(*conditions, within(Account.plantel_id, where))
        )
        return int(session.scalar(statement) or 0)

    state = col(Delivery.state)
    return {
        "today": count(
            state.not_in(("cancelled", "published", "rejected", "dead")),
            col(Delivery.due_at) >= midnight,
            col(Delivery.due_at) < tomorrow,
        ),
        "published_today": count(
            state == "published",
            col(Delivery.published_at) >= midnight,
            col(Delivery.published_at) < tomorrow,
        ),
        "waiting": count(state.in_(("held", "needs_decision")), ~waits()),
        "by_hand": count(waits()),
        "failed": count(state.in_(("rejected", "dead")), col(Delivery.updated_at) >= week),
    }


def _next(session: Session, where: frozenset[int] | None) -> tuple[NextRow, ...]:
    due = func.min(col(Delivery.due_at)).label("due_at")
    rows = session.execute(
        select(
            col(Post.id),
            col(Post.revision),
            col(Plantel.name).label("plantel"),
            func.min(col(Delivery.local_at)).label("local_at"),
            func.min(col(Delivery.timezone)).label("timezone"),
            due,
        )
        .join(Post, col(Post.id) == col(Delivery.post_id))
        .join(Plantel, col(Plantel.id) == col(Post.plantel_id))
        .where(
            col(Delivery.state).in_(("scheduled", "retrying")),
            col(Delivery.revision) == col(Post.revision),
            visible_posts(where),
        )
        .group_by(col(Post.id), col(Post.revision), col(Plantel.name))
        .order_by(due, col(Post.id))
        .limit(NEXT)
    ).all()
    facts = facts_of(session, [(row.id, row.revision) for row in rows])
    return tuple(
        NextRow(
            post_id=row.id,
            plantel=row.plantel,
            timezone=row.timezone,
            local_at=row.local_at,
            due_at=row.due_at,
            text=facts[row.id, row.revision].text,
            networks=facts[row.id, row.revision].networks,
            accounts=facts[row.id, row.revision].accounts,
        )
        for row in rows
    )


def _pauses(session: Session, where: frozenset[int] | None) -> tuple[PauseRow, ...]:
    rows = session.execute(
        select(
            col(Pause.plantel_id),
            func.coalesce(col(Plantel.name), "").label("plantel"),
            col(Pause.reason),
            col(Pause.at),
        )
        .outerjoin(Plantel, col(Plantel.id) == col(Pause.plantel_id))
        .where(
            col(Pause.lifted_at).is_(None),
            or_(col(Pause.plantel_id).is_(None), within(Pause.plantel_id, where)),
        )
        .order_by(col(Pause.id))
    )
    return tuple(
        PauseRow(plantel_id=row.plantel_id, plantel=row.plantel, reason=row.reason, at=row.at)
        for row in rows
    )

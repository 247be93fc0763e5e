"""What goes out when: a visible range of days, one row a post whatever the number of accounts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, func, select
from sqlmodel import Session, col

from publisher import access, localtime
from publisher.app import Actor, App
from publisher.errors import Invalid
from publisher.models import Approval, Plantel, Post
from publisher.queries.phases import phase
from publisher.queries.rows import facts_of, require, visible_posts
from publisher.texts import queries as texts

LIMIT = 1500
MAX_DAYS = 62
_SHOWN = ("draft", "returned", "in_review", "reviewed", "approved")


@dataclass(frozen=True, kw_only=True)
class CalendarRow:
    """One post on its day; ``local_at`` is wall time in ``timezone``.

    ``movable`` says that the actor may give it another hour now: it is planned, nothing of it has
    begun, and its time has not come. The approval tolerates ``tolerance_min`` minutes around
    ``agreed_at``.
    """

    post_id: int
    plantel_id: int
    plantel: str
    timezone: str
    local_at: str
    agreed_at: str
    tolerance_min: int
    phase: str
    text: str
    networks: tuple[str, ...]
    accounts: int
    pictures: tuple[str, ...]
    movable: bool


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The rows of a range by time; ``cut`` when there were more than the limit.

    ``now`` is the present wall time of the institution.
    """

    rows: tuple[CalendarRow, ...]
    cut: bool
    now: str


def visible(
    app: App,
    actor: Actor,
    *,
    first: date,
    last: date,
    networks: Collection[str] = (),
    phases: Collection[str] = (),
    plantel_ids: Collection[int] = (),
    limit: int = LIMIT,
) -> Calendar:
    """Return the posts on the days ``first`` to ``last`` that the filters leave, by time.

    Raises ``Forbidden``, and ``Invalid`` for a range longer than two months.
    """
    where = require(actor, "calendar.read")
    if not timedelta(0) <= last - first <= timedelta(days=MAX_DAYS):
        raise Invalid(texts.RANGE_TOO_LONG.format(n=MAX_DAYS), field="range")
    with app.read() as session:
        found = _posts(session, where, first, last, plantel_ids, limit)
        shown = found[:limit]
        facts = facts_of(session, [(row["id"], row["revision"]) for row in shown])
    may_move = access.scope(actor, "post.schedule")
    now = localtime.wall_of(app.clock(), app.institution.timezone)
    rows = []
    for row in shown:
        seen = facts[row["id"], row["revision"]]
        name = phase(row["state"], seen.deliveries, clearing=row["awaits_clearance"])
        if (phases and name not in phases) or (networks and not {*networks} & {*seen.networks}):
            continue
        planned = set(seen.deliveries) == {"scheduled"}
        theirs = may_move is None or row["plantel_id"] in may_move
        rows.append(
            CalendarRow(
                post_id=row["id"],
                plantel_id=row["plantel_id"],
                plantel=row["plantel"],
                timezone=row["timezone"] if row["time_mode"] == "local" else row["post_zone"],
                local_at=row["local_at"],
                agreed_at=row["agreed_at"],
                tolerance_min=row["tolerance_min"],
                phase=name,
                text=seen.text,
                networks=seen.networks,
                accounts=seen.accounts,
                pictures=seen.pictures[:1],
                movable=theirs and planned and row["local_at"] > now,
            )
        )
    return Calendar(rows=tuple(rows), cut=len(found) > limit, now=now)


def _posts(
    session: Session,
    where: frozenset[int] | None,
    first: date,
    last: date,
    plantel_ids: Collection[int],
    limit: int,
) -> list[Any]:
    statement: Any = (
        select(
            col(Post.id),
            col(Post.revision),
            col(Post.state),
            col(Post.awaits_clearance),
            col(Post.plantel_id),
            col(Post.local_at),
            col(Post.time_mode),
            col(Post.timezone).label("post_zone"),
            col(Post.tolerance_min),
            func.coalesce(col(Approval.local_at), col(Post.local_at)).label("agreed_at"),
            col(Plantel.name).label("plantel"),
            col(Plantel.timezone),
        )
        .join(Plantel, col(Plantel.id) == col(Post.plantel_id))
        .outerjoin(
            Approval,
            and_(
                col(Approval.post_id) == col(Post.id),
                col(Approval.revision) == col(Post.revision),
                col(Approval.voided_at).is_(None),
            ),
        )
        .where(
            visible_posts(where),
            col(Post.state).in_(_SHOWN),
            col(Post.local_at) >= f"{first.isoformat()}T00:00",
            col(Post.local_at) < f"{last.isoformat()}T24:00",
        )
        .order_by(col(Post.local_at), col(Post.id))
        .limit(limit + 1)
    )
    if plantel_ids:
        statement = statement.where(col(Post.plantel_id).in_(sorted(set(plantel_ids))))
    return list(session.execute(statement).mappings())

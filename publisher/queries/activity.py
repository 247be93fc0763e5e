"""Who publishes and who is silent: plantel × week, per network, in one GROUP BY."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func, select
from sqlmodel import Session, col

from publisher.app import Actor, App
from publisher.errors import NotFound
from publisher.models import Account, Delivery, Plantel, Post, Receipt, Review, Target, Variant
from publisher.queries.links import link_of
from publisher.queries.phases import GROUP_OF, group_column
from publisher.queries.reach import Reach, reach_of
from publisher.queries.rows import EXCERPT, home_zone, require, today, within
from publisher.texts import queries as texts

WEEKS = 12
RECENT = 20


@dataclass(frozen=True, kw_only=True)
class NetworkActivity:
    """What one plantel did on one network in the range.

    Counts are of deliveries; ``returned`` of posts that were meant for the network and came back.
    """

    published: int = 0
    scheduled: int = 0
    failed: int = 0
    waiting: int = 0
    returned: int = 0


@dataclass(frozen=True, kw_only=True)
class PlantelActivity:
    """What one plantel did in the range; counts are of deliveries (a post on one account).

    ``weeks`` holds what was published each week, in order; ``networks`` what was published in all,
    by network; ``by_network`` every count. ``returned`` counts posts, each once.
    """

    plantel_id: int
    plantel: str
    region: str
    weeks: tuple[int, ...]
    networks: Mapping[str, int] = field(default_factory=dict)
    by_network: Mapping[str, NetworkActivity] = field(default_factory=dict)
    published: int = 0
    scheduled: int = 0
    failed: int = 0
    waiting: int = 0
    returned: int = 0
    last_published_at: datetime | None = None
    reach: Mapping[str, Reach] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Activity:
    """Weeks by their Monday, in the institution's zone, and a row a plantel by name."""

    weeks: tuple[date, ...]
    rows: tuple[PlantelActivity, ...]


@dataclass(frozen=True, kw_only=True)
class RecentRow:
    """One delivery of a plantel in the drill-down; ``at`` is when it went out, or is due."""

    post_id: int
    network: str
    group: str
    at: datetime
    timezone: str
    text: str
    permalink: str


def by_plantel(app: App, actor: Actor, *, weeks: int = WEEKS) -> Activity:
    """Return the activity of every plantel in the actor's scope over the last ``weeks`` weeks.

    What is planned for later counts as scheduled whatever its week. A closed plantel is there only
    while the range holds something of it. Raises ``Forbidden``.
    """
    where = require(actor, "activity.read")
    zone = home_zone(app)
    mondays = _mondays(today(app).date(), weeks)
    starts = [datetime.combine(monday, time(), zone).astimezone(UTC) for monday in mondays]
    with app.read() as session:
        planteles = session.execute(
            select(col(Plantel.id), col(Plantel.name), col(Plantel.region), col(Plantel.state))
            .where(within(Plantel.id, where))
            .order_by(col(Plantel.name), col(Plantel.id))
        ).all()
        sums = _sums(session, where, starts)
        returned = _returned(session, where, starts[0])
        reach = reach_of(session, where, starts[0])
    rows = tuple(
        replace(
            _row(row.id, row.name, row.region, sums.get(row.id, ()), len(mondays), returned),
            reach=reach.get(row.id, {}),
        )
        for row in planteles
        if row.state == "active" or row.id in sums or row.id in returned
    )
    return Activity(weeks=mondays, rows=rows)


def recent(
    app: App,
    actor: Actor,
    plantel_id: int,
    *,
    week: date | None = None,
    groups: Collection[str] = (),
    limit: int = RECENT,
) -> tuple[RecentRow, ...]:
    """Return the latest deliveries of a plantel, of one week when ``week`` (its Monday) is given.

    ``groups`` (of ``phases``) keeps only those, all without any. Raises ``NotFound`` for a plantel
    out of the actor's scope.
    """
    where = require(actor, "activity.read")
    if where is not None and plantel_id not in where:
        raise NotFound(texts.NO_SUCH_PLANTEL)
    when = func.coalesce(col(Delivery.published_at), col(Delivery.due_at))
    statement = (
        select(
            col(Delivery.post_id),
            col(Delivery.network),
            group_column().label("grouped"),
            when.label("at"),
            col(Delivery.timezone),
            func.coalesce(func.substr(col(Variant.text), 1, EXCERPT), "").label("text"),
            func.coalesce(col(Receipt.remote_id), "").label("remote_id"),
            func.coalesce(col(Receipt.permalink), "").label("permalink"),
        )
        .join(Account, col(Account.id) == col(Delivery.account_id))
        .outerjoin(
            Variant,
            (col(Variant.post_id) == col(Delivery.post_id))
            & (col(Variant.revision) == col(Delivery.revision))
            & (col(Variant.network) == "base"),
        )
        .outerjoin(
            Receipt,
            (col(Receipt.delivery_id) == col(Delivery.id)) & (col(Receipt.part) == 0),
        )
        .where(col(Account.plantel_id) == plantel_id)
        .order_by(when.desc(), col(Delivery.id).desc())
        .limit(limit)
    )
    if week is not None:
        start, end = _week(week, home_zone(app))
        statement = statement.where(when >= start, when < end)
    if groups:
        statement = statement.where(group_column().in_(sorted(groups)))
    with app.read() as session:
        return tuple(
            RecentRow(
                post_id=row.post_id,
                network=row.network,
                group=row.grouped,
                at=row.at,
                timezone=row.timezone,
                text=row.text,
                permalink=link_of(app, row.network, row.remote_id, row.permalink),
            )
            for row in session.execute(statement)
        )


Sum = tuple[str, int, int, int, int, int, datetime | None]


def _sums(
    session: Session, where: frozenset[int] | None, starts: Sequence[datetime]
) -> dict[int, list[Sum]]:
    """Return per plantel (network, week or -1, published, scheduled, failed, waiting, last)."""
    when = func.coalesce(col(Delivery.published_at), col(Delivery.due_at))
    week = case(
        *((when >= start, number) for number, start in reversed(list(enumerate(starts)))),
        else_=-1,
    )
    rows = session.execute(
        select(
            col(Account.plantel_id),
            col(Delivery.network),
            week.label("week"),
            _count("published"),
            _count("scheduled", "publishing", "retrying"),
            _count("failed"),
            _count("waiting"),
            func.max(col(Delivery.published_at)),
        )
        .join(Account, col(Account.id) == col(Delivery.account_id))
        .where(when >= starts[0], within(Account.plantel_id, where))
        .group_by(col(Account.plantel_id), col(Delivery.network), week)
    )
    found: dict[int, list[Sum]] = defaultdict(list)
    for plantel_id, *rest in rows:
        found[plantel_id].append(tuple(rest))
    return dict(found)


def _count(*groups: str) -> ColumnElement[int]:
    states = [state for state, group in GROUP_OF.items() if group in groups]
    return func.sum(case((col(Delivery.state).in_(states), 1), else_=0))


def _returned(
    session: Session, where: frozenset[int] | None, start: datetime
) -> dict[int, dict[str, int]]:
    """Return per plantel how many posts came back, by network and in all under ``""``."""
    wanted = (
        col(Review.decision) == "returned",
        col(Review.undone_at).is_(None),
        col(Review.at) >= start,
        within(Post.plantel_id, where),
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for plantel_id, count in session.execute(
        select(col(Post.plantel_id), func.count(col(Review.post_id).distinct()))
        .join(Post, col(Post.id) == col(Review.post_id))
        .where(*wanted)
        .group_by(col(Post.plantel_id))
    ):
        found[plantel_id][""] = count
    for plantel_id, network, count in session.execute(
        select(
            col(Post.plantel_id),
            col(Account.network),
            func.count(col(Review.post_id).distinct()),
        )
        .join(Post, col(Post.id) == col(Review.post_id))
        .join(
            Target,
            (col(Target.post_id) == col(Review.post_id))
            & (col(Target.revision) == col(Review.revision)),
        )
        .join(Account, col(Account.id) == col(Target.account_id))
        .where(*wanted)
        .group_by(col(Post.plantel_id), col(Account.network))
    ):
        found[plantel_id][network] = count
    return dict(found)


def _row(
    plantel_id: int,
    name: str,
    region: str,
    sums: Sequence[Sum],
    weeks: int,
    returned: Mapping[int, Mapping[str, int]],
) -> PlantelActivity:
    back = returned.get(plantel_id, {})
    by_week = [0] * weeks
    for _, week, published, *_ in sums:
        if published:
            by_week[week] += published
    names = sorted({item[0] for item in sums} | (set(back) - {""}))
    by_network = {network: _network(network, sums, back) for network in names}
    return PlantelActivity(
        plantel_id=plantel_id,
        plantel=name,
        region=region,
        weeks=tuple(by_week),
        networks={
            network: counts.published for network, counts in by_network.items() if counts.published
        },
        by_network=by_network,
        published=sum(by_week),
        scheduled=sum(item[3] for item in sums),
        failed=sum(item[4] for item in sums),
        waiting=sum(item[5] for item in sums),
        returned=back.get("", 0),
        last_published_at=max((item[6] for item in sums if item[6]), default=None),
    )


def _network(network: str, sums: Sequence[Sum], back: Mapping[str, int]) -> NetworkActivity:
    own = [item for item in sums if item[0] == network]
    return NetworkActivity(
        published=sum(item[2] for item in own),
        scheduled=sum(item[3] for item in own),
        failed=sum(item[4] for item in own),
        waiting=sum(item[5] for item in own),
        returned=back.get(network, 0),
    )


def _mondays(day: date, weeks: int) -> tuple[date, ...]:
    this = day - timedelta(days=day.weekday())
    return tuple(this - timedelta(weeks=back) for back in range(weeks - 1, -1, -1))


def _week(monday: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    start = datetime.combine(monday, time(), zone).astimezone(UTC)
    return start, datetime.combine(monday + timedelta(weeks=1), time(), zone).astimezone(UTC)

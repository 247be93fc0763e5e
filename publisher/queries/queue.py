"""The trays of consulta and approval: by deadline and risk, 50 a page, paged by keyset.

What is due within hours comes first, by its minute. After it come the days in order, and within
each day what needs somebody's eye before what does not: a risky post that is returned must leave
its author the time to correct it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from publisher import access, localtime
from publisher.app import Actor, App
from publisher.errors import Forbidden, Invalid
from publisher.models import (
    Account,
    CheckRun,
    Person,
    Plantel,
    Post,
    Target,
)
from publisher.people import delegation_in_force
from publisher.queries import precedence
from publisher.queries.findings import dismissed_warnings
from publisher.queries.precedence import Risk
from publisher.queries.rows import Facts, Key, facts_of, within
from publisher.texts import access as texts

Tray = Literal["review", "approve"]
Cursor = tuple[str, int, str]
"""The last row's place in the order and its id, and the wall time until which posts are urgent."""
PAGE = 50
SOON_HOURS = 48
URGENT_HOURS = 4
_STATE = {"review": "in_review", "approve": "reviewed"}
_ACTION = {"review": "post.review", "approve": "post.approve"}


@dataclass(frozen=True, kw_only=True)
class QueueRow:
    """One post that waits for a decision.

    ``digest`` is what an approval must repeat (empty before the dictamen). ``mine`` says that the
    actor wrote, edited or sent it in, so somebody else must judge it. ``due_at`` is UTC.

    ``risk`` is high with a *bloqueo* or a granted exception, some with warnings that nobody called
    false alarms (only these are counted in ``warnings``) or with persons in an image.
    """

    post_id: int
    revision: int
    version: int
    state: str
    plantel_id: int
    plantel: str
    timezone: str
    text: str
    topic: str
    pictures: tuple[str, ...]
    networks: tuple[str, ...]
    accounts: int
    local_at: str | None
    due_at: datetime | None
    author: str
    submitted_at: datetime | None
    digest: str
    verdict: str
    blocks: int
    warnings: int
    excepted: bool
    mine: bool
    risk: Risk = "none"
    urgent: bool = False


@dataclass(frozen=True, kw_only=True)
class QueuePage:
    """A page of a tray; ``next`` is the cursor of the following one, None on the last."""

    rows: tuple[QueueRow, ...]
    next: Cursor | None
    total: int
    soon: int


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the tray is narrowed by; ``hours`` counts from now."""

    hours: int | None = None
    network: str = ""
    risk_only: bool = False
    plantel_id: int | None = None


def may_open(app: App, actor: Actor, tray: Tray) -> bool:
    """Tell whether the actor works on a tray now, a delegation in force included."""
    if tray == "review":
        return access.anywhere(actor, _ACTION[tray])
    with app.read() as session:
        return _scope(app, session, actor, tray) != frozenset()


def tray(
    app: App,
    actor: Actor,
    which: Tray,
    *,
    filters: Filters = Filters(),
    after: Cursor | None = None,
    limit: int = PAGE,
) -> QueuePage:
    """Return a page of a tray by deadline and risk; posts without a time come last.

    ``total`` counts what the filters leave, ``soon`` what is due within 48 hours. Raises
    ``Forbidden`` for whoever does not work on that tray.
    """
    with app.read() as session:
        where = _scope(app, session, actor, which)
        if where == frozenset():
            raise Forbidden(texts.NOT_ALLOWED.format(action=texts.ACTIONS[_ACTION[which]]))
        conditions = _conditions(app, which, where, filters)
        total = session.scalar(select(func.count()).select_from(Post).where(*conditions)) or 0
        soon = session.scalar(
            select(func.count())
            .select_from(Post)
            .where(*conditions, col(Post.local_at) <= _wall(app, SOON_HOURS))
        )
        urgent = after[2] if after else _wall(app, URGENT_HOURS)
        found = session.execute(_page(conditions, after, limit, urgent)).mappings().all()
        shown = found[:limit]
        keys = [(row["id"], row["revision"]) for row in shown]
        facts = facts_of(session, keys)
        settled = dismissed_warnings(session, keys)
    rows = tuple(_row(row, facts, settled, actor, urgent) for row in shown)
    last = shown[-1] if len(found) > limit else None
    return QueuePage(
        rows=rows,
        next=(last["place"], last["id"], urgent) if last else None,
        total=int(total),
        soon=int(soon or 0),
    )


def _scope(app: App, session: Session, actor: Actor, which: Tray) -> frozenset[int] | None:
    delegated = which == "approve" and (
        delegation_in_force(session, actor.person_id, app.clock()) is not None
    )
    return access.scope(actor, _ACTION[which], delegated=delegated)


def _conditions(
    app: App, which: Tray, where: frozenset[int] | None, filters: Filters
) -> list[ColumnElement[bool]]:
    conditions = [col(Post.state) == _STATE[which], within(Post.plantel_id, where)]
    if which == "review":
        conditions.append(col(Post.awaits_clearance).is_(False))
    if filters.hours is not None:
        conditions.append(col(Post.local_at) <= _wall(app, filters.hours))
    if filters.plantel_id is not None:
        conditions.append(col(Post.plantel_id) == filters.plantel_id)
    if filters.network:
        conditions.append(
            exists()
            .where(
                col(Target.post_id) == col(Post.id),
                col(Target.revision) == col(Post.revision),
                col(Account.id) == col(Target.account_id),
                col(Account.network) == filters.network,
            )
            .correlate(Post)
        )
    if filters.risk_only:
        conditions.append(
            exists()
            .where(
                col(CheckRun.post_id) == col(Post.id),
                col(CheckRun.revision) == col(Post.revision),
                col(CheckRun.verdict) != "ok",
            )
            .correlate(Post)
        )
    return conditions


def _page(
    conditions: list[ColumnElement[bool]], after: Cursor | None, limit: int, urgent: str
) -> Any:
    author = aliased(Person)
    risk = precedence.risk()
    place = precedence.place(risk, urgent)
    statement: Any = (
        select(
            col(Post.id),
            col(Post.revision),
            col(Post.version),
            col(Post.state),
            col(Post.plantel_id),
            col(Post.topic),
            col(Post.local_at),
            col(Post.time_mode),
            col(Post.fold),
            col(Post.timezone).label("post_zone"),
            col(Post.submitted_at),
            col(Post.submitted_by_id),
            col(Post.author_id),
            col(Post.last_editor_id),
            func.coalesce(col(Post.digest), "").label("digest"),
            col(Plantel.name).label("plantel"),
            col(Plantel.timezone),
            col(author.name).label("author"),
            func.coalesce(col(CheckRun.verdict), "ok").label("verdict"),
            precedence.granted().label("excepted"),
            risk.label("risk"),
            place.label("place"),
        )
        .join(Plantel, col(Plantel.id) == col(Post.plantel_id))
        .join(author, col(author.id) == col(Post.author_id))
        .outerjoin(
            CheckRun,
            and_(
                col(CheckRun.post_id) == col(Post.id),
                col(CheckRun.revision) == col(Post.revision),
            ),
        )
        .where(*conditions)
        .order_by(place, col(Post.id))
        .limit(limit + 1)
    )
    if after is not None:
        at, post_id, _ = after
        statement = statement.where(or_(place > at, and_(place == at, col(Post.id) > post_id)))
    return statement


def _row(
    row: Any, facts: dict[Key, Facts], settled: dict[Key, int], actor: Actor, urgent: str
) -> QueueRow:
    seen = facts[row["id"], row["revision"]]
    zone = row["timezone"] if row["time_mode"] == "local" else row["post_zone"]
    hands = {row["author_id"], row["last_editor_id"], row["submitted_by_id"]}
    return QueueRow(
        post_id=row["id"],
        revision=row["revision"],
        version=row["version"],
        state=row["state"],
        plantel_id=row["plantel_id"],
        plantel=row["plantel"],
        timezone=zone,
        text=seen.text,
        topic=row["topic"],
        pictures=seen.pictures,
        networks=seen.networks,
        accounts=seen.accounts,
        local_at=row["local_at"],
        due_at=_due(row["local_at"], zone, row["fold"]),
        author=row["author"],
        submitted_at=row["submitted_at"],
        digest=row["digest"],
        verdict=row["verdict"],
        blocks=seen.blocks,
        warnings=seen.warnings - settled.get((row["id"], row["revision"]), 0),
        excepted=bool(row["excepted"]),
        mine=actor.person_id in hands,
        risk=precedence.RISKS[int(row["risk"])],
        urgent=(row["local_at"] or precedence.NO_TIME) <= urgent,
    )


def _due(local_at: str | None, zone: str, fold: int) -> datetime | None:
    if not local_at:
        return None
    try:
        return localtime.resolve(local_at, zone, fold)
    except Invalid:  # a wall time that the clocks skip; the decision itself will say so
        return None


def _wall(app: App, hours: int) -> str:
    # wall times are compared as text; planteles differ by an hour at most
    return localtime.wall_of(app.clock() + timedelta(hours=hours), app.institution.timezone)

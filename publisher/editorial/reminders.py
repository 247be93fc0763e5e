"""Reminders before a waiting post's hour, and to whom it climbs when nobody decides.

The worker calls ``remind``. A post is told of once at each level: a day before to whose turn it
is, four hours before also to the next above, in the last hour also to who wrote it, and once when
its hour has passed: it never goes out by itself then. One without an hour is recalled after a day.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from publisher import access, localtime, notices
from publisher.app import SYSTEM, App
from publisher.editorial.approvers import approvers, makers
from publisher.editorial.places import due_at, targets_of
from publisher.errors import Invalid
from publisher.models import Plantel, Post, ReviewReminder
from publisher.notices import deciding
from publisher.texts import reminders as texts

LEVELS: Final = ("day", "hours", "last", "overdue")
"""From the mildest; ``aged`` is the only one of a post without an hour."""
LEFT: Final = {
    "overdue": timedelta(0),
    "last": timedelta(hours=1),
    "hours": timedelta(hours=4),
    "day": timedelta(hours=24),
}
AGED: Final = timedelta(hours=24)
FORGET: Final = timedelta(days=7)
LINK_LIFE: Final = timedelta(days=3)
MANY: Final = 3
"""More than so many at once for one person are told in one notice."""
_MOST: Final = 2000
_TRAY: Final = "/aprobaciones"


@dataclass(frozen=True, kw_only=True)
class Due:
    """A post that waits, whose ``stage`` it is in, and the level that it has reached now."""

    post: Post
    plantel: str
    stage: str
    level: str
    due_at: datetime | None


def remind(app: App) -> int:
    """Tell what is due to be told now; returns how many posts that were.

    Nothing is written, nor the database kept from others, where nothing is due.
    """
    now = app.clock()
    with app.read() as session:
        if not _due(app, session, now):
            return 0
    with app.write() as session:
        fresh = [one for one in _due(app, session, now) if _mark(session, one, now)]
        heard: dict[tuple[int, str, str], list[Due]] = defaultdict(list)
        for one in fresh:
            for person_id in recipients(app, session, one):
                heard[person_id, one.stage, one.level].append(one)
        for (person_id, stage, level), ones in sorted(heard.items()):
            _tell(app, session, person_id, stage, level, ones)
        for one in fresh:
            app.note(
                session,
                app.entry(
                    SYSTEM,
                    "post.reminded",
                    "post",
                    one.post.id,
                    plantel_id=one.post.plantel_id,
                    detail=f'{{"revision": {one.post.revision}, "level": "{_name(one)}"}}',
                ),
            )
        return len(fresh)


def level_of(left: timedelta) -> str:
    """Return the level of a post whose hour is ``left`` away; empty while it is far. Pure."""
    return next((level for level, most in LEFT.items() if left <= most), "")


def recipients(app: App, session: Session, one: Due) -> frozenset[int]:
    """Return who hears of a post at its level: whose turn it is, then whoever is above."""
    now, post = app.clock(), one.post
    turn = {
        "clearing": access.persons_with(session, "DIRP", now=now, plantel_id=post.plantel_id),
        "review": access.persons_with(session, "COOR", now=now) - makers(post),
        "approve": approvers(app, session, post),
    }[one.stage]
    above = {
        "clearing": access.persons_with(session, "COOR", now=now),
        "review": access.persons_with(session, "DIRV", now=now),
        "approve": access.persons_with(session, "COOR", now=now),
    }[one.stage]
    if one.level in {"day", "aged"} and turn:
        return turn
    if one.level in {"day", "aged", "hours"}:
        return turn | above
    return turn | above | {post.author_id, post.submitted_by_id or post.author_id}


def _due(app: App, session: Session, now: datetime) -> list[Due]:
    """Return the posts that have reached a level of which nobody was told yet, earliest first."""
    zone = app.institution.timezone
    soon = localtime.wall_of(now + LEFT["day"] + timedelta(hours=2), zone)
    old = localtime.wall_of(now - FORGET, zone)
    timed = and_(col(Post.local_at) >= old, col(Post.local_at) <= soon)
    aged = and_(col(Post.local_at).is_(None), col(Post.submitted_at) <= now - AGED)
    rows = session.execute(
        select(Post, col(Plantel.name), col(Plantel.timezone))
        .join(Plantel, col(Plantel.id) == col(Post.plantel_id))
        .where(col(Post.state).in_(("in_review", "reviewed")), or_(timed, aged))
        .order_by(col(Post.local_at), col(Post.id))
        .limit(_MOST)
    ).all()
    told = _told(session, [post.id or 0 for post, _, _ in rows])
    found = []
    for post, plantel, zone in rows:
        due = _instant(session, post, zone)
        level = level_of(due - now) if due is not None else "aged"
        one = Due(post=post, plantel=plantel, stage=_stage(post), level=level, due_at=due)
        if level and (post.id, post.revision, _name(one)) not in told:
            found.append(one)
    return found


def _told(session: Session, post_ids: list[int]) -> set[tuple[int | None, int, str]]:
    rows = session.execute(
        select(
            col(ReviewReminder.post_id), col(ReviewReminder.revision), col(ReviewReminder.level)
        ).where(col(ReviewReminder.post_id).in_(post_ids))
    )
    return {(post_id, revision, level) for post_id, revision, level in rows}


def _stage(post: Post) -> str:
    if post.state == "reviewed":
        return "approve"
    return "clearing" if post.awaits_clearance else "review"


def _name(one: Due, level: str = "") -> str:
    return f"{one.stage}:{level or one.level}"


def _instant(session: Session, post: Post, zone: str) -> datetime | None:
    """Return when the post is first due, None where nobody gave it an hour that exists."""
    if not post.local_at:
        return None
    zones = {zone} | {place.timezone for place in targets_of(session, post)}
    try:
        return min(due_at(post, one) for one in zones)
    except Invalid:
        return None


def _mark(session: Session, one: Due, now: datetime) -> bool:
    """Write down that this level was told, and the milder ones with it; False if it was."""
    connection = session.connection()
    table = ReviewReminder.__table__  # type: ignore[attr-defined]
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    levels = LEVELS[: LEVELS.index(one.level) + 1] if one.level in LEVELS else (one.level,)
    marked = set()
    for level in levels:
        made = connection.execute(
            insert(table)
            .values(
                post_id=one.post.id, revision=one.post.revision, level=_name(one, level), at=now
            )
            .on_conflict_do_nothing(index_elements=["post_id", "revision", "level"])
            .returning(table.c.level)
        )
        marked |= set(made.scalars())
    return _name(one) in marked


def _tell(
    app: App, session: Session, person_id: int, stage: str, level: str, ones: list[Due]
) -> None:
    if len(ones) > MANY:
        notices.notify(
            session,
            app,
            person_ids=[person_id],
            kind="post.waiting",
            subject=texts.MANY_SUBJECT[level].format(n=len(ones)),
            body=texts.MANY_BODY[level].format(what=texts.STAGES[stage], n=len(ones)),
            link=_TRAY,
        )
        return
    for one in ones:
        when = notices.when(session, one.due_at) if one.due_at else ""
        notices.notify(
            session,
            app,
            person_ids=[person_id],
            kind="post.waiting",
            subject=texts.SUBJECT[level].format(plantel=one.plantel),
            body=texts.BODY[level].format(
                what=texts.STAGES[stage], plantel=one.plantel, when=when, id=one.post.id
            ),
            link=_link(app, session, person_id, one),
        )


def _link(app: App, session: Session, person_id: int, one: Due) -> str:
    decidable = one.stage == "approve" and one.level != "overdue" and one.due_at is not None
    if decidable and person_id in approvers(app, session, one.post):
        until = min(one.due_at or app.clock(), app.clock() + LINK_LIFE)
        return deciding.offer(app, session, one.post, [person_id], until=until)[person_id]
    return f"/publicacion?id={one.post.id}"

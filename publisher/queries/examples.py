"""Good examples for who writes, and posts that might be held up as one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, func, select
from sqlmodel import Session, col

from publisher.app import Actor, App
from publisher.models import (
    CheckRun,
    Delivery,
    Finding,
    GoodExample,
    Plantel,
    Post,
    PostMedia,
    Receipt,
    RemotePost,
    Review,
)
from publisher.queries.rows import facts_of, require

READ: Final = "manual.read"
CHOOSE: Final = "manual.edit"
DAYS: Final = 90
MOST: Final = 12
EACH: Final = 5


@dataclass(frozen=True, kw_only=True)
class ExampleRow:
    """A public post; ``reactions`` is what its accounts showed, None where no network told.

    ``permalink`` is one of its public addresses, empty where there is none.
    """

    post_id: int
    topic: str
    plantel: str
    text: str
    note: str
    networks: tuple[str, ...]
    permalink: str
    reactions: int | None


def chosen(app: App, actor: Actor, *, topic: str = "", limit: int = EACH) -> tuple[ExampleRow, ...]:
    """Return the examples of a topic (of every topic without one), the latest choice first.

    One that was taken off its networks since is left out: these are public posts, which every
    plantel may see. Raises ``Forbidden``.
    """
    require(actor, READ)
    wanted: list[ColumnElement[bool]] = [_is_public(col(GoodExample.revision))]
    if topic:
        wanted.append(col(GoodExample.topic) == topic)
    statement = (
        _posts(col(GoodExample.revision), col(GoodExample.note))
        .join(GoodExample, col(GoodExample.post_id) == col(Post.id))
        .where(*wanted)
        .order_by(col(GoodExample.at).desc(), col(Post.id))
        .limit(limit)
    )
    with app.read() as session:
        return _rows(session, statement)


def suggested(app: App, actor: Actor) -> tuple[ExampleRow, ...]:
    """Return published posts that might be examples: those that got most reactions come first.

    They were approved as first sent in, the manual found nothing, and each picture has its
    alternative text. Raises ``Forbidden``.
    """
    require(actor, CHOOSE)
    since = app.clock() - timedelta(days=DAYS)
    mine = (col(Post.id), col(Post.revision))
    statement = (
        _posts(col(Post.revision))
        .join(
            CheckRun,
            (col(CheckRun.post_id) == mine[0]) & (col(CheckRun.revision) == mine[1]),
        )
        .where(
            col(Post.state) == "approved",
            col(Post.revision) == 1,
            col(Post.updated_at) >= since,
            col(CheckRun.verdict) == "ok",
            _is_public(col(Post.revision)),
            ~exists().where(
                col(Review.post_id) == col(Post.id),
                col(Review.decision).in_(("returned", "withdrawn", "pulled_back")),
            ),
            ~exists().where(
                col(Finding.post_id) == col(Post.id),
                col(Finding.revision) == col(Post.revision),
                col(Finding.severity) != "info",
            ),
            ~exists().where(
                col(PostMedia.post_id) == col(Post.id),
                col(PostMedia.revision) == col(Post.revision),
                func.length(col(PostMedia.alt_text)) == 0,
            ),
            ~exists().where(col(GoodExample.post_id) == col(Post.id)),
        )
        .order_by(_reactions().desc().nulls_last(), col(Post.id).desc())
        .limit(MOST)
    )
    with app.read() as session:
        return _rows(session, statement)


def _posts(revision: Any, note: Any = None) -> Any:
    permalink = (
        select(func.min(col(Receipt.permalink)))
        .join(Delivery, col(Delivery.id) == col(Receipt.delivery_id))
        .where(col(Delivery.post_id) == col(Post.id), col(Receipt.part) == 0)
        .correlate(Post)
        .scalar_subquery()
    )
    columns = [
        col(Post.id),
        revision.label("revision"),
        col(Post.topic),
        col(Plantel.name).label("plantel"),
        permalink.label("permalink"),
        _reactions().label("reactions"),
    ]
    if note is not None:
        columns.append(note.label("note"))
    return select(*columns).join(Plantel, col(Plantel.id) == col(Post.plantel_id))


def _reactions() -> Any:
    """Return the likes, comments and shares that the networks told of a post, summed."""
    told = [
        func.coalesce(col(column), 0)
        for column in (RemotePost.likes, RemotePost.comments, RemotePost.shares)
    ]
    return (
        select(func.sum(told[0] + told[1] + told[2]))
        .join(Delivery, col(Delivery.id) == col(RemotePost.delivery_id))
        .where(col(Delivery.post_id) == col(Post.id))
        .correlate(Post)
        .scalar_subquery()
    )


def _is_public(revision: Any) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            col(Delivery.post_id) == col(Post.id),
            col(Delivery.revision) == revision,
            col(Delivery.state) == "published",
        )
        .correlate(Post, GoodExample)
    )


def _rows(session: Session, statement: Any) -> tuple[ExampleRow, ...]:
    rows = session.execute(statement).mappings().all()
    facts = facts_of(session, [(row["id"], row["revision"]) for row in rows])
    return tuple(
        ExampleRow(
            post_id=row["id"],
            topic=row["topic"],
            plantel=row["plantel"],
            text=facts[row["id"], row["revision"]].text,
            note=row.get("note") or "",
            networks=facts[row["id"], row["revision"]].networks,
            permalink=row["permalink"] or "",
            reactions=None if row["reactions"] is None else int(row["reactions"]),
        )
        for row in rows
    )

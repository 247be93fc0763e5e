"""What people answered under our posts, as screens show it: newest last, what is late first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from publisher import access
from publisher.app import Actor, App
from publisher.delivery.outbox.removed import removing
from publisher.models import (
    Account,
    Delivery,
    Person,
    Plantel,
    Receipt,
    RemoteComment,
    RemotePost,
)
from publisher.queries.links import link_of
from publisher.queries.rows import within
from publisher.workdays import deadline

LISTED = 100
WITHIN_DAYS = 1
"""Working days within which a comment is to be attended to (rule 16.1)."""


@dataclass(frozen=True, kw_only=True)
class CommentRow:
    """A comment, with where it stands; ``due_at`` is until when it was to be attended to.

    ``handled_at`` is None while nobody attended to it.
    """

    id: int
    delivery_id: int
    post_id: int
    network: str
    handle: str
    plantel: str
    timezone: str
    permalink: str
    author: str
    text: str
    created_at: datetime
    due_at: datetime
    is_late: bool
    handled_at: datetime | None
    handler: str


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """The comments that wait, oldest first; ``late`` counts those past their time.

    ``more`` says that there are others than those ``rows``.
    """

    rows: tuple[CommentRow, ...]
    late: int
    more: bool


def waiting(app: App, actor: Actor) -> Inbox:
    """Return the comments that wait where the actor may attend to them."""
    where = access.scope(actor, "comment.read")
    if where == frozenset():
        return Inbox(rows=(), late=0, more=False)
    statement = (
        _comments()
        .where(
            col(RemoteComment.handled_at).is_(None),
            within(Account.plantel_id, where),
            ~removing().where(col(Receipt.part) == 0).exists(),
        )
        .order_by(col(RemoteComment.created_at), col(RemoteComment.id))
        .limit(LISTED + 1)
    )
    with app.read() as session:
        rows = _rows(app, session, statement)
    shown = rows[:LISTED]
    return Inbox(rows=shown, late=sum(row.is_late for row in shown), more=len(rows) > LISTED)


def late(app: App, actor: Actor) -> int:
    """Return how many comments are past their time, up to ``LISTED``."""
    where = access.scope(actor, "comment.read")
    if where == frozenset():
        return 0
    statement = (
        _comments()
        .where(
            col(RemoteComment.handled_at).is_(None),
            # no working day is shorter than a day
            col(RemoteComment.created_at) <= app.clock() - timedelta(days=WITHIN_DAYS),
            within(Account.plantel_id, where),
            ~removing().where(col(Receipt.part) == 0).exists(),
        )
        .order_by(col(RemoteComment.created_at))
        .limit(LISTED)
    )
    with app.read() as session:
        return sum(row.is_late for row in _rows(app, session, statement))


def of_post(app: App, actor: Actor, post_id: int) -> tuple[CommentRow, ...]:
    """Return the comments kept of a post where the actor may attend to them, newest first."""
    where = access.scope(actor, "comment.read")
    if where == frozenset():
        return ()
    statement = (
        _comments()
        .where(col(Delivery.post_id) == post_id, within(Account.plantel_id, where))
        .order_by(col(RemoteComment.created_at).desc(), col(RemoteComment.id).desc())
        .limit(LISTED)
    )
    with app.read() as session:
        return _rows(app, session, statement)


def _comments() -> Select[Any]:
    handler = aliased(Person)
    shown: Any = (
        RemoteComment,
        col(RemotePost.delivery_id),
        col(RemotePost.remote_id).label("post_remote_id"),
        col(RemotePost.permalink),
        col(Delivery.post_id),
        col(Account.network),
        col(Account.handle),
        col(Plantel.name).label("plantel"),
        col(Plantel.timezone),
        col(handler.name).label("handler"),
    )
    found: Select[Any] = (
        select(*shown)
        .join(RemotePost, col(RemotePost.id) == col(RemoteComment.remote_post_id))
        .join(Delivery, col(Delivery.id) == col(RemotePost.delivery_id))
        .join(
            Receipt,
            (col(Receipt.delivery_id) == col(Delivery.id)) & (col(Receipt.part) == 0),
        )
        .join(Account, col(Account.id) == col(RemotePost.account_id))
        .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
        .outerjoin(handler, col(handler.id) == col(RemoteComment.handled_by))
    )
    return found


def _rows(app: App, session: Session, statement: Select[Any]) -> tuple[CommentRow, ...]:
    now = app.clock()
    found = []
    for row in session.execute(statement):
        comment: RemoteComment = row.RemoteComment
        due = deadline(comment.created_at, row.timezone, days=WITHIN_DAYS)
        found.append(
            CommentRow(
                id=comment.id or 0,
                delivery_id=row.delivery_id,
                post_id=row.post_id,
                network=row.network,
                handle=row.handle,
                plantel=row.plantel,
                timezone=row.timezone,
                permalink=link_of(app, row.network, row.post_remote_id, row.permalink),
                author=comment.author,
                text=comment.text,
                created_at=comment.created_at,
                due_at=due,
                is_late=comment.handled_at is None and due < now,
                handled_at=comment.handled_at,
                handler=row.handler or "",
            )
        )
    return tuple(found)

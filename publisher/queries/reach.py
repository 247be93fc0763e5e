"""What people did with what was published, and what accounts show that we did not publish."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from publisher.app import Actor, App
from publisher.errors import NotFound
from publisher.models import Account, Plantel, Receipt, RemotePost
from publisher.queries.rows import require, within
from publisher.texts import queries as texts

LATEST = 20


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What people did with a plantel's posts on one network, of ``posts`` that were counted.

    A figure is None where the network gives it of none of them, which is not nought.
    """

    posts: int
    likes: int | None
    comments: int | None
    shares: int | None
    views: int | None


@dataclass(frozen=True, kw_only=True)
class ElsewhereRow:
    """A post that an account shows and that did not go out through us."""

    network: str
    handle: str
    at: datetime
    timezone: str
    text: str
    permalink: str


def elsewhere(
    app: App, actor: Actor, plantel_id: int, *, limit: int = LATEST
) -> tuple[ElsewhereRow, ...]:
    """Return what the plantel's accounts show and we did not publish, newest first.

    Raises ``NotFound`` for a plantel out of the actor's scope.
    """
    where = require(actor, "activity.read")
    if where is not None and plantel_id not in where:
        raise NotFound(texts.NO_SUCH_PLANTEL)
    ours = select(col(Receipt.delivery_id)).where(
        col(Receipt.account_id) == col(RemotePost.account_id),
        col(Receipt.remote_id) == col(RemotePost.remote_id),
    )
    with app.read() as session:
        rows = session.execute(
            select(RemotePost, col(Account.network), col(Account.handle), col(Plantel.timezone))
            .join(Account, col(Account.id) == col(RemotePost.account_id))
            .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
            .where(col(Account.plantel_id) == plantel_id, ~ours.exists())
            .order_by(col(RemotePost.created_at).desc(), col(RemotePost.id))
            .limit(limit)
        ).all()
        return tuple(
            ElsewhereRow(
                network=network,
                handle=handle,
                at=row.created_at,
                timezone=timezone,
                text=row.text,
                permalink=row.permalink,
            )
            for row, network, handle, timezone in rows
        )


def reach_of(
    session: Session, where: frozenset[int] | None, start: datetime
) -> dict[int, dict[str, Reach]]:
    """Sum what networks count of our posts per plantel and network; what nobody tells is None."""
    rows = session.execute(
        select(
            col(Account.plantel_id),
            col(Account.network),
            func.count(col(RemotePost.id)),
            func.sum(col(RemotePost.likes)),
            func.sum(col(RemotePost.comments)),
            func.sum(col(RemotePost.shares)),
            func.sum(col(RemotePost.views)),
        )
        .join(Account, col(Account.id) == col(RemotePost.account_id))
        .where(
            col(RemotePost.delivery_id).is_not(None),
            col(RemotePost.measured_at).is_not(None),
            col(RemotePost.created_at) >= start,
            within(Account.plantel_id, where),
        )
        .group_by(col(Account.plantel_id), col(Account.network))
    )
    found: dict[int, dict[str, Reach]] = defaultdict(dict)
    for plantel_id, network, posts, *sums in rows:
        likes, comments, shares, views = (None if s is None else int(s) for s in sums)
        found[plantel_id][network] = Reach(
            posts=posts, likes=likes, comments=comments, shares=shares, views=views
        )
    return dict(found)

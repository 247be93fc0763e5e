"""What people answer under our posts: read by a worker, kept for a while, marked as attended.

A post is asked about only when the network counts another number of comments than when it was last
asked, and only while it is young: reading costs calls that sends may need. What an account says
itself is not kept, nor what its author took back. ``publisher.retention`` ends what is kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from connectors.after import Comment, Listener, Metrics, offers
from connectors.contract import Connector, Credential
from publisher import access
from publisher.app import Actor, App
from publisher.errors import NotFound
from publisher.models import Account, RemoteComment, RemotePost
from publisher.texts import survey as texts

MEMORY: Final = timedelta(days=14)
"""Posts older than this are not asked about any more."""

ASKED: Final = 8
"""How many posts of an account are asked about in one reading."""

LISTED: Final = 25
LONGEST: Final = 2_000
_TABLE: Any = RemoteComment.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True)
class Heard:
    """The newest comments of one post; ``count`` is the network's own number of them.

    ``whole`` says that there are no older ones.
    """

    count: int
    comments: tuple[Comment, ...]
    whole: bool


def asks(
    figures: Mapping[str, Metrics],
    listened: Mapping[str, int | None],
    since: Mapping[str, datetime],
    now: datetime,
) -> tuple[str, ...]:
    """Return which posts are worth asking about, the newest first. Pure.

    ``listened`` is how many comments each had when it was last asked, ``since`` when it went out.
    """
    changed = [
        remote_id
        for remote_id, told in figures.items()
        if told.comments is not None
        and told.comments != (listened.get(remote_id) or 0)
        and remote_id in since
        and since[remote_id] >= now - MEMORY
    ]
    return tuple(sorted(changed, key=lambda id_: since[id_], reverse=True)[:ASKED])


def hear(
    connector: Connector, credential: Credential, figures: Mapping[str, Metrics], ids: Sequence[str]
) -> dict[str, Heard]:
    """Read the comments of these posts; raises ``ConnectorError``. No transaction is open."""
    listener = offers(connector, Listener)  # type: ignore[type-abstract]
    if listener is None:
        return {}
    found = {}
    for remote_id in ids:
        told = listener.comments(credential, remote_id, limit=LISTED)
        found[remote_id] = Heard(
            count=figures[remote_id].comments or 0, comments=told, whole=len(told) < LISTED
        )
    return found


def keep(
    session: Session, account_id: int, handle: str, heard: Mapping[str, Heard], *, now: datetime
) -> None:
    """Keep what was heard, and forget what is not shown any more."""
    if not heard:
        return
    posts = {
        row.remote_id: row.id
        for row in session.execute(
            select(col(RemotePost.id), col(RemotePost.remote_id)).where(
                col(RemotePost.account_id) == account_id, col(RemotePost.remote_id).in_(heard)
            )
        )
    }
    for remote_id, told in heard.items():
        if remote_id not in posts:
            continue
        post_id = posts[remote_id]
        others = [one for one in told.comments if not _is_ours(one, handle)]
        if told.whole:
            shown = [one.remote_id for one in others]
            session.execute(
                delete(RemoteComment).where(
                    col(RemoteComment.remote_post_id) == post_id,
                    col(RemoteComment.remote_id).not_in(shown),
                )
            )
        _upsert(session, post_id, others, now)
        session.execute(
            update(RemotePost).where(col(RemotePost.id) == post_id).values(listened=told.count)
        )


def attend(app: App, actor: Actor, comment_ids: Sequence[int]) -> int:
    """Mark comments as attended to; returns how many were not yet. Raises ``NotFound``."""
    return _mark(app, actor, comment_ids, attended=True)


def reopen(app: App, actor: Actor, comment_ids: Sequence[int]) -> int:
    """Take the mark off again; returns how many had it. Raises ``NotFound``."""
    return _mark(app, actor, comment_ids, attended=False)


def _mark(app: App, actor: Actor, comment_ids: Sequence[int], *, attended: bool) -> int:
    now = app.clock()
    with app.write() as session:
        rows = session.execute(
            select(RemoteComment, RemotePost, Account)
            .join(RemotePost, col(RemotePost.id) == col(RemoteComment.remote_post_id))
            .join(Account, col(Account.id) == col(RemotePost.account_id))
            .where(col(RemoteComment.id).in_(sorted(set(comment_ids))))
            .with_for_update(of=RemoteComment)
        ).all()
        if len(rows) != len(set(comment_ids)) or not rows:
            raise NotFound(texts.NO_SUCH_COMMENT)
        changed = 0
        for comment, post, account in rows:
            if not access.allows(actor, "comment.read", plantel_id=account.plantel_id):
                raise NotFound(texts.NO_SUCH_COMMENT)
            if (comment.handled_at is not None) == attended:
                continue
            comment.handled_at = now if attended else None
            comment.handled_by = actor.person_id if attended else None
            changed += 1
            told = {"comment": comment.remote_id, "post": post.remote_id}
            app.note(
                session,
                app.entry(
                    actor,
                    "comment.attended" if attended else "comment.reopened",
                    "delivery",
                    post.delivery_id,
                    plantel_id=account.plantel_id,
                    detail=json.dumps(told, ensure_ascii=False),
                ),
            )
        return changed


def _is_ours(comment: Comment, handle: str) -> bool:
    name = comment.author.lstrip("@").casefold()
    return comment.own or (bool(name) and name == handle.lstrip("@").casefold())


def _upsert(session: Session, post_id: int, comments: Sequence[Comment], now: datetime) -> None:
    if not comments:
        return
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert: Any = sqlite.insert if on_sqlite else postgresql.insert
    statement = insert(_TABLE)
    statement = statement.on_conflict_do_update(
        index_elements=["remote_post_id", "remote_id"],
        set_={name: statement.excluded[name] for name in ("author", "text", "seen_at")},
    )
    session.connection().execute(
        statement,
        [
            {
                "remote_post_id": post_id,
                "remote_id": one.remote_id,
                "author": one.author,
                "text": one.text[:LONGEST],
                "created_at": one.created_at,
                "seen_at": now,
            }
            for one in comments
        ],
    )

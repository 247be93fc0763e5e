"""What a new version of the manual says of posts that an older one had judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from publisher import access
from publisher.app import Actor, App
from publisher.models import ManualRecheck, ManualVersion, Post
from publisher.queries.rows import require, visible_posts, within


@dataclass(frozen=True, kw_only=True)
class Told:
    """A finding that came or went; shaped as what ``post.FindingRow`` shows."""

    source: str
    network: str
    rule: str
    severity: str
    fragment: str
    explanation: str
    suggestion: str


@dataclass(frozen=True, kw_only=True)
class RecheckRow:
    """One version's word on the shown revision; verdicts are the manual's alone."""

    version: str
    at: datetime
    before: str
    after: str
    added: tuple[Told, ...]
    removed: tuple[Told, ...]
    held: int
    seen: bool


def of_post(app: App, actor: Actor, post_id: int) -> tuple[RecheckRow, ...]:
    """Return what newer versions changed of the post's revision, the latest first.

    A version that changed nothing is left out; nothing is told of a post out of the actor's reach.
    """
    where = require(actor, "calendar.read")
    with app.read() as session:
        rows = session.execute(
            select(ManualRecheck, col(ManualVersion.version))
            .join(ManualVersion, col(ManualVersion.id) == col(ManualRecheck.manual_version_id))
            .join(Post, col(Post.id) == col(ManualRecheck.post_id))
            .where(
                col(ManualRecheck.post_id) == post_id,
                col(ManualRecheck.revision) == col(Post.revision),
                visible_posts(where),
            )
            .order_by(col(ManualRecheck.manual_version_id).desc())
        ).all()
    return tuple(
        RecheckRow(
            version=version,
            at=row.at,
            before=row.before,
            after=row.after,
            added=_told(row.changes["added"]),
            removed=_told(row.changes["removed"]),
            held=int(row.changes.get("held", 0)),
            seen=row.seen_at is not None,
        )
        for row, version in rows
        if row.changes["added"] or row.changes["removed"]
    )


def unseen(app: App, actor: Actor, state: str) -> tuple[int, ...]:
    """Return the posts of a tray (``in_review`` or ``reviewed``) whose changes nobody saw yet."""
    action = "post.review" if state == "in_review" else "post.approve"
    where = access.scope(actor, action, delegated=True)
    with app.read() as session:
        rows = session.execute(
            select(col(Post.id), col(ManualRecheck.changes))
            .join(
                ManualRecheck,
                (col(ManualRecheck.post_id) == col(Post.id))
                & (col(ManualRecheck.revision) == col(Post.revision)),
            )
            .where(
                col(Post.state) == state,
                within(Post.plantel_id, where),
                col(ManualRecheck.seen_at).is_(None),
            )
            .order_by(col(Post.id))
        ).all()
    changed = [id_ for id_, changes in rows if changes["added"] or changes["removed"]]
    return tuple(dict.fromkeys(id_ for id_ in changed if id_ is not None))


def _told(found: Sequence[Mapping[str, str]]) -> tuple[Told, ...]:
    return tuple(Told(source="manual", **finding) for finding in found)

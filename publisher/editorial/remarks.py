"""Comments on a post while it is judged, each anchored to a fragment of one of its texts.

``add`` ``resolve`` ``of_post``; ``anchor`` finds a fragment again in a text that was edited since.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from publisher import access, notices
from publisher.app import Actor, App
from publisher.editorial.comparison import places
from publisher.editorial.content import plain, read_content
from publisher.editorial.posts import note, require_state
from publisher.errors import Conflict, Forbidden, Invalid, NotFound
from publisher.models import Person, Post, ReviewComment
from publisher.people import delegation_in_force
from publisher.texts import editorial as texts

TEXT_MIN, TEXT_MAX = 3, 2_000
FRAGMENT_MAX = 500
_JUDGED = ("in_review", "reviewed")
_OPEN = (*_JUDGED, "returned", "draft")

Span = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One comment; ``start`` and ``end`` index the text of ``place`` in its ``revision``."""

    id: int
    revision: int
    place: str
    start: int | None
    end: int | None
    fragment: str
    text: str
    author: str
    author_id: int
    at: datetime
    resolved_at: datetime | None = None
    resolved_by: str = ""


def add(
    app: App,
    actor: Actor,
    post_id: int,
    *,
    text: str,
    place: str = "base",
    fragment: str = "",
    start: int | None = None,
) -> int:
    """Comment on a post that waits for a decision; returns the comment's id.

    ``fragment`` must stand in the text of ``place``, at ``start`` where that is said; without one
    the comment is on the whole post. Who judges it may, and who may write for its plantel, to
    answer. Raises ``Invalid`` where the fragment is not there.
    """
    text = plain(text).strip()
    if not TEXT_MIN <= len(text) <= TEXT_MAX:
        raise Invalid(texts.REMARK_LENGTH.format(low=TEXT_MIN, high=TEXT_MAX), field="text")
    if len(fragment) > FRAGMENT_MAX:
        raise Invalid(texts.REMARK_FRAGMENT_LONG.format(n=FRAGMENT_MAX), field="fragment")
    with app.write() as session:
        post = _find(app, session, actor, post_id)
        require_state(post, _JUDGED, texts.ACTION_REMARK)
        span = _span(session, post, place, plain(fragment), start)
        row = ReviewComment(
            post_id=post_id,
            revision=post.revision,
            place=place if fragment else "base",
            start=span[0] if span else None,
            end=span[1] if span else None,
            fragment=plain(fragment),
            text=text,
            author_id=actor.person_id,
            at=app.clock(),
        )
        session.add(row)
        session.flush()
        note(app, session, actor, post, "post.remark", reason=row.text, told=_told(row))
        notices.notify(
            session,
            app,
            person_ids={post.author_id, post.submitted_by_id or post.author_id} - {actor.person_id},
            kind="post.remark",
            subject=texts.NOTICE_REMARK,
            body=texts.REMARK_ON.format(fragment=row.fragment, text=text) if fragment else text,
            link=f"/publicacion?id={post_id}",
        )
        return row.id or 0


def resolve(app: App, actor: Actor, remark_id: int) -> None:
    """Mark a comment as dealt with: by who wrote it, who judges, or who corrects the post."""
    with app.write() as session:
        row = session.get(ReviewComment, remark_id)
        if row is None:
            raise NotFound(texts.REMARK_GONE)
        post = _find(app, session, actor, row.post_id)
        require_state(post, _OPEN, texts.ACTION_REMARK)
        if row.resolved_at is not None:
            raise Conflict(texts.REMARK_RESOLVED)
        row.resolved_at, row.resolved_by = app.clock(), actor.person_id
        note(app, session, actor, post, "post.remark.resolved", told=_told(row))


def listed(app: App, actor: Actor, post_id: int) -> tuple[Remark, ...]:
    """Return the comments on a post for who judges it or writes for its plantel."""
    with app.read() as session:
        post = session.get(Post, post_id)
        if post is None:
            raise NotFound(texts.NO_SUCH_POST.format(id=post_id))
        access.authorize(actor, "post.draft", plantel_id=post.plantel_id)
        return of_post(session, post_id)


def of_post(session: Session, post_id: int) -> tuple[Remark, ...]:
    """Return the comments on every revision of a post, oldest first."""
    author, closer = aliased(Person), aliased(Person)
    rows = session.execute(
        select(ReviewComment, col(author.name), col(closer.name))
        .join(author, col(author.id) == col(ReviewComment.author_id))
        .outerjoin(closer, col(closer.id) == col(ReviewComment.resolved_by))
        .where(col(ReviewComment.post_id) == post_id)
        .order_by(col(ReviewComment.id))
    )
    return tuple(
        Remark(
            id=row.id or 0,
            revision=row.revision,
            place=row.place,
            start=row.start,
            end=row.end,
            fragment=row.fragment,
            text=row.text,
            author=name,
            author_id=row.author_id,
            at=row.at,
            resolved_at=row.resolved_at,
            resolved_by=closed_by or "",
        )
        for row, name, closed_by in rows
    )


def anchor(text: str, fragment: str, start: int | None) -> Span | None:
    """Return where ``fragment`` stands in ``text`` now: there still, or the nearest to ``start``.

    None where it stands nowhere any more.
    """
    if not fragment:
        return None
    if start is not None and text[start : start + len(fragment)] == fragment:
        return start, start + len(fragment)
    found = []
    at = text.find(fragment)
    while at >= 0:
        found.append(at)
        at = text.find(fragment, at + 1)
    if not found:
        return None
    best = min(found, key=lambda place: abs(place - (start or 0)))
    return best, best + len(fragment)


def _find(app: App, session: Session, actor: Actor, post_id: int) -> Post:
    """Return the post, locked, for somebody who may judge it or write for its plantel."""
    post = session.get(Post, post_id, with_for_update=True)
    if post is None:
        raise NotFound(texts.NO_SUCH_POST.format(id=post_id))
    delegated = delegation_in_force(session, actor.person_id, app.clock()) is not None
    if not any(
        access.allows(actor, action, plantel_id=post.plantel_id, delegated=delegated)
        for action in ("post.review", "post.approve", "post.draft")
    ):
        raise Forbidden(texts.REMARK_NOT_YOURS)
    return post


def _span(
    session: Session, post: Post, place: str, fragment: str, start: int | None
) -> Span | None:
    if not fragment:
        return None
    text = places(read_content(session, post)).get(place, "")
    found = anchor(text, fragment, start)
    if found is None:
        raise Invalid(texts.REMARK_NOT_THERE.format(fragment=fragment), field="fragment")
    return found


def _told(row: ReviewComment) -> dict[str, Any]:
    return {"revision": row.revision, "remark": row.id, "place": row.place}

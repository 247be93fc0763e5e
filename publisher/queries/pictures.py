"""Who may see a stored medium: whoever sees its plantel's calendar, or a post that uses it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import exists, or_, select
from sqlmodel import col

from publisher.app import Actor, App
from publisher.errors import NotFound
from publisher.models import Media, Post, PostMedia, Rendition
from publisher.queries.rows import require as reachable
from publisher.queries.rows import visible_posts, within
from publisher.texts import queries as texts


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A stored medium as screens name it; pixels, bytes, ``duration`` in seconds."""

    media_id: int
    sha256: str
    kind: str
    width: int
    height: int
    file_name: str
    size: int
    duration: float | None = None


def require(app: App, actor: Actor, sha256: str) -> str:
    """Return the type of the medium, or of the rendition, ``sha256``, which the actor may see.

    Raises ``NotFound`` otherwise; nothing tells a foreign image from one that does not exist.
    """
    where = reachable(actor, "calendar.read")
    used = (
        exists()
        .where(
            col(PostMedia.media_id) == col(Media.id),
            col(Post.id) == col(PostMedia.post_id),
            visible_posts(where),
        )
        .correlate(Media)
    )
    with app.read() as session:
        found = session.execute(
            select(col(Media.mime))
            .outerjoin(Rendition, col(Rendition.media_id) == col(Media.id))
            .where(
                or_(col(Media.sha256) == sha256, col(Rendition.sha256) == sha256),
                or_(within(Media.plantel_id, where), used),
            )
            .limit(1)
        ).first()
    if found is None:
        raise NotFound(texts.NO_SUCH_PICTURE)
    return str(found.mime)


def pictures(app: App, actor: Actor, media_ids: Iterable[int]) -> dict[int, Picture]:
    """Return the media that the actor may see among ``media_ids``, by id."""
    where = reachable(actor, "calendar.read")
    with app.read() as session:
        rows = session.execute(
            select(
                col(Media.id),
                col(Media.sha256),
                col(Media.kind),
                col(Media.width),
                col(Media.height),
                col(Media.file_name),
                col(Media.size),
                col(Media.duration),
            ).where(col(Media.id).in_(sorted(set(media_ids))), within(Media.plantel_id, where))
        ).all()
    return {
        row.id: Picture(
            media_id=row.id,
            sha256=row.sha256,
            kind=row.kind,
            width=row.width,
            height=row.height,
            file_name=row.file_name,
            size=row.size,
            duration=row.duration,
        )
        for row in rows
    }

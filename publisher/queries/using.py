"""The pictures of one revision, with what the author declared of each."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from publisher.models import Media, PostMedia


@dataclass(frozen=True, kw_only=True)
class PictureUse:
    """A medium in its place within a post; sizes in pixels, ``duration`` in seconds."""

    media_id: int
    sha256: str
    kind: str
    width: int
    height: int
    alt_text: str
    credit: str
    persons_in_image: bool
    consent_ref: str
    duration: float | None = None
    captions: bool | None = None


def pictures_of(session: Session, post_id: int, revision: int) -> tuple[PictureUse, ...]:
    """Return the pictures of a revision in order."""
    rows = session.execute(
        select(
            col(Media.id).label("media_id"),
            col(Media.sha256),
            col(Media.kind),
            col(Media.width),
            col(Media.height),
            col(PostMedia.alt_text),
            col(PostMedia.credit),
            col(PostMedia.persons_in_image),
            col(PostMedia.consent_ref),
            col(Media.duration),
            col(PostMedia.captions),
        )
        .join(Media, col(Media.id) == col(PostMedia.media_id))
        .where(col(PostMedia.post_id) == post_id, col(PostMedia.revision) == revision)
        .order_by(col(PostMedia.position))
    ).mappings()
    return tuple(PictureUse(**row) for row in rows)

"""The media of a content that is not stored with a post yet."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from publisher.editorial.content import MediaUse
from publisher.editorial.snapshot import MediaRef
from publisher.models import Media, Rendition


def media_of(session: Session, uses: tuple[MediaUse, ...]) -> dict[str, tuple[MediaRef, ...]]:
    """Return the renditions, by network, of media that are not stored with a post yet."""
    rows = session.execute(
        select(Media, Rendition)
        .join(Rendition, col(Rendition.media_id) == col(Media.id))
        .where(col(Media.id).in_([use.media_id for use in uses]))
    ).all()
    found = {(medium.id, rendition.network): (medium, rendition) for medium, rendition in rows}
    networks = sorted({network for _, network in found})
    return {
        network: tuple(
            _ref(*found[use.media_id, network], use)
            for use in uses
            if (use.media_id, network) in found
        )
        for network in networks
    }


def _ref(medium: Media, rendition: Rendition, use: MediaUse) -> MediaRef:
    return MediaRef(
        sha256=rendition.sha256,
        kind=medium.kind,
        mime=rendition.mime,
        width=rendition.width,
        height=rendition.height,
        size=rendition.size,
        alt_text=use.alt_text,
        duration=medium.duration,
        frame_rate=medium.frame_rate,
        bitrate=medium.bitrate,
        video_codec=medium.video_codec or "",
        audio_codec=medium.audio_codec or "",
        persons_in_image=use.persons_in_image,
        consent_ref=use.consent_ref,
        captions=use.captions,
    )

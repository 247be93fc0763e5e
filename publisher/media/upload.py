"""Take a file from a person: clean it, render it for every network, keep it.

The file's own name decides nothing and is kept only to be shown: what the file is, its bytes say.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from publisher import access
from publisher.app import Actor, App
from publisher.errors import NotFound
from publisher.media import moving, pictures
from publisher.media.decoder import MIME
from publisher.media.store import digest, write_all
from publisher.models import Media, Plantel, Rendition
from publisher.texts import media as texts
from vault.audit import Entry

MEGABYTE: Final = 1_000_000
WORKSHOP: Final = "cache/incoming"
"""Where, below the data folder, what moves is taken apart; emptied each time."""

_NAME_LENGTH: Final = 120


@dataclass(frozen=True, kw_only=True)
class RenditionInfo:
    """What one network gets of a medium; sizes in pixels and bytes."""

    network: str
    sha256: str
    mime: str
    width: int
    height: int
    size: int


@dataclass(frozen=True, kw_only=True)
class MediaInfo:
    """An accepted medium, measured after cleaning; ``renditions`` are ordered by network.

    ``duration`` is in seconds; ``poster`` is the SHA-256 of a JPEG of what moves.
    """

    id: int
    plantel_id: int
    sha256: str
    kind: str
    mime: str
    width: int
    height: int
    size: int
    file_name: str
    duration: float | None = None
    poster: str | None = None
    renditions: tuple[RenditionInfo, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _File:
    """The bytes that a network gets, and their pixels."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class _Made:
    """What was made of an upload: the master, what each network gets, and what was measured."""

    kind: str
    mime: str
    master: _File
    renditions: dict[str, _File]
    poster: bytes | None = None
    measured: dict[str, Any] = field(default_factory=dict)


def accept(app: App, actor: Actor, *, plantel_id: int, file_name: str, data: bytes) -> MediaInfo:
    """Clean, render and keep an image, animation or video that ``actor`` uploads for a plantel.

    The same file again for the same plantel is the same medium, with the name of the first time.
    Decoding and storing happen before the write transaction. Raises ``Forbidden``; ``NotFound``
    for an unknown plantel; ``Invalid`` with the reason for a file that is not taken; ``Unready``
    if this machine cannot process or keep it.
    """
    access.authorize(actor, "post.draft", plantel_id=plantel_id)
    with app.read() as session:
        if session.get(Plantel, plantel_id) is None:
            raise NotFound(texts.NO_SUCH_PLANTEL)
    made = _make(app, data)
    files = [made.master.data, *(file.data for file in made.renditions.values())]
    write_all(app, files if made.poster is None else [*files, made.poster])
    sha256 = digest(made.master.data)
    with app.write() as session:
        media_id = _insert(
            session,
            plantel_id=plantel_id,
            sha256=sha256,
            kind=made.kind,
            mime=made.mime,
            width=made.master.width,
            height=made.master.height,
            size=len(made.master.data),
            poster=None if made.poster is None else digest(made.poster),
            poster_size=None if made.poster is None else len(made.poster),
            **made.measured,
            file_name=display_name(file_name),
            uploaded_by=actor.person_id,
            created_at=app.clock(),
        )
        if media_id is not None:
            session.add_all(
                _rendition(media_id, network, made.mime, file)
                for network, file in made.renditions.items()
            )
            session.flush()
            app.note(session, _entry(app, actor, plantel_id, media_id, data, made.master.data))
        return _info(session, plantel_id, sha256)


def _make(app: App, data: bytes) -> _Made:
    """Return what is kept of ``data``; a still picture unless its bytes say that it moves."""
    kind = moving.kind_of(data)
    if kind is None:
        master, *rendered = pictures.process(data)
        return _Made(
            kind="image",
            mime=MIME,
            master=_File(data=master.data, width=master.width, height=master.height),
            renditions={
                made.name: _File(data=made.data, width=made.width, height=made.height)
                for made in rendered
            },
        )
    limit = app.settings.max_upload_mb * MEGABYTE
    clip = moving.process(data, kind, limit=limit, folder=app.settings.data_dir / WORKSHOP)
    file = _File(data=clip.data, width=clip.width, height=clip.height)
    return _Made(
        kind=clip.kind,
        mime=clip.mime,
        master=file,
        renditions={recipe.name: file for recipe in pictures.recipes()[1:]},
        poster=clip.poster,
        measured={
            "duration": clip.duration,
            "frame_rate": clip.frame_rate,
            "bitrate": clip.bitrate,
            "video_codec": clip.video_codec,
            "audio_codec": clip.audio_codec,
        },
    )


def display_name(file_name: str) -> str:
    """Return a name fit to be shown: no folders, no control or invisible characters, not long."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", file_name))[-1]
    shown = (mark for mark in last if mark == " " or unicodedata.category(mark)[0] not in "CZ")
    return "".join(shown).strip()[:_NAME_LENGTH]


def _insert(session: Session, **values: Any) -> int | None:
    """Return the new medium's id; None if the plantel already has these bytes."""
    dialect = session.connection().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = (
        insert(Media)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["plantel_id", "sha256"])
        .returning(col(Media.id))
    )
    return session.execute(statement).scalar_one_or_none()


def _rendition(media_id: int, network: str, mime: str, file: _File) -> Rendition:
    return Rendition(
        media_id=media_id,
        network=network,
        sha256=digest(file.data),
        mime=mime,
        width=file.width,
        height=file.height,
        size=len(file.data),
    )


def _entry(
    app: App, actor: Actor, plantel_id: int, media_id: int, data: bytes, kept: bytes
) -> Entry:
    """Tell which bytes came in and which were kept."""
    return app.entry(
        actor,
        "media.accept",
        "media",
        media_id,
        plantel_id=plantel_id,
        before=digest(data),
        after=digest(kept),
        detail=json.dumps({"received_bytes": len(data), "kept_bytes": len(kept)}),
    )


def _info(session: Session, plantel_id: int, sha256: str) -> MediaInfo:
    row = session.execute(
        select(Media).where(col(Media.plantel_id) == plantel_id, col(Media.sha256) == sha256)
    ).scalar_one()
    renditions = session.execute(
        select(Rendition).where(col(Rendition.media_id) == row.id).order_by(col(Rendition.network))
    ).scalars()
    return MediaInfo(
        id=row.id or 0,
        plantel_id=row.plantel_id,
        sha256=row.sha256,
        kind=row.kind,
        mime=row.mime,
        width=row.width,
        height=row.height,
        size=row.size,
        file_name=row.file_name,
        duration=row.duration,
        poster=row.poster,
        renditions=tuple(
            RenditionInfo(
                network=item.network,
                sha256=item.sha256,
                mime=item.mime,
                width=item.width,
                height=item.height,
                size=item.size,
            )
            for item in renditions
        ),
    )

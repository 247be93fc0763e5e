"""Taking away the files that no row refers to: uploads cut short, drafts, probes, old thumbnails.

Nothing younger than a day is touched, because an upload writes its files before its row, and one of
a file that has been here longer renews it first (``store.FRESH``).
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

from sqlalchemy import select, union
from sqlmodel import col

from publisher.app import SYSTEM, App
from publisher.media import ownership, store
from publisher.media.places import Kept, Trouble
from publisher.media.upload import WORKSHOP
from publisher.models import Media, Rendition
from publisher.texts import media as texts

MIN_AGE: Final = timedelta(days=1)
THUMBNAIL_AGE: Final = timedelta(days=30)
_CHUNK: Final = 500
_LEFT_OVER: Final = re.compile(
    r"[0-9a-f]{2}/\.[0-9a-f]{64}\.[0-9a-f]{12}|\.{0,2}prueba-[0-9a-f]{16}(\.[0-9a-f]{12})?"
)
"""Drafts that a power cut left behind, and probes."""


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What a sweep took from the store (``bytes`` too) and from this machine's thumbnails."""

    looked_at: int
    removed: int
    bytes: int
    thumbnails: int


def sweep(app: App, now: datetime) -> Swept:
    """Remove the files older than a day that no row refers to; say how many.

    Files that are not ours by their name stay. Safe beside uploads and sends, and to be cut short.
    Raises ``StoreDown`` if the store cannot be asked, ``Unready`` if it is another installation's.
    """
    ownership.claim(app)
    looked_at = removed = size = 0
    try:
        files = store.place(app).listing()
        while chunk := list(islice(files, _CHUNK)):
            looked_at += len(chunk)
            for kept in _orphans(app, chunk, now):
                if _remove(app, kept, now):
                    removed, size = removed + 1, size + kept.size
    except Trouble as trouble:
        raise store.down(texts.STORE_UNREADABLE, trouble) from trouble
    if removed:
        with app.write() as session:
            detail = json.dumps({"files": removed, "bytes": size})
            app.note(session, app.entry(SYSTEM, "media.sweep", "media", "", detail=detail))
    _sweep_workshop(app, now)
    return Swept(
        looked_at=looked_at, removed=removed, bytes=size, thumbnails=_sweep_thumbnails(app, now)
    )


def _orphans(app: App, chunk: Sequence[Kept], now: datetime) -> Iterator[Kept]:
    old = [kept for kept in chunk if kept.written_at < now - MIN_AGE]
    yield from (kept for kept in old if _LEFT_OVER.fullmatch(kept.path))
    named = {path.rpartition("/")[2]: kept for kept in old if _is_ours(path := kept.path)}
    used = _referred(app, named)
    yield from (kept for sha256, kept in named.items() if sha256 not in used)


def _is_ours(path: str) -> bool:
    name = path.rpartition("/")[2]
    return store.is_name(name) and path == store.path_of(name)


def _referred(app: App, names: Iterable[str]) -> set[str]:
    wanted = sorted(names)
    if not wanted:
        return set()
    with app.read() as session:
        return set(
            session.scalars(
                union(
                    select(col(Media.sha256)).where(col(Media.sha256).in_(wanted)),
                    select(col(Rendition.sha256)).where(col(Rendition.sha256).in_(wanted)),
                    select(col(Media.poster)).where(col(Media.poster).in_(wanted)),
                )
            )
        )


def _remove(app: App, kept: Kept, now: datetime) -> bool:
    """Remove one file, unless an upload has renewed it since the listing."""
    place = store.place(app)
    with suppress(FileNotFoundError):
        if place.written_at(kept.path) < now - MIN_AGE:
            place.remove(kept.path)
            return True
    return False


def _sweep_workshop(app: App, now: datetime) -> None:
    """Take away what an upload left behind whose process was killed."""
    for path in (app.settings.data_dir / WORKSHOP).glob("*"):
        with suppress(OSError):
            if datetime.fromtimestamp(path.stat().st_mtime, UTC) < now - MIN_AGE:
                shutil.rmtree(path)


def _sweep_thumbnails(app: App, now: datetime) -> int:
    """Forget the small copies of this machine that are a month old; they are made again."""
    removed = 0
    for path in (app.settings.data_dir / "cache" / "thumbnails").glob("*/*"):
        with suppress(OSError):
            if datetime.fromtimestamp(path.stat().st_mtime, UTC) < now - THUMBNAIL_AGE:
                path.unlink()
                removed += 1
    return removed

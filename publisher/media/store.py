"""Files by the SHA-256 of their bytes, in a folder or in a bucket: what fsspec can reach.

A name says what must be in the file, so reading verifies it and writing twice is harmless. The
names given by people are never part of a path.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from publisher.app import App
from publisher.errors import NotFound, Unready
from publisher.media import places
from publisher.media.places import Place, Trouble
from publisher.texts import media as texts

FRESH: Final = timedelta(hours=12)
"""A file older than this is written again by an upload, so that no sweep takes it meanwhile."""

_NAME: Final = re.compile(r"[0-9a-f]{64}")


class StoreDown(Unready):
    """The store as a whole does not serve now; ``reason`` is that of ``places.Trouble``."""

    def __init__(self, sentence: str, reason: places.Reason) -> None:
        super().__init__(sentence)
        self.reason = reason


def digest(data: bytes) -> str:
    """Return the SHA-256 of ``data`` in hex: its name in the store."""
    return hashlib.sha256(data).hexdigest()


def is_name(value: str) -> bool:
    """Tell whether ``value`` can be a name in the store."""
    return _NAME.fullmatch(value) is not None


def path_of(sha256: str) -> str:
    """Return where a file is kept, below the store's root."""
    return f"{sha256[:2]}/{sha256}"


def read_bytes(app: App, sha256: str, *, size: int = 0) -> bytes:
    """Return the bytes whose SHA-256 is ``sha256``.

    Who knows their ``size`` says it: a long file is asked for piece by piece, none of which takes
    long over a slow connection.

    Raises ``NotFound`` if the store has no such file, ``StoreDown`` if it cannot be asked,
    ``Unready`` if what it holds is something else: bytes that nobody approved never leave.
    """
    if not is_name(sha256):
        raise NotFound(texts.NO_SUCH_FILE)
    try:
        store, path = place(app), path_of(sha256)
        long = size > places.SPAN
        data = b"".join(places.spans(store, path, 0, size)) if long else store.read(path)
    except FileNotFoundError:
        raise NotFound(texts.NO_SUCH_FILE) from None
    except Trouble as trouble:
        raise down(texts.STORE_UNREADABLE, trouble) from trouble
    if digest(data) != sha256:
        raise Unready(texts.DAMAGED_FILE)
    return data


@dataclass(frozen=True)
class Held:
    """A file of the store whose bytes were found to be those of its name; ``size`` in bytes."""

    sha256: str
    size: int


def hold(app: App, sha256: str) -> Held:
    """Look through a file that is too long to be read at once, and say how long it is.

    The same process looks again only once the file was written again. Raises as ``read_bytes``.
    """
    if not is_name(sha256):
        raise NotFound(texts.NO_SUCH_FILE)
    try:
        return _look_through(app, sha256)
    except FileNotFoundError:
        raise NotFound(texts.NO_SUCH_FILE) from None
    except Trouble as trouble:
        raise down(texts.STORE_UNREADABLE, trouble) from trouble


def _look_through(app: App, sha256: str) -> Held:
    store, path = place(app), path_of(sha256)
    seen = (app.settings.media_store, sha256, store.written_at(path))
    held = _held.get(seen)
    if held is None:
        held = Held(sha256, store.size(path))
        if _digest_of(chunks(app, held)) != sha256:
            raise Unready(texts.DAMAGED_FILE)
        _remember(seen, held)
    return held


def chunks(app: App, held: Held, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """Yield the bytes of a span of a file, a few megabytes at a time. Raises ``Trouble``."""
    stop = held.size if end is None else min(end, held.size)
    yield from places.spans(place(app), path_of(held.sha256), start, stop)


_held: Final[dict[tuple[str, str, datetime], Held]] = {}
_HELD_MOST: Final = 256


def _remember(seen: tuple[str, str, datetime], held: Held) -> None:
    if len(_held) >= _HELD_MOST:
        with suppress(StopIteration, KeyError):
            _held.pop(next(iter(_held)))
    _held[seen] = held


def _digest_of(pieces: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    return found.hexdigest()


def write_all(app: App, files: Iterable[bytes]) -> None:
    """Keep every one of ``files``; on return they would survive a loss of power.

    What is there already is only read; a damaged file is mended. Raises ``StoreDown``.
    """
    try:
        store = place(app)
        for name, data in {digest(data): data for data in files}.items():
            if not _holds(store, path_of(name), data, app):
                store.write(path_of(name), data)
    except (Trouble, FileNotFoundError) as error:
        trouble = error if isinstance(error, Trouble) else Trouble("failed")
        raise down(texts.STORE_FAILED, trouble) from error


def place(app: App) -> Place:
    """Return where this installation keeps its files. Raises ``Trouble``."""
    return places.place_of(app.settings.media_store, app.settings.media_endpoint)


def down(sentence: str, trouble: Trouble) -> StoreDown:
    """Return the error that says ``sentence`` with the trouble's cause."""
    cause = texts.STORE_CAUSES[trouble.reason]
    return StoreDown(sentence.format(cause=cause), trouble.reason)


def _holds(store: Place, path: str, data: bytes, app: App) -> bool:
    """Tell whether the file is there, whole and young enough to be left alone."""
    with suppress(FileNotFoundError):
        if places.holds(store, path, data):
            return app.clock() - store.written_at(path) < FRESH
    return False

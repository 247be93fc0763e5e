"""A file of the store as something to read from, for senders: never the whole of it in memory."""

from __future__ import annotations

import io
from typing import BinaryIO, Final, cast

from publisher.app import App
from publisher.errors import NotFound
from publisher.media import places
from publisher.media.store import Held, down, hold, path_of, place, read_bytes
from publisher.media.thumbnails import poster_of
from publisher.texts import media as texts

BUFFER: Final = 4 << 20
"""Bytes that are asked of the store at once."""


def open_file(app: App, sha256: str) -> BinaryIO:
    """Return the file whose SHA-256 is ``sha256``, looked through before, to read and to seek in.

    Raises as ``hold``; so may reading. The caller closes it.
    """
    held = hold(app, sha256)
    return cast("BinaryIO", io.BufferedReader(_StoreFile(app, held), min(BUFFER, held.size or 1)))


def cover(app: App, sha256: str) -> bytes:
    """Return the still, a JPEG, that stands for a film. Raises as ``read_bytes``."""
    poster = poster_of(app, sha256)
    if poster is None:
        raise NotFound(texts.NO_SUCH_FILE)
    return read_bytes(app, poster)


class _StoreFile(io.RawIOBase):
    """The bytes of a held file, a span at a time."""

    def __init__(self, app: App, held: Held) -> None:
        super().__init__()
        self._app, self._held, self._at = app, held, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._held.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        end = min(self._at + len(buffer), self._held.size)
        if end <= self._at:
            return 0
        try:
            data = place(self._app).read(path_of(self._held.sha256), self._at, end)
        except FileNotFoundError:
            raise NotFound(texts.NO_SUCH_FILE) from None
        except places.Trouble as trouble:
            raise down(texts.STORE_UNREADABLE, trouble) from trouble
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

"""instagrapi reads a film whole before it sends it; here it is given something to send from.

Its two modules that upload films open them by the builtin ``open``; they get one of their own. For
a film of ours (``FILM``) it gives an object as long as the film, which requests sends in pieces.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from instagrapi.mixins import clip, video

FILM = "film-por-partes.mp4"
"""The name of a film that is sent in pieces, in a folder of its own."""


class Pieces(io.FileIO):
    """A file that has a length, as bytes have; requests sends such a body in pieces."""

    def __len__(self) -> int:
        return Path(str(self.name)).stat().st_size

    def __del__(self) -> None:
        # the library's session is the last to hold it, and closes nothing
        self.close()


class _Whole:
    """What the library takes for an open film; reading all of it gives ``Pieces``."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Pieces:
        return Pieces(self._path, "rb")


@contextmanager
def _open(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Iterator[_Whole | IO[Any]]:
    path = Path(file)
    if path.name == FILM and mode == "rb":
        yield _Whole(path)
        return
    with path.open(mode, *args, **kwargs) as opened:
        yield opened


clip.open = video.open = _open

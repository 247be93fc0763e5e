"""Looks into the boxes of an MP4 or QuickTime file, as the networks do before they take it.

Only what a header tells is read: ISO/IEC 14496-12, ``ftyp``, ``moov/mvhd`` and ``moov/trak/tkhd``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

MIMES = ("video/mp4", "video/quicktime")
_HEADER = 8
_LARGE = 16


@dataclass(frozen=True, kw_only=True)
class Film:
    """What a film's header says; sizes are 0 where it has no picture track."""

    mime: str
    seconds: float
    width: int
    height: int


def look(data: bytes) -> Film | None:
    """Read the header of a film; ``None`` if it is not one."""
    try:
        return _look(data)
    except (struct.error, IndexError, ZeroDivisionError):
        return None


def _look(data: bytes) -> Film | None:
    tops = dict(_boxes(data, 0, len(data)))
    if b"ftyp" not in tops or b"moov" not in tops or b"mdat" not in tops:
        return None
    start, end = tops[b"moov"]
    inside = list(_boxes(data, start, end))
    header = next((place[0] for kind, place in inside if kind == b"mvhd"), None)
    if header is None:
        return None
    layout, at = (">IQ", 20) if data[header] == 1 else (">II", 12)
    scale, length = struct.unpack_from(layout, data, header + at)
    width, height = _size(data, [place for kind, place in inside if kind == b"trak"])
    brand = data[tops[b"ftyp"][0] : tops[b"ftyp"][0] + 4]
    mime = "video/quicktime" if brand == b"qt  " else "video/mp4"
    return Film(mime=mime, seconds=length / scale, width=width, height=height)


def _size(data: bytes, tracks: list[tuple[int, int]]) -> tuple[int, int]:
    """Return the size of the first track that has one, in whole pixels."""
    for start, end in tracks:
        for kind, (_, last) in _boxes(data, start, end):
            if kind == b"tkhd":
                width, height = struct.unpack_from(">II", data, last - 8)
                if width and height:
                    return width >> 16, height >> 16
    return 0, 0


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """Yield kind and (first, after last) byte of each box's body between ``start`` and ``end``."""
    while start + _HEADER <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        head = _HEADER
        if size == 1:
            (size,), head = struct.unpack_from(">Q", data, start + _HEADER), _LARGE
        size = size or end - start
        if size < head or start + size > end:
            raise IndexError(start)
        yield kind, (start + head, start + size)
        start += size

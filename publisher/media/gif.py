"""The blocks of a GIF: how many pictures it has, for how long, and the file without its notes.

Pure, and never decodes a pixel. What is left out (comments, plain text, applications' own data) is
shown by nobody; of the applications' data only the number of repetitions stays.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

_SIGNATURES: Final = (b"GIF87a", b"GIF89a")
_IMAGE, _EXTENSION, _TRAILER = 0x2C, 0x21, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
_LOOPS: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_PADDING: Final = b"\0\r\n \x1a"
_SHORTEST, _USUAL = 2, 10
"""Hundredths of a second: whoever shows a picture for less shows it for a tenth of a second."""


class Broken(Exception):
    """The blocks do not make a GIF."""


@dataclass(frozen=True, kw_only=True)
class Animation:
    """A GIF by its blocks: pictures, canvas in pixels, seconds; ``data`` is the file cleaned.

    ``trailing`` tells whether something that is no padding follows the end.
    """

    frames: int
    width: int
    height: int
    seconds: float
    data: bytes
    trailing: bool


def is_gif(data: bytes) -> bool:
    """Tell whether the first bytes declare a GIF."""
    return data.startswith(_SIGNATURES)


def read(data: bytes) -> Animation:
    """Read the blocks of ``data``. Raises ``Broken``."""
    try:
        return _read(data)
    except (IndexError, struct.error):
        raise Broken from None


def _read(data: bytes) -> Animation:
    width, height, flags = struct.unpack("<HHB", data[6:11])
    at = 13 + _table(flags)
    kept = [data[:at]]
    frames, hundredths, delay = 0, 0, 0
    while data[at] != _TRAILER:
        start, kind = at, data[at]
        if kind == _IMAGE:
            at = _skip(data, at + 11 + _table(data[at + 9]))
            frames, hundredths, delay = frames + 1, hundredths + (delay or _USUAL), 0
        elif kind == _EXTENSION:
            label = data[at + 1]
            if label == _CONTROL:
                told = int.from_bytes(data[at + 4 : at + 6], "little")
                delay = told if told >= _SHORTEST else _USUAL
            at = _skip(data, at + 2)
            loops = label == _APPLICATION and data[start + 3 : start + 14] in _LOOPS
            if label != _CONTROL and not loops:
                continue
        else:
            raise Broken
        kept.append(data[start:at])
    return Animation(
        frames=frames,
        width=width,
        height=height,
        seconds=hundredths / 100,
        data=b"".join((*kept, bytes([_TRAILER]))),
        trailing=bool(data[at + 1 :].strip(_PADDING)),
    )


def _table(flags: int) -> int:
    """Return the bytes of the colour table that the flags of a header announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _skip(data: bytes, at: int) -> int:
    """Return where the row of sub-blocks at ``at`` ends."""
    while length := data[at]:
        at += length + 1
    return at + 1

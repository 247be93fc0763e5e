"""The outermost boxes of an MP4 or MOV file, read before any decoder sees it; pure.

A file is a row of boxes, each with its length and name. One that ends before its last box does was
cut on its way; one with bytes that are no box carries something else behind the video.
"""

from __future__ import annotations

import struct
from typing import Final, Literal

_STILL_BRANDS: Final = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"avif"})
_KNOWN: Final = frozenset(
    {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"uuid", b"meta", b"udta", b"pnot"}
    | {b"moof", b"mfra", b"sidx", b"ssix", b"styp", b"emsg", b"prft", b"pdin", b"PICT"}
)
_PADDING: Final = b"\0"

Fault = Literal["video_damaged", "trailing"]


def is_video(data: bytes) -> bool:
    """Tell whether the first bytes declare an MP4 or MOV file, and not a still picture in one."""
    return data[4:8] == b"ftyp" and data[8:12] not in _STILL_BRANDS


def fault(data: bytes) -> Fault | None:
    """Return what is wrong with the row of boxes; None if they fill the file exactly."""
    view, at, found = memoryview(data), 0, set[bytes]()
    while at < len(view):
        header = bytes(view[at : at + 16])
        if not header.strip(_PADDING) and not bytes(view[at:]).strip(_PADDING):
            break
        if len(header) < 8:
            return "trailing"
        length, name = struct.unpack(">I4s", header[:8])
        if name not in _KNOWN and not (found and name.isalnum()):
            return "trailing" if b"moov" in found else "video_damaged"
        if length == 1 and len(header) == 16:
            length = struct.unpack(">Q", header[8:])[0]
        elif length == 0:
            length = len(view) - at
        if length < 8:
            return "video_damaged"
        if at + length > len(view):
            return "video_damaged" if name in _KNOWN else "trailing"
        found.add(name)
        at += length
    return None if {b"ftyp", b"moov"} <= found else "video_damaged"

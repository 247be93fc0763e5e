"""Films for the connectors' tests: the boxes of an MP4 file, with nothing worth playing inside."""

from __future__ import annotations

import hashlib
import io
import struct
from dataclasses import replace
from functools import cache

from connectors.contract import MediaItem

WIDTH, HEIGHT, SECONDS = 720, 1280, 12.0


def _box(kind: bytes, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return struct.pack(">I4s", len(body) + 8, kind) + body


@cache
def mp4(
    number: int, *, seconds: float = SECONDS, width: int = WIDTH, height: int = HEIGHT
) -> bytes:
    """Return a small MP4 file; different numbers give different bytes."""
    scale = 1000
    movie = _box(b"mvhd", struct.pack(">12xII80x", scale, int(seconds * scale)))
    track = _box(b"tkhd", struct.pack(">76xII", width << 16, height << 16))
    return b"".join(
        (
            _box(b"ftyp", b"isom\x00\x00\x02\x00isommp42"),
            _box(b"moov", movie, _box(b"trak", track)),
            _box(b"mdat", number.to_bytes(4, "big") * 200),
        )
    )


def lengthened(item: MediaItem, by: int, asked: list[int]) -> MediaItem:
    """Return a film with ``by`` bytes more; each reading notes in ``asked`` how much it wanted."""
    assert item.open is not None
    with item.open() as source:
        data = source.read() + _box(b"free", bytes(by))

    class Noting(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            asked.append(len(data) if size is None or size < 0 else size)
            return super().read(size)

    name = hashlib.sha256(data).hexdigest()
    return replace(item, sha256=name, size=len(data), open=lambda: Noting(data))


FILMS = {f"/{number}.mp4": mp4(number) for number in range(1, 6)}
"""Path on the tests' media server → the film of that number in its usual shape."""


def film(
    number: int,
    base_url: str = "http://127.0.0.1:9",
    *,
    seconds: float = SECONDS,
    width: int = WIDTH,
    height: int = HEIGHT,
    alt_text: str = "",
) -> MediaItem:
    """Return a rendition of film ``number``."""
    data = mp4(number, seconds=seconds, width=width, height=height)
    return MediaItem(
        sha256=hashlib.sha256(data).hexdigest(),
        kind="video",
        mime="video/mp4",
        width=width,
        height=height,
        size=len(data),
        alt_text=alt_text,
        duration=seconds,
        frame_rate=30.0,
        video_codec="h264",
        audio_codec="aac",
        open=lambda: io.BytesIO(data),
        url=lambda: f"{base_url}/{number}.mp4",
    )

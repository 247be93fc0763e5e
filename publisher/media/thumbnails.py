"""Small copies for the screens, made once from what the store holds.

The originals are JPEGs of our own encoder, so they are decoded here and not in a child. What moves
is shown by its poster, which is one too.
"""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from typing import Final

from sqlalchemy import select
from sqlmodel import col

from publisher.app import App
from publisher.errors import NotFound
from publisher.media.places import write_whole
from publisher.media.store import is_name, read_bytes
from publisher.models import Media
from publisher.texts import media as texts

WIDTHS: Final = (96, 160, 240, 360, 480, 720, 960, 1440)
"""The widths kept: whoever asks for another gets the next larger, so that the cache stays small."""

_QUALITY: Final = 82


def thumbnail(app: App, sha256: str, width: int) -> bytes:
    """Return the image, or the poster of what moves, at least ``width`` pixels wide, as a JPEG.

    It is never larger than it is. Nobody's right to see it is asked here: that is done where the
    hash was read. Raises as ``read_bytes`` does.
    """
    if not is_name(sha256):
        raise NotFound(texts.NO_SUCH_FILE)
    wide = next((step for step in WIDTHS if step >= width), WIDTHS[-1])
    path = app.settings.data_dir / "cache" / "thumbnails" / sha256[:2] / f"{sha256}-{wide}.jpg"
    with suppress(OSError):
        return path.read_bytes()
    made = _shrunk(read_bytes(app, poster_of(app, sha256) or sha256), wide)
    with suppress(OSError):  # a cache that cannot be written only costs time
        write_whole(path, made, durable=False)
    return made


def poster_of(app: App, sha256: str) -> str | None:
    """Return the name of the poster of what moves; None for a picture."""
    with app.read() as session:
        return session.scalar(
            select(col(Media.poster)).where(
                col(Media.sha256) == sha256, col(Media.poster).is_not(None)
            )
        )


def _shrunk(data: bytes, width: int) -> bytes:
    # a worker asks this module for posters alone, and decodes nothing
    from PIL import Image

    with Image.open(BytesIO(data), formats=["JPEG"]) as image:
        if image.width <= width:
            return data
        size = (width, max(1, round(image.height * width / image.width)))
        image.draft("RGB", (size[0] * 2, size[1] * 2))
        buffer = BytesIO()
        image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0).save(
            buffer, "JPEG", quality=_QUALITY
        )
    return buffer.getvalue()

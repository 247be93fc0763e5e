"""A picture of our own, for a test post on a network that takes none without."""

from __future__ import annotations

from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from connectors.contract import MediaItem
from publisher.app import App
from publisher.media import store
from publisher.media.links import media_url
from publisher.texts import smoke as texts

SIDE: Final = 1080
MIME: Final = "image/jpeg"
_INK, _PAPER = (15, 95, 110), (238, 245, 246)


def sample_picture(app: App, folio: str) -> MediaItem:
    """Return a square JPEG that shows ``folio``, kept in the store so that a network can fetch it.

    No row refers to it: the next sweep takes it away. Raises ``StoreDown``.
    """
    picture = Image.new("RGB", (SIDE, SIDE), _PAPER)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((90, 90, SIDE - 90, SIDE - 90), outline=_INK, width=12)
    middle = (SIDE / 2, SIDE / 2)
    pen.multiline_text(
        middle, f"{texts.PICTURE}\n{folio}", _INK, anchor="mm", align="center", font_size=72
    )
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=90)
    data = buffer.getvalue()
    store.write_all(app, [data])
    sha256 = store.digest(data)
    return MediaItem(
        sha256=sha256,
        kind="image",
        mime=MIME,
        width=SIDE,
        height=SIDE,
        size=len(data),
        alt_text=texts.PICTURE_ALT,
        read=lambda: data,
        url=lambda: media_url(app, sha256, MIME),
    )

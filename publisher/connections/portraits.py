"""The small picture of an account that screens show: fetched, decoded here, drawn anew.

What is kept is our own encoding of at most 64 pixels a side, never the bytes that came.
"""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import Final

from connectors.contract import Identity
from publisher.app import App

SIDE: Final = 64
BYTES_MAX: Final = 20_000
PIXELS_MAX: Final = 4_000_000
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")


def portrait(app: App, network: str, identity: Identity) -> bytes | None:
    """Return the picture that the network named; None where it named none, or it is no picture."""
    if not identity.picture_url:
        return None
    from connectors import portraits

    data = portraits.fetch(app.endpoints, network, identity.picture_url)
    return small(data) if data else None


def small(data: bytes) -> bytes | None:
    """Return a picture drawn anew, small, as PNG or JPEG; None for what cannot be decoded."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=list(FORMATS)) as image:
                if image.width * image.height > PIXELS_MAX:
                    return None
                image.load()
                drawn = image.convert("RGBA" if "A" in image.getbands() else "RGB")
        drawn.thumbnail((SIDE, SIDE))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning):
        return None
    kind = "PNG" if drawn.mode == "RGBA" else "JPEG"
    made = BytesIO()
    drawn.save(made, kind)
    return made.getvalue() if made.tell() <= BYTES_MAX else None

"""Looks into the bytes of a picture, as the networks do before they take it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What a picture's bytes really are; ``format`` is Pillow's name (``JPEG``)."""

    format: str
    mime: str
    width: int
    height: int

    @property
    def ratio(self) -> float:
        """Width over height."""
        return self.width / self.height


def look(data: bytes) -> Picture | None:
    """Decode a picture wholly and measure it; ``None`` if it is not one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data)) as image:
                image.load()
                kind = image.format or ""
                return Picture(
                    format=kind,
                    mime=Image.MIME.get(kind, "application/octet-stream"),
                    width=image.width,
                    height=image.height,
                )
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning):
        return None

"""Looks into the bytes of a picture, as the networks do before they take it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw

COLOURS = {"facebook": "#1559c0", "x": "#111111", "instagram": "#b4256e"}


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


def portrait(name: str, colour: str) -> bytes:
    """Draw what an account shows of itself: its initials on a colour of its network."""
    image = Image.new("RGB", (128, 128), colour)
    words = [word for word in name.split() if word[:1].isalnum()]
    initials = "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words))
    draw = ImageDraw.Draw(image)
    draw.text((64, 66), initials.upper(), fill="white", anchor="mm", font_size=56)
    made = BytesIO()
    image.save(made, "PNG")
    return made.getvalue()


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

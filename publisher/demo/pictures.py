"""Photos drawn by the program: a landscape whose colours and sun follow from its number."""

from __future__ import annotations

import colorsys
import io
import random
import unicodedata

from PIL import Image, ImageDraw

SIZE = (1080, 1080)


def draw(seed: int, *, label: str) -> bytes:
    """Return a JPEG of 1080 × 1080 pixels; the same ``seed`` gives the same picture."""
    dice = random.Random(seed)  # noqa: S311 - a drawing, not a secret
    width, height = SIZE
    hue = dice.random()
    image = Image.new("RGB", SIZE, _colour(hue, 0.35, 0.95))
    canvas = ImageDraw.Draw(image)
    for band in range(12):
        top = band * height // 24
        canvas.rectangle(
            (0, top, width, top + height // 24 + 1), fill=_colour(hue, 0.5 - band * 0.03, 0.85)
        )
    x, y, r = dice.randint(180, 900), dice.randint(150, 420), dice.randint(70, 120)
    canvas.ellipse((x - r, y - r, x + r, y + r), fill=(246, 197, 98))
    for layer in range(3):
        base = 500 + layer * 150
        crest = [(step * width // 8, base - dice.randint(20, 200)) for step in range(9)]
        ridge = [(0, height), *crest, (width, height)]
        canvas.polygon(ridge, fill=_colour(hue + 0.08 * layer, 0.6, 0.55 - layer * 0.14))
    canvas.text((60, height - 110), _drawable(label), fill=(255, 255, 255), font_size=48)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def _drawable(label: str) -> str:
    """Return ``label`` without the marks that the built-in font cannot draw."""
    return unicodedata.normalize("NFD", label).encode("ascii", "ignore").decode()


def _colour(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1.0, saturation, max(0.1, value))
    return int(red * 255), int(green * 255), int(blue * 255)

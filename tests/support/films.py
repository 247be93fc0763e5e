"""Small videos and animations for tests, made here and now."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from io import BytesIO
from typing import Any

import av
from PIL import Image

RATE = 44_100
_SAMPLES = 1024


def film(
    seconds: float = 1.0,
    *,
    size: tuple[int, int] = (64, 48),
    rate: int = 30,
    codec: str = "libx264",
    sound: str | None = "aac",
    kind: str = "mp4",
    turned: int | None = None,
    pixels: str = "yuv420p",
    told: dict[str, str] | None = None,
    options: dict[str, str] | None = None,
) -> bytes:
    """Return a video whose left half is white and whose right half is black.

    ``turned`` is by how many degrees to the left a player turns it; ``told`` its metadata.
    """
    out = BytesIO()
    with av.open(out, "w", format=kind, options=options or {}) as container:
        container.metadata.update(told or {})
        picture: Any = container.add_stream(codec, rate=rate)
        picture.width, picture.height = size
        picture.pix_fmt = pixels
        if turned is not None:
            picture.set_display_rotation(turned)
        voice: Any = None
        if sound is not None:
            voice = container.add_stream(sound, rate=RATE if sound == "aac" else 48_000)
        still = _halves(size)
        for number in range(round(seconds * rate)):
            frame = still.reformat(format=pixels)
            frame.pts, frame.time_base = number, Fraction(1, rate)
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
        if voice is not None:
            for at in range(0, round(seconds * voice.rate), _SAMPLES):
                container.mux(voice.encode(_silence(voice, at)))
            container.mux(voice.encode(None))
    return out.getvalue()


@cache
def small_film() -> bytes:
    """Return a video of four seconds that every network takes."""
    return film(4.0, size=(360, 640))


def animation(frames: int = 4, *, size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    """Return a GIF that moves."""
    shades = [Image.new("RGB", size, (40 * number % 256, 90, 160)) for number in range(frames)]
    out = BytesIO()
    given = {"duration": 100, "loop": 0} | options
    shades[0].save(out, "GIF", save_all=True, append_images=shades[1:], **given)
    return out.getvalue()


def _halves(size: tuple[int, int]) -> av.VideoFrame:
    image = Image.new("RGB", size, "black")
    image.paste("white", (0, 0, size[0] // 2, size[1]))
    return av.VideoFrame.from_image(image)


def _silence(voice: Any, at: int) -> av.AudioFrame:
    form = voice.codec_context.format.name
    frame = av.AudioFrame(form, voice.codec_context.layout.name, _SAMPLES)
    frame.rate, frame.pts, frame.time_base = voice.rate, at, Fraction(1, voice.rate)
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    return frame

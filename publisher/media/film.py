"""Read what a video or an animation really is, and write it anew without what rode along.

The program of a child, like ``decoder``: it imports only the standard library, Pillow and PyAV, and
PyAV only here and only when it runs. Nothing is encoded again. A video's pictures and sound are
copied packet by packet into a new file with its index in front; tracks of other data (positions,
time codes), titles, places and dates stay behind. The file is never decoded whole: a few pictures
prove that it can be, and one of them becomes the poster.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageStat

MEMORY_BYTES: Final = 1536 << 20
CPU_SECONDS: Final = 60
OPEN_FILES: Final = 64
SLACK_BYTES: Final = 8 << 20
"""How much longer than what came in the copy may be: its index, and nothing else."""

MAX_SIDE: Final = 4096
MAX_PIXELS: Final = 4096 * 2304
MAX_SECONDS: Final = 3600
MAX_FRAME_RATE: Final = 240
POSTER_SIDE: Final = 1920
POSTER_QUALITY: Final = 88
VIDEO_CODECS: Final = ("h264", "hevc")
AUDIO_CODECS: Final = ("aac",)

_PIXELS: Final = {
    "h264": ("yuv420p", "yuvj420p"),
    "hevc": ("yuv420p", "yuvj420p", "yuv420p10le"),
}
_PROTECTED: Final = ("encv", "drmi")
_SHARES: Final = (0.1, 0.4, 0.7, 0.0)
_DARK: Final = 24
_WHITE: Final = (255, 255, 255)
_TURNS: Final = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}


@dataclass(frozen=True, kw_only=True)
class Film:
    """What moves, measured: upright pixels, seconds, pictures and bits a second.

    ``audio_codec`` is empty where there is no sound.
    """

    width: int
    height: int
    duration: float
    frame_rate: float
    bitrate: int
    video_codec: str
    audio_codec: str


class Refused(Exception):
    """The file is not taken; ``reason`` is a key of ``texts.media.REFUSALS``."""

    def __init__(self, reason: str, **facts: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


def copy_video(source: str, target: str, poster: str) -> Film:
    """Copy the video at ``source`` to ``target``, keep a ``poster``, and return what it is.

    Raises only ``Refused``.
    """
    try:
        expected = _first_look(source)
        copied = _remux(source, target)
        film, image = _second_look(target, at_least=expected)
        _save(image, poster)
    except Refused:
        raise
    except Exception:  # noqa: BLE001 - on hostile bytes a decoder raises what it likes
        raise Refused("video_damaged") from None
    if copied < expected:
        raise Refused("video_damaged")
    return film


def look_at_gif(source: str, poster: str) -> int:
    """Decode every picture of an animation, one at a time, and keep the first; returns how many.

    Raises only ``Refused``.
    """
    count = 0
    try:
        with Image.open(source, formats=["GIF"]) as image:
            while True:
                with suppress(EOFError):
                    image.seek(count)
                if image.tell() != count:
                    return count
                image.load()
                if count == 0:
                    _save(_on_white(image), poster)
                count += 1
    except Exception:  # noqa: BLE001 - on hostile bytes a decoder raises what it likes
        raise Refused("damaged") from None


def _first_look(source: str) -> int:
    """Refuse what is not played anywhere; returns how many pictures the index promises."""
    import av

    with av.open(source, format="mov") as container:
        picture, sound = _streams(container)
        _admit(picture, sound)
        return int(picture.frames)


def _second_look(target: str, *, at_least: int) -> tuple[Film, Image.Image]:
    """Return what the copy is, which must be as long as what came in, and its poster."""
    import av

    with av.open(target, format="mov") as container:
        picture, sound = _streams(container)
        if picture.frames < at_least:
            raise Refused("video_damaged")
        image, turned = _poster(container, picture)
        size = Path(target).stat().st_size
        return _measure(container, picture, sound, turned, size), image


def _streams(container: Any) -> tuple[Any, Any]:
    """Return the one picture and the first sound that the networks play; None without sound."""
    pictures = [
        stream
        for stream in container.streams.video
        if "attached_pic" not in str(stream.disposition).lower()
    ]
    if not pictures:
        raise Refused("no_picture")
    if len(pictures) > 1:
        raise Refused("video_tracks")
    sounds = sorted(container.streams.audio, key=lambda it: _codec(it) not in AUDIO_CODECS)
    return pictures[0], sounds[0] if sounds else None


def _admit(picture: Any, sound: Any) -> None:
    """Refuse what the networks do not play, before a packet is read."""
    codec = _codec(picture)
    context = picture.codec_context
    if str(context.codec_tag) in _PROTECTED:
        raise Refused("protected")
    if codec not in VIDEO_CODECS:
        raise Refused("video_codec", codec=_shown(codec))
    if sound is not None and _codec(sound) not in AUDIO_CODECS:
        raise Refused("audio_codec", codec=_shown(_codec(sound)))
    if context.pix_fmt is not None and context.pix_fmt not in _PIXELS[codec]:
        raise Refused("video_colours")
    if not 0 < context.width * context.height <= MAX_PIXELS:
        raise Refused("video_pixels")
    if max(context.width, context.height) > MAX_SIDE:
        raise Refused("video_pixels")
    if picture.frames > MAX_SECONDS * MAX_FRAME_RATE:
        raise Refused("video_too_long")


def _codec(stream: Any) -> str:
    context = stream.codec_context
    return str(context.codec.canonical_name) if context is not None else ""


def _shown(codec: str) -> str:
    return codec.upper() or "?"


def _remux(source: str, target: str) -> int:
    """Copy the packets of picture and sound; returns how many of the picture there were."""
    import av

    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with (
        av.open(source, format="mov") as given,
        av.open(target, "w", format="mp4", options=options) as made,
    ):
        picture, sound = _streams(given)
        wanted = [stream for stream in (picture, sound) if stream is not None]
        ways = {
            stream.index: made.add_stream_from_template(stream, opaque=True) for stream in wanted
        }
        count = 0
        for packet in given.demux(wanted):
            if packet.dts is None:
                continue
            if packet.is_corrupt:
                raise Refused("video_damaged")
            count += packet.stream.index == picture.index
            packet.stream = ways[packet.stream.index]
            made.mux(packet)
    return count


def _measure(container: Any, picture: Any, sound: Any, turned: int, size: int) -> Film:
    seconds = float(picture.duration * picture.time_base) if picture.duration else 0.0
    if container.duration:
        seconds = max(seconds, container.duration / 1_000_000)
    rate = float(picture.average_rate or 0)
    if seconds <= 0 or not 0 < rate <= MAX_FRAME_RATE:
        raise Refused("video_damaged")
    if seconds > MAX_SECONDS:
        raise Refused("video_too_long")
    width, height = _shape(picture)
    if turned % 180:
        width, height = height, width
    return Film(
        width=width,
        height=height,
        duration=round(seconds, 3),
        frame_rate=round(rate, 3),
        bitrate=round(size * 8 / seconds),
        video_codec=_codec(picture),
        audio_codec="" if sound is None else _codec(sound),
    )


def _shape(picture: Any) -> tuple[int, int]:
    """Return width and height as shown: pixels need not be square."""
    context = picture.codec_context
    aspect = float(picture.sample_aspect_ratio or 1) or 1.0
    return max(1, round(context.width * aspect)), int(context.height)


def _poster(container: Any, picture: Any) -> tuple[Image.Image, int]:
    """Return one picture, upright, and by how many degrees it was turned to the left.

    The first that is not dark, of a few across the video; each is decoded to prove that it can be.
    """
    picture.codec_context.thread_count = 1
    chosen: Image.Image | None = None
    turned = 0
    for frame in _samples(container, picture):
        turned = round((frame.rotation or 0) / 90) * 90 % 360
        image = frame.to_image().resize(_shape(picture))
        if turned:
            image = image.transpose(_TURNS[turned])
        if chosen is None or ImageStat.Stat(image.convert("L")).mean[0] > _DARK:
            chosen = image
            if ImageStat.Stat(image.convert("L")).mean[0] > _DARK:
                break
    if chosen is None:
        raise Refused("video_damaged")
    return chosen, turned


def _samples(container: Any, picture: Any) -> Iterator[Any]:
    for share in _SHARES:
        container.seek(int((container.duration or 0) * share))
        frame = next(container.decode(picture), None)
        if frame is not None and not frame.is_corrupt:
            yield frame


def _on_white(image: Image.Image) -> Image.Image:
    shown = image.convert("RGBA")
    flat = Image.new("RGB", shown.size, _WHITE)
    flat.paste(shown, mask=shown.getchannel("A"))
    return flat


def _save(image: Image.Image, path: str) -> None:
    image.thumbnail((POSTER_SIDE, POSTER_SIDE))
    image.info = {}
    image.save(path, "JPEG", quality=POSTER_QUALITY)


def confine(size: int) -> None:
    """Put this process under the limits; from here on a hostile file can only end the child."""
    import resource

    limits = {
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_FSIZE: size + size // 8 + SLACK_BYTES,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    if sys.platform == "linux":
        limits[resource.RLIMIT_AS] = MEMORY_BYTES
    for which, wanted in limits.items():
        hard = resource.getrlimit(which)[1]
        ceiling = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(which, (ceiling, ceiling))


def answer(order: Mapping[str, str]) -> dict[str, Any]:
    """Do what ``order`` says: ``kind``, ``source``, ``target``, ``poster``; paths of files."""
    try:
        if order["kind"] == "gif":
            return {"frames": look_at_gif(order["source"], order["poster"])}
        return {"film": asdict(copy_video(order["source"], order["target"], order["poster"]))}
    except Refused as refusal:
        return {"refused": refusal.reason, "facts": refusal.facts}


def main() -> None:
    """Be the child: the order as the argument, the answer as one line of JSON on the output."""
    order = json.loads(sys.argv[1])
    confine(Path(order["source"]).stat().st_size)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    sys.stdout.write(json.dumps(answer(order)))


if __name__ == "__main__":
    main()

"""Videos and animations as they come in: sorted out by their bytes, then read in a child.

What is plainly wrong (a container that nobody plays, a file cut short, something behind its end) is
refused before a child starts. The bytes that the networks get are the same for all of them: a copy
without what rode along. Nothing is encoded anew, so what a network cannot play its connector's
check refuses, with what to do.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import structlog

from connectors.limits import value
from publisher.errors import Invalid, Unready
from publisher.media import boxes, child, film, gif
from publisher.texts import media as texts

log = structlog.get_logger(__name__)

VIDEO_MIME: Final = "video/mp4"
GIF_MIME: Final = "image/gif"
SECONDS: Final = 120.0
GIF_PIXELS: Final = 4_000_000
GIF_FRAMES: Final = 1000
GIF_WORK: Final = 600_000_000
"""Pixels of all pictures of an animation together."""

Kind = Literal["video", "gif"]


@dataclass(frozen=True, kw_only=True)
class Clip:
    """A cleaned video or animation with its poster (a JPEG), measured.

    Sizes in pixels, ``duration`` in seconds, ``frame_rate`` and ``bitrate`` a second; the codecs
    are empty where there is none.
    """

    kind: Kind
    mime: str
    data: bytes
    poster: bytes
    width: int
    height: int
    duration: float
    frame_rate: float
    bitrate: int
    video_codec: str = ""
    audio_codec: str = ""


def kind_of(data: bytes) -> Kind | None:
    """Return what ``data`` is if it moves; None for a still picture or anything else."""
    if boxes.is_video(data):
        return "video"
    if gif.is_gif(data):
        try:
            return "gif" if gif.read(data).frames > 1 else None
        except gif.Broken:
            return None
    return None


def process(data: bytes, kind: Kind, *, limit: int, folder: Path) -> Clip:
    """Return the clean copy of ``data``, with at most ``limit`` bytes, and its poster.

    ``folder`` is where it works, since a player needs a file that it can move about in. Raises
    ``Invalid`` with the sentence for who uploads; ``Unready`` if no child can run here.
    """
    return _animation(data, folder) if kind == "gif" else _video(data, limit, folder)


def refusal(reason: str, **facts: object) -> Invalid:
    """Return the error that says why a video or animation is not taken."""
    sentence = texts.REFUSALS[reason].format(
        **{
            "side": film.MAX_SIDE,
            "minutes": film.MAX_SECONDS // 60,
            "pixels": GIF_PIXELS // 1_000_000,
            "frames": GIF_FRAMES,
            **facts,
        }
    )
    return Invalid(sentence, field="file")


def _video(data: bytes, limit: int, folder: Path) -> Clip:
    if len(data) > limit:
        raise refusal("video_too_large", megabytes=_megabytes(len(data)), limit=_megabytes(limit))
    if (fault := boxes.fault(data)) is not None:
        raise refusal(fault)
    with _workshop(folder) as room:
        told = _ask(room, "video", data)
        return Clip(
            kind="video",
            mime=VIDEO_MIME,
            data=(room / "target").read_bytes(),
            poster=(room / "poster").read_bytes(),
            **told["film"],
        )


def _animation(data: bytes, folder: Path) -> Clip:
    limit = int(value("x", "gif_bytes_max"))
    if len(data) > limit:
        raise refusal("gif_too_large", megabytes=_megabytes(len(data)), limit=_megabytes(limit))
    found = gif.read(data)
    if found.trailing:
        raise refusal("trailing")
    pixels = found.width * found.height
    if not 0 < pixels <= GIF_PIXELS:
        raise refusal("gif_pixels")
    if found.frames > GIF_FRAMES or found.frames * pixels > GIF_WORK:
        raise refusal("gif_frames")
    with _workshop(folder) as room:
        told = _ask(room, "gif", found.data)
        if told["frames"] != found.frames:
            raise refusal("damaged")
        return Clip(
            kind="gif",
            mime=GIF_MIME,
            data=found.data,
            poster=(room / "poster").read_bytes(),
            width=found.width,
            height=found.height,
            duration=found.seconds,
            frame_rate=round(found.frames / found.seconds, 3),
            bitrate=round(len(found.data) * 8 / found.seconds),
        )


@contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    """Give a folder of our own for one file, gone afterwards; on disk, since /tmp may be memory."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as room:
            yield Path(room)
    except OSError as error:
        log.exception("media.workshop")
        raise Unready(texts.DECODER_FAILED) from error


def _ask(room: Path, kind: Kind, data: bytes) -> dict[str, Any]:
    """Let the child read ``data``; returns what it measured."""
    (room / "source").write_bytes(data)
    order = {name: str(room / name) for name in ("source", "target", "poster")}
    try:
        with child.answer_of(
            film.__file__, json.dumps({"kind": kind, **order}), seconds=SECONDS
        ) as answer:
            told: dict[str, Any] = json.loads(answer.read())
    except child.Died as died:
        slow = kind == "video" and died.how == "late"
        damaged = "video_damaged" if kind == "video" else "damaged"
        raise refusal("video_slow" if slow else damaged) from None
    if "refused" in told:
        raise refusal(told["refused"], **told["facts"])
    return told


def _megabytes(size: int) -> int:
    return -(-size // 1_000_000)

"""Run the decoder in a child process, and say which pictures each network gets.

A child costs about 100 ms and its death costs nothing: a file that exhausts memory, time or luck is
refused as damaged, and whoever uploaded it reads one sentence.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from functools import cache
from typing import Final

import structlog

from connectors.limits import limits_for, value
from publisher.errors import Invalid, Unready
from publisher.media import decoder
from publisher.media.decoder import Picture, Recipe
from publisher.texts import media as texts

log = structlog.get_logger(__name__)

MAX_BYTES: Final = 25 * 1000 * 1000
MASTER: Final = "master"
SECONDS: Final = 40.0
_SIDE_SHOWN: Final = 4096
"""The longest side worth sending to X and Facebook, which show no more than that."""

_slots = threading.BoundedSemaphore(max(1, min(4, os.cpu_count() or 1)))


@cache
def recipes() -> tuple[Recipe, ...]:
    """Return the master's recipe and one a network, from the platforms' dated limits.

    Nothing is cropped: a ratio that Instagram refuses stays, and its connector's check says so.
    """
    instagram = limits_for("instagram")
    width = instagram.image_width or (0, decoder.MAX_SIDE)
    return (
        Recipe(name=MASTER, max_bytes=MAX_BYTES),
        Recipe(
            name="facebook",
            max_bytes=value("facebook", "image_bytes_advised"),
            max_side=_SIDE_SHOWN,
        ),
        Recipe(name="x", max_bytes=value("x", "image_bytes_max"), max_side=_SIDE_SHOWN),
        Recipe(
            name="instagram",
            max_bytes=value("instagram", "image_bytes_max"),
            max_width=width[1],
        ),
    )


def process(data: bytes) -> tuple[Picture, ...]:
    """Return the clean master of ``data`` and its renditions, in the order of ``recipes``.

    Raises ``Invalid`` with the sentence for who uploads; ``Unready`` if no child can run here.
    """
    if len(data) > MAX_BYTES:
        raise refusal("too_large", size=len(data))
    try:
        decoder.sniff(data)  # spares a child for what is plainly no image
        return _in_child(data)
    except decoder.Refused as refused:
        raise refusal(refused.reason) from None


def refusal(reason: str, *, size: int = 0) -> Invalid:
    """Return the error that says why a file is not taken."""
    sentence = texts.REFUSALS[reason].format(
        megabytes=-(-size // 1_000_000),
        limit=MAX_BYTES // 1_000_000,
        pixels=decoder.MAX_PIXELS // 1_000_000,
        side=decoder.MAX_SIDE,
    )
    return Invalid(sentence, field="file")


def _in_child(data: bytes) -> tuple[Picture, ...]:
    command = [sys.executable, "-I", "-B", decoder.__file__, decoder.to_json(recipes())]
    with _slots, tempfile.TemporaryFile() as output:
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter and file
                command,
                input=data,
                stdout=output,
                stderr=subprocess.PIPE,
                env=_environment(),
                cwd=tempfile.gettempdir(),
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            log.warning("media.decoder.timeout", size=len(data))
            raise decoder.Refused("damaged") from None
        except OSError as error:
            log.exception("media.decoder.unavailable")
            raise Unready(texts.DECODER_FAILED) from error
        if done.returncode < 0:
            log.warning("media.decoder.killed", signal=-done.returncode, size=len(data))
            raise decoder.Refused("damaged")
        output.seek(0)
        try:
            if done.returncode == 0:
                return decoder.read_answer(output)
        except (ValueError, KeyError, TypeError):
            log.exception("media.decoder.unreadable")
    said = done.stderr[-2000:].decode(errors="replace")
    log.error("media.decoder.failed", status=done.returncode, said=said)
    raise Unready(texts.DECODER_FAILED)


def _environment() -> dict[str, str]:
    """Return what the interpreter needs to start, and nothing else: no setting, no secret."""
    return {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}

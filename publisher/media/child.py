"""Run a program of ours on bytes that nobody vouches for, in a process that may die of them.

The child gets our interpreter, no setting and no secret; it limits itself (``confine`` of each
program) and tells what it made on its standard output.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final, Literal

import structlog

from publisher.errors import Unready
from publisher.texts import media as texts

log = structlog.get_logger(__name__)

_slots: Final = threading.BoundedSemaphore(max(1, min(4, os.cpu_count() or 1)))


class Died(Exception):
    """The child did not answer: it was ``killed``, or ``late``."""

    def __init__(self, how: Literal["killed", "late"]) -> None:
        super().__init__(how)
        self.how = how


@contextmanager
def answer_of(
    program: str, argument: str, *, given: bytes = b"", seconds: float
) -> Iterator[BinaryIO]:
    """Run ``program`` on ``given`` and yield its output, from the beginning.

    A ``ValueError``, ``KeyError`` or ``TypeError`` of whoever reads it means that the answer is
    unusable. Raises ``Died``; ``Unready`` if no child can run here or it failed by itself.
    """
    command = [sys.executable, "-I", "-B", program, argument]
    with _slots, tempfile.TemporaryFile() as output:
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter and file
                command,
                input=given,
                stdout=output,
                stderr=subprocess.PIPE,
                env=_environment(),
                cwd=tempfile.gettempdir(),
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            log.warning("media.decoder.timeout", size=len(given))
            raise Died("late") from None
        except OSError as error:
            log.exception("media.decoder.unavailable")
            raise Unready(texts.DECODER_FAILED) from error
        if done.returncode < 0:
            log.warning("media.decoder.killed", signal=-done.returncode, size=len(given))
            raise Died("killed")
        output.seek(0)
        try:
            if done.returncode == 0:
                yield output
                return
        except (ValueError, KeyError, TypeError):
            log.exception("media.decoder.unreadable")
    said = done.stderr[-2000:].decode(errors="replace")
    log.error("media.decoder.failed", status=done.returncode, said=said)
    raise Unready(texts.DECODER_FAILED)


def _environment() -> dict[str, str]:
    """Return what the interpreter needs to start, and nothing else: no setting, no secret."""
    return {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}

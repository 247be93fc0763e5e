"""Logs: one JSON object a line, UTC, secrets redacted; tracebacks go here and nowhere else.

Processes write them to stderr, which their supervisor keeps; a person's command writes them to a
file of the data folder, so that the terminal shows only sentences.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO, cast

import structlog

from connectors.redaction import quiet_loggers, redact


def configure_logs(level: str, file: Path | None = None) -> None:
    """Set up structlog and the SDKs' loggers for this process; to ``file``, else to stderr."""
    quiet_loggers()
    output = cast("TextIO", _Patient(sys.stderr if file is None else cast("TextIO", _Late(file))))
    logging.basicConfig(level=logging.WARNING, stream=output, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _redact,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(output),
        cache_logger_on_first_use=True,
    )


class _Patient:
    """A log that stops nobody: a full disk loses the line, and who told it goes on."""

    def __init__(self, output: TextIO) -> None:
        self._output = output

    def write(self, line: str) -> int:
        with suppress(OSError):
            return self._output.write(line)
        return 0

    def flush(self) -> None:
        with suppress(OSError):
            self._output.flush()


class _Late:
    """A log file that is made with its first line: a command with nothing to say leaves none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None

    def write(self, line: str) -> int:
        return self._opened().write(line)

    def flush(self) -> None:
        if self._file is not None:
            self._file.flush()

    def _opened(self) -> TextIO:
        if self._file is None:
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self._path.open("a", encoding="utf-8", buffering=1)
            except OSError:
                self._file = sys.stderr  # the folder that cannot be written is told as well
        return self._file


def _redact(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = redact(value)
    return event

"""Printing: one JSON object for machines, Spanish lines for people."""

from __future__ import annotations

import dataclasses
import errno
import json
import sys
from datetime import date, datetime
from typing import Any

import typer

from publisher.texts import cli as texts

BAR = 30


def print_json(value: Any) -> None:
    """Print ``value`` as one line of JSON; dataclasses and instants included."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=_plain))


def print_rows(rows: list[dict[str, Any]]) -> None:
    """Print rows as an aligned table with Spanish headings."""
    if not rows:
        typer.echo(texts.EMPTY)
        return
    table = [[texts.COLUMNS[name] for name in rows[0]]]
    table += [[_cell(value) for value in row.values()] for row in rows]
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    for line in table:
        typer.echo("  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip())


class Progress:
    """A line on stderr that is rewritten on a terminal, and said once a step elsewhere."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, label: str, done: int, total: int) -> None:
        """Say how far ``label`` is."""
        if sys.stderr.isatty():
            end = "\n" if done == total else ""
            sys.stderr.write(f"\r{label}: {bar(done, total)} {done}/{total}\x1b[K{end}")
            sys.stderr.flush()
        elif label != self._last:
            self._last = label
            typer.echo(f"{label}…", err=True)


def bar(done: int, total: int) -> str:
    """Return how far something is as a bar of ``BAR`` characters."""
    full = BAR * done // total if total else BAR
    return "█" * full + "░" * (BAR - full)


def say(line: str) -> None:
    """Print a line of progress on stderr, so that stdout stays the result."""
    typer.echo(line, err=True)


def reason_of(error: OSError) -> str:
    """Return why a file cannot be used, in Spanish."""
    return texts.OS_ERRORS.get(errno.errorcode.get(error.errno or 0, ""), texts.OS_ERROR)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return " ".join(value) if isinstance(value, list) else str(value)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)

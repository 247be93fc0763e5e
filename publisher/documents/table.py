"""Tables that leave the house as CSV, and the guard of their cells, which workbooks share.

A cell that begins like a formula would be run by the spreadsheet that opens it. It gets a leading
apostrophe and the text type; ``unguard`` takes the apostrophe off when our own file comes back.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

Cell = str | int | float | bool | date | datetime | None

CSV_MIME: Final = "text/csv; charset=utf-8"
XLSX_MIME: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
YES, NO = "sí", "no"


def guard(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula."""
    looks = text.lstrip(" \u00a0").startswith(_FORMULA)
    return f"'{text}" if looks or text.startswith("'") else text


def unguard(text: str) -> str:
    """Return what ``guard`` was given, for a cell of a file that comes back."""
    if not text.startswith("'"):
        return text
    rest = text[1:]
    return rest if guard(rest) == text else text


def to_csv(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a CSV in UTF-8 with the mark that makes Excel read its accents right."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([guard(header) for header in headers])
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return buffer.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return YES if cell else NO
    if isinstance(cell, str):
        return guard(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    return str(cell)

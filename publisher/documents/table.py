"""Tables that leave the house as CSV or XLSX, and the guard of their cells.

A cell that begins like a formula would be run by the spreadsheet that opens it. It gets a leading
apostrophe and the text type; ``unguard`` takes the apostrophe off when our own file comes back.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

Cell = str | int | float | bool | date | datetime | None

CSV_MIME: Final = "text/csv; charset=utf-8"
XLSX_MIME: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_YES, _NO = "sí", "no"
_WIDEST: Final = 60
# What XML 1.0 cannot carry; a spreadsheet with one of these does not open.
_CONTROLS: Final = {code: None for code in range(32) if code not in {9, 10, 13}}


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


def to_xlsx(headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str) -> bytes:
    """Return a workbook of one sheet with a bold, fixed header; times lose their zone."""
    table = [list(row) for row in rows]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(title))
    sheet.freeze_panes = "A2"
    for number, header in enumerate(headers, start=1):
        widest = max([len(header), *(len(str(row[number - 1] or "")) for row in table)])
        sheet.column_dimensions[get_column_letter(number)].width = min(widest + 2, _WIDEST)
    sheet.append([_text_cell(sheet, header, bold=True) for header in headers])
    for row in table:
        sheet.append([_cell(sheet, value) for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _YES if cell else _NO
    if isinstance(cell, str):
        return guard(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    return str(cell)


def _cell(sheet: Any, value: Cell) -> Any:
    if value is None:
        return None
    if isinstance(value, bool):
        return _text_cell(sheet, _YES if value else _NO)
    if isinstance(value, str):
        return _text_cell(sheet, value)
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None)
    return value


def _text_cell(sheet: Any, text: str, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value=guard(text).translate(_CONTROLS))
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _sheet_name(title: str) -> str:
    return "".join("-" if mark in "[]:*?/\\" else mark for mark in title)[:31] or "Datos"

"""Tables that leave the house as XLSX; imported only where one is written."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from publisher.documents.table import NO, YES, Cell, guard

_WIDEST: Final = 60
# What XML 1.0 cannot carry; a spreadsheet with one of these does not open.
_CONTROLS: Final = {code: None for code in range(32) if code not in {9, 10, 13}}


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


def _cell(sheet: Any, value: Cell) -> Any:
    if value is None:
        return None
    if isinstance(value, bool):
        return _text_cell(sheet, YES if value else NO)
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

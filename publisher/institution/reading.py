"""A file that somebody uploads → its rows as text, however their spreadsheet saved it.

CSV in UTF-8 (with or without mark), UTF-16 or Windows-1252, separated by commas, semicolons (as
Excel saves where the comma is the decimal sign) or tabs; XLSX, first sheet, values only.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from publisher.documents.table import unguard
from publisher.errors import Invalid
from publisher.texts import institution as texts

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_ROWS: Final = 5_000
MAX_CELL: Final = 2_000
_MAX_UNZIPPED: Final = 100 * 1024 * 1024
_SEPARATORS: Final = (";", ",", "\t")


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a kind of file; ``aliases`` are other headers that people use for it."""

    name: str
    required: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Record:
    """One row as read: its number in the file (the header is 1) and its text by column."""

    number: int
    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


@dataclass(frozen=True, kw_only=True)
class Table:
    """The rows of a file, and the headers that no column of its kind has."""

    records: tuple[Record, ...]
    ignored: tuple[str, ...]


def read_table(content: bytes, file_name: str, columns: Sequence[Column]) -> Table:
    """Return the rows of ``content`` under the names of ``columns``. Raises ``Invalid``."""
    if len(content) > MAX_BYTES:
        raise Invalid(texts.FILE_TOO_BIG.format(limit=MAX_BYTES // 1024 // 1024), field="file")
    rows = _xlsx(content) if content[:4] == b"PK\x03\x04" else _csv(content, file_name)
    header = next(rows, None)
    if header is None:
        raise Invalid(texts.FILE_EMPTY, field="file")
    names, ignored = _names(header, columns)
    records = []
    for number, row in enumerate(rows, start=2):
        values = {
            name: _clean(cell) for name, cell in zip(names, row, strict=False) if name is not None
        }
        if any(values.values()):
            records.append(Record(number=number, values=values))
        if number > MAX_ROWS + 1:
            raise Invalid(texts.FILE_TOO_LONG.format(limit=MAX_ROWS), field="file")
    if not records:
        raise Invalid(texts.FILE_EMPTY, field="file")
    return Table(records=tuple(records), ignored=ignored)


def plain(text: str) -> str:
    """Return ``text`` without accents, in lower case, words joined by ``_``."""
    marks = unicodedata.normalize("NFKD", text.strip().casefold())
    letters = "".join(mark for mark in marks if not unicodedata.combining(mark))
    return re.sub(r"[^a-z0-9]+", "_", letters).strip("_")


def _names(
    header: Sequence[str], columns: Sequence[Column]
) -> tuple[list[str | None], tuple[str, ...]]:
    known = {plain(alias): column.name for column in columns for alias in column.aliases}
    known.update({plain(column.name): column.name for column in columns})
    names = [known.get(plain(cell)) for cell in header]
    for name in names:
        if name is not None and names.count(name) > 1:
            raise Invalid(texts.COLUMN_TWICE.format(column=name), field="file")
    missing = [column.name for column in columns if column.required and column.name not in names]
    if missing:
        raise Invalid(texts.COLUMNS_MISSING.format(columns=", ".join(missing)), field="file")
    ignored = [
        cell.strip()[:60]
        for cell, name in zip(header, names, strict=True)
        if name is None and cell.strip()
    ]
    return names, tuple(ignored)


def _csv(content: bytes, file_name: str) -> Iterator[list[str]]:
    if file_name and not file_name.lower().endswith((".csv", ".txt", ".tsv")):
        raise Invalid(texts.FILE_TYPE, field="file")
    text = _decode(content)
    if "\x00" in text:
        raise Invalid(texts.FILE_DAMAGED, field="file")
    first, _, rest = text.partition("\n")
    if first.strip().strip('"').lower().startswith("sep="):
        text, first = rest, rest.partition("\n")[0]
    unquoted = re.sub(r'"[^"]*"', "", first)
    separator = max(_SEPARATORS, key=unquoted.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error:
        raise Invalid(texts.FILE_DAMAGED, field="file") from None


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Windows-1252 has a few holes; Latin-1 has none, so this always ends.
        try:
            return content.decode("windows-1252")
        except UnicodeDecodeError:
            return content.decode("latin-1")


def _xlsx(content: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > _MAX_UNZIPPED:
                raise Invalid(texts.FILE_DAMAGED, field="file")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            yield from _sheet_rows(book.worksheets[0].iter_rows(values_only=True))
        finally:
            book.close()
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        ParseError,
        KeyError,
        IndexError,
        ValueError,
        TypeError,
        AttributeError,
    ):
        # What openpyxl raises on a damaged or foreign archive; it has no error of its own for it.
        raise Invalid(texts.FILE_DAMAGED, field="file") from None


def _sheet_rows(rows: Iterable[Sequence[Any]]) -> Iterator[list[str]]:
    for row in rows:
        yield [_text(value) for value in row]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "sí" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _clean(cell: str) -> str:
    text = unicodedata.normalize("NFC", unguard(cell.strip()))
    return " ".join(text.replace("\u00a0", " ").split())[:MAX_CELL]

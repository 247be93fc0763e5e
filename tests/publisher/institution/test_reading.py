from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import Workbook

from publisher.errors import Invalid
from publisher.institution import reading
from publisher.institution.reading import Column, read_table

COLUMNS = (
    Column(name="clave", required=True, aliases=("id",)),
    Column(name="nombre", required=True, aliases=("name",)),
    Column(name="clave_inegi", aliases=("cve_inegi",)),
)
TEXT = "Clave,Nombre\nP01,Acuña «Ñandú»\n"


def rows(content: bytes, name: str = "a.csv") -> list[dict[str, str]]:
    return [dict(record.values) for record in read_table(content, name, COLUMNS).records]


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode("utf-8"),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("latin-1"),
        TEXT.encode("windows-1252"),
        TEXT.encode("utf-16"),
        TEXT.replace(",", ";").encode("windows-1252"),
        TEXT.replace(",", "\t").encode("utf-16"),
        ("sep=;\n" + TEXT.replace(",", ";")).encode("utf-8"),
        TEXT.replace("\n", "\r\n").encode("utf-8-sig"),
        TEXT.replace("Acuña", "Acun\u0303a").encode("utf-8"),
    ],
)
def test_a_csv_is_read_however_a_spreadsheet_saved_it(content: bytes) -> None:
    assert rows(content) == [{"clave": "P01", "nombre": "Acuña «Ñandú»"}]


def test_a_comma_within_quotes_does_not_hide_the_semicolon() -> None:
    content = b'"clave";"nombre";"nota, con, muchas, comas"\nP01;"Uno; dos";x\n'

    table = read_table(content, "a.csv", COLUMNS)
    assert table.records[0]["nombre"] == "Uno; dos"
    assert table.ignored == ("nota, con, muchas, comas",)


def test_a_workbook_is_read_by_its_values() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["ID", "Name", "CVE_INEGI"], ["P01", " Acuña ", 5002], [None, None, None]):
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)

    assert rows(buffer.getvalue(), "a.xlsx") == [
        {"clave": "P01", "nombre": "Acuña", "clave_inegi": "5002"}
    ]


def test_rows_keep_the_number_that_the_spreadsheet_shows() -> None:
    table = read_table(b"clave,nombre\n\nP01,Uno\n,\nP02,Dos\n", "a.csv", COLUMNS)

    assert [record.number for record in table.records] == [3, 5]


def test_an_apostrophe_that_our_export_added_goes_and_others_stay() -> None:
    table = read_table(b"clave,nombre\n'+P01,'Hola\n", "a.csv", COLUMNS)

    assert (table.records[0]["clave"], table.records[0]["nombre"]) == ("+P01", "'Hola")


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (reading._MAX_UNZIPPED + 1))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "a.csv", "no tiene renglones"),
        (b"clave,nombre\n", "a.csv", "no tiene renglones"),
        (b"clave\nP01\n", "a.csv", "Faltan estas columnas: nombre"),
        (b"clave,nombre,Nombre\nP01,a,b\n", "a.csv", "dos veces"),
        (b"\x00\x01\x02clave,nombre\n\x00", "a.csv", "no se puede leer"),
        (b"%PDF-1.7 clave,nombre", "a.pdf", "CSV y XLSX"),
        (b"PK\x03\x04nada", "a.xlsx", "no se puede leer"),
        (b"x" * (reading.MAX_BYTES + 1), "a.csv", "más de 5 MB"),
        (b"clave,nombre\n" + b"P,N\n" * (reading.MAX_ROWS + 1), "a.csv", "más de 5000"),
    ],
)
def test_a_file_that_cannot_be_used_gets_a_sentence(
    content: bytes, name: str, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        rows(content, name)


def test_a_workbook_that_unfolds_without_end_is_refused() -> None:
    with pytest.raises(Invalid, match="no se puede leer"):
        rows(bomb(), "a.xlsx")

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from publisher.documents.table import guard, to_csv, unguard
from publisher.documents.workbook import to_xlsx

DANGEROUS = [
    "=1",
    "+1",
    "-1",
    "@a",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠a",
    "  =1",
    "'x",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_cell_that_would_run_gets_an_apostrophe_that_comes_off_again(text: str) -> None:
    assert guard(text) == f"'{text}"
    assert unguard(guard(text)) == text


@pytest.mark.parametrize("text", ["", "Acuña", "a=1", "5-3", "1", "«=»"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert guard(text) == text
    assert unguard(text) == text


def test_a_csv_opens_with_its_accents_and_words_for_truth() -> None:
    content = to_csv(["año", "=b"], [["Ñandú, «sí»", True], [None, 3], [date(2026, 1, 2), 0.5]])

    assert content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig")))) == [
        ["año", "'=b"],
        ["Ñandú, «sí»", "sí"],
        ["", "3"],
        ["2026-01-02", "0.5"],
    ]


def test_a_workbook_holds_text_as_text_and_numbers_as_numbers() -> None:
    at = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    content = to_xlsx(
        ["a", "b"], [["=HYPERLINK(1)", 5], ["00123", at], ["mal\x07", None]], title="T/1"
    )

    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    assert sheet.title == "T-1"
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].font.bold
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("'=HYPERLINK(1)", "s")
    assert (sheet["B2"].value, sheet["A3"].value, sheet["A4"].value) == (5, "00123", "mal")
    assert sheet["B3"].value == at.replace(tzinfo=None)
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}

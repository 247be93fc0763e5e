from __future__ import annotations

import csv
import inspect
import io

import pytest

from publisher import data
from publisher.custody import disclosures, printing
from publisher.custody.reasons import FILE, reasons
from vault.disclosure import BREAK_GLASS, OWN, PRINT, REQUEST

WAYS = (REQUEST, OWN, BREAK_GLASS, PRINT)


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_opening_has_its_reasons(way: str) -> None:
    assert reasons(way)
    assert all(words.strip() for words in reasons(way).values())


def test_a_way_without_reasons_opens_nothing() -> None:
    assert reasons("curiosity") == {}


def test_the_file_names_each_code_once_and_only_known_ways() -> None:
    rows = list(csv.DictReader(io.StringIO(data.read(FILE).decode("utf-8"))))
    codes = [row["codigo"] for row in rows]
    assert len(codes) == len(set(codes))
    assert {way for row in rows for way in row["vias"].split()} == set(WAYS)


def test_the_verbs_that_have_a_reason_of_their_own_find_it_in_the_file() -> None:
    for verb, way in ((disclosures.read_own, OWN), (disclosures.break_glass, BREAK_GLASS)):
        assert inspect.signature(verb).parameters["reason_code"].default in reasons(way)
    assert printing.REASON_CODE in reasons(PRINT)

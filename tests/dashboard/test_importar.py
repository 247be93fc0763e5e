from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.texts import importar as texts
from publisher import institution
from publisher.queries import places
from tests.dashboard.opening import all_html, button, fine, open_page
from tests.support.house import House

HEADER = "clave,nombre,tipo,municipio,clave_inegi"
GOOD = f"{HEADER}\nP99,CECyTE <Nuevo>,CECyTE,Saltillo,05030\n".encode()
BAD = f"{HEADER}\nP99,,CECyTE,Saltillo,99999\n".encode()


def html(test: AppTest) -> str:
    return "\n".join(all_html(test.main))


def upload(test: AppTest, name: str, content: bytes) -> AppTest:
    return test.file_uploader[0].set_value((name, content, "text/csv")).run()


def codes(house: House) -> set[str]:
    found = places.planteles(house.app, house.actor("ADM"), action="institution.read")
    return {row.code for row in found}


def test_without_a_file_the_page_asks_for_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = open_page(house, monkeypatch, house.actor("ADM"), "importar")
    assert texts.NOTHING in html(test)


def test_a_good_file_is_shown_and_stored_only_when_applied(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = open_page(house, monkeypatch, house.actor("ADM"), "importar")
    fine(upload(test, "planteles.csv", GOOD))
    assert "P99" in html(test)
    assert "P99" not in codes(house)
    fine(button(test, texts.APPLY_ONE).click().run())
    assert "P99" in codes(house)
    assert texts.NOTHING in html(test)


def test_rows_with_errors_are_told_and_nothing_can_be_applied(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = open_page(house, monkeypatch, house.actor("ADM"), "importar")
    upload(test, "planteles.csv", BAD)
    assert not test.exception
    assert test.error[0].value.startswith(texts.FIX_ONE)
    assert "Falta el nombre" in html(test)
    assert not [one for one in test.button if one.label == texts.APPLY_ONE]


def test_a_file_that_cannot_be_read_is_one_sentence(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = open_page(house, monkeypatch, house.actor("ADM"), "importar")
    upload(test, "planteles.xlsx", b"PK\x03\x04 no es un libro")
    assert not test.exception
    assert len(test.error) == 1


def test_what_was_exported_comes_back_without_changes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = house.actor("ADM")
    content = institution.export(house.app, admin, "planteles", "csv").content
    test = open_page(house, monkeypatch, admin, "importar")
    fine(upload(test, "planteles.csv", content))
    assert test.success[0].value == texts.NOTHING_TO_DO

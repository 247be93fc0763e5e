"""Manual: read by everyone, edited rule by rule in forms, decided by another person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import context
from dashboard.components import manual_shelf, rule_fields
from publisher import rulebook
from publisher.app import Actor
from publisher.manual.document import shipped
from tests.dashboard.browsing import Browser
from tests.dashboard.conftest import PASSWORD, let_in, token_of
from tests.publisher.rulebook.acts import SUMMARY
from tests.support.house import House

ENTRY = Path(context.__file__).parent / "app.py"
Open = Callable[..., AppTest]


@pytest.fixture
def see(house: House, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Return a way to open the screen as somebody."""
    with house.app.write() as session:
        rulebook.import_shipped(house.app, session)

    def open_page(actor: Actor, **query: str) -> AppTest:
        token = token_of(house, actor)
        monkeypatch.setattr(context, "token", lambda: token)
        test = AppTest.from_file(str(ENTRY), default_timeout=30)
        for name, value in query.items():
            test.query_params[name] = value
        test.run()
        test.switch_page("views/manual.py")
        return test.run()

    return open_page


def press(test: AppTest, label: str) -> AppTest:
    next(button for button in test.button if button.label.startswith(label)).click()
    test.run()
    assert not test.exception, test.exception
    return test


def field(test: AppTest, label: str) -> object:
    boxes = [*test.text_input, *test.text_area, *test.selectbox]
    return next(box for box in boxes if box.label == label)


def test_a_rule_goes_from_its_form_to_force_and_is_acknowledged(house: House, see: Open) -> None:
    coor, dirv = house.actor("COOR"), house.actor("DIRV")
    oper = house.actor("OPER", 1)
    test = see(coor, parte="Proyecto", regla="3.4")
    press(test, "Abrir un proyecto")
    field(test, "Título").set_value("Tono de la casa").run()  # type: ignore[attr-defined]
    field(test, "Palabras que también señala").set_value("carnalito")  # type: ignore[attr-defined]
    press(test, "Probar sus ejemplos")
    assert "hacen lo que dicen" in test.success[0].value
    press(test, "Guardar la regla")
    held = rulebook.draft(house.app, coor)
    assert held is not None
    rule = held.manual.rule("3.4")
    assert rule is not None
    assert (rule.title, rule.parameters) == ("Tono de la casa", {"palabras": ["carnalito"]})
    assert rule.examples == shipped().rule("3.4").examples  # type: ignore[union-attr]

    zone = ZoneInfo(house.app.institution.timezone)
    today = house.clock().astimezone(zone).date()
    rulebook.propose(house.app, coor, lock=held.lock, in_force_from=today, summary=SUMMARY)
    press(see(dirv, parte="Proyecto"), "Aprobar la versión 1.1")
    assert rulebook.in_force(house.app).version == "1.1"

    test = see(oper)
    assert any("versión nueva del manual" in info.value for info in test.info)
    press(test, "He leído la versión 1.1")
    assert rulebook.owes(house.app, oper) is None


def test_what_was_typed_stays_where_a_save_is_refused(house: House, see: Open) -> None:
    coor = house.actor("COOR")
    test = see(coor, parte="Proyecto", regla="7.3")
    press(test, "Abrir un proyecto")
    press(test, "Agregar renglón")
    names = [box for box in test.text_input if box.label == "Nombre"]
    names[-1].set_value("Campañas 2027").run()
    press(test, "Guardar la regla")
    assert "renglón 3" in test.error[0].value
    assert [box.value for box in test.text_input if box.label == "Nombre"][-1] == "Campañas 2027"
    starts = [box for box in test.date_input if box.label == "Inicio"]
    ends = [box for box in test.date_input if box.label == "Fin"]
    starts[-1].set_value(date(2027, 4, 5))
    ends[-1].set_value(date(2027, 6, 6))
    [box for box in test.text_input if box.label == "Fuente"][-1].set_value("INE")
    press(test, "Guardar la regla")
    held = rulebook.draft(house.app, coor)
    assert held is not None
    assert held.manual.parameter("7.3", "periodos")[-1] == {
        "nombre": "Campañas 2027",
        "inicio": date(2027, 4, 5),
        "fin": date(2027, 6, 6),
        "fuente": "INE",
    }


def test_who_may_not_edit_sees_no_project(house: House, see: Open) -> None:
    test = see(house.actor("OPER", 1), parte="Proyecto")
    assert not test.exception
    assert not [button for button in test.button if "proyecto" in button.label.lower()]


def test_a_rule_that_nobody_touches_comes_out_of_its_form_as_it_went_in() -> None:
    def forms() -> None:
        import streamlit as st

        from dashboard.components import rule_fields
        from publisher.manual.document import shipped, to_data

        rows = to_data(shipped())["rules"]
        made = {row["id"]: rule_fields.read(row, key=row["id"]) for row in rows}
        st.session_state.other = [row["id"] for row in rows if made[row["id"]] != row]

    test = AppTest.from_function(forms, default_timeout=30).run()
    assert not test.exception
    assert test.session_state.other == []


def test_tables_and_pairs_are_read_as_they_are_written() -> None:
    rows = [{"dia": "02-24", "nombre": "Día de la Bandera", "busca": "día de la bandera"}]
    names = ("dia", "nombre", "busca")
    assert rule_fields.table(rule_fields.as_text(rows, names), names) == rows
    assert rule_fields.table("05-10 | Día de las Madres", names)[0]["busca"] == ""
    assert rule_fields.pairs("dia = día\n\n asi=así ") == {"dia": "día", "asi": "así"}


def test_the_search_finds_rules_by_number_words_and_severity() -> None:
    assert [rule.id for rule in manual_shelf.found(shipped(), "3.1")] == ["3.1"]
    assert {rule.section for rule in manual_shelf.found(shipped(), "7")} == {"7"}
    assert "7.3" in [rule.id for rule in manual_shelf.found(shipped(), "ELECTORAL campanas")]
    kept = manual_shelf.found(shipped(), "", "Bloqueo")
    assert {rule.severity for rule in kept} == {"bloqueo"}
    assert manual_shelf.found(shipped(), "no hay tal cosa") == []


def test_the_manual_is_printed_for_who_signed_in(house: House, browser: Browser) -> None:
    with house.app.write() as session:
        rulebook.import_shipped(house.app, session)
    version = rulebook.all_versions(house.app)[0].id
    assert browser.get(f"/manual/pdf/{version}").status_code in {303, 401}
    browser.enter(let_in(house, house.actor("OPER", 1)), PASSWORD)
    found = browser.get(f"/manual/pdf/{version}")
    assert (found.status_code, found.content[:5]) == (200, b"%PDF-")
    assert browser.get("/manual/pdf/999").status_code == 409

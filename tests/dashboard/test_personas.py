from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components import people as parts
from dashboard.texts import common
from dashboard.texts import personas as texts
from publisher import people
from publisher.app import SYSTEM
from publisher.models import ExternalIdentity
from publisher.people import PersonRow, passwords
from publisher.queries import staff
from tests.dashboard.opening import all_html, button, fine, open_page
from tests.support.factors import proven
from tests.support.house import House


def html(test: AppTest) -> str:
    return "\n".join(all_html(test.main))


def drawn(form: Callable[..., None], *given: Any) -> AppTest:
    """Run the body of a dialog as a page: AppTest closes a dialog with every run."""

    def page(form, given):  # type: ignore[no-untyped-def]  # its source alone is run
        form(*given)

    return fine(AppTest.from_function(page, kwargs={"form": form, "given": given}).run())


def row_of(house: House, name: str) -> PersonRow:
    return next(row for row in people.list_people(house.app, SYSTEM) if row.name == name)


def test_the_administration_finds_a_person_and_opens_their_access(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.person("Rosa Peña")
    test = open_page(house, monkeypatch, house.actor("ADM"), "personas")
    fine(test.text_input(key="buscar_persona").set_value("rosa pena").run())
    assert texts.COUNT_ONE in html(test)
    fine(button(test, common.OPEN).click().run())
    assert test.header[0].value == "Rosa Peña"
    assert {texts.ISSUE, texts.DISABLE} <= {one.label for one in test.button}


def test_a_search_without_result_can_be_taken_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = open_page(house, monkeypatch, house.actor("ADM"), "personas")
    fine(test.text_input(key="buscar_persona").set_value("zzzz").run())
    assert texts.EMPTY in html(test)
    fine(button(test, texts.CLEAR).click().run())
    assert texts.EMPTY not in html(test)


def test_a_password_is_shown_once_kept_nowhere_and_must_be_changed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.person("Rosa Peña")
    monkeypatch.setattr(passwords, "generate", lambda: "esta-es-de-prueba")
    test = drawn(parts.reset_form, house.app, house.actor("ADM"), row_of(house, "Rosa Peña"))
    fine(test.button(key="si_restablecer").click().run())
    assert "esta-es-de-prueba" in html(test)
    assert "esta-es-de-prueba" not in str(test.session_state._state.filtered_state)
    row = row_of(house, "Rosa Peña")
    assert row.has_password
    assert row.must_change_password
    fine(test.run())
    assert "esta-es-de-prueba" not in html(test)


def test_the_administration_shuts_out_and_lets_in_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.person("Rosa Peña")
    admin = house.actor("ADM")
    form = drawn(parts.disable_form, house.app, admin, row_of(house, "Rosa Peña"))
    fine(form.button(key="si_inhabilitar").click().run())
    assert row_of(house, "Rosa Peña").state == "disabled"
    test = open_page(house, monkeypatch, admin, "personas")
    fine(test.text_input(key="buscar_persona").set_value("Rosa").run())
    fine(button(test, common.OPEN).click().run())
    fine(button(test, texts.ENABLE).click().run())
    assert row_of(house, "Rosa Peña").state == "active"


def test_the_administration_creates_a_person_with_a_role(house: House) -> None:
    test = drawn(parts.create_form, house.app, house.actor("ADM"), {1: "Plantel"})
    test.text_input(key="nombre_nueva").set_value("Eva Ríos")
    test.text_input(key="correo_nueva").set_value("eva@example.mx")
    fine(test.selectbox(key="funcion_nueva").set_value("COOR").run())
    fine(test.button(key="si_crear").click().run())
    assert row_of(house, "Eva Ríos").grants == (("COOR", None),)
    assert '<code class="pg-clave">' in html(test)


def test_a_person_is_not_created_when_the_role_lacks_its_plantel(house: House) -> None:
    admin = house.actor("ADM")
    test = drawn(parts.create_form, house.app, admin, {1: "Plantel"})
    test.text_input(key="nombre_nueva").set_value("Eva Ríos")
    test.text_input(key="correo_nueva").set_value("eva@example.mx")
    fine(test.selectbox(key="funcion_nueva").set_value("DIRP").run())
    test.button(key="si_crear").click().run()
    assert len(test.error) == 1
    assert test.text_input(key="correo_nueva").value == "eva@example.mx"
    assert all(row.email != "eva@example.mx" for row in people.list_people(house.app, admin))


def test_the_administration_cannot_name_operators(house: House) -> None:
    assert "OPER" not in parts.appointable(house.actor("ADM"))


def test_a_director_names_an_operator_by_email_and_ends_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    director = house.actor("DIRP", 1)
    house.person("Rosa Peña")
    test = open_page(house, monkeypatch, director, "personas")
    assert texts.OPERATORS_EMPTY in html(test)
    assert texts.NEW not in [one.label for one in test.button]
    fine(test.text_input(key="correo_1").set_value(row_of(house, "Rosa Peña").email).run())
    fine(test.button(key="designar_1").click().run())
    (row,) = staff.designations(house.app, director)
    assert row.name == "Rosa Peña"
    form = drawn(parts.end_form, house.app, director, row)
    fine(form.button(key="si_terminar").click().run())
    assert staff.designations(house.app, director) == ()


def test_what_a_director_typed_stays_when_nobody_has_that_email(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = open_page(house, monkeypatch, house.actor("DIRP", 1), "personas")
    test.text_input(key="correo_1").set_value("nadie@example.mx").run()
    test.button(key="designar_1").click().run()
    assert "nadie@example.mx" in test.error[0].value
    assert test.text_input(key="correo_1").value == "nadie@example.mx"


def test_the_directora_delegates_and_takes_it_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    coordinador, directora = house.actor("COOR"), house.actor("DIRV")
    test = open_page(house, monkeypatch, directora, "personas")
    test.text_input(key="delegar_motivo").set_value("Viaje")
    test.button(key="delegar").click().run()
    assert [one.value for one in test.error] == [texts.END_NEEDED]
    until = (house.clock.now + timedelta(days=3)).replace(tzinfo=None, second=0, microsecond=0)
    fine(test.datetime_input(key="delegar_hasta").set_value(until).run())
    fine(test.button(key="delegar").click().run())
    (row,) = staff.delegations(house.app, directora)
    assert row.state == "active"
    assert row.name == coordinador.name
    fine(test.button(key=f"retirar_{row.id}").click().run())
    assert staff.delegations(house.app, directora)[0].state == "revoked"


def test_the_administration_takes_off_a_lost_second_factor(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    rosa = proven(house.app, house.actor("COOR", name="Rosa Peña"))
    test = drawn(parts.factor_form, house.app, house.actor("ADM"), row_of(house, "Rosa Peña"))
    test.button(key="si_factor").click().run()
    assert "motivo" in test.error[0].value
    test.text_input(key="motivo_factor").set_value("Perdió su teléfono")
    fine(test.button(key="si_factor").click().run())
    assert not row_of(house, "Rosa Peña").has_factor
    with pytest.raises(people.FactorMissing):
        people.check_factor(house.app, rosa)


def test_the_administration_unlinks_an_account_of_the_institution(house: House) -> None:
    rosa, admin = house.actor("COOR", name="Rosa Peña"), house.actor("ADM")
    assert not row_of(house, "Rosa Peña").is_linked
    with house.app.write() as session:
        known = {"issuer": "https://x", "subject": "s", "linked_at": house.clock.now}
        session.add(ExternalIdentity(person_id=rosa.person_id, **known))
    test = drawn(parts.unlink_form, house.app, admin, row_of(house, "Rosa Peña"))
    fine(test.button(key="si_desligar").click().run())
    assert not row_of(house, "Rosa Peña").is_linked

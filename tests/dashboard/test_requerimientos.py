from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import navigation
from dashboard.texts import common as navigation_texts
from dashboard.texts import requerimientos as texts
from publisher import people
from publisher.app import Actor
from publisher.custody import disclosures as verbs
from publisher.queries import custody, disclosures
from publisher.texts import factor as factor_texts
from tests.dashboard.opening import all_html, fine, open_page
from tests.dashboard.test_opening import components
from tests.support import keeping
from tests.support.custody import PASSWORD, keep
from tests.support.house import House
from vault.custody_tables import Disclosure

REASON = "Revisión del resguardo que pidió la contraloría"


def html(test: AppTest) -> str:
    return "\n".join(all_html(test.main))


def titles(house: House, actor: Actor) -> list[str]:
    return [screen.title for screen in navigation.visible(house.app, actor)]


def kept_account(house: House) -> int:
    """Seal what people hold of an account of the first plantel."""
    rows = custody.lines(house.app, house.actor("OPER", 1))
    account_id = next(row.id for row in rows if row.network == "x")
    keep(house.app, account_id)
    return account_id


def ask(test: AppTest, account_id: int, reason: str = REASON) -> AppTest:
    """Fill in the application and send it."""
    test.selectbox(key="requerir_motivo").set_value("autoridad")
    test.text_area(key="requerir_razon").set_value(reason)
    return test.button(key="requerir_enviar").click().run()


def asked(house: House, monkeypatch: pytest.MonkeyPatch, directora: Actor) -> int:
    account_id = kept_account(house)
    fine(ask(open_page(house, monkeypatch, directora, "requerimientos"), account_id))
    return disclosures.listed(house.app, directora)[0].id


def test_the_directora_asks_and_another_person_allows_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    directora, coor = house.actor("DIRV", name="Alma Ruiz"), house.actor("COOR")
    made = asked(house, monkeypatch, directora)
    query = {"requerimiento": str(made)}
    test = open_page(house, monkeypatch, directora, "requerimientos", **query)
    assert not [one for one in test.button if one.label == texts.ALLOW]
    test = open_page(house, monkeypatch, coor, "requerimientos", **query)
    assert navigation_texts.PAGE_REQUERIMIENTOS_COUNT.format(n=1) in titles(house, coor)
    assert navigation_texts.PAGE_REQUERIMIENTOS in titles(house, directora)
    shown = html(test)
    assert REASON in shown
    assert "Alma Ruiz" in shown
    fine(test.button(key=f"resolver_True_{made}").click().run())
    row = disclosures.one(house.app, directora, made)
    assert (row.state, row.decider, row.step) == ("approved", coor.name, "open")
    with house.app.write() as session:
        session.get_one(Disclosure, made).state = "shown"
    test = open_page(house, monkeypatch, directora, "requerimientos", **query)
    assert not [one for one in test.button if one.label == texts.WITHDRAW]


def test_an_application_without_its_why_says_what_is_missing_and_loses_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id, directora = kept_account(house), house.actor("DIRV")
    test = ask(open_page(house, monkeypatch, directora, "requerimientos"), account_id, "Urge")
    assert len(test.error) == 1
    assert test.text_area(key="requerir_razon").value == "Urge"
    assert disclosures.listed(house.app, directora) == ()


def test_a_denial_says_why_and_a_request_is_taken_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    directora, director = house.actor("DIRV"), house.actor("DIRP", 1)
    made = asked(house, monkeypatch, directora)
    test = open_page(house, monkeypatch, director, "requerimientos")
    test.button(key=f"resolver_False_{made}").click().run()
    assert len(test.error) == 1
    test.text_input(key=f"respuesta_{made}").set_value("Ya se atendió por teléfono ayer")
    fine(test.button(key=f"resolver_False_{made}").click().run())
    assert texts.STATES["denied"] in html(test)
    again = asked(house, monkeypatch, directora)
    test = open_page(house, monkeypatch, directora, "requerimientos")
    fine(test.button(key=f"retirar_{again}").click().run())
    assert disclosures.one(house.app, directora, again).state == "withdrawn"


def test_who_may_not_ask_finds_no_form_and_no_value_is_anywhere(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(house, monkeypatch, house.actor("DIRV"))
    for actor in (house.actor("OPER", 1), house.actor("AUD"), house.actor("COOR")):
        test = fine(open_page(house, monkeypatch, actor, "requerimientos"))
        assert not [one for one in test.button if one.key == "requerir_enviar"]
        assert PASSWORD not in html(test) + str(test.session_state._state.filtered_state)
    stranger = open_page(house, monkeypatch, house.actor("DIRP", 2), "requerimientos")
    assert texts.WAITING_EMPTY in html(stranger)


def allowed(house: House, directora: Actor) -> int:
    """Let the Directora ask and a coordinador allow; return the request's id."""
    account_id = kept_account(house)
    made = verbs.ask(
        house.app,
        directora,
        account_id,
        ["login_password"],
        reason_code="autoridad",
        reason=REASON,
    )
    verbs.decide(house.app, house.actor("COOR"), made, allow=True)
    return made


def test_what_was_allowed_is_offered_once_the_second_factor_is_there(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    directora = house.actor("DIRV")
    made = allowed(house, directora)
    page = open_page(house, monkeypatch, directora, "requerimientos", requerimiento=str(made))
    shown = [one.value for one in fine(page).warning]
    assert factor_texts.MISSING in shown
    assert components(page.main) == []
    monkeypatch.setattr(people, "check_factor", lambda _app, _actor: None)
    (drawn,) = components(fine(page.run()).main)
    assert json.loads(drawn.json)["button"] == texts.OPEN
    assert PASSWORD not in drawn.json
    assert disclosures.one(house.app, directora, made).state == "approved"


def test_an_emergency_asks_for_everything_before_it_offers_to_open(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_account(house)
    monkeypatch.setattr(people, "check_factor", lambda _app, _actor: None)
    page = open_page(house, monkeypatch, house.actor("DIRV"), "requerimientos")
    page.selectbox(key="emergencia_0_motivo").set_value("emergencia")
    page.text_area(key="emergencia_0_razon").set_value(REASON)
    assert components(fine(page.run()).main) == []
    page.checkbox(key="emergencia_0_seguro").set_value(True)
    (drawn,) = components(fine(page.run()).main)
    assert json.loads(drawn.json)["button"] == texts.GLASS_DO
    other = fine(open_page(house, monkeypatch, house.actor("COOR"), "requerimientos"))
    assert not [one for one in other.checkbox if one.key == "emergencia_0_seguro"]


def test_an_emergency_is_reviewed_by_another_person(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    directora, auditor = house.actor("DIRV"), house.actor("AUD")
    account_id = kept_account(house)
    now = house.app.clock()
    shown = {"kind": "break_glass", "state": "shown", "shown_at": now, "break_glass": True}
    made = keeping.asked(house.app, directora, account_id, review_due=now, **shown)
    keeping.obliged(house.app, account_id, cause="break_glass", cause_id=made)
    page = open_page(house, monkeypatch, auditor, "requerimientos")
    assert any("debe cambiarse antes" in one.value for one in page.warning)
    page.text_area(key=f"revision_{made}").set_value("Se justificó y la contraseña ya se cambió")
    fine(page.button(key=f"revisar_{made}").click().run())
    row = disclosures.one(house.app, directora, made)
    assert (row.reviewer, row.step) == (auditor.name, "waiting")

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import navigation
from dashboard.texts import custodia as texts
from publisher.app import Actor
from publisher.queries import custody
from tests.dashboard.opening import all_html, fine, open_page
from tests.support import keeping
from tests.support.house import House


def html(test: AppTest) -> str:
    return "\n".join(all_html(test.main))


def account_of(house: House, actor: Actor, network: str = "x") -> int:
    return next(row.id for row in custody.lines(house.app, actor) if row.network == network)


def test_the_list_tells_who_holds_each_account_and_what_presses(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    oper = house.actor("OPER", 1, name="Rosa Peña")
    late, pending = account_of(house, oper, "x"), account_of(house, oper, "facebook")
    keeping.obliged(house.app, late, hours=-2)
    keeping.hold(house.app, pending)
    keeping.changed(house.app, oper, pending)
    test = open_page(house, monkeypatch, oper, "custodia")
    shown = html(test)
    assert texts.COUNT_OWED.format(count=texts.COUNT.format(n=3), n=2) in shown
    assert texts.HELD_BY.format(name="Rosa Peña") in shown
    assert shown.index(texts.CHIP_LATE) < shown.index(texts.STAGES["registrada"])
    test.selectbox(key="ver").set_value(texts.URGENT).run()
    assert texts.COUNT_ONE in html(fine(test))
    test.button(key=f"abrir_{late}").click().run()
    assert any("Debía cambiarse la contraseña" in one.value for one in test.error)


def test_an_auditor_reads_an_account_and_has_nothing_to_press(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    oper, auditor = house.actor("OPER", 1, name="Rosa Peña"), house.actor("AUD")
    account_id = account_of(house, oper)
    keeping.hold(house.app, account_id)
    keeping.changed(house.app, oper, account_id, reason="Cambio de enlace")
    keeping.sealed(house.app, oper, account_id, folio="S-0001")
    test = open_page(house, monkeypatch, auditor, "custodia", cuenta=str(account_id))
    shown = html(fine(test))
    for words in ("Cambio de enlace", "Rosa Peña", "S-0001", texts.STEP_NOT_ACKNOWLEDGED):
        assert words in shown
    assert [one.key for one in test.main.button] == ["volver"]


def test_a_link_to_no_account_leads_back_to_the_list(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    oper = house.actor("OPER", 1)
    test = open_page(house, monkeypatch, oper, "custodia", cuenta="otra cosa")
    assert texts.BAD_LINK in html(test)
    fine(test.button(key="volver").click().run())
    assert texts.COUNT.format(n=3) in html(test)


def test_the_technical_administration_finds_no_custody_in_the_menu(house: House) -> None:
    seen = {screen.name for screen in navigation.visible(house.app, house.actor("ADM"))}
    assert not seen & {"custodia", "requerimientos"}

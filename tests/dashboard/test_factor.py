from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import context
from publisher import people
from publisher.app import Actor
from tests.dashboard.browsing import Browser, serving
from tests.dashboard.conftest import PASSWORD, let_in
from tests.dashboard.opening import all_html, fine, open_page
from tests.support.factors import code_of, proven, seated
from tests.support.house import House
from vault.secret import Secret


@pytest.fixture
def compelling(house: House) -> Iterator[Browser]:
    """A browser before an installation where central roles must have a second factor."""
    settings = house.app.settings.model_copy(update={"second_factor": "central"})
    with serving(replace(house.app, settings=settings)) as url:
        yield Browser(url)


@pytest.fixture
def ana(house: House) -> Actor:
    """A coordinadora with a password and a second factor."""
    actor = house.actor("COOR", name="Ana <b>Ñ</b>")
    let_in(house, actor)
    return proven(house.app, actor)


def send(browser: Browser, house: House, actor: Actor, code: str = "") -> str:
    """Send a code to the second step; return where it leads."""
    data = {"codigo": code or code_of(house.app, actor), "sig": "/nueva"}
    return browser.post("/entrar/codigo", data=data).headers.get("location", "")


def test_after_the_password_only_the_page_of_the_code_is_there(
    browser: Browser, house: House, ana: Actor
) -> None:
    answer = browser.enter(ana.email, PASSWORD, wanted="/nueva")
    assert answer.headers["location"] == "/entrar/codigo?sig=%2Fnueva"
    half = browser.cookie("sesion")

    for path in ("/", "/nueva", "/cuenta", "/verificacion", "/contrasena"):
        assert browser.get(path).headers["location"].startswith("/entrar?sig=") or path == "/"
    assert browser.get("/_stcore/host-config").status_code == 401
    assert browser.get("/entrar").headers["location"] == "/entrar/codigo"
    assert browser.get("/entrar?otra=1").status_code == 200
    page = browser.get(answer.headers["location"])
    assert "Ana &lt;b&gt;Ñ" in page.text
    assert 'inputmode="numeric"' in page.text
    assert "no-store" in page.headers["cache-control"]
    assert "script" not in page.headers["content-security-policy"]

    wrong = browser.post("/entrar/codigo", data={"codigo": "nada", "sig": "/nueva"})
    assert (wrong.status_code, "no es correcto" in wrong.text) == (401, True)
    foreign = {"Origin": "https://malo.example"}
    code = code_of(house.app, ana)
    refused = browser.post("/entrar/codigo", data={"codigo": code}, headers=foreign)
    assert refused.status_code == 403
    assert send(browser, house, ana, code) == "/nueva"
    assert browser.cookie("sesion") != half
    assert browser.get("/nueva").status_code == 200
    assert send(browser, house, ana) == "/entrar?sig=%2Fnueva&caduco=1"


def test_a_recovery_code_is_an_answer_too(browser: Browser, house: House, ana: Actor) -> None:
    given = people.renew_codes(house.app, ana, code_of(house.app, ana))
    browser.enter(ana.email, PASSWORD)

    page = browser.get("/entrar/codigo?con=recuperacion")
    assert "Código de recuperación" in page.text
    assert "numeric" not in page.text
    assert send(browser, house, ana, given[0].reveal()) == "/nueva"


def test_guessing_at_the_second_step_is_slowed(browser: Browser, house: House, ana: Actor) -> None:
    browser.enter(ana.email, PASSWORD)
    for number in range(6):
        answer = browser.post("/entrar/codigo", data={"codigo": f"nada{number}"})

    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0


def test_without_a_password_there_is_no_second_step(browser: Browser, house: House) -> None:
    assert browser.get("/entrar/codigo?sig=/nueva").headers["location"] == "/entrar?sig=%2Fnueva"
    answer = browser.post("/entrar/codigo", data={"codigo": "123456", "sig": "//malo.example"})
    assert answer.headers["location"] == "/entrar?caduco=1"
    assert "Escriba de nuevo" in browser.get("/entrar?caduco=1").text


def test_a_central_role_is_led_to_its_second_factor_and_then_in(
    compelling: Browser, house: House
) -> None:
    actor = house.actor("ADM")
    compelling.enter(let_in(house, actor), PASSWORD)
    assert compelling.get("/personas").headers["location"] == "/verificacion"
    assert compelling.get("/_stcore/host-config").status_code == 401
    assert "Su función exige" in compelling.get("/verificacion").text

    page = compelling.post("/verificacion", data={"paso": "iniciar"})
    key = re.findall(r"<b>([A-Z2-7 ]+)</b>", page.text)[0].replace(" ", "")
    assert len(key) == 32
    assert "<svg" in page.text
    assert "no-store" in page.headers["cache-control"]
    wrong = compelling.post("/verificacion", data={"paso": "confirmar", "codigo": "nada"})
    assert key in wrong.text.replace(" ", "")
    done = compelling.post(
        "/verificacion", data={"paso": "confirmar", "codigo": code_of(house.app, actor)}
    )
    codes = re.findall(r"<li>([a-z0-9]{5}-[a-z0-9]{5})</li>", done.text)
    assert len(set(codes)) == 10
    assert compelling.get("/personas").status_code == 200
    again = compelling.post(
        "/verificacion", data={"paso": "confirmar", "codigo": code_of(house.app, actor)}
    )
    assert not re.findall(r"<li>", again.text)


def test_a_plantel_s_role_is_not_led_there(compelling: Browser, house: House) -> None:
    compelling.enter(let_in(house, house.actor("OPER", 1)), PASSWORD)
    assert compelling.get("/nueva").status_code == 200


def test_a_code_buys_new_recovery_codes(browser: Browser, house: House, ana: Actor) -> None:
    browser.enter(ana.email, PASSWORD)
    send(browser, house, ana)
    assert "Códigos de recuperación nuevos" in browser.get("/verificacion").text

    refused = browser.post("/verificacion", data={"paso": "codigos", "codigo": "nada"})
    assert refused.status_code == 400
    house.clock.pass_(seconds=30)
    shown = browser.post(
        "/verificacion", data={"paso": "codigos", "codigo": code_of(house.app, ana)}
    )
    assert len(re.findall(r"<li>", shown.text)) == 10
    foreign = {"Origin": "https://malo.example"}
    data = {"paso": "codigos", "codigo": code_of(house.app, ana)}
    assert browser.post("/verificacion", data=data, headers=foreign).status_code == 403


def asking(house: House, actor: Actor) -> AppTest:
    """Run a page that shows a value only behind ``ask``."""

    def page(app, actor):  # type: ignore[no-untyped-def]  # its source alone is run
        import streamlit as st

        from dashboard.components import factor

        if factor.ask(app, actor):
            st.write("abierto")

    return AppTest.from_function(page, kwargs={"app": house.app, "actor": actor}).run()


def test_what_a_page_guards_is_asked_for_once_in_five_minutes(house: House, ana: Actor) -> None:
    house.clock.pass_(minutes=6)
    test = fine(asking(house, ana))
    assert not [one for one in test.markdown if one.value == "abierto"]
    test.text_input[0].set_value("nada")
    test.button[0].click().run()
    assert "no es correcto" in test.error[0].value

    code = code_of(house.app, ana)
    test.text_input[0].set_value(code)
    fine(test.button[0].click().run())

    assert [one.value for one in test.markdown] == ["abierto"]
    assert not test.text_input
    assert code not in str(test.run().session_state._state.filtered_state)
    house.clock.pass_(minutes=6)
    assert fine(test.run()).text_input


def test_who_has_none_is_shown_the_way_to_it(house: House) -> None:
    test = fine(asking(house, seated(house.app, house.actor("DIRV"))))
    assert "no la tiene" in test.warning[0].value
    assert 'href="/verificacion"' in "".join(all_html(test.main))


def test_mi_cuenta_takes_the_factor_off_by_a_code(
    house: House, monkeypatch: pytest.MonkeyPatch, ana: Actor
) -> None:
    given = people.renew_codes(house.app, ana, code_of(house.app, ana))
    monkeypatch.setattr("tests.dashboard.opening.token_of", partial(whole_token, given))
    test = open_page(house, monkeypatch, ana, "cuenta")
    assert "Códigos de recuperación sin usar: 9" in "".join(all_html(test.main))
    house.clock.pass_(seconds=60)
    test.text_input(key="quitar_factor_codigo").set_value(code_of(house.app, ana))
    fine(next(one for one in test.button if one.label == "Quitar").click().run())
    assert "No está activa" in "".join(all_html(test.main))


def whole_token(given: tuple[Secret, ...], house: House, actor: Actor) -> str:
    half = people.sign_in(house.app, actor.email, PASSWORD)
    return people.second_step(house.app, half.token, given[0].reveal()).token


def test_an_open_page_leads_on_whose_role_begins_to_need_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = house.app.settings.model_copy(update={"second_factor": "all"})
    context.use(replace(house.app, settings=settings))
    test = open_page(house, monkeypatch, house.actor("OPER", 1), "inicio")
    assert test.title[0].value == "Verificación en dos pasos"
    assert 'href="/verificacion"' in "".join(all_html(test.main))

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlmodel import col
from streamlit.testing.v1 import AppTest

from dashboard import navigation
from dashboard.texts import custodia as texts
from dashboard.texts import entregas as transfer_texts
from publisher.app import Actor
from publisher.custody import changes
from publisher.custody import transfers as custody_transfers
from publisher.models import Account, WebSession
from publisher.queries import custody, custody_sheet, transfers
from publisher.texts import custody as custody_texts
from tests.dashboard.browsing import Browser
from tests.dashboard.conftest import PASSWORD, let_in
from tests.dashboard.opening import all_html, button, fine, open_page
from tests.support import keeping
from tests.support.custody import keep
from tests.support.factors import proven
from tests.support.house import House
from vault.secret import Secret

SECRET = "lirio-mar-cobre-78"


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


def test_what_an_account_that_ended_owes_is_attended_by_vinculacion_with_a_reason(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    oper, coordinador = house.actor("OPER", 1), house.actor("COOR")
    account_id = account_of(house, oper)
    duty = keeping.obliged(house.app, account_id, hours=5)
    with house.app.write() as session:
        session.get_one(Account, account_id).state = "closed"
    shut = open_page(house, monkeypatch, oper, "custodia", cuenta=str(account_id))
    assert [one.key for one in fine(shut).main.button] == ["volver"]
    test = open_page(house, monkeypatch, coordinador, "custodia", cuenta=str(account_id))
    assert any("alguien conoce su contraseña" in one.value for one in test.warning)
    test.button(key=f"dispensar_{duty}").click().run()
    assert [one.value for one in test.error] == [custody_texts.REASON_MISSING]
    test.text_input(key=f"dispensa_motivo_{duty}").set_value("Se borró en la red")
    fine(test.button(key=f"dispensar_{duty}").click().run())
    assert account_id not in {row.id for row in custody.lines(house.app, coordinador)}
    assert texts.TITLE in [one.value for one in test.title]


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


def type_change(test: AppTest, account_id: int, password: str, *, nonce: int = 0) -> AppTest:
    """Type a new password and why, and press the button of the form."""
    test.text_input(key=f"secreto_{account_id}_login_password_{nonce}").set_value(password)
    test.text_input(key=f"motivo_{account_id}_0").set_value("Cambio de enlace")
    return button(test, texts.RECORD_DO).click().run()


def kept(test: AppTest) -> str:
    """Return everything that the page, its state and what was typed hold."""
    typed = [one.value for one in (*test.text_input, *test.text_area)]
    return html(test) + str(test.session_state._state.filtered_state) + str(typed)


def test_an_operator_records_a_change_and_nothing_of_it_stays_on_the_page(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    oper, director, coor = house.actor("OPER", 1), house.actor("DIRP", 1), house.actor("COOR")
    account_id = account_of(house, oper)
    test = open_page(house, monkeypatch, oper, "custodia", cuenta=str(account_id))
    fine(type_change(test, account_id, SECRET))
    assert SECRET not in kept(test)
    (change,) = custody_sheet.sheet(house.app, oper, account_id).changes
    assert (change.fields, change.reason) == (("login_password",), "Cambio de enlace")
    assert texts.STEP_NOT_VERIFIED in html(test)
    fine(test.button(key=f"comprobado_{change.id}").click().run())
    for actor, key in ((director, "direccion"), (coor, "enterado")):
        test = open_page(house, monkeypatch, actor, "custodia", cuenta=str(account_id))
        fine(test.button(key=f"{key}_{change.id}").click().run())
    (change,) = custody_sheet.sheet(house.app, oper, account_id).changes
    assert (change.director.name, change.vinculacion.name) == (director.name, coor.name)
    assert change.stage == "vinculacion_enterada"


def test_a_refused_change_says_why_and_loses_only_the_secret(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    oper = house.actor("OPER", 1)
    account_id = account_of(house, oper)
    test = open_page(house, monkeypatch, oper, "custodia", cuenta=str(account_id))
    test = type_change(test, account_id, "Cambio de enlace")
    assert len(test.error) == 1
    assert test.text_input(key=f"motivo_{account_id}_0").value == "Cambio de enlace"
    assert not test.text_input(key=f"secreto_{account_id}_login_password_1").value
    assert custody_sheet.sheet(house.app, oper, account_id).changes == ()
    fine(type_change(test, account_id, SECRET, nonce=1))
    assert SECRET not in kept(test)


def test_custody_changes_hands_on_screen_from_the_acta_to_its_close(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    giver = house.actor("OPER", 1, name="Rosa Peña")
    director = house.actor("DIRP", 1, name="Elsa Ríos")
    taker = house.actor("OPER", 1, name="Saúl Nava")
    account_id = account_of(house, giver)
    test = open_page(house, monkeypatch, director, "custodia")
    test.selectbox(key="entrega_recibe_1").set_value(taker.person_id)
    test.multiselect(key="entrega_cuentas_1").set_value([account_id])
    test.text_input(key="entrega_causa").set_value("Cambio de enlace")
    test.text_input(key="entrega_testigo").set_value("Ana Luz Cid")
    fine(test.button(key="entrega_abrir").click().run())
    (row,) = transfers.listed(house.app, director)
    assert (row.giver, row.receiver, row.state) == ("Rosa Peña", "Saúl Nava", "open")
    assert transfer_texts.FOLIO.format(folio=row.folio) in [one.value for one in test.title]

    def sign(actor: Actor, step: str) -> AppTest:
        page = open_page(house, monkeypatch, actor, "custodia", entrega=str(row.id))
        return fine(page.button(key=f"firmar_{step}").click().run())

    sign(giver, "deliver")
    fields = {"login_password": Secret(SECRET)}
    changes.record(house.app, taker, account_id, fields, cause="staff", reason="Entrega")
    assert transfer_texts.STEP_CHANGED in html(sign(taker, "receive"))
    sign(director, "close")
    done = transfers.one(house.app, director, row.id)
    assert (done.state, done.step, done.may_cancel) == ("complete", "", False)
    assert custody_sheet.sheet(house.app, taker, account_id).line.custodian == "Saúl Nava"


def test_an_acta_is_a_pdf_for_who_may_see_it_and_a_sentence_for_the_others(
    house: House, browser: Browser
) -> None:
    giver, director = house.actor("OPER", 1), house.actor("DIRP", 1)
    taker, stranger = house.actor("OPER", 1), house.actor("OPER", 2)
    account_id = account_of(house, giver)
    made = custody_transfers.open_transfer(
        house.app,
        director,
        1,
        taker.person_id,
        [account_id],
        cause="Cambio de enlace",
        witness="Ana Luz Cid",
    )
    browser.enter(let_in(house, director), PASSWORD)
    found = browser.get(f"/custodia/acta/{made}")
    assert found.headers["content-type"] == "application/pdf"
    assert found.headers["cache-control"] == "no-store"
    assert found.content.startswith(b"%PDF")
    assert browser.get("/custodia/acta/otra").status_code == 409
    browser.post("/salir")
    browser.enter(let_in(house, stranger), PASSWORD)
    assert browser.get(f"/custodia/acta/{made}").status_code == 409


def test_each_of_the_three_gives_the_own_word_once_something_is_kept(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    oper, director = house.actor("OPER", 1), house.actor("DIRP", 1)
    coor, auditor = house.actor("COOR"), house.actor("AUD")
    account_id = account_of(house, oper)

    def buttons(actor: Actor) -> set[str]:
        page = fine(open_page(house, monkeypatch, actor, "custodia"))
        return {str(one.key) for one in page.button if str(one.key).startswith("todas_")}

    assert buttons(director) == set()
    keep(house.app, account_id)
    assert buttons(auditor) == set()
    page = open_page(house, monkeypatch, oper, "custodia", cuenta=str(account_id))
    fine(page.button(key="si_custodian").click().run())
    for actor, part in ((director, "director"), (coor, "vinculacion")):
        page = open_page(house, monkeypatch, actor, "custodia")
        fine(page.button(key=f"todas_{part}").click().run())
    assert custody_sheet.sheet(house.app, auditor, account_id).line.missing == ()


def test_an_incident_is_closed_with_what_was_found_out(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    coor = house.actor("COOR")
    account_id = account_of(house, house.actor("OPER", 1))
    made = keeping.incident(house.app, account_id, "La red dejó de aceptar la credencial.")
    test = open_page(house, monkeypatch, coor, "custodia")
    test.button(key=f"abrir_{account_id}").click().run()
    assert ["dejó de aceptar" in one.value for one in test.error] == [True]
    test.text_area(key=f"resolucion_{made}").set_value("Nadie cambió nada: la red estaba caída.")
    fine(test.button(key=f"cerrar_{made}").click().run())
    assert "la red estaba caída" in html(test)


def test_a_sheet_is_printed_once_with_the_factor_proven_and_then_sealed(
    house: House, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    oper, director = house.actor("OPER", 1), house.actor("DIRP", 1)
    account_id = account_of(house, oper)
    keep(house.app, account_id)
    asked = {
        "cuenta": str(account_id),
        "dato": "login_password",
        "motivo": "Resguardo del trimestre",
    }
    browser.enter(let_in(house, oper), PASSWORD)
    refused = browser.post("/custodia/sobre", data=asked)
    assert (refused.status_code, refused.headers["content-type"][:9]) == (409, "text/html")
    prove(house, oper)
    foreign = {"Origin": "https://otro.example", "Sec-Fetch-Site": "cross-site"}
    assert browser.post("/custodia/sobre", data=asked, headers=foreign).status_code == 403
    assert custody_sheet.sheet(house.app, oper, account_id).envelopes == ()
    tab = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    given = browser.post("/custodia/sobre", data=asked, headers=tab)
    assert given.content.startswith(b"%PDF")
    assert given.headers["cache-control"] == "no-store"
    test = open_page(house, monkeypatch, director, "custodia", cuenta=str(account_id))
    (row,) = custody_sheet.sheet(house.app, oper, account_id).envelopes
    test.text_input(key=f"sello_{row.id}").set_value("A-0012")
    test.text_input(key=f"lugar_{row.id}").set_value("Caja fuerte de la dirección")
    fine(test.button(key=f"sellar_{row.id}").click().run())
    (row,) = custody_sheet.sheet(house.app, oper, account_id).envelopes
    assert (row.state, row.seal_number) == ("sealed", "A-0012")


def prove(house: House, actor: Actor) -> None:
    """Enrol a factor and say that every session of the person proved it now."""
    proven(house.app, actor)
    with house.app.write() as session:
        session.execute(
            update(WebSession)
            .where(col(WebSession.person_id) == actor.person_id)
            .values(proven_at=house.app.clock(), revoked_at=None)
        )

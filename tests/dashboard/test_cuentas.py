from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from connectors.contract import Identity
from connectors.errors import CredentialRejected
from dashboard import context
from dashboard.texts import cuentas as texts
from publisher import connections
from publisher.app import SYSTEM, Actor
from publisher.errors import Invalid, NotFound
from publisher.models import Account, AccountProof
from publisher.queries import accounts
from tests.dashboard.opening import all_html, fine, open_page
from tests.support.house import House
from tests.support.networks import FakeNetworks, Fault
from vault import store
from vault.secret import Secret

SECRET = "EAA-pegada-por-alguien"


@pytest.fixture
def networks(house: House) -> FakeNetworks:
    """Networks that accept everything, behind the house that the pages see."""
    made = FakeNetworks()
    house.app = replace(house.app, connect=made)
    context.use(house.app)
    return made


def html(test: AppTest) -> str:
    return "\n".join(all_html(test.main))


def account_of(house: House, network: str) -> int:
    lines = accounts.lines(house.app, house.actor("OPER", 1))
    return next(line.id for line in lines if line.network == network)


def paste(test: AppTest, account_id: int, value: str, *, nonce: int = 0) -> AppTest:
    """Type a secret and a reason, and press the button of the form."""
    test.text_input(key=f"secreto_{account_id}_access_token_{nonce}").set_value(value)
    test.text_input(key=f"motivo_{account_id}").set_value("Venció la anterior")
    return next(one for one in test.button if one.label == texts.INSTALL).click().run()


def stored(house: House, account_id: int) -> str:
    with house.app.read() as session:
        found = store.use(session, house.app.keyring, account_id).fields.get("access_token")
    return found.reveal() if found else ""


def test_an_operator_pastes_a_credential_and_nothing_of_it_stays_on_the_page(
    house: House, networks: FakeNetworks, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = account_of(house, "x")
    oper = house.actor("OPER", 1, name="Rosa Peña")
    test = open_page(house, monkeypatch, oper, "cuentas", cuenta=str(account_id))
    assert texts.COUNT.format(n=3) in html(test)
    assert "Rosa Peña" in html(test)
    fine(paste(test, account_id, SECRET))
    assert stored(house, account_id) == SECRET
    assert SECRET not in str(test.session_state._state.filtered_state)
    assert SECRET not in html(test) + str([one.value for one in test.text_input])
    assert texts.CHIP_ACTIVE in html(test)
    assert test.text_input(key=f"motivo_{account_id}").value == ""


def test_a_refusal_says_why_and_loses_only_the_secret(
    house: House, networks: FakeNetworks, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = account_of(house, "x")
    wrong = CredentialRejected(code="x.other_account", sentence="La credencial es de otra cuenta.")
    networks.order("x", "verify", Fault(wrong))
    test = open_page(house, monkeypatch, house.actor("DIRP", 1), "cuentas", cuenta=str(account_id))
    paste(test, account_id, SECRET)
    assert ["es de otra cuenta" in one.value for one in test.error] == [True]
    assert stored(house, account_id) == ""
    assert SECRET not in str(test.session_state._state.filtered_state)
    assert test.text_input(key=f"motivo_{account_id}").value == "Venció la anterior"
    fine(paste(test, account_id, SECRET, nonce=1))
    assert stored(house, account_id) == SECRET


def test_whoever_only_looks_sees_no_form_and_no_other_plantel(
    house: House, networks: FakeNetworks, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = account_of(house, "x")
    auditor, other = house.actor("AUD"), house.actor("OPER", 2)
    test = open_page(house, monkeypatch, auditor, "cuentas", cuenta=str(account_id))
    assert texts.COUNT.format(n=231) in html(test)
    assert not [one for one in test.button if one.label == texts.INSTALL]
    assert {line.plantel_id for line in accounts.lines(house.app, other)} == {2}
    with pytest.raises(NotFound):
        accounts.sheet(house.app, other, account_id)


def test_the_unofficial_way_asks_the_director_to_accept_its_risk_first(
    house: House, networks: FakeNetworks, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = account_of(house, "instagram")

    def private(actor: Actor) -> AppTest:
        test = open_page(house, monkeypatch, actor, "cuentas", cuenta=str(account_id))
        return test.radio(key=f"via_{account_id}").set_value("instagram_private").run()

    seen = fine(private(house.actor("OPER", 1)))
    assert texts.RISK_WAITS in html(seen)
    director = house.actor("DIRP", 1)
    test = private(director)
    test.button(key=f"aceptar_{account_id}").click().run()
    assert len(test.error) == 1
    test.checkbox(key=f"riesgo_{account_id}").set_value(True)
    fine(test.button(key=f"aceptar_{account_id}").click().run())
    assert accounts.sheet(house.app, director, account_id).risk_accepted_by == director.name
    test.radio(key=f"via_{account_id}").set_value("instagram_private").run()
    test.toggle(key=f"pegar_{account_id}").set_value(True).run()
    fine(paste(test, account_id, "{}"))
    with house.app.read() as session:
        assert session.get_one(Account, account_id).connector == "instagram_private"


def test_who_logs_in_types_password_and_code_and_none_of_it_stays_on_the_page(
    house: House, networks: FakeNetworks, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = account_of(house, "instagram")
    connections.accept_risk(house.app, house.actor("DIRP", 1), account_id, accepted=True)
    typed: list[str] = []

    def wanted(sentence: str) -> connections.CodeWanted:
        until = house.app.clock() + timedelta(minutes=10)
        return connections.CodeWanted(ticket="billete", kind="sms", sentence=sentence, until=until)

    def begin(*_: object, username: str, password: Secret, reason: str) -> object:
        typed.append(f"{username} {password.reveal()} {reason}")
        if password.reveal() == SECRET:
            return wanted("Llegó un código a 0042.")
        raise Invalid("Instagram no aceptó la contraseña.")

    def answer(_app: object, _actor: object, ticket: str, code: Secret) -> object:
        typed.append(f"{ticket} {code.reveal()}")
        if code.reveal() == "515151":
            return Identity(external_id="1", handle="plantel", name="Plantel Uno")
        return wanted("El código no fue correcto.")

    monkeypatch.setattr(connections, "begin_session", begin)
    monkeypatch.setattr(connections, "answer_session", answer)
    oper = house.actor("OPER", 1)
    test = open_page(house, monkeypatch, oper, "cuentas", cuenta=str(account_id))
    test.radio(key=f"via_{account_id}").set_value("instagram_private").run()

    def press(key: str, value: str, label: str) -> None:
        test.text_input(key=key).set_value(value)
        next(one for one in test.button if one.label == label).click().run()
        assert not test.exception
        assert value not in str(test.session_state._state.filtered_state)

    test.text_input(key=f"motivo_sesion_{account_id}").set_value("Primera vez")
    press(f"clave_{account_id}_0", "plantada-mala", texts.SESSION_BEGIN)
    assert "no aceptó la contraseña" in test.error[0].value
    press(f"clave_{account_id}_1", SECRET, texts.SESSION_BEGIN)
    assert "0042" in test.info[0].value
    press(f"cifras_{account_id}_2", "909090", texts.SESSION_ANSWER)
    assert "no fue correcto" in test.info[0].value
    press(f"cifras_{account_id}_3", "515151", texts.SESSION_ANSWER)
    assert test.text_input(key=f"clave_{account_id}_4").value == ""
    handle = accounts.sheet(house.app, oper, account_id).line.handle
    assert typed == [
        f"{handle} plantada-mala Primera vez",
        f"{handle} {SECRET} Primera vez",
        "billete 909090",
        "billete 515151",
    ]
    assert "plantada-mala" not in html(test)


def test_one_with_the_official_identifier_says_what_to_do_and_is_replaced_by_whoever_may(
    house: House, networks: FakeNetworks, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = account_of(house, "instagram")
    with house.app.write() as session:
        account = session.get_one(Account, id_)
        account.external_id, account.connector = "17841400000000123", "instagram_private"
        account.risk_accepted_at, account.risk_accepted_by = house.clock(), 1
    page = open_page(house, monkeypatch, house.actor("OPER", 1), "cuentas", cuenta=str(id_))
    assert "(17841400000000123)" in "".join(one.value for one in page.info)
    assert not [one for one in page.button if one.label == texts.REPLACE]
    page = open_page(house, monkeypatch, house.actor("ADM"), "cuentas", cuenta=str(id_))
    page.text_input(key=f"otro_id_{id_}").set_value("501")
    page.text_input(key=f"motivo_reemplazo_{id_}").set_value("Se usará la vía no oficial")
    page = fine(next(one for one in page.button if one.label == texts.REPLACE).click().run())
    with house.app.read() as session:
        old = session.get_one(Account, id_)
        assert old.state == "replaced"
        assert session.get_one(Account, old.replaced_by_id or 0).external_id == "501"


def test_the_ways_in_are_offered_to_who_may_install_and_renewals_are_no_alarm(
    house: House, networks: FakeNetworks, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = house.app.settings.model_copy(update={"x_client_id": "cliente"})
    house.app = replace(house.app, settings=settings)
    context.use(house.app)
    account_id = account_of(house, "x")
    with house.app.write() as session:
        session.get_one(Account, account_id).connector = "x_oauth2"
        ends = house.clock.now + timedelta(hours=1)
        session.add(
            AccountProof(account_id=account_id, outcome="ok", expires_at=ends, next_at=ends)
        )
    shown = open_page(house, monkeypatch, house.actor("OPER", 1), "cuentas", cuenta=str(account_id))
    assert f'href="/conectar/x?cuenta={account_id}"' in html(shown)
    assert 'href="/conectar/token"' in html(shown)
    assert "/conectar/x/claves" not in html(shown)
    assert texts.SELF_RENEWED in html(shown)
    assert texts.CHIP_SOON not in html(shown)
    fine(shown)
    looks = open_page(house, monkeypatch, house.actor("AUD", None), "cuentas")
    assert "/conectar/" not in html(looks)


def test_what_needs_care_is_counted_and_found(
    house: House, networks: FakeNetworks, monkeypatch: pytest.MonkeyPatch
) -> None:
    oper = house.actor("OPER", 1)
    x, facebook = account_of(house, "x"), account_of(house, "facebook")
    for account_id in (x, facebook):
        connections.connect_account(
            house.app, oper, account_id, {"access_token": Secret(SECRET)}, reason="Alta"
        )
    networks.order("x", "verify", Fault(CredentialRejected(code="x.token_expired")))
    connections.verify_accounts(house.app, SYSTEM, [x])
    with house.app.write() as session:
        proof = session.get_one(AccountProof, facebook)
        proof.expires_at = house.clock.now + timedelta(days=3)
    test = fine(open_page(house, monkeypatch, oper, "cuentas"))
    shown = html(test)
    assert texts.COUNT_CARE.format(count="3 cuentas", n=2) in shown
    assert "Vencida" in shown
    assert texts.CHIP_SOON in shown
    fine(test.button(key="comprobar_todas").click().run())
    assert "Vencida" not in html(test)

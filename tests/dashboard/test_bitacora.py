from __future__ import annotations

import io
import json
import time
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from dashboard import navigation
from dashboard.components import chain, entry
from dashboard.texts import bitacora as texts
from dashboard.texts import common
from publisher.app import Actor
from publisher.queries import audit
from publisher.sealing import seal
from publisher.texts import bitacora as words
from tests.dashboard.browsing import Browser
from tests.dashboard.conftest import PASSWORD, let_in
from tests.dashboard.opening import all_html, button, fine, open_page
from tests.support.house import House

DIGEST = "0123456789abcdef" * 4


def note(house: House, actor: Actor, action: str, **facts: Any) -> str:
    """Record one act; return the entry's id."""
    kind = facts.pop("kind", action.partition(".")[0])
    entry = house.app.entry(actor, action, kind, facts.pop("of", 12), **facts)
    with house.app.write() as session:
        house.app.note(session, entry)
    return entry.id


def shown(test: AppTest) -> str:
    return "\n".join([*all_html(test.main), *(one.value for one in test.markdown)])


def _body(app, found):  # type: ignore[no-untyped-def]  # its source alone is run
    from dashboard.components import entry

    entry.body(app, found, only=lambda _line: None)


def test_the_auditor_sees_who_did_what_and_filters_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    author = house.actor("OPER", 1, name="Ana Núñez")
    note(house, author, "post.create", plantel_id=1, reason="<b>Semana</b> de la ciencia")
    note(house, author, "credential.install", plantel_id=1, result="refused")
    test = open_page(house, monkeypatch, house.actor("AUD"), "bitacora")
    seen = shown(test)
    assert words.ACTIONS["post.create"] in seen
    assert "&lt;b&gt;Semana&lt;/b&gt; de la ciencia" in seen
    assert words.RESULTS["refused"] in seen
    test.selectbox(key="hecho").set_value(words.GROUPS["custody"])
    seen = shown(fine(test.run()))
    assert words.ACTIONS["credential.install"] in seen
    assert words.ACTIONS["post.create"] not in seen
    test.text_input(key="motivo").set_value("nada de esto")
    assert texts.EMPTY_FILTERED in shown(fine(test.run()))
    button(test, texts.CLEAR).click()
    assert words.ACTIONS["post.create"] in shown(fine(test.run()))


def test_what_is_in_the_address_filters_and_opens(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    author = house.actor("OPER", 1)
    note(house, author, "post.create", plantel_id=1, of=12)
    note(house, author, "post.save", plantel_id=1, of=13)
    test = open_page(house, monkeypatch, house.actor("AUD"), "bitacora", objeto="post/12")
    seen = shown(test)
    assert words.ACTIONS["post.create"] in seen
    assert words.ACTIONS["post.save"] not in seen
    assert "Publicación 12" in seen
    button(test, texts.CLEAR_OBJECT).click()
    assert words.ACTIONS["post.save"] in shown(fine(test.run()))


def test_more_than_a_page_is_turned(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    author = house.actor("OPER", 1)
    for number in range(30):
        house.clock.pass_(seconds=1)
        note(house, author, "post.save", reason=f"Vuelta {number:02}", of=77)
    test = open_page(house, monkeypatch, house.actor("AUD"), "bitacora", objeto="post/77")
    assert "Vuelta 29" in shown(test)
    assert "Vuelta 04" not in shown(test)
    button(test, common.NEXT).click()
    seen = shown(fine(test.run()))
    assert "Vuelta 04" in seen
    assert "Vuelta 29" not in seen
    button(test, common.PREVIOUS).click()
    assert "Vuelta 29" in shown(fine(test.run()))


def test_the_detail_tells_everything_and_a_digest_only_by_its_beginning(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    author = house.actor("OPER", 1, name="Ana Núñez")
    session_ref = "fedcba9876543210"
    entry_id = note(
        house,
        replace(author, session_ref=session_ref),
        "vault.secret.rotate",
        kind="vault_secret",
        of="1/access_token",
        before="held",
        after=DIGEST,
        reason="Cambio de operadora",
        detail=json.dumps({"version": 3}),
    )
    seal(house.app)
    found = audit.sheet(house.app, house.actor("AUD"), entry_id)
    test = AppTest.from_function(_body, kwargs={"app": house.app, "found": found})
    seen = shown(fine(test.run()))
    for said in ("Ana Núñez", "Cambio de operadora", "Versión", "vault.secret.rotate", "ligado"):
        assert said in seen, said
    assert "huella 0123456789abcdef…" in seen
    assert DIGEST not in seen
    assert session_ref not in seen
    gone = open_page(house, monkeypatch, house.actor("OPER", 2), "bitacora")
    assert "Ana Núñez" not in shown(gone)


def test_an_entry_out_of_reach_is_not_opened_by_its_address(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry_id = note(house, house.actor("OPER", 1), "post.create", plantel_id=1)
    monkeypatch.setattr("tests.dashboard.opening.fine", lambda test: test)
    test = open_page(house, monkeypatch, house.actor("OPER", 2), "bitacora", asiento=entry_id)
    assert [error.value for error in test.error] == [words.NO_ENTRY]


def test_a_whole_chain_is_green_and_a_changed_one_red(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "PAUSE", 0.01)
    auditor = house.actor("AUD")
    test = open_page(house, monkeypatch, auditor, "bitacora")
    button(test, texts.VERIFY).click()
    fine(test.run())
    assert test.success[0].value.startswith("La cadena está íntegra")
    assert texts.ANCHOR_NONE in shown(test)
    with house.app.write() as session:
        session.execute(text("DROP TRIGGER audit_entry_no_update"))
        session.execute(text("UPDATE audit_entry SET reason = 'otro' WHERE rowid = 2"))
    button(test, texts.VERIFY).click()
    test.run()
    assert not test.success
    assert "NO está íntegra" in test.error[0].value
    assert "<li>" in shown(test)


@pytest.mark.parametrize(
    ("role", "intro", "verifies"),
    [
        ("AUD", texts.INTRO, True),
        ("ADM", texts.INTRO_TECHNICAL, True),
        ("DIRP", texts.INTRO_OWN, False),
    ],
)
def test_each_role_finds_what_it_may_do(
    house: House, monkeypatch: pytest.MonkeyPatch, role: str, intro: str, verifies: bool
) -> None:
    actor = house.actor(role, 1 if role == "DIRP" else None)
    assert "bitacora" in {one.name for one in navigation.visible(house.app, actor)}
    test = open_page(house, monkeypatch, actor, "bitacora")
    seen = shown(test)
    assert intro in seen
    assert (texts.VERIFY in [one.label for one in test.button]) is verifies
    assert ("/bitacora/copia" in seen) is (role != "ADM")


def test_the_signed_copy_is_sent_and_leaves_nothing_behind(house: House, browser: Browser) -> None:
    assert browser.get("/bitacora/copia").status_code == 303
    browser.enter(let_in(house, house.actor("AUD")), PASSWORD)
    before = set(house.app.settings.data_dir.iterdir())
    answer = browser.get("/bitacora/copia")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert "attachment" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        names = set(packed.namelist())
        lines = packed.read("bitacora.jsonl").decode().splitlines()
    assert names == {"bitacora.jsonl", "manifiesto.json", "manifiesto.firma"}
    assert json.loads(lines[-1])["action"] == "audit.exported"
    end = time.monotonic() + 5
    while set(house.app.settings.data_dir.iterdir()) != before:
        assert time.monotonic() < end, "the copy was left behind"
        time.sleep(0.01)
    foreign = browser.get("/bitacora/copia", headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403


def test_a_plantel_copies_its_own_part_only(house: House, browser: Browser) -> None:
    browser.enter(let_in(house, house.actor("DIRP", 1)), PASSWORD)
    with house.app.read() as session:
        codes = session.execute(text("SELECT code FROM plantel ORDER BY id LIMIT 2")).scalars()
        mine, other = codes
    assert browser.get("/bitacora/copia").status_code == 403
    assert browser.get(f"/bitacora/copia?plantel={other}").status_code == 403
    assert browser.get("/bitacora/copia?plantel=NADA").status_code == 400
    assert browser.get(f"/bitacora/copia?plantel={mine}").status_code == 200


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("waited_s", "7500", "2 h 5 min"),
        ("verdict", "flag", "con advertencias"),
        ("findings", '["4.2", "9.4"]', "4.2, 9.4"),
        ("revision", "2", "2"),
    ],
)
def test_the_grounds_of_a_decision_are_said_in_words(name: str, value: str, said: str) -> None:
    assert entry._fact(name, value) == said
    assert name in texts.FACTS

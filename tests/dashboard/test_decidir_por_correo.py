"""``/decidir/…`` over HTTP: reading decides nothing, the form decides once, from this site only."""

from __future__ import annotations

import pytest

from dashboard.texts import by_mail as texts
from publisher.editorial import by_mail
from publisher.notices import deciding, list_for
from tests.dashboard.browsing import Browser
from tests.support.house import House
from tests.support.posts import TEXT, Newsroom


@pytest.fixture
def room(house: House) -> Newsroom:
    return Newsroom(house)


def path(room: Newsroom, post_id: int) -> str:
    by_mail.ask(room.app, room.coor, post_id)
    link = list_for(room.app, room.dirv)[0].link
    with room.app.read() as session:
        return deciding.outside(room.app, session, link)


def test_the_page_shows_the_exact_content_without_a_session_and_its_form_decides_once(
    room: Newsroom, browser: Browser
) -> None:
    post_id = room.reviewed(text=f"{TEXT} <b>¡Asistan!</b>")
    address = path(room, post_id)
    for _ in range(2):
        page = browser.get(address)
    assert page.status_code == 200
    assert f"{TEXT} &lt;b&gt;¡Asistan!&lt;/b&gt;" in page.text
    assert texts.APPROVE in page.text
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "no-store"
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert room.post(post_id).state == "reviewed"

    foreign = browser.post(
        address, data={"decision": "autorizar"}, headers={"Origin": "https://otro.example"}
    )
    assert (foreign.status_code, room.post(post_id).state) == (403, "reviewed")
    assert browser.post(address, data={"decision": "borrar"}).status_code == 400
    assert browser.post(address, data={"decision": "autorizar"}).status_code == 200
    assert room.post(post_id).state == "approved"
    again = browser.post(address, data={"decision": "autorizar"})
    assert (again.status_code, "ya se usó" in again.text) == (409, True)


def test_without_a_reason_the_page_keeps_what_was_typed_and_returns_with_one(
    room: Newsroom, browser: Browser
) -> None:
    post_id = room.reviewed()
    address = path(room, post_id)
    refused = browser.post(address, data={"decision": "devolver", "motivo": "no <"})
    assert (refused.status_code, "no &lt;</textarea>" in refused.text) == (409, True)
    browser.post(address, data={"decision": "devolver", "motivo": "Falta la hora del evento"})
    assert room.post(post_id).state == "returned"


def test_a_link_that_is_none_says_so_and_opens_nothing(room: Newsroom, browser: Browser) -> None:
    room.reviewed()
    for address in ("/decidir/" + "x" * 43, "/decidir/..%2fentrar", "/decidir/" + "y" * 500):
        assert browser.get(address).status_code == 404
    assert browser.get("/decidir/" + "x" * 43 + "/0").status_code == 404
    assert browser.get("/aprobaciones").status_code == 303

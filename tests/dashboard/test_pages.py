"""Each page for each role, with nothing in the house and with posts in every state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import context, navigation
from publisher import people, rulebook
from publisher.app import Actor
from publisher.editorial import batch, draft, review, submit
from tests.dashboard.conftest import token_of
from tests.support.house import House
from tests.support.posts import Newsroom

Open = Callable[..., AppTest]
ENTRY = Path(context.__file__).parent / "app.py"
PLACES = {"OPER": 1, "DIRP": 1}
ROLES = ("DIRV", "COOR", "DIRP", "OPER", "AUD", "ADM")
OPEN = {
    "DIRV": {"inicio", "calendario", "nueva", "aprobaciones", "actividad", "publicacion"},
    "COOR": {"inicio", "calendario", "nueva", "aprobaciones", "actividad", "publicacion"},
    "DIRP": {"inicio", "calendario", "nueva", "actividad", "publicacion"},
    "OPER": {"inicio", "calendario", "nueva", "actividad", "publicacion"},
    "AUD": {"inicio", "calendario", "actividad", "publicacion"},
    "ADM": {"inicio"},
}
FIVE = ("inicio", "calendario", "nueva", "aprobaciones", "actividad", "publicacion", "cuenta")


@pytest.fixture
def see(house: House, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Return a way to open a page as somebody."""

    # AppTest starts each script anew: an App set in this process is what they all use.
    def open_page(actor: Actor, name: str = "inicio", **query: str) -> AppTest:
        token = token_of(house, actor)
        monkeypatch.setattr(context, "token", lambda: token)
        test = AppTest.from_file(str(ENTRY), default_timeout=20)
        for key, value in query.items():
            test.query_params[key] = value
        test.run()
        if name != "inicio":
            test.switch_page(f"views/{name}.py")
            test.run()
        return test

    return open_page


def fine(test: AppTest) -> AppTest:
    """Assert that a run ended without an exception and without an error on the screen."""
    assert not test.exception, test.exception
    assert not test.error, [error.value for error in test.error]
    return test


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_a_role_opens_in_an_empty_house(house: House, see: Open, role: str) -> None:
    with house.app.write() as session:
        rulebook.import_shipped(house.app, session)
    actor = house.actor(role, PLACES.get(role))
    for name in FIVE:
        if name in OPEN[role] | {"cuenta"}:
            fine(see(actor, name))


def test_the_menu_is_what_the_role_may_open(house: House) -> None:
    for role in ROLES:
        shown = {
            screen.name
            for screen in navigation.visible(house.app, house.actor(role, PLACES.get(role)))
        }
        assert shown & set(FIVE) - {"cuenta"} == OPEN[role], role


@pytest.mark.parametrize("role", ["DIRV", "COOR", "OPER", "AUD"])
def test_every_page_opens_with_posts_in_every_state(house: House, see: Open, role: str) -> None:
    room = Newsroom(house)
    room.draft()
    consulted = room.submitted(hours=20)
    dictated = room.reviewed(networks=("x", "facebook"))
    returned = room.submitted()
    review.give(room.app, room.coor, returned, decision="returned", reason="Falta la sede.....")
    planned = room.approved(hours=30)
    done, failed, held = (room.approved() for _ in range(3))
    room.settle(done)
    room.settle(failed, "dead")
    room.settle(held, "held")
    actor = {"DIRV": room.dirv, "COOR": room.coor, "OPER": room.oper}.get(role) or house.actor(role)
    for name in sorted(OPEN[role]):
        fine(see(actor, name))
    if role == "OPER":
        fine(see(actor, "nueva", id=str(returned)))
    for post_id in (consulted, dictated, returned, planned, done, failed, held):
        fine(see(actor, "publicacion", id=str(post_id)))


def test_the_directora_approves_what_is_on_her_screen(house: House, see: Open) -> None:
    room = Newsroom(house)
    post_id = room.reviewed()
    test = see(room.dirv, "publicacion", id=str(post_id))
    button = next(button for button in test.button if button.label == "Autorizar")
    fine(button.click().run())
    assert room.post(post_id).state == "approved"


def test_a_button_pressed_on_content_that_changed_meanwhile_approves_nothing(
    house: House, see: Open
) -> None:
    room = Newsroom(house)
    post_id = room.reviewed()
    test = see(room.dirv, "publicacion", id=str(post_id))
    button = next(button for button in test.button if button.label == "Autorizar")
    seen = room.post(post_id).digest
    review.withdraw(room.app, room.oper, post_id)
    held = draft.load(room.app, room.oper, post_id)
    changed = replace(held.content, texts={"base": "Otro texto, escrito después de que lo vio."})
    version = draft.save(room.app, room.oper, post_id, version=held.version, content=changed)
    submit.submit(room.app, room.oper, post_id, version=version)
    review.give(
        room.app,
        room.coor,
        post_id,
        decision="reviewed",
        account_ids=changed.account_ids,
        local_at=changed.local_at,
    )
    assert room.post(post_id).digest != seen
    button.click().run()
    assert room.post(post_id).state == "reviewed"


def test_returning_needs_a_reason_in_the_tray_where_the_post_is(house: House) -> None:
    room = Newsroom(house)
    for post_id, actor in ((room.reviewed(), room.dirv), (room.submitted(), room.coor)):
        state = room.post(post_id).state
        (refused,) = batch.return_many(room.app, actor, [post_id])
        assert not refused.ok
        assert room.post(post_id).state == state
        (done,) = batch.return_many(room.app, actor, [post_id], reason="Falta la sede del evento")
        assert done.ok
        assert room.post(post_id).state == "returned"


def test_the_coordinator_gives_a_dictamen_with_accounts_and_time(house: House, see: Open) -> None:
    room = Newsroom(house)
    post_id = room.submitted(networks=("x", "facebook"))
    test = see(room.coor, "publicacion", id=str(post_id))
    fine(next(b for b in test.button if b.label == "Dictamen favorable").click().run())
    assert room.post(post_id).state == "reviewed"


def test_a_session_that_ended_shows_the_way_back_and_nothing_else(
    house: House, see: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = see(house.actor("OPER", 1))
    monkeypatch.setattr(context, "token", lambda: "caducado")
    test.run()
    assert [title.value for title in test.title] == ["Su sesión terminó"]
    assert not test.metric


def test_who_has_no_role_yet_is_told(house: House, see: Open) -> None:
    actor = people.actor_for(house.app, house.person())
    test = see(actor)
    assert [title.value for title in test.title] == ["Todavía no tiene una función asignada"]


def test_a_page_out_of_the_role_is_not_there(house: House, see: Open) -> None:
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        see(house.actor("ADM"), "aprobaciones")


def test_anything_unexpected_gets_a_folio_and_no_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sentence = context.unexpected(RuntimeError("detalle interno"))
    assert "detalle" not in sentence
    folio = sentence.split("folio ")[1].split()[0]
    assert folio in caplog.text
    assert "detalle interno" in caplog.text

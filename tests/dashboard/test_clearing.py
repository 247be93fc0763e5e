"""The visto bueno on the screen: the Directora's option, and the director's answer."""

from __future__ import annotations

import pytest

from dashboard.components import clearing
from dashboard.texts import clearing as texts
from dashboard.texts import common
from publisher.editorial import clear
from publisher.queries import post
from tests.dashboard.opening import all_html, button, fine, open_page
from tests.dashboard.test_personas import drawn
from tests.support.house import House
from tests.support.posts import Newsroom


def test_the_directora_asks_for_it_and_a_director_gives_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Newsroom(house)
    director = house.actor("DIRP", 1, "Carmen Ruiz")
    page = open_page(house, monkeypatch, room.dirv, "personas")
    assert any(texts.OPTION_STATE[False] in one.value for one in page.markdown)
    form = drawn(clearing.confirm, house.app, room.dirv, False)
    fine(button(form, texts.OPTION_DO[False]).click().run())
    assert clear.is_asked(house.app)

    post_id = room.submitted()
    page = open_page(house, monkeypatch, director, "publicacion", id=str(post_id))
    assert common.PHASES["clearing"] in " ".join(all_html(page.main))
    fine(button(page, texts.CLEAR).click().run())
    assert post.story(house.app, director, post_id).phase == "in_review"


def test_an_objection_without_a_reason_is_refused_in_words(house: House) -> None:
    room = Newsroom(house)
    director = house.actor("DIRP", 1, "Carmen Ruiz")
    clear.switch(house.app, room.dirv, on=True)
    post_id = room.submitted()
    story = post.story(house.app, director, post_id)
    form = drawn(clearing.objection, house.app, director, story)
    form.button(key="si_objetar").click().run()
    assert "motivo" in form.error[0].value
    form.text_area(key="motivo_objetar").set_value("Falta el nombre completo del evento").run()
    fine(form.button(key="si_objetar").click().run())
    assert post.story(house.app, director, post_id).state == "returned"

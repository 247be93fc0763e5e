"""Calidad on the screen, and the examples that Nueva shows by topic."""

from __future__ import annotations

import pytest

from dashboard import navigation
from dashboard.components import praising
from dashboard.texts import calidad as texts
from publisher.editorial import examples, review
from publisher.queries import examples as rows
from tests.dashboard.opening import all_html, button, fine, open_page
from tests.dashboard.test_personas import drawn
from tests.support.house import House
from tests.support.posts import TEXT, Newsroom


def test_the_coordinator_sees_what_came_back_and_holds_an_example_up(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Newsroom(house)
    page = open_page(house, monkeypatch, room.coor, "calidad")
    assert texts.NOTHING in " ".join(all_html(page.main))
    returned = room.submitted()
    review.give(
        room.app, room.coor, returned, decision="returned", reason="Revise la regla 3.4, por favor."
    )
    post_id = room.approved()
    room.settle(post_id)
    fine(page.run())
    shown = " ".join(all_html(page.main))
    assert texts.CITED.format(rules="3.4 (1)") in shown
    assert button(page, texts.CHOOSE)
    row = rows.suggested(room.app, room.coor)[0]
    form = drawn(praising.form, room.app, room.coor, row)
    form.text_input(key=f"nota_ejemplo_{post_id}").set_value("Dice quién y dónde").run()
    fine(button(form, texts.CHOOSE_DO).click().run())
    fine(page.run())
    assert "Dice quién y dónde" in " ".join(all_html(page.main))
    fine(button(page, texts.DROP).click().run())
    assert rows.chosen(room.app, room.coor) == ()


def test_who_writes_sees_the_examples_of_the_topic(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Newsroom(house)
    post_id = room.approved()
    room.settle(post_id)
    examples.choose(room.app, room.coor, post_id, note="Dice quién y dónde")
    draft_id = room.draft()
    page = open_page(house, monkeypatch, room.oper, "nueva", id=str(draft_id))
    assert [one.label for one in page.expander if one.label == texts.EXAMPLES_ONE]
    assert TEXT in " ".join(all_html(page.main))


def test_the_menu_has_it_for_whoever_may_learn(house: House) -> None:
    for role, place in (("DIRV", None), ("AUD", None), ("DIRP", 1), ("OPER", 1), ("ADM", None)):
        seen = {screen.name for screen in navigation.visible(house.app, house.actor(role, place))}
        assert ("calidad" in seen) is (role in {"DIRV", "AUD", "DIRP"})

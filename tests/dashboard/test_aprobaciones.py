"""The trays on the screen: returning in phrases, taking back, and the phrases themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components import tray, undoing
from dashboard.texts import anotada as note_texts
from dashboard.texts import aprobaciones as texts
from publisher.editorial import approve, batch, draft, phrases, review, seen, submit
from publisher.queries import queue
from tests.dashboard.opening import all_html, button, fine, open_page
from tests.support.house import House
from tests.support.posts import TEXT, Newsroom


@pytest.fixture
def room(house: House) -> Newsroom:
    return Newsroom(house)


def opened(room: Newsroom, monkeypatch: pytest.MonkeyPatch, actor: Any) -> AppTest:
    return open_page(room.house, monkeypatch, actor, "aprobaciones")


def test_phrases_on_the_rules_of_the_findings_are_offered_first_and_all_can_be_kept(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.reviewed(text=f"{TEXT} Más en www.ejemplo.com/club")
    test = opened(room, monkeypatch, room.dirv)
    fine(button(test, texts.RETURN).click().run())
    choice = next(one for one in test.multiselect if one.label == texts.PHRASES)
    assert choice.options[0].endswith("regla 9.4")
    kept = phrases.listed(room.app)
    assert len(choice.options) == len(kept)
    fine(button(test, texts.PHRASES_KEEP).click().run())
    assert len([one for one in test.button if one.label == texts.PHRASE_RETIRE]) == len(kept)
    rules = next(one for one in test.selectbox if one.label == texts.PHRASE_RULE)
    assert rules.options[0] == texts.PHRASE_NO_RULE
    assert any(option.startswith("6.3 ") for option in rules.options)


def test_what_changed_since_she_saw_it_stands_beside_the_tray(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_id = room.reviewed()
    seen.look(room.app, room.dirv, post_id)
    approve.send_back(room.app, room.dirv, post_id, reason="Diga en qué plantel fue.")
    loaded = draft.load(room.app, room.oper, post_id)
    changed = loaded.content.texts["base"].replace("robótica", "mecánica")
    content = type(loaded.content)(
        texts={"base": changed},
        topic=loaded.content.topic,
        account_ids=loaded.content.account_ids,
        local_at=loaded.content.local_at,
    )
    version = draft.save(room.app, room.oper, post_id, version=loaded.version, content=content)
    submit.submit(room.app, room.oper, post_id, version=version)
    review.give(
        room.app,
        room.coor,
        post_id,
        decision="reviewed",
        account_ids=content.account_ids,
        local_at=content.local_at,
    )
    test = opened(room, monkeypatch, room.dirv)
    said = " ".join(str(html) for html in all_html(test.main))
    assert f"[{note_texts.REMOVED}: </span>robótica" in said
    assert f"[{note_texts.ADDED}: </span>mecánica" in said


def test_what_was_just_decided_is_offered_to_be_taken_back_and_no_longer_than_ten_seconds(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_id = room.reviewed()
    approve.approve(room.app, room.dirv, post_id, digest=room.post(post_id).digest or "")
    test = opened(room, monkeypatch, room.dirv)
    made = undoing.Offer(post_ids=(post_id,), at=room.app.clock())
    test.session_state["deshacer"] = made
    fine(test.run())
    assert test.session_state["deshacer"] == made
    room.house.clock.now += timedelta(seconds=11)
    fine(test.run())
    assert "deshacer" not in test.session_state


def test_many_get_a_dictamen_with_what_they_propose_and_each_gets_its_answer(
    room: Newsroom,
) -> None:
    good = room.submitted(hours=30)
    late = room.submitted(hours=31)
    stale = room.submitted(hours=32)
    items = [(id_, room.post(id_).version) for id_ in (good, late, stale)]
    items[2] = (stale, 1)
    room.house.clock.now += timedelta(hours=30, minutes=30)
    fresh = room.submitted(hours=5)
    items[0] = (fresh, room.post(fresh).version)
    answers = batch.favour_many(room.app, room.coor, [*items, (good, room.post(good).version)])
    assert [answer.ok for answer in answers] == [True, True, False, False]
    assert "cambió" in answers[2].sentence
    assert "ya pasó" in answers[3].sentence
    assert [room.post(id_).state for id_ in (fresh, late, stale, good)] == [
        "reviewed",
        "reviewed",
        "in_review",
        "in_review",
    ]


def test_the_list_tells_lanes_and_what_may_be_marked_at_once(room: Newsroom) -> None:
    room.reviewed(hours=2)
    room.reviewed(hours=50, text=f"{TEXT} Más en www.ejemplo.com/club")
    rows = queue.tray(room.app, room.dirv, "approve").rows
    now = room.app.clock()
    assert tray._lane(rows[0], now) == texts.LANE_URGENT.format(n=4)
    assert tray._lane(rows[1], now) != tray._lane(rows[0], now)
    assert [tray._item(row, now)["clean"] for row in rows] == [True, False]
    asked = {"kind": "undo", "version": "v", "cursor": 1, "marked": []}
    assert tray.understand(None, asked, [1], version="v").action == "undo"
    assert [["A"], texts.KEY_FAVOUR] in tray._keys(favour=True)
    assert [["A"], texts.KEY_FAVOUR] not in tray._keys(favour=False)

from __future__ import annotations

from datetime import datetime

import pytest

from dashboard import editing
from dashboard.editing import Editor
from publisher.app import Actor
from publisher.editorial import draft
from publisher.editorial.content import DraftContent
from publisher.errors import Forbidden, Invalid, NotFound
from publisher.queries import places
from tests.support.house import House


@pytest.fixture
def author(house: House) -> Actor:
    """The operator of plantel 1."""
    return house.actor("OPER", 1)


def content(text: str = "Hola", **changes: object) -> DraftContent:
    return DraftContent(texts={"base": text}, **changes)  # type: ignore[arg-type]


def test_nothing_is_stored_before_there_is_a_text_or_a_picture(house: House, author: Actor) -> None:
    editor = Editor(plantel_id=1)
    assert not editing.save(house.app, author, editor, content("  "))
    assert editor.post_id is None


def test_the_first_words_make_a_draft_and_the_next_ones_save_it(
    house: House, author: Actor
) -> None:
    editor = Editor(plantel_id=1)
    assert editing.save(house.app, author, editor, content())
    assert editor.post_id is not None
    first = editor.version
    assert editing.save(house.app, author, editor, content("Hola a todas"))
    assert editor.version > first
    assert editing.save(house.app, author, editor, content("Hola a todas"))
    reopened = editing.open_editor(house.app, author, editor.post_id)
    assert reopened.saved.texts["base"] == "Hola a todas"
    assert reopened.version == editor.version


def test_a_save_that_somebody_elses_overtook_writes_nothing_and_says_so(
    house: House, author: Actor
) -> None:
    editor = Editor(plantel_id=1)
    editing.save(house.app, author, editor, content())
    assert editor.post_id is not None
    other = editing.open_editor(house.app, author, editor.post_id)
    editing.save(house.app, author, other, content("De otra ventana"))
    assert not editing.save(house.app, author, editor, content("Mío"))
    assert editor.stale
    assert draft.load(house.app, author, editor.post_id).content.texts["base"] == "De otra ventana"
    assert not editing.save(house.app, author, editor, content("Mío otra vez"))
    editing.insist(house.app, author, editor, content("Mío"))
    assert draft.load(house.app, author, editor.post_id).content.texts["base"] == "Mío"
    assert not editor.stale


def test_a_draft_of_another_plantel_does_not_open(house: House, author: Actor) -> None:
    editor = Editor(plantel_id=1)
    editing.save(house.app, author, editor, content())
    with pytest.raises((Forbidden, NotFound)):
        editing.open_editor(house.app, house.actor("OPER", 2), editor.post_id)
    with pytest.raises(NotFound):
        editing.open_editor(house.app, author, 999)


def test_contents_that_would_be_stored_alike_are_the_same() -> None:
    assert editing.same(
        DraftContent(texts={"base": "a", "x": ""}, account_ids=(2, 1)),
        DraftContent(texts={"base": "a"}, account_ids=(1, 2)),
    )
    assert not editing.same(content("a"), content("b"))
    assert not editing.same(content("a"), content("a", local_at="2026-11-27T10:00"))
    assert editing.same(content("a"), content("a", forms={"instagram": "feed"}))
    assert not editing.same(content("a"), content("a", forms={"instagram": "reel"}))


def test_the_form_of_a_network_is_kept_without_a_text_of_its_own(
    house: House, author: Actor
) -> None:
    editor = Editor(plantel_id=1)
    written = content("Hola", forms={"instagram": "story", "facebook": "feed"})
    assert editing.save(house.app, author, editor, written)
    reopened = editing.open_editor(house.app, author, editor.post_id)
    assert reopened.saved.forms == {"instagram": "story"}
    assert reopened.saved.texts == {"base": "Hola"}
    with pytest.raises(Invalid):
        editing.save(house.app, author, editor, content("Hola", forms={"x": "cartel"}))
    with pytest.raises(Invalid):
        editing.save(house.app, author, editor, content("Hola", forms={"base": "reel"}))


def test_what_the_widgets_hold_becomes_content(house: House, author: Actor) -> None:
    accounts = places.accounts(house.app, author, [1])
    collected = editing.collect(
        texts={"base": "Hola", "x": ""},
        topic=None,
        media=(),
        accounts=accounts,
        networks=["x", "facebook"],
        when=datetime(2026, 11, 27, 10, 0),  # noqa: DTZ001 - wall time
        fold=0,
        forms={"facebook": "reel", "x": "feed"},
    )
    assert collected.forms == {"facebook": "reel"}
    assert collected.texts == {"base": "Hola"}
    assert collected.topic == ""
    assert collected.local_at == "2026-11-27T10:00"
    chosen = {row.network for row in accounts if row.id in collected.account_ids}
    assert chosen == {"x", "facebook"}

"""A post with its notes: what stands where, in the text and beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from dashboard.components import annotated, difference, preview
from dashboard.components.preview import Mark
from dashboard.texts import anotada as texts
from publisher.editorial import approve, dismissals, remarks, review, seen
from publisher.editorial.comparison import Piece
from publisher.editorial.remarks import Remark
from publisher.queries.findings import FindingRow
from publisher.queries.post import story
from tests.dashboard.opening import all_html, fine, open_page
from tests.support.house import House
from tests.support.posts import TEXT, Newsroom

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def finding(fragment: str, start: int | None, **changes: Any) -> FindingRow:
    plain: dict[str, Any] = {
        "source": "manual",
        "network": "base",
        "rule": "3.4",
        "section": "3",
        "severity": "warn",
        "category": "",
        "explanation": f"«{fragment}» es coloquial.",
        "suggestion": "",
    }
    end = None if start is None else start + len(fragment)
    return FindingRow(fragment=fragment, start=start, end=end, **(plain | changes))


def remark(fragment: str, start: int | None, *, revision: int = 1, **changes: Any) -> Remark:
    end = None if start is None else start + len(fragment)
    plain: dict[str, Any] = {"place": "base", "text": "¿Cuál?", "author": "Sofía", "author_id": 3}
    return Remark(
        id=7,
        revision=revision,
        start=start,
        end=end,
        fragment=fragment,
        at=NOW,
        **(plain | changes),
    )


def test_notes_are_numbered_as_their_fragments_are_read_and_the_rest_has_no_number() -> None:
    said = {"base": "Wey, el club abre el jueves.", "alt:1": "Un cartel chido"}
    found = [
        finding("chido", 10, network="alt:1"),
        finding("", None, rule="1.2"),
        finding("Wey", 0),
    ]
    notes = annotated.gather(said, found, [remark("jueves", 21)], 1)
    assert [number for number, _ in notes.findings] == [3, 0, 1]
    assert [number for number, _ in notes.remarks] == [2]
    assert [(mark.number, mark.kind) for mark in notes.marks["base"]] == [
        (1, "warn"),
        (2, "remark"),
    ]


def test_a_remark_follows_its_fragment_into_the_corrected_text_or_says_that_it_is_gone() -> None:
    said = {"base": "Ahora el club abre el viernes."}
    told = [remark("el club", 5), remark("jueves", 21)]
    notes = annotated.gather(said, (), told, 2)
    assert [number for number, _ in notes.remarks] == [1, 0]
    (mark,) = notes.marks["base"]
    assert said["base"][mark.start : mark.end] == "el club"
    long_ago = remark("el club", 5, resolved_at=NOW)
    assert annotated.gather(said, (), [long_ago], 3).remarks == ()


def test_what_is_marked_reads_as_the_text_itself_escaped_and_never_overlaps() -> None:
    text = "Hola <b> #club wey"
    marks = [
        Mark(start=5, end=8, number=1, kind="warn", title='di"go'),
        Mark(start=6, end=14, number=2, kind="remark"),
        Mark(start=15, end=18, number=3, kind="block"),
    ]
    html = preview.words(text, marks)
    assert '<mark class="warn" data-n="1" title="di&quot;go">&lt;b&gt;</mark>' in html
    assert 'data-n="2"' not in html
    assert '<span style="color:#0B57A4">#club</span>' in html
    assert html.endswith('<mark class="block" data-n="3" title="">wey</mark>')


def test_what_changed_needs_no_colour_to_be_understood() -> None:
    html = difference.pieces(
        [
            Piece(kind="same", text="Es el "),
            Piece(kind="removed", text="<jueves>"),
            Piece(kind="added", text="viernes"),
        ]
    )
    assert f"<del><span class='pg-oculto'>[{texts.REMOVED}: </span>&lt;jueves&gt;" in html
    assert f"<ins><span class='pg-oculto'>[{texts.ADDED}: </span>viernes" in html
    assert difference.html(seen.Changes(since=2)) == f"<p>{texts.CHANGES_NONE.format(n=2)}</p>"


def test_the_author_of_a_returned_post_sees_each_comment_by_its_fragment(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Newsroom(house)
    post_id = room.reviewed()
    remarks.add(room.app, room.dirv, post_id, text="¿Qué <proyecto>?", fragment="proyecto")
    approve.send_back(room.app, room.dirv, post_id, reason="Falta decir el lugar del evento.")
    test = open_page(house, monkeypatch, room.oper, "nueva", id=str(post_id))
    assert any('<mark class="remark" data-n="1"' in html for html in all_html(test.main))
    fine(next(b for b in test.button if b.label == texts.RESOLVE).click().run())
    (told,) = story(room.app, room.dirv, post_id).remarks
    assert told.resolved_by == room.oper.name


def test_a_false_alarm_no_longer_weighs_but_is_still_told(house: House) -> None:
    room = Newsroom(house)
    post_id = room.submitted(text=f"{TEXT} Más en www.ejemplo.com/club")
    (found,) = story(room.app, room.coor, post_id).findings
    named = {"rule": found.rule, "place": found.network, "fragment": found.fragment}
    dismissals.dismiss(room.app, room.coor, post_id, reason="Es un apodo.", **named)
    told = story(room.app, room.coor, post_id)
    notes = annotated.gather(annotated.places(told), told.findings, (), told.revision)
    assert notes.marks["base"][0].kind == "info"
    html = annotated._notes(room.app, told, notes, annotated.rights(told))
    assert "Es un apodo." in html
    assert texts.REINSTATE in html
    author = story(room.app, room.oper, post_id)
    assert not annotated.rights(author).dismiss
    assert annotated.rights(author).comment
    review.withdraw(room.app, room.oper, post_id)
    assert annotated.rights(story(room.app, room.oper, post_id)) == annotated.Rights(resolve=True)

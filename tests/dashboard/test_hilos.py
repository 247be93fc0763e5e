"""Threads, first comments and links: written in the composer, shown before and after."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from connectors import weight
from dashboard import context
from dashboard.components import findings, following, preview
from dashboard.editing import Editor
from dashboard.texts import hilos as texts
from publisher.editorial.extras import Extras, Following
from publisher.queries import post
from tests.dashboard.opening import all_html, button, fine, open_page
from tests.dashboard.test_decisiones import drawn
from tests.support.house import House
from tests.support.posts import Newsroom

THREAD = Extras(
    following=(
        Following(kind="reply", text="Segundo <b>"),
        Following(kind="reply", text="Tercero"),
    ),
    replies="following",
)
COMMENT = Extras(following=(Following(kind="comment", text="Informes"),), link="https://a.mx/b")


def test_what_is_stored_comes_back_as_it_was_written() -> None:
    written = following.of({"x": THREAD, "facebook": COMMENT})
    assert written.extras("x") == THREAD
    assert written.extras("facebook") == COMMENT
    assert written.extras("instagram") == Extras()


def test_the_composer_adds_items_and_cuts_a_long_text(house: House) -> None:
    context.use(house.app)
    editor = Editor(plantel_id=1)
    cut: list[str] = []
    text = "El plantel abre sus inscripciones el lunes próximo. " * 8

    def show() -> None:
        extras = following.show(editor, ["x", "instagram"], text, weight.weigh, cut.append)
        seen[:] = [extras]

    seen: list[Any] = []
    page = drawn(show)
    fine(button(page, texts.SPLIT.format(n=2)).click().run())
    assert len(cut) == 1
    (item,) = seen[0]["x"].following
    assert weight.weigh(cut[0]) <= 280
    assert f"{cut[0]} {item.text}" == text.strip()
    fine(button(page, texts.ADD).click().run())
    page.text_area(key=editor.key("comentario", "instagram")).set_value("Informes").run()
    fields = [area.label for area in page.text_area]
    assert fields == [
        texts.ITEM.format(n=2),
        texts.ITEM.format(n=3),
        texts.COMMENT.format(network="Instagram"),
    ]
    assert [part.text for part in seen[0]["instagram"].following] == ["Informes"]
    page.selectbox(key=editor.key("responden")).set_value("mentionedUsers").run()
    assert seen[0]["x"].replies == "mentionedUsers"


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("x:3", "en el mensaje 3 de X"),
        ("facebook:2", "en el comentario de Facebook"),
        ("facebook:link", "en el enlace de Facebook"),
        ("x", "en X"),
        ("base", ""),
    ],
)
def test_a_finding_says_in_which_part_it_stands(place: str, said: str) -> None:
    assert findings._place(place) == said


def test_a_preview_shows_thread_link_and_comment_escaped(house: House) -> None:
    target = SimpleNamespace(plantel="Plantel Acuña", handle="@acuna")
    story: Any = SimpleNamespace(
        targets=[SimpleNamespace(network=name, **vars(target)) for name in ("facebook", "x")],
        text=lambda name: f"Texto de {name}",
        texts={},
        forms={},
        pictures=(),
        plantel="Plantel Acuña",
        extras={"x": THREAD, "facebook": COMMENT},
    )
    html = preview.cards(story)
    for words in ("X · mensaje 2 de 3", "Segundo &lt;b&gt;", "Facebook · primer comentario"):
        assert words in html
    assert texts.LIMITED.format(who=texts.REPLIES_OF["following"]) in html
    assert "a.mx" in html


def test_the_detail_lists_each_part_and_says_which_are_public(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Newsroom(house)
    post_id = room.approved(networks=("x",), extras={"x": THREAD})
    room.settle(post_id)
    (sent,) = post.story(house.app, room.coor, post_id).deliveries
    assert [part.text for part in sent.following] == ["Segundo <b>", "Tercero"]
    page = open_page(house, monkeypatch, room.coor, "publicacion", id=str(post_id))
    html = " ".join(all_html(page.main))
    assert texts.DONE.format(done=1, total=3) in html
    assert "Segundo &lt;b&gt;" in html

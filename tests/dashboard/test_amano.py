"""Por publicar a mano: who finds the page, what it offers, and what pasting the link does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlmodel import col
from streamlit.testing.v1 import AppTest

from dashboard import navigation
from dashboard.texts import amano as texts
from publisher.app import Actor
from publisher.delivery import recovery
from publisher.delivery.engine import Engine
from publisher.models import Account, Delivery
from publisher.queries import decisions, inbox
from tests.dashboard.opening import all_html, button, fine, open_page
from tests.support.house import House
from tests.support.posts import TEXT, Newsroom

Open = Callable[..., AppTest]


@pytest.fixture
def room(house: House) -> Newsroom:
    return Newsroom(house)


def handed(room: Newsroom) -> int:
    """Let a post for an assisted account come due, and reach people."""
    (account_id,) = room.accounts(1, "x")
    with room.app.write() as session:
        session.execute(
            update(Account)
            .where(col(Account.id) == account_id)
            .values(connector="x_assisted", handle="cecyte_p01")
        )
    post_id = room.approved()
    with room.app.write() as session:
        (id_,) = session.execute(
            update(Delivery)
            .where(col(Delivery.post_id) == post_id)
            .values(due_at=room.house.clock(), next_at=room.house.clock())
            .returning(col(Delivery.id))
        ).scalars()
    Engine(room.app, owner=recovery.enrol(room.app)).turn()
    return id_ or 0


def state(room: Newsroom, id_: int) -> str:
    with room.app.read() as session:
        return session.scalars(select(col(Delivery.state)).where(col(Delivery.id) == id_)).one()


def see(room: Newsroom, monkeypatch: pytest.MonkeyPatch, id_: int, actor: Actor) -> AppTest:
    return open_page(room.house, monkeypatch, actor, "amano", envio=str(id_))


def test_the_page_is_in_the_menu_only_where_something_is_published_by_hand(room: Newsroom) -> None:
    def names(actor: Actor) -> set[str]:
        return {screen.name for screen in navigation.visible(room.app, actor)}

    assert "amano" not in names(room.oper) | names(room.dirv)
    handed(room)
    assert "amano" in names(room.oper) & names(room.dirv) & names(room.coor)
    other, auditor = room.house.actor("OPER", 2), room.house.actor("AUD")
    assert "amano" not in names(other) | names(auditor)
    (screen,) = (s for s in navigation.visible(room.app, room.oper) if s.name == "amano")
    assert screen.title.endswith("(1)")


def test_the_operator_copies_publishes_and_pastes_the_link(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = handed(room)
    test = see(room, monkeypatch, id_, room.oper)
    assert any(TEXT in body for body in all_html(test.main))
    test.text_input(key=f"enlace_{id_}_0").input("https://x.com/otra/status/12")
    button(test, texts.DONE).click().run()
    assert any("cecyte_p01" in error.value for error in test.error)
    assert test.text_input(key=f"enlace_{id_}_0").value == "https://x.com/otra/status/12"
    test.text_input(key=f"enlace_{id_}_0").input("https://x.com/cecyte_p01/status/12")
    fine(button(test, texts.DONE).click().run())
    assert state(room, id_) == "published"


def test_overdue_it_asks_why_and_may_end_as_not_published(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = handed(room)
    with room.app.write() as session:
        session.execute(
            update(Delivery).values(not_after=room.house.clock() - timedelta(seconds=1))
        )
    test = see(room, monkeypatch, id_, room.coor)
    assert [warning.value for warning in test.warning if warning.value == texts.LATE]
    test.text_input(key=f"no_motivo_{id_}_0").input("La página estaba cerrada ese día")
    fine(button(test, texts.NOT_DONE).click().run())
    assert state(room, id_) == "cancelled"


def test_what_waits_for_hands_is_no_decision_and_counts_apart(room: Newsroom) -> None:
    id_ = handed(room)
    assert decisions.waiting(room.app, room.coor).rows == ()
    home = inbox.home(room.app, room.oper)
    assert (home.counters["waiting"], home.counters["by_hand"]) == (0, 1)
    (row,) = (row for row in home.attention if row.kind == "by_hand")
    assert row.delivery_id == id_


def test_the_post_s_own_page_says_whose_turn_it_is(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed(room)
    test = open_page(room.house, monkeypatch, room.oper, "publicacion", id="1")
    shown = "\n".join(all_html(test.main))
    assert "la publica a mano y pega el enlace" in shown
    assert "Por publicar a mano" in shown

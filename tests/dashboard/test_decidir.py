"""Deciding on many at once, another hour, a look at the account, and the stop on every screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col
from streamlit.testing.v1 import AppTest

from connectors.contract import Part
from connectors.errors import CredentialRejected
from dashboard import context
from dashboard.texts import decisiones as texts
from dashboard.texts import horas
from publisher import institution, localtime
from publisher.app import SYSTEM
from publisher.delivery import decide, stopping
from publisher.models import Account, Approval, Delivery, Plantel, Post
from publisher.texts import delivery as sentences
from tests.dashboard.opening import all_html, button, fine, open_page
from tests.dashboard.test_decisiones import delivery, one, shown
from tests.support.house import House
from tests.support.networks import FakeNetworks, Fault
from tests.support.posts import TEXT, Newsroom
from vault.secret import Secret

REASON = "Estuvo caído el servidor toda la mañana"


@pytest.fixture
def room(house: House) -> Newsroom:
    house.app = replace(house.app, connect=FakeNetworks())
    context.use(house.app)
    return Newsroom(house)


def late(room: Newsroom, count: int, *, plantel_id: int = 1) -> list[int]:
    """Return deliveries whose hour passed five hours ago, held for it."""
    found: list[int] = []
    for _ in range(count):
        post_id = room.approved(plantel_id=plantel_id)
        room.settle(post_id, "held")
        due = room.house.clock() - timedelta(hours=5)
        with room.app.write() as session:
            ids = session.scalars(select(col(Delivery.id)).where(col(Delivery.post_id) == post_id))
            for id_ in ids.all():
                row = session.get_one(Delivery, id_)
                row.due_at = due.replace(second=0, microsecond=0)
                row.local_at = localtime.wall_of(row.due_at, row.timezone)
                found.append(id_ or 0)
                session.execute(
                    update(Approval)
                    .where(col(Approval.post_id) == post_id)
                    .values(local_at=row.local_at)
                )
    return found


def boxes(test: AppTest) -> list[Any]:
    return [box for box in test.checkbox if str(box.key).startswith("elegir_")]


def opened(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    return open_page(room.house, monkeypatch, room.coor, "decisiones")


def states(room: Newsroom, ids: list[int]) -> list[str]:
    return [delivery(room, id_).state for id_ in ids]


def test_the_chosen_get_one_answer_with_one_reason_and_the_others_stay(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = late(room, 3)
    test = opened(room, monkeypatch)
    assert texts.BULK_NONE in shown(test)
    for box in boxes(test)[:2]:
        box.check()
    fine(test.run())
    assert any(texts.BULK_COUNT.format(n=2) in line.value for line in test.markdown)
    test.text_area(key="motivo_juntos").set_value(REASON)
    fine(button(test, texts.BULK_DO["resume"].format(n=2)).click().run())
    assert states(room, ids) == ["scheduled", "scheduled", "held"]
    assert {delivery(room, id_).reason for id_ in ids[:2]} == {REASON}
    assert texts.BULK_NONE in shown(test)


def test_without_a_reason_nothing_is_decided_and_the_choice_stays(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = late(room, 2)
    test = opened(room, monkeypatch)
    fine(button(test, texts.PICK_ALL.format(n=2)).click().run())
    test.radio(key="respuesta_juntos").set_value("discard")
    fine(test.run())
    test.text_area(key="motivo_juntos").set_value("corto")
    button(test, texts.BULK_DO["discard"].format(n=2)).click().run()
    assert [error.value for error in test.error] == [sentences.DECIDE_REASON]
    assert states(room, ids) == ["held", "held"]
    assert test.text_area(key="motivo_juntos").value == "corto"
    assert [box.value for box in boxes(test)] == [True, True]


def test_what_somebody_else_decided_meanwhile_is_told_and_the_rest_is_decided(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = late(room, 2)
    test = opened(room, monkeypatch)
    fine(button(test, texts.PICK_ALL.format(n=2)).click().run())
    test.text_area(key="motivo_juntos").set_value(REASON)
    pressed = button(test, texts.BULK_DO["resume"].format(n=2))
    monkeypatch.setattr(decide, "resume", _after(room, first, decide.resume))
    pressed.click().run()
    assert not test.exception
    told = "\n".join(error.value for error in test.error)
    assert texts.BULK_FAILED_ONE in told
    assert "cancelada" in told
    assert states(room, [first, second]) == ["cancelled", "scheduled"]


def _after(room: Newsroom, gone: int, verb: Any) -> Any:
    """Return ``verb``, before whose first call somebody else discards one delivery."""
    calls: list[int] = []

    def act(app: Any, actor: Any, delivery_id: int, **given: Any) -> None:
        if not calls:
            decide.discard(app, room.dirv, gone, reason="El evento se canceló")
        calls.append(delivery_id)
        verb(app, actor, delivery_id, **given)

    return act


def test_a_doubtful_one_is_in_the_list_and_in_no_common_answer(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    late(room, 1)
    post_id = room.approved()
    room.settle(post_id, "needs_decision")
    test = opened(room, monkeypatch)
    assert texts.DOUBT_ALONE in shown(test)
    assert len(boxes(test)) == 1
    test.segmented_control(key="agrupar").set_value("plantel")
    fine(test.run())
    assert len(boxes(test)) == 1


def test_a_look_shows_the_account_and_what_it_shows_is_confirmed_by_choice(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    (id_,) = late(room, 1)
    with room.app.write() as session:
        row = session.get_one(Delivery, id_)
        row.state, row.hold_reason = "needs_decision", None
        account = session.get_one(Account, row.account_id)
        account_id, external = account.id or 0, account.external_id
    fields = {"access_token": Secret("t")}
    institution.install_credential(room.app, SYSTEM, account_id, fields, reason="Pruebas")
    networks = room.app.connect
    assert isinstance(networks, FakeNetworks)
    networks._show("x", external, Part(text=TEXT))
    test = one(room, monkeypatch, id_)
    fine(test.button(key=f"mirar_{id_}").click().run())
    page = shown(test)
    assert texts.SHOWN_LIKE in page
    assert texts.LOOK_BY.format(name=room.coor.name) in page
    test.text_area(key=f"motivo_{id_}").set_value(REASON)
    fine(button(test, texts.CONFIRM).click().run())
    assert delivery(room, id_).state == "published"


def test_a_look_that_fails_tells_why_and_changes_nothing(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    (id_,) = late(room, 1)
    test = one(room, monkeypatch, id_)
    fine(test.button(key=f"mirar_{id_}").click().run())
    assert sentences.HELD_NO_CREDENTIAL in shown(test)
    with room.app.read() as session:
        account_id = session.get_one(Delivery, id_).account_id
    fields = {"access_token": Secret("t")}
    institution.install_credential(room.app, SYSTEM, account_id, fields, reason="Pruebas")
    networks = room.app.connect
    assert isinstance(networks, FakeNetworks)
    networks.order("x", "find", Fault(CredentialRejected()))
    fine(test.button(key=f"mirar_{id_}").click().run())
    assert CredentialRejected.sentence_default in shown(test)
    assert delivery(room, id_).state == "held"


def test_a_late_one_gets_another_hour_or_goes_back_whole(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = late(room, 2)
    test = one(room, monkeypatch, first)
    test.text_area(key=f"motivo_{first}").set_value(REASON)
    button(test, texts.MOVE).click().run()
    assert [error.value for error in test.error] == [texts.BULK_NEEDS_WHEN]
    tomorrow = (room.house.clock() + timedelta(days=1)).replace(tzinfo=None, minute=0, second=0)
    at = datetime(tomorrow.year, tomorrow.month, tomorrow.day, 9, 0)  # noqa: DTZ001 - wall time
    test.datetime_input(key=f"hora_{first}").set_value(at)
    fine(button(test, texts.MOVE).click().run())
    assert (delivery(room, first).state, delivery(room, first).local_at[-5:]) == (
        "scheduled",
        "09:00",
    )
    test = one(room, monkeypatch, second)
    test.text_area(key=f"motivo_{second}").set_value(REASON)
    fine(button(test, texts.RETURN).click().run())
    assert delivery(room, second).state == "cancelled"
    with room.app.read() as session:
        assert session.get_one(Post, delivery(room, second).post_id).state == "draft"


@pytest.mark.parametrize("name", ["inicio", "cuenta"])
def test_a_stop_is_on_every_screen_of_those_it_stops(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    stopping.stop(room.app, room.coor, plantel_id=1, reason="Contingencia en el plantel")
    test = open_page(room.house, monkeypatch, room.oper, name)
    assert any("Contingencia en el plantel" in line.value for line in test.warning)
    elsewhere = room.house.actor("OPER", 2)
    test = open_page(room.house, monkeypatch, elsewhere, name)
    assert not any("Contingencia" in line.value for line in test.warning)


def test_both_ways_of_an_hour_are_offered_where_the_clocks_differ(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = open_page(room.house, monkeypatch, room.coor, "nueva")
    with room.app.read() as session:
        rows = planteles_by_zone(session)
    border, inland = rows["America/Matamoros"], rows["America/Monterrey"]
    planteles = next(box for box in test.multiselect if "planteles" in str(box.key))
    fine(planteles.set_value([inland]).run())
    assert not [group for group in test.segmented_control if "modo" in str(group.key)]
    planteles = next(box for box in test.multiselect if "planteles" in str(box.key))
    fine(planteles.set_value([inland, border]).run())
    (mode,) = [group for group in test.segmented_control if "modo" in str(group.key)]
    assert mode.value == "local"
    when = next(box for box in test.datetime_input if "cuando" in str(box.key))
    fine(when.set_value(datetime(2027, 7, 1, 9, 0)).run())  # noqa: DTZ001 - wall time
    lines = "\n".join(all_html(test.main))
    assert horas.BESIDE.format(when="08:00") in lines
    (mode,) = [group for group in test.segmented_control if "modo" in str(group.key)]
    fine(mode.set_value("instant").run())
    assert "10:00" in "\n".join(all_html(test.main))


def planteles_by_zone(session: Any) -> dict[str, int]:
    return {
        row.timezone: row.id or 0
        for row in session.scalars(select(Plantel).order_by(col(Plantel.id).desc()))
    }

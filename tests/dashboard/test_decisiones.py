from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col
from streamlit.testing.v1 import AppTest

from dashboard import navigation
from dashboard.components import evidence, stopping
from dashboard.texts import common
from dashboard.texts import decisiones as texts
from dashboard.texts import publicacion as send_texts
from publisher.app import Actor
from publisher.delivery import decide
from publisher.models import Delivery, Pause, Receipt
from publisher.models.delivery import HOLD_REASONS
from publisher.queries import places, stops
from publisher.queries.looks import Look, Match
from publisher.texts import deciding
from publisher.texts import delivery as sentences
from tests.dashboard.opening import all_html, button, fine, open_page
from tests.support.house import House
from tests.support.posts import TEXT, Newsroom

REASON = "Se revisó la cuenta y no está"
LINK = "https://x.com/plantel/status/12345"


@pytest.fixture
def room(house: House) -> Newsroom:
    return Newsroom(house)


def waits(room: Newsroom, state: str = "held") -> int:
    post_id = room.approved()
    room.settle(post_id, state)
    with room.app.read() as session:
        found = session.scalar(select(col(Delivery.id)).where(col(Delivery.post_id) == post_id))
    assert found is not None
    return found


def delivery(room: Newsroom, delivery_id: int) -> Delivery:
    with room.app.read() as session:
        return session.get_one(Delivery, delivery_id)


def pauses(room: Newsroom) -> list[int | None]:
    with room.app.read() as session:
        return list(
            session.scalars(select(col(Pause.plantel_id)).where(col(Pause.lifted_at).is_(None)))
        )


def shown(test: AppTest) -> str:
    return "\n".join([*all_html(test.main), *(one.value for one in test.warning)])


def drawn(form: Callable[..., None], *given: Any) -> AppTest:
    """Run the body of a dialog as a page: AppTest closes a dialog with every run."""

    def page(form, given):  # type: ignore[no-untyped-def]  # its source alone is run
        form(*given)

    return fine(AppTest.from_function(page, kwargs={"form": form, "given": given}).run())


def one(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch, delivery_id: int, actor: Actor | None = None
) -> AppTest:
    return open_page(
        room.house, monkeypatch, actor or room.coor, "decisiones", envio=str(delivery_id)
    )


@pytest.mark.parametrize("role", ["DIRV", "COOR"])
def test_with_nothing_waiting_the_page_says_so_and_offers_the_stop(
    house: House, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    test = open_page(house, monkeypatch, house.actor(role), "decisiones")
    assert texts.EMPTY in shown(test)
    assert texts.STOP_NONE in shown(test)
    assert [one.label for one in test.button] == [texts.STOP_ALL, texts.STOP_ONE]


def test_what_waits_is_listed_with_its_cause_and_text(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = waits(room)
    waits(room, "needs_decision")
    test = open_page(room.house, monkeypatch, room.dirv, "decisiones")
    page = shown(test)
    assert TEXT in page
    assert texts.CAUSES["late"] in page
    assert texts.CAUSE_DOUBT in page
    assert any(texts.COUNT.format(n=2) == one.value for one in test.markdown)
    fine(button(test, texts.DECIDE).click().run())
    assert test.query_params["envio"] in ([str(first)], str(first))
    assert texts.ATTEMPTS_TITLE in [header.value for header in test.header]


def test_what_a_new_manual_stops_says_so_and_what_lets_it_go(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = waits(room)
    with room.app.write() as session:
        session.execute(
            update(Delivery).where(col(Delivery.id) == id_).values(hold_reason="manual", reason="")
        )
    test = one(room, monkeypatch, id_)
    text = shown(test) + "".join(one.value for one in test.markdown)
    assert "Manual de contenidos" in text
    assert "Una versión nueva del manual detiene su contenido." in text
    assert "Se vuelve a revisar con el manual en vigor" in text


def test_every_reason_of_a_hold_has_its_words_wherever_it_is_said() -> None:
    for words in (texts.CAUSES, send_texts.HOLDS, deciding.CAUSES):
        assert set(words) - {""} == set(HOLD_REASONS)


def test_the_evidence_stands_beside_what_is_sent(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery_id = waits(room, "needs_decision")
    with room.app.write() as session:
        session.execute(
            update(Delivery)
            .where(col(Delivery.id) == delivery_id)
            .values(
                looks=2,
                evidence={
                    "at": "2026-11-24T15:00:05+00:00",
                    "trustworthy": False,
                    "matches": [],
                    "seen": {"listed": 6, "reached_since": True, "canary": False},
                },
            )
        )
    page = shown(one(room, monkeypatch, delivery_id))
    for words in (
        TEXT,
        "No se sabe si salió",
        texts.LOOK_MATCHES[0],
        texts.LOOK_TRUST[False],
        texts.LOOK_CANARY[False],
        texts.LOOK_LISTED.format(n=6),
    ):
        assert words in page


def test_publishing_now_puts_it_back_in_the_queue_and_leads_to_the_list(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery_id = waits(room)
    test = one(room, monkeypatch, delivery_id)
    test.text_area(key=f"motivo_{delivery_id}").set_value(REASON)
    fine(button(test, texts.RESUME).click().run())
    row = delivery(room, delivery_id)
    assert (row.state, row.reason) == ("scheduled", REASON)
    assert texts.EMPTY in shown(test)


def test_confirming_keeps_the_link_as_the_proof(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery_id = waits(room, "needs_decision")
    test = one(room, monkeypatch, delivery_id)
    test.text_area(key=f"motivo_{delivery_id}").set_value("La encontré en la cuenta")
    test.text_input(key=f"enlace_{delivery_id}").set_value(LINK)
    fine(button(test, texts.CONFIRM).click().run())
    assert delivery(room, delivery_id).state == "published"
    with room.app.read() as session:
        proof = session.get_one(Receipt, (delivery_id, 0))
    assert (proof.permalink, proof.remote_id, proof.found_by) == (LINK, "12345", "person")


def test_discarding_ends_it(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    delivery_id = waits(room)
    test = one(room, monkeypatch, delivery_id)
    test.text_area(key=f"motivo_{delivery_id}").set_value("El evento se canceló")
    fine(button(test, texts.DISCARD).click().run())
    assert delivery(room, delivery_id).state == "cancelled"


@pytest.mark.parametrize("label", [texts.RESUME, texts.CONFIRM, texts.DISCARD])
def test_without_a_reason_nothing_happens_and_what_was_typed_stays(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch, label: str
) -> None:
    delivery_id = waits(room, "needs_decision")
    test = one(room, monkeypatch, delivery_id)
    test.text_area(key=f"motivo_{delivery_id}").set_value("corto")
    test.text_input(key=f"enlace_{delivery_id}").set_value(LINK)
    button(test, label).click().run()
    assert [error.value for error in test.error] == [sentences.DECIDE_REASON]
    assert delivery(room, delivery_id).state == "needs_decision"
    assert test.text_area(key=f"motivo_{delivery_id}").value == "corto"
    assert test.text_input(key=f"enlace_{delivery_id}").value == LINK


def test_a_link_that_is_none_is_refused_in_words(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery_id = waits(room, "needs_decision")
    test = one(room, monkeypatch, delivery_id)
    test.text_area(key=f"motivo_{delivery_id}").set_value(REASON)
    test.text_input(key=f"enlace_{delivery_id}").set_value("ya está")
    button(test, texts.CONFIRM).click().run()
    assert [error.value for error in test.error] == [sentences.DECIDE_LINK]
    assert test.text_area(key=f"motivo_{delivery_id}").value == REASON


def test_a_button_pressed_on_a_case_that_changed_meanwhile_does_nothing(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery_id = waits(room)
    test = one(room, monkeypatch, delivery_id)
    test.text_area(key=f"motivo_{delivery_id}").set_value(REASON)
    with room.app.write() as session:
        session.execute(
            update(Delivery)
            .where(col(Delivery.id) == delivery_id)
            .values(state="needs_decision", hold_reason=None)
        )
    fine(button(test, texts.RESUME).click().run())
    assert delivery(room, delivery_id).state == "needs_decision"
    assert test.text_area(key=f"motivo_{delivery_id}").value == REASON


def test_what_somebody_else_decided_says_where_it_is_now(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery_id = waits(room)
    decide.discard(room.app, room.dirv, delivery_id, reason="El evento se canceló")
    test = one(room, monkeypatch, delivery_id)
    assert texts.GONE.format(state="cancelada") in shown(test)
    assert [one.label for one in test.button] == [texts.BACK]
    fine(button(test, texts.BACK).click().run())
    assert texts.EMPTY in shown(test)


@pytest.mark.parametrize("bad", ["x", "9" * 13, "-1"])
def test_an_address_that_names_nothing_is_answered_in_words(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch, bad: str
) -> None:
    test = open_page(room.house, monkeypatch, room.coor, "decisiones", envio=bad)
    assert texts.BAD_LINK in shown(test)


def test_everything_is_stopped_with_a_reason_and_what_was_typed_stays_without_one(
    room: Newsroom,
) -> None:
    test = drawn(stopping.stop_all_form, room.app, room.dirv)
    test.text_area(key="motivo_paro_todo").set_value("no")
    test.button(key="si_detener_todo").click().run()
    assert [error.value for error in test.error] == [sentences.PAUSE_REASON]
    assert test.text_area(key="motivo_paro_todo").value == "no"
    assert pauses(room) == []
    test.text_area(key="motivo_paro_todo").set_value("Hay una cuenta comprometida")
    fine(test.button(key="si_detener_todo").click().run())
    assert pauses(room) == [None]


def test_a_stop_in_force_tells_who_and_why_and_is_lifted_with_a_reason(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide.stop(room.app, room.dirv, plantel_id=None, reason="Hay una cuenta comprometida")
    test = open_page(room.house, monkeypatch, room.coor, "decisiones")
    for words in (texts.STOPPED_ALL, room.dirv.name, "Hay una cuenta comprometida"):
        assert words in shown(test)
    assert [one.label for one in test.button] == [texts.LIFT, texts.STOP_ONE]
    fine(button(test, texts.LIFT).click().run())
    (row,) = stops.stops(room.app, room.coor)
    form = drawn(stopping.lift_form, room.app, room.coor, row)
    form.button(key="si_reanudar_paro").click().run()
    assert [error.value for error in form.error] == [sentences.PAUSE_REASON]
    form.text_area(key=f"motivo_reanudar_paro_{row.id}").set_value("La cuenta ya se recuperó")
    fine(form.button(key="si_reanudar_paro").click().run())
    assert pauses(room) == []


def test_a_stop_of_one_plantel_waits_until_it_is_chosen(room: Newsroom) -> None:
    admin = room.house.actor("ADM")
    found = list(places.planteles(room.app, admin, action="queue.pause"))
    test = drawn(stopping.stop_one_form, room.app, admin, found)
    test.text_area(key="motivo_paro_uno").set_value("Contingencia en el plantel")
    assert test.button(key="si_detener_uno").disabled
    fine(test.selectbox(key="plantel_paro").set_value(2).run())
    fine(test.button(key="si_detener_uno").click().run())
    assert pauses(room) == [2]


@pytest.mark.parametrize("role", ["DIRP", "ADM"])
def test_who_decides_on_nothing_finds_only_the_stop_within_reach(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    delivery_id = waits(room)
    actor = room.house.actor(role, 1 if role == "DIRP" else None)
    test = one(room, monkeypatch, delivery_id, actor)
    assert [title.value for title in test.title] == [texts.TITLE_STOP]
    assert TEXT not in shown(test)
    offered = [one.label for one in test.button]
    assert offered == ([texts.STOP_ONE] if role == "DIRP" else [texts.STOP_ALL, texts.STOP_ONE])
    fine(button(test, texts.STOP_ONE).click().run())
    assert len(test.selectbox(key="plantel_paro").options) == (1 if role == "DIRP" else 77)


def test_inicio_leads_to_what_waits(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    waits(room)
    test = open_page(room.house, monkeypatch, room.coor, "inicio")
    links = [link.proto for link in test.get("page_link")]
    leading = [link for link in links if link.page.endswith("decisiones")]
    assert len(leading) == 2


def test_the_menu_names_what_each_role_finds_there(house: House) -> None:
    named = {}
    for role in ("DIRV", "COOR", "DIRP", "OPER", "AUD", "ADM"):
        actor = house.actor(role, 1 if role in {"DIRP", "OPER"} else None)
        screens = navigation.visible(house.app, actor)
        named[role] = next((one.title for one in screens if one.name == "decisiones"), "")
    assert named == {
        "DIRV": common.PAGE_DECISIONES,
        "COOR": common.PAGE_DECISIONES,
        "DIRP": common.PAGE_PARO,
        "OPER": "",
        "AUD": "",
        "ADM": common.PAGE_PARO,
    }


def test_only_addresses_of_the_web_become_links() -> None:
    look = Look(
        at=None,
        matches=(
            Match(remote_id="1", link="javascript:alert(1)"),
            Match(remote_id="2", link='https://example.org/"><b>'),
        ),
    )
    html = evidence.look(look, looks=1, zone="America/Monterrey")
    assert 'href="javascript' not in html
    assert 'href="https://example.org/&quot;&gt;&lt;b&gt;"' in html

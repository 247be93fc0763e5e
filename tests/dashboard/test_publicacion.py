"""The detail of a post: taking it down from its networks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connectors.errors import Refused
from dashboard import context
from dashboard.components import removals
from dashboard.texts import actividad
from dashboard.texts import publicacion as texts
from publisher import institution
from publisher.app import SYSTEM
from publisher.delivery import changes
from publisher.models import RemotePost
from publisher.queries import post
from tests.dashboard.opening import all_html, button, fine, open_page
from tests.dashboard.test_decisiones import drawn
from tests.support.house import House
from tests.support.networks import FakeNetworks, Fault
from tests.support.posts import Newsroom
from vault.secret import Secret


@pytest.fixture
def room(house: House) -> Newsroom:
    networks = FakeNetworks()
    house.app = replace(house.app, connect=networks)
    context.use(house.app)
    room = Newsroom(house)
    for account_id in room.accounts(1):
        institution.install_credential(
            house.app, SYSTEM, account_id, {"access_token": Secret("t")}, reason="Pruebas"
        )
    return room


def said(test: Any) -> str:
    return " ".join([*(m.value for m in test.markdown), *all_html(test.main)])


def test_the_coordinator_takes_a_post_down_and_notes_what_was_done_by_hand(
    house: House, room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_id = room.approved(networks=("x",))
    room.settle(post_id)
    networks = house.app.connect
    assert isinstance(networks, FakeNetworks)

    page = open_page(house, monkeypatch, room.coor, "publicacion", id=str(post_id))
    assert button(page, texts.REMOVE)
    form = drawn(removals.form, house.app, room.coor, post.story(house.app, room.coor, post_id))
    button(form, texts.REMOVE_DO).click().run()
    assert changes.change_due(house.app) == 0  # without a reason nothing is taken down
    form.text_area(key="motivo_retirar_redes").set_value("La fotografía es de otra persona").run()
    fine(button(form, texts.REMOVE_DO).click().run())
    fine(page.run())
    assert texts.REMOVING.split("{")[0] in said(page)
    assert texts.NOT_RATIFIED in said(page)

    networks.order("x", "see", Fault(Refused("no")))
    changes.change_due(house.app)
    fine(page.run())
    assert "Sigue publicada" in said(page)
    assert any(b.label.startswith(texts.NOTE_REMOVED) for b in page.button)
    (sent,) = post.story(house.app, room.coor, post_id).deliveries
    form = drawn(removals.hand_form, house.app, room.coor, sent.id)
    form.text_input(key="motivo_a_mano").set_value("La borré desde el teléfono").run()
    fine(button(form, texts.CONFIRM).click().run())
    fine(page.run())
    assert texts.REMOVED_BY["person"] in said(page)

    page = open_page(house, monkeypatch, room.dirv, "publicacion", id=str(post_id))
    fine(button(page, texts.RATIFY).click().run())
    assert texts.NOT_RATIFIED not in said(page)
    assert not [b for b in page.button if b.label in {texts.RATIFY, texts.REMOVE}]


def test_figures_and_what_went_out_elsewhere_are_shown_and_blank_is_not_nought(
    house: House, room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_id = room.approved(networks=("x",))
    room.settle(post_id)
    (sent,) = post.story(house.app, room.coor, post_id).deliveries
    (account,) = room.accounts(1, "x")
    now = house.clock()
    shown = {"account_id": account, "created_at": now, "first_seen_at": now, "seen_at": now}
    ours = {"remote_id": f"r{sent.id}", "delivery_id": sent.id, "likes": 1234, "measured_at": now}
    with house.app.write() as session:
        session.add(RemotePost(**shown, **ours))
        session.add(RemotePost(**shown, remote_id="otra", text="Escrita en el teléfono"))
    page = said(open_page(house, monkeypatch, room.coor, "publicacion", id=str(post_id)))
    assert "1,234 me gusta · leído" in page
    assert "comentarios" not in page
    page = said(open_page(house, monkeypatch, room.oper, "actividad"))
    assert actividad.REACH_CAPTION in page
    assert '<td class="num">1234</td>' in page
    assert "Escrita en el teléfono" in page

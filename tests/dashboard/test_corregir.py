"""The screens on which a published text is corrected and the correction decided."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dashboard import context
from dashboard.components import corrections
from dashboard.texts import correcciones as texts
from publisher import institution
from publisher.app import SYSTEM
from publisher.delivery import changes
from publisher.queries import inbox, post
from tests.dashboard.opening import all_html, button, fine, open_page
from tests.dashboard.test_decisiones import drawn
from tests.support.house import House
from tests.support.networks import FakeNetworks, Shown
from tests.support.posts import Newsroom
from vault.secret import Secret

NEW = "El club de lectura del plantel se reúne en la biblioteca el jueves a las 11:00 h."


@pytest.fixture
def room(house: House) -> Newsroom:
    house.app = replace(house.app, connect=FakeNetworks())
    context.use(house.app)
    return Newsroom(house)


def public(house: House, room: Newsroom, *networks: str) -> int:
    post_id = room.approved(networks=networks)
    room.settle(post_id)
    fakes = house.app.connect
    assert isinstance(fakes, FakeNetworks)
    story = post.story(house.app, room.coor, post_id)
    with house.app.read() as session:
        from publisher.models import Account

        for target, row in zip(story.targets, story.deliveries, strict=True):
            account = session.get_one(Account, target.account_id)
            fakes.posts.append(
                Shown(
                    network=row.network,
                    account=account.external_id,
                    text=story.text(row.network),
                    media=(),
                    alt_texts=(),
                    remote_id=row.receipts[0].remote_id,
                )
            )
    for target in story.targets:
        institution.install_credential(
            house.app, SYSTEM, target.account_id, {"access_token": Secret("t")}, reason="Pruebas"
        )
    return post_id


def said(test: Any) -> str:
    return " ".join([*(m.value for m in test.markdown), *all_html(test.main)])


def test_a_text_is_proposed_authorised_by_another_person_and_shown_as_corrected(
    house: House, room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_id = public(house, room, "facebook")
    page = open_page(house, monkeypatch, room.coor, "publicacion", id=str(post_id))
    assert button(page, texts.CORRECT)
    form = drawn(corrections.form, house.app, room.coor, post.story(house.app, room.coor, post_id))
    (area,) = form.text_area
    fine(area.set_value(NEW).run())
    assert "<ins" in said(form)
    assert "<del" in said(form)
    form.text_input(key="motivo_corregir").set_value("La hora publicada era otra").run()
    fine(button(form, texts.PROPOSE).click().run())
    fine(page.run())
    assert "espera autorización" in said(page)
    assert not [one for one in page.button if one.label == texts.APPROVE]
    assert button(page, texts.WITHDRAW)

    assert inbox.home(house.app, room.dirv).attention[0].kind == "correction"
    tray = open_page(house, monkeypatch, room.dirv, "aprobaciones")
    assert texts.TRAY_TITLE.format(n=1) in [one.label for one in tray.expander]
    fine(button(tray, texts.APPROVE).click().run())
    assert changes.change_due(house.app) == 1
    page = open_page(house, monkeypatch, room.dirv, "publicacion", id=str(post_id))
    assert texts.CHIP in said(page)
    assert "Corregida el" in said(page).replace("\\", "")
    assert texts.CONTENT_NOTE in said(page)
    assert texts.STEP_DONE.format(network="Facebook") in said(page)


def test_a_network_that_allows_none_says_what_to_do(house: House, room: Newsroom) -> None:
    post_id = public(house, room, "x")
    story = post.story(house.app, room.coor, post_id)
    form = drawn(corrections.form, house.app, room.coor, story)
    assert "X no permite" in form.info[0].value
    assert not form.text_area


def test_whoever_proposed_it_does_not_decide_and_a_rejection_is_told(
    house: House, room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    from publisher.delivery import correction

    post_id = public(house, room, "facebook")
    (row,) = post.story(house.app, room.dirv, post_id).deliveries
    reason = "La hora publicada era otra"
    made = correction.propose_correction(house.app, room.dirv, row.id, text=NEW, reason=reason)
    page = open_page(house, monkeypatch, room.dirv, "publicacion", id=str(post_id))
    assert texts.OWN in said(page)
    fine(button(page, texts.WITHDRAW).click().run())
    assert not changes.change_due(house.app)
    made = correction.propose_correction(house.app, room.coor, row.id, text=NEW, reason=reason)
    form = drawn(corrections.reject_form, house.app, room.dirv, made.id)
    form.text_area(key="motivo_rechazar_correccion").set_value("La hora era la correcta").run()
    fine(button(form, texts.CONFIRM).click().run())
    fine(page.run())
    assert "La hora era la correcta" in said(page)

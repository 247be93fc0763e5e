"""Consentimientos: who finds the page, registering, revoking, and the composer's list."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import navigation
from dashboard.editing import Editor
from dashboard.texts import consentimientos as texts
from publisher.app import Actor
from publisher.consents.given import Given
from publisher.consents.register import register, today
from publisher.editorial.content import MediaUse
from publisher.models import Consent, Media, Rendition
from publisher.queries import consents
from tests.dashboard.opening import all_html, button, fine, open_page
from tests.support.house import House
from tests.support.posts import Newsroom


@pytest.fixture
def room(house: House) -> Newsroom:
    return Newsroom(house)


def page(room: Newsroom, patch: pytest.MonkeyPatch, actor: Actor, **query: str) -> AppTest:
    return open_page(room.house, patch, actor, "consentimientos", **query)


def kept(room: Newsroom) -> str:
    day = today(room.app)
    given = Given(
        subject="M.T.V. 20231234",
        valid_from=day,
        valid_until=day.replace(year=day.year + 1, day=1),
        guardian="madre",
        opinion=True,
        kept_at="Archivo 3",
    )
    return register(room.app, room.oper, 1, given)


def medium(room: Newsroom) -> int:
    with room.app.write() as session:
        row = Media(
            plantel_id=1,
            sha256="a" * 64,
            kind="image",
            mime="image/jpeg",
            width=10,
            height=10,
            size=10,
            uploaded_by=room.oper.person_id,
            created_at=room.house.clock(),
        )
        session.add(row)
        session.flush()
        for network in ("facebook", "x", "instagram"):
            session.add(
                Rendition(
                    media_id=row.id or 0,
                    network=network,
                    sha256="b" * 64,
                    mime="image/jpeg",
                    width=10,
                    height=10,
                    size=10,
                )
            )
        return row.id or 0


def test_the_page_is_for_whoever_may_read_the_register(room: Newsroom) -> None:
    def sees(actor: Actor) -> bool:
        return any(s.name == "consentimientos" for s in navigation.visible(room.app, actor))

    assert sees(room.oper)
    assert sees(room.dirv)
    assert sees(room.house.actor("AUD"))
    assert not sees(room.house.actor("ADM"))


def test_an_operator_registers_one_and_nothing_typed_is_lost_on_a_refusal(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = page(room, monkeypatch, room.oper)
    field = next(one for one in test.text_input if one.label == texts.SUBJECT)
    field.input("Mariana Torres Villarreal")
    next(one for one in test.text_input if one.label == texts.KEPT).input("Archivo 3")
    next(one for one in test.checkbox if one.label == texts.OPINION).check()
    next(one for one in test.button_group if one.label == texts.GUARDIAN).set_value("madre")
    button(test, texts.SAVE).click().run()
    assert any("parece un nombre completo" in error.value for error in test.error)
    field = next(one for one in test.text_input if one.label == texts.SUBJECT)
    assert field.value == "Mariana Torres Villarreal"
    field.input("M.T.V. 20231234")
    fine(button(test, texts.SAVE).click().run())
    (row,) = consents.listed(room.app, room.oper).rows
    assert row.subject == "M.T.V. 20231234"
    assert any(row.folio in body for body in all_html(test.main))


def test_revoking_shows_what_still_shows_it_and_takes_it_down(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    folio = kept(room)
    use = MediaUse(
        media_id=medium(room),
        alt_text="Una alumna muestra su maqueta en la explanada del plantel.",
        credit="Plantel",
        persons_in_image=True,
        consent_ref=folio,
    )
    post_id = room.approved(media=(use,), networks=("x",))
    room.settle(post_id)
    test = page(room, monkeypatch, room.oper, folio=folio)
    assert any("/publicacion?id=" in body for body in all_html(test.main))
    next(one for one in test.text_area if one.label == texts.REVOKE_REASON).input(
        "La familia lo pidió."
    )
    fine(button(test, texts.REVOKE_DO).click().run())
    assert any("debe retirarse" in warning.value for warning in test.warning)
    assert texts.TAKE_DOWN_ONE not in [one.label for one in test.button]
    with room.app.read() as session:
        assert session.get_one(Consent, 1).state == "revoked"
    test = page(room, monkeypatch, room.house.actor("DIRP", 1), folio=folio)
    fine(button(test, texts.TAKE_DOWN_ONE).click().run())
    assert [one.kind for one in consents.one(room.app, room.oper, folio).uses] == ["leaving"]


def test_the_composer_picks_folios_from_the_register(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    folio = kept(room)
    use = MediaUse(
        media_id=medium(room), alt_text="Una alumna", persons_in_image=True, consent_ref=folio
    )
    post_id = room.draft(media=(use,))
    test = open_page(room.house, monkeypatch, room.oper, "nueva", id=str(post_id))
    editor: Editor = test.session_state["editor"]
    listed = next(one for one in test.multiselect if one.key == editor.key("folio", use.media_id))
    assert listed.value == [folio]
    assert "M.T.V. 20231234" in listed.options[0]

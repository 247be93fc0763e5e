from __future__ import annotations

import pytest

from dashboard import navigation
from dashboard.navigation import Target
from dashboard.texts import avisos as texts
from dashboard.texts import common
from publisher import notices
from tests.dashboard.opening import all_html, button, fine, open_page
from tests.support.house import House


def test_unread_notices_are_counted_in_the_menu_until_read(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = house.actor("COOR")
    with house.app.write() as session:
        for number in range(3):
            notices.notify(
                session,
                house.app,
                person_ids=[actor.person_id],
                kind="x",
                subject=f"Aviso <{number}>",
                body="Cuerpo",
                link="/publicacion?id=3",
            )
    unread = notices.unread_count(house.app, actor)
    assert _title(house, actor) == texts.MENU.format(n=unread)
    test = open_page(house, monkeypatch, actor, "avisos")
    assert "Aviso &lt;0&gt;" in "\n".join(all_html(test.main))
    fine(button(test, texts.READ).click().run())
    assert notices.unread_count(house.app, actor) == unread - 1
    fine(button(test, texts.READ_ALL).click().run())
    assert _title(house, actor) == common.PAGE_AVISOS
    assert texts.EMPTY_UNREAD in "\n".join(all_html(test.main))


def _title(house: House, actor: object) -> str:
    screens = navigation.visible(house.app, actor)  # type: ignore[arg-type]
    return next(screen.title for screen in screens if screen.name == "avisos")


def test_more_than_ninety_nine_are_not_counted_out(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "unread_count", lambda *_: 100)
    assert _title(house, house.actor("COOR")) == texts.MENU.format(n=texts.MANY)


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("/publicacion?id=3", Target(name="publicacion", params={"id": "3"})),
        ("/", Target(name="inicio", params={})),
        ("", None),
        ("/salir", None),
        ("https://example.mx/publicacion?id=3", None),
        ("//example.mx/publicacion", None),
    ],
)
def test_a_notice_leads_only_to_our_own_pages(link: str, target: Target | None) -> None:
    assert navigation.target(link) == target

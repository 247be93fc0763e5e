from __future__ import annotations

from datetime import date

import pytest

from dashboard import navigation
from dashboard.components import heatmap
from dashboard.components.heatmap import Picked
from dashboard.texts import actividad as texts
from dashboard.texts import common
from publisher.queries.activity import PlantelActivity
from tests.dashboard.opening import all_html, button, fine, open_page
from tests.support.house import House
from tests.support.posts import Newsroom

WEEKS = (date(2026, 11, 9), date(2026, 11, 16))
ROWS = (
    PlantelActivity(plantel_id=1, plantel="CECyTE Acuña", region="Norte", weeks=(0, 2)),
    PlantelActivity(plantel_id=7, plantel="CECyTE Saltillo", region="Sureste", weeks=(0, 0)),
)


def html(test: object) -> str:
    return "\n".join(all_html(test.main))  # type: ignore[attr-defined]


@pytest.fixture
def room(house: House) -> Newsroom:
    """A house where plantel 1 published on two networks, failed once and has one planned."""
    made = Newsroom(house)
    made.settle(made.approved(networks=("x", "facebook")))
    made.settle(made.approved(networks=("facebook",)), "dead")
    made.approved(hours=30, networks=("facebook",))
    return made


def test_whoever_sees_all_planteles_gets_the_map_and_every_filter(
    house: House, room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = open_page(house, monkeypatch, room.coor, "actividad")
    assert test.title[0].value == texts.TITLE
    assert [one.label for one in test.selectbox] == [texts.PLANTEL]
    assert "76 de 77 planteles" in html(test)


def test_an_operador_and_a_director_see_their_own_plantel_at_once(
    house: House, room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    for actor in (room.oper, house.actor("DIRP", 1)):
        test = open_page(house, monkeypatch, actor, "actividad")
        assert test.title[0].value == texts.TITLE_ONE
        assert not test.selectbox
        shown = html(test)
        assert common.PHASES["published"] in shown
        assert common.PHASES["failed"] in shown
        assert "Ver en X" in shown


def test_a_plantel_without_posts_says_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    test = open_page(house, monkeypatch, house.actor("OPER", 2), "actividad")
    assert texts.NETWORKS_EMPTY in html(test)
    assert texts.RECENT_EMPTY in html(test)


def test_a_link_opens_the_detail_of_the_plantel_it_names(
    house: House, room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = open_page(house, monkeypatch, room.coor, "actividad")
    assert test.selectbox(key="elegido").value != 1
    fine(test.selectbox(key="elegido").set_value(1).run())
    assert "Ver en Facebook" in html(test)


def test_a_search_without_result_can_be_taken_back(
    house: House, room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = open_page(house, monkeypatch, room.coor, "actividad")
    fine(test.text_input(key="buscar").set_value("zzzz").run())
    assert texts.EMPTY in html(test)
    fine(button(test, texts.CLEAR).click().run())
    assert texts.EMPTY not in html(test)


def test_the_table_has_a_row_a_plantel_and_its_names_lead_to_the_detail() -> None:
    table = heatmap.table(WEEKS, ROWS, params={"ver": "Tabla"})
    assert table.count("<tr>") == 3
    assert 'href="/actividad?ver=Tabla&amp;plantel=7"' in table
    assert 'scope="row"' in table


def test_a_name_with_markup_stays_words() -> None:
    row = PlantelActivity(plantel_id=1, plantel="<b>x</b>", region="", weeks=(0, 0))
    assert "<b>x" not in heatmap.table(WEEKS, (row,), params={})


def cell(**values: object) -> dict[str, object]:
    return {"selection": {"celda": [values]}}


def test_a_click_means_a_plantel_and_a_week_of_the_screen() -> None:
    told = heatmap.understand(cell(clave="p7", semana="s1"), WEEKS, ROWS)
    assert told == Picked(plantel_id=7, monday=date(2026, 11, 16))


@pytest.mark.parametrize(
    "event",
    [
        None,
        {},
        {"selection": None},
        {"selection": {"celda": []}},
        {"selection": {"celda": ["p1"]}},
        cell(clave="p99", semana="s1"),
        cell(clave="p1", semana="s9"),
        cell(clave=1, semana=None),
    ],
)
def test_what_a_browser_makes_up_means_nothing(event: object) -> None:
    assert heatmap.understand(event, WEEKS, ROWS) is None


def test_the_technical_administration_has_no_such_page(house: House) -> None:
    shown = {screen.name for screen in navigation.visible(house.app, house.actor("ADM"))}
    assert "actividad" not in shown

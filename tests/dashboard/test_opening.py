"""Values shown once: drawn by one run, held by nothing, wiped with the next."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import context
from dashboard.components import opening
from publisher import people
from publisher.custody.opening import Opened
from publisher.errors import Conflict
from tests.dashboard.opening import fine
from tests.support.house import House
from vault.secret import Secret

VALUE = "canario-41-ñ-<b>"
SCRIPT = """
from dashboard import context
from dashboard.components import opening
from tests.dashboard import test_opening

test_opening.runs.append(1)
opening.once(context.house(), test_opening.verb, key="prueba")
"""
runs: list[int] = []
presses: list[object] = []
"""What the verb answers next: an ``Opened``, or an error to raise; then it is gone."""


def verb() -> Opened:
    """Open as ``disclosures`` does: once."""
    answer = presses.pop()
    if isinstance(answer, Exception):
        raise answer
    assert isinstance(answer, Opened)
    return answer


@pytest.fixture
def page(house: House) -> Iterator[AppTest]:
    """A page with nothing but the component, whose verb will show ``VALUE``."""
    now = house.clock.now
    presses[:] = [
        Opened(
            id=1,
            account="plantel (facebook)",
            fields={"login_password": Secret(VALUE)},
            person="Rosa Peña",
            at=now,
            until=now + timedelta(seconds=60),
        )
    ]
    yield AppTest.from_string(SCRIPT, default_timeout=30)
    presses.clear()


def drawn(test: AppTest) -> dict[str, Any]:
    """Return the data of the one component on the page."""
    (proto,) = components(test.main)
    data: dict[str, Any] = json.loads(proto.json)
    return data


def components(block: Any) -> list[Any]:
    """Return the messages of our own components within a block, however deep."""
    found = [block.proto] if getattr(block, "type", "") == "bidi_component" else []
    for child in getattr(block, "children", {}).values():
        found.extend(components(child))
    return found


def test_a_press_shows_the_values_and_no_later_run_does(page: AppTest) -> None:
    fine(page.run())
    assert drawn(page)["button"] == opening.texts.SHOW
    assert "items" not in drawn(page)

    page.session_state["abrir_prueba"] = True
    fine(page.run())

    shown = drawn(page)
    assert shown["items"] == [{"label": "Contraseña", "value": VALUE}]
    assert shown["seconds"] == 60
    assert shown["mark"].startswith("Rosa Peña · ")
    assert VALUE not in repr(page.session_state._state.filtered_state)
    fine(page.run())
    assert "items" not in drawn(page)
    assert presses == []


def test_a_refusal_is_said_in_place_and_the_button_stays(page: AppTest) -> None:
    presses[:] = [Conflict("Ya se mostró.")]
    page.session_state["abrir_prueba"] = True
    page.run()
    assert [one.value for one in page.error] == ["Ya se mostró."]
    assert "button" in drawn(page)


def test_a_proof_that_aged_meanwhile_lets_the_page_ask_for_a_code_again(page: AppTest) -> None:
    presses[:] = [people.FactorNeeded()]
    page.session_state["abrir_prueba"] = True
    runs.clear()
    fine(page.run())
    assert len(runs) == 2
    assert "button" in drawn(page)


def test_what_was_late_to_come_is_shown_for_less_time(page: AppTest, house: House) -> None:
    house.clock.pass_(seconds=50)
    context.use(house.app)
    page.session_state["abrir_prueba"] = True
    fine(page.run())
    assert drawn(page)["seconds"] == 10

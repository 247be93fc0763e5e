"""A page of the dashboard, run in this process as one person."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import context
from publisher.app import Actor
from tests.dashboard.conftest import token_of
from tests.support.house import House

ENTRY = Path(context.__file__).parent / "app.py"


def open_page(
    house: House, monkeypatch: pytest.MonkeyPatch, actor: Actor, name: str, **query: str
) -> AppTest:
    """Return the page after its first run; it must not have failed."""
    token = token_of(house, actor)
    monkeypatch.setattr(context, "token", lambda: token)
    test = AppTest.from_file(str(ENTRY), default_timeout=30)
    for key, value in query.items():
        test.query_params[key] = value
    test.run()
    test.switch_page(f"views/{name}.py")
    return fine(test.run())


def fine(test: AppTest) -> AppTest:
    """Assert that a run ended without an exception and without an error on the screen."""
    assert not test.exception, test.exception
    assert not test.error, [error.value for error in test.error]
    return test


def all_html(block: Any) -> Sequence[str]:
    """Return the bodies of ``st.html`` within a block, however deep."""
    found: list[str] = []
    for child in getattr(block, "children", {}).values():
        proto = getattr(child, "proto", None)
        if getattr(child, "type", "") == "html":
            found.append(proto.body if hasattr(proto, "body") else proto.html.body)
        found.extend(all_html(child))
    return found


def button(test: AppTest, label: str) -> Any:
    """Return the first button with that label."""
    return next(one for one in test.button if one.label == label)

"""Fixtures of the publisher's tests: a whole house on each database."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from publisher.app import App
from tests.support.house import House, SmallHouse, make_house, make_small


@pytest.fixture
def house(engine: Engine, tmp_path: Path) -> House:
    """A sandbox institution with its 77 planteles and nobody in it."""
    return make_house(engine, tmp_path)


@pytest.fixture
def small(engine: Engine, tmp_path: Path) -> SmallHouse:
    """Three planteles, people of each role, fake networks, a clock that stands still."""
    return make_small(engine, tmp_path)


@pytest.fixture
def app(small: SmallHouse) -> App:
    """The App of ``small``."""
    return small.app

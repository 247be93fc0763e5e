"""Fixtures of the publisher's tests: a whole house on each database."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.support.house import House, make_house


@pytest.fixture
def house(engine: Engine, tmp_path: Path) -> House:
    """A sandbox institution with its 77 planteles and nobody in it."""
    return make_house(engine, tmp_path)

"""A newsroom on each database."""

from __future__ import annotations

import pytest

from tests.support.house import House
from tests.support.posts import Newsroom


@pytest.fixture
def room(house: House) -> Newsroom:
    """People of every editorial role and the shipped manual."""
    return Newsroom(house)

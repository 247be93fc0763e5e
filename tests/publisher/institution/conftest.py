"""People and houses for the institution's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from publisher.app import Actor
from publisher.db import make_engine
from tests.support.house import House, make_house


@pytest.fixture
def admin(house: House) -> Actor:
    """The technical administrator."""
    return house.actor("ADM", name="Adela")


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house on SQLite for tests that only ask: nothing of it is the database's to decide."""
    folder = tmp_path_factory.mktemp("still")
    engine = make_engine(f"sqlite:///{folder / 'pregonero.db'}")
    yield make_house(engine, folder)
    engine.dispose()


@pytest.fixture(scope="module")
def asker(still: House) -> Actor:
    """The technical administrator of ``still``."""
    return still.actor("ADM", name="Adela")

"""The desk of a worker, on each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.publisher.delivery.desk import Desk, make_desk
from tests.support import transitions
from tests.support.hold import Hold, holding
from tests.support.house import SmallHouse


@pytest.fixture
def desk(small: SmallHouse) -> Iterator[Desk]:
    """Approved posts come due here, and an engine is driven a step at a time.

    Whatever a test does, each change of state that reached the database is one of the table's.
    """
    transitions.record(small.app.engine)
    yield make_desk(small)
    assert transitions.illegal(small.app.engine) == []


@pytest.fixture
def hold() -> Iterator[Hold]:
    """Start a process that keeps every writer out of a SQLite file."""
    with holding() as start:
        yield start

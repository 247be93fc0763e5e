"""What a turn asks of SQLite costs no more when more waits: which index each statement walks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import event

from publisher.delivery import outbox
from tests.support.house import SmallHouse


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite only: PostgreSQL chooses by the statistics that it keeps itself."""
    return sqlite_url


@contextmanager
def heard(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """Yield the list of statements that are executed meanwhile, with their parameters."""
    said: list[tuple[str, Any]] = []

    def hear(_c: object, _k: object, statement: str, values: Any, _x: object, many: bool) -> None:
        if not many:
            said.append((statement, values))

    event.listen(database, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(database, "before_cursor_execute", hear)


def walks(database: Database, statement: str, values: Any) -> list[str]:
    """Return how SQLite would come to the deliveries of ``statement``."""
    with database.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    return [row[3] for row in plan if row[3].split()[1] == "delivery"]


def test_what_is_due_is_found_by_its_instant_however_many_wait(small: SmallHouse) -> None:
    small.approved()
    now = small.clock() + timedelta(days=30)
    with heard(small.app.engine) as said, small.app.write() as session:
        connection = session.connection()
        outbox.next_due(connection, after=small.clock())
        assert outbox.claim(connection, 1, owner="w", now=now, timing=small.app.timing)
        assert outbox.hold_late(connection, now=now, sentence="tarde")
    # what names its rows (json_each) comes to them by their key
    found = {
        line
        for statement, values in said
        if "json_each" not in statement
        for line in walks(small.app.engine, statement, values)
    }
    assert found
    assert all("INDEX delivery_due (" in line for line in found), found

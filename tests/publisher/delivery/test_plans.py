"""What a turn and the chores ask of SQLite costs no more when more waits, or has been.

It is told by which index each statement walks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import event
from sqlmodel import SQLModel

from publisher.delivery import outbox
from publisher.delivery.chores import Chore, chores
from publisher.timing import PRODUCTION
from tests.publisher.delivery.desk import lease_due
from tests.support.house import SmallHouse

SMALL = {"account", "breaker", "bucket", "fact", "manual_version", "worker"}
"""What grows with accounts, platforms, processes and manuals, and not with posts or years."""
MINUTE = 90
"""How many statements all chores together may ask in a minute in which there is nothing to do."""


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
        assert lease_due(connection, 1, owner="w", now=now, timing=small.app.timing)
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


def idle(small: SmallHouse) -> tuple[Chore, ...]:
    """Return the chores of a worker, each done once before."""
    found = chores(small.app, owner="w", wake=lambda: None, stopping=lambda: False)
    for chore in found:
        chore.act()
    return found


def walked(database: Database, statement: str, values: Any) -> set[str]:
    """Return the tables that ``statement`` reads whole, or by an index of all their rows."""
    tables = SQLModel.metadata.tables
    partial = {
        index.name
        for table in tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }
    with database.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    found = {
        row[3].split()[1]
        for row in plan
        if row[3].startswith("SCAN ") and row[3].split()[-1] not in partial
    }
    return found & set(tables)


def test_no_chore_walks_through_a_table_that_grows_with_posts_or_years(small: SmallHouse) -> None:
    small.approved()
    found = idle(small)
    with heard(small.app.engine) as said:
        for chore in found:
            chore.act()
    reads = [one for one in said if one[0].startswith(("SELECT", "UPDATE", "WITH"))]
    assert len(reads) > len(found)
    whole = [(table, one[0]) for one in reads for table in walked(small.app.engine, *one) - SMALL]
    assert whole == []


def test_a_minute_in_which_nothing_is_due_asks_little(
    small: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(small.app), "timing", PRODUCTION)
    small.approved()
    asked = 0.0
    for chore in idle(small):
        with heard(small.app.engine) as said:
            chore.act()
        asked += len(said) * 60 / chore.every
    assert 0 < asked < MINUTE

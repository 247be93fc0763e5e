"""The migrated database is the database that the models describe, on both engines."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

import publisher.models  # noqa: F401 - registers every table
import vault.audit_tables
import vault.tables  # noqa: F401 - registers every table
from publisher import db, migrations
from publisher.errors import Unready
from publisher.migrations.settings import config_for
from tests.support.postgres import PostgresServer
from vault import guards

PG_CATALOG = {
    "columns": """
        SELECT table_name, column_name, data_type, character_maximum_length, is_nullable,
               column_default, is_identity
        FROM information_schema.columns WHERE table_schema = 'public'""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": """
        SELECT tgrelid::regclass::text, tgenabled, pg_get_triggerdef(oid)
        FROM pg_trigger WHERE NOT tgisinternal""",
    "functions": """
        SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace""",
}


def schema(connection: Connection) -> set[tuple[str, ...]]:
    """Return every column, constraint, index and trigger as the database itself tells them."""
    if connection.dialect.name == "postgresql":
        found = {
            (kind, *map(str, row))
            for kind, query in PG_CATALOG.items()
            for row in connection.execute(text(query))
        }
    else:
        found = set()
        for kind, table, sql in connection.execute(
            text("SELECT type, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        ):
            lines = re.split(r",\s*(?=\n|\w+ [A-Z])", sql) if kind == "table" else [sql]
            for line in lines:
                found.add((kind, table, re.sub(r"\s+", " ", line).strip(" )\n")))
    return {item for item in found if "alembic_version" not in " ".join(item)}


def created(engine: Engine) -> set[tuple[str, ...]]:
    """Return the schema that the models create in an empty database."""
    with engine.begin() as connection:
        SQLModel.metadata.create_all(connection)
        guards.install(connection)
        return schema(connection)


def upgraded(engine: Engine) -> set[tuple[str, ...]]:
    """Return the schema that the versions lead to."""
    migrations.upgrade(engine)
    with engine.connect() as connection:
        return schema(connection)


@pytest.fixture
def other_engine(
    request: pytest.FixtureRequest, engine: Engine, tmp_path: Path
) -> Iterator[Engine]:
    """A second empty database of the same kind."""
    if engine.dialect.name == "sqlite":
        made = db.make_engine(f"sqlite:///{tmp_path / 'otra.db'}")
        yield made
        made.dispose()
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create_database()
    made = db.make_engine(server.url(name))
    yield made
    made.dispose()
    server.drop_database(name)


def test_the_versions_lead_to_exactly_what_the_models_describe(
    engine: Engine, other_engine: Engine
) -> None:
    want, have = created(other_engine), upgraded(engine)
    assert have == want, (
        "a model changed without a migration: run python -m publisher.migrations next\n"
        f"only in the models: {sorted(want - have)}\nonly in the versions: {sorted(have - want)}"
    )
    assert {table for _, table, *_ in want} >= set(SQLModel.metadata.tables)


@pytest.mark.parametrize(
    "change",
    [
        "DROP INDEX delivery_one_in_flight",
        "ALTER TABLE post ADD COLUMN sobrante VARCHAR",
        "DROP INDEX delivery_due; CREATE INDEX delivery_due ON delivery (next_at, id)",
        "guard",
    ],
)
def test_the_comparison_sees_a_lost_index_column_condition_or_guard(
    engine: Engine, change: str
) -> None:
    before = upgraded(engine)
    if change == "guard":
        postgres = engine.dialect.name == "postgresql"
        change = (
            "ALTER TABLE audit_link DISABLE TRIGGER audit_link_insert_only"
            if postgres
            else "DROP TRIGGER audit_link_no_update"
        )
    with engine.begin() as connection:
        for statement in change.split("; "):
            connection.execute(text(statement))
        assert schema(connection) != before


def test_an_empty_database_has_no_version_and_an_upgraded_one_has_the_last(
    engine: Engine,
) -> None:
    assert migrations.current(engine) is None
    migrations.upgrade(engine)
    assert migrations.current(engine) == migrations.head()
    with engine.connect() as connection:
        assert guards.missing(connection) == []
        script = ScriptDirectory.from_config(config_for(connection))
    assert script.get_heads() == [migrations.head()]


def test_a_current_database_costs_one_select_and_no_alembic(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrations.upgrade(engine)
    monkeypatch.setattr(db, "write", None)
    migrations.upgrade(engine)


@pytest.mark.processes
def test_a_process_that_starts_during_an_upgrade_waits_for_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, go_on, install = threading.Event(), threading.Event(), guards.install

    def pause(connection: Connection) -> None:
        install(connection)
        inside.set()
        go_on.wait(30)

    monkeypatch.setattr(guards, "install", pause)
    first = threading.Thread(target=migrations.upgrade, args=(engine,))
    first.start()
    assert inside.wait(30)
    program = (
        "import sys; from publisher import db, migrations; from publisher.migrations import "
        "settings; engine = db.make_engine(sys.argv[1]); print('ready', flush=True); "
        "migrations.upgrade(engine); print(migrations.current(engine))"
    )
    url = engine.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-c", program, url], stdout=subprocess.PIPE, text=True
    ) as second:
        assert second.stdout is not None
        assert second.stdout.readline().strip() == "ready"
        time.sleep(0.5)
        assert second.poll() is None
        go_on.set()
        first.join()
        assert second.communicate(timeout=60)[0].strip() == migrations.head()
    assert second.returncode == 0


def test_threads_that_start_together_upgrade_once(engine: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(migrations.upgrade, engine) for _ in range(4)]:
            done.result()
    assert migrations.current(engine) == migrations.head()


def test_an_upgrade_that_fails_leaves_nothing_behind(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(connection: Connection) -> None:
        raise RuntimeError("the last step")

    with monkeypatch.context() as broken:
        broken.setattr(guards, "install", fail)
        with pytest.raises(RuntimeError, match="the last step"):
            migrations.upgrade(engine)
    with engine.connect() as connection:
        assert schema(connection) == set()
    migrations.upgrade(engine)
    assert migrations.current(engine) == migrations.head()


def test_a_reason_that_a_version_adds_is_admitted_at_once_and_what_is_none_is_not(
    engine: Engine,
) -> None:
    with db.write(engine) as session:
        migrations.bring(session.connection(), "0004")
    migrations.upgrade(engine)
    insert = text(
        "INSERT INTO delivery (post_id, revision, account_id, network, state, hold_reason, reason,"
        " due_at, local_at, timezone, not_after, next_at, fence, part, unsent_tries, resend_used,"
        " looks, absences, updated_at) VALUES (1, 1, 1, 'x', 'held', :reason, '', :at, '', '', :at,"
        " :at, 0, 0, 0, :no, 0, 0, :at)"
    )
    values = {"at": datetime(2026, 11, 23, tzinfo=UTC), "no": False}
    for reason in ("manual", "antojo"):
        with engine.connect() as connection, pytest.raises(IntegrityError) as refused:
            connection.execute(insert, {**values, "reason": reason})
        # the reason itself is fine where only the rows that it refers to are missing
        assert ("delivery_hold" in str(refused.value)) == (reason == "antojo")


def test_a_database_of_a_newer_program_is_refused_untouched(engine: Engine) -> None:
    before = upgraded(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Unready, match="más nueva"):
        migrations.upgrade(engine)
    with engine.connect() as connection:
        assert schema(connection) == before


def test_tables_without_a_version_are_refused(engine: Engine) -> None:
    created(engine)
    with pytest.raises(Unready, match="no dice su versión"):
        migrations.upgrade(engine)

"""From the previous release's populated database to this program's, on both engines.

The databases were made by running that release (``tests.upgrade``). That its worker goes on beside
ours is proved with real processes by ``python -m tests.upgrade side-by-side``, which needs the
project's history; what is proved here without it is that a version only adds.
"""

from __future__ import annotations

import ast
import hashlib
import json
import lzma
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.engine import make_url

from publisher import migrations
from publisher.app import App, open_app
from publisher.backup import copies
from publisher.backup.restore import restore
from publisher.delivery import outbox, recovery
from publisher.delivery.engine import Engine as DeliveryEngine
from publisher.settings import Settings
from tests.publisher.test_migrations import created, other_engine, schema  # noqa: F401
from tests.support.house import Clock
from tests.support.networks import FakeNetworks
from tests.upgrade.maker import DATA
from vault import guards, proof
from vault.verify import verify

VERSIONS = sorted((migrations.FOLDER / "versions").glob("[0-9]*.py"))
ONLY_ADDS = {"create_table", "add_column", "create_index", "get_bind", "f"}


class Previous:
    """A database of the previous release; ``facts`` is what its maker counted."""

    def __init__(self, url: str, folder: Path) -> None:
        parsed = make_url(url)
        self.kind = "sqlite" if parsed.get_backend_name() == "sqlite" else "postgres"
        script = lzma.decompress((DATA / f"{self.kind}.sql.xz").read_bytes()).decode()
        if self.kind == "sqlite":
            with closing(sqlite3.connect(parsed.database or "")) as connection:
                connection.executescript(script)
        else:
            with psycopg.connect(url.replace("+psycopg", "")) as connection:
                connection.execute(script.encode())
        self.facts: dict[str, Any] = json.loads((DATA / f"{self.kind}.json").read_text("utf-8"))
        key = folder / "kek.key"
        key.write_text(json.dumps(self.facts["kek"]))
        key.chmod(0o400)
        self.settings = Settings(data_dir=folder, database_url=url)

    def open(self) -> App:
        """Open it as any command does, which brings it to this program's version."""
        return open_app(self.settings)


@pytest.fixture
def previous(database_url: str, tmp_path: Path) -> Previous:
    """The previous release's database, not yet touched by this program."""
    return Previous(database_url, tmp_path)


@pytest.fixture
def opened(previous: Previous) -> Iterator[App]:
    """An App on it, with fake networks and a clock."""
    app = previous.open()
    yield replace(app, clock=Clock(app.clock()), connect=FakeNetworks())
    app.engine.dispose()


def contents(connection: Connection, columns: dict[str, list[str]]) -> dict[str, tuple[int, str]]:
    """Return of each table how many rows it has and a hash of them, whatever their order."""
    found = {}
    for table, names in columns.items():
        listed = ", ".join(f'"{name}"' for name in names)
        rows = sorted(
            repr(tuple(row)) for row in connection.execute(text(f"SELECT {listed} FROM {table}"))
        )
        found[table] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    return found


def columns_of(connection: Connection) -> dict[str, list[str]]:
    inspector = inspect(connection)
    return {
        table: [column["name"] for column in inspector.get_columns(table)]
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def test_an_upgrade_keeps_every_row_and_makes_the_shape_of_a_new_database(
    previous: Previous,
    engine: Engine,
    other_engine: Engine,  # noqa: F811
) -> None:
    assert migrations.current(engine) == "0004"
    with engine.connect() as connection:
        old = columns_of(connection)
        before = contents(connection, old)
    migrations.upgrade(engine)
    assert migrations.current(engine) == migrations.head()
    with engine.connect() as connection:
        assert contents(connection, old) == before
        assert guards.missing(connection) == []
        found = plain(schema(connection))
    assert found == plain(created(other_engine))
    assert sum(count for count, _ in before.values()) > 500


def plain(found: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Leave out the casts and brackets that PostgreSQL writes anew each time it loads a dump."""
    return {
        tuple(re.sub(r"::(character varying|text)(\[\])?|[()]", "", field) for field in row)
        for row in found
        if "alembic_version" not in row
    }


def test_after_an_upgrade_the_audit_verifies_and_every_secret_opens(
    previous: Previous, opened: App
) -> None:
    with opened.read() as session:
        found = verify(session, opened.audit_key, now=opened.clock())
        secrets = proof.open_all(session, opened.keyring)
        states = dict(
            tuple(row)
            for row in session.connection().execute(
                text("SELECT state, count(*) FROM delivery GROUP BY state")
            )
        )
    assert found.problems == ()
    assert found.links > 150
    assert secrets.whole
    assert secrets.sealed >= 40
    assert states == previous.facts["states"]


def test_what_waited_in_the_previous_release_goes_out_once_after_the_upgrade(
    previous: Previous, opened: App
) -> None:
    networks = opened.connect
    assert isinstance(networks, FakeNetworks)
    with opened.read() as session:
        due = session.connection().scalar(
            text("SELECT max(due_at) FROM delivery WHERE state = 'scheduled'")
        )
        sent_before = session.connection().scalar(text("SELECT count(*) FROM receipt"))
    clock = opened.clock
    assert isinstance(clock, Clock)
    clock.now = outbox.rows.instant(due) + timedelta(seconds=1)
    engine = DeliveryEngine(opened, owner=recovery.enrol(opened))
    for _ in range(40):
        engine.turn()
        while engine.perform():
            pass
    waiting = previous.facts["states"]["scheduled"]
    assert len(networks.called("publish")) == waiting
    assert len({(call.account, call.text) for call in networks.called("publish")}) == waiting
    with opened.read() as session:
        connection = session.connection()
        assert connection.scalar(text("SELECT count(*) FROM receipt")) == sent_before + waiting
        states = dict(
            tuple(row)
            for row in connection.execute(
                text("SELECT state, count(*) FROM delivery GROUP BY state")
            )
        )
    assert states == {
        "published": previous.facts["states"]["published"] + waiting,
        "held": previous.facts["states"]["held"],
        "needs_decision": previous.facts["states"]["needs_decision"],
    }


def test_an_upgraded_database_is_backed_up_and_restored(
    previous: Previous, opened: App, tmp_path: Path
) -> None:
    made = copies.make(opened, tmp_path / "copias")
    done = restore(previous.settings, made.path, drill=True)
    # the pictures of the maker's posts are not in the test data
    assert (done.audit.ok, done.secrets.whole) == (True, True)
    assert done.media_absent == made.manifest.media_missing


def _operations(path: Path) -> list[ast.Call]:
    tree = ast.parse(path.read_text("utf-8"))
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "op"
    ]


def only_adds(path: Path) -> list[str]:
    """Return what a version does beyond adding, or adds so that an older program cannot write."""
    problems = []
    for call in _operations(path):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if name not in ONLY_ADDS:
            problems.append(f"op.{name}")
        if name == "add_column":
            column = call.args[1]
            assert isinstance(column, ast.Call)
            said = {keyword.arg: keyword.value for keyword in column.keywords}
            nullable = said.get("nullable")
            if "server_default" not in said and not (
                isinstance(nullable, ast.Constant) and nullable.value is True
            ):
                problems.append(f"a column without a default: {ast.unparse(column)}")
    return problems


def test_a_version_only_adds_so_that_the_previous_program_goes_on_beside_it(
    tmp_path: Path,
) -> None:
    assert [path.name[:4] for path in VERSIONS][-1] == migrations.head()
    for path in VERSIONS[1:]:
        assert only_adds(path) == [], path.name
    bad = tmp_path / "9999_malo.py"
    bad.write_text(
        "op.drop_column('post', 'x')\nop.add_column('post', sa.Column('y', sa.String()))\n"
    )
    assert only_adds(bad) == [
        "op.drop_column",
        "a column without a default: sa.Column('y', sa.String())",
    ]


def test_the_previous_release_left_its_databases_small() -> None:
    sizes = [path.stat().st_size for path in DATA.glob("*.xz")]
    assert len(sizes) == 2
    assert max(sizes) < 300_000

"""A small house with posts in many states, and a place to back it up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from publisher import db, migrations
from publisher.app import App
from publisher.backup.restore import Restored, restore
from publisher.settings import Settings
from tests.support.house import SmallHouse
from tests.support.postgres import PostgresServer

Bring = Callable[..., Restored]


@pytest.fixture
def stamped(small: SmallHouse) -> SmallHouse:
    """The small house with the version that a migrated database has."""
    with small.app.engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(
            text("INSERT INTO alembic_version VALUES (:head)"), {"head": migrations.head()}
        )
    return small


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, engine: Engine, tmp_path: Path) -> Iterator[str]:
    """Another empty database of the same kind; on SQLite the one that ``--into`` makes."""
    if engine.dialect.name == "sqlite":
        yield f"sqlite:///{tmp_path / 'vuelta' / 'pregonero.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create_database()
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
def bring(stamped: SmallHouse, empty_url: str, tmp_path: Path) -> Bring:
    """Restore into ``tmp_path / 'vuelta'``, with the house's key and clock."""

    def run(source: Path, **options: object) -> Restored:
        settings = Settings(
            data_dir=tmp_path, kek_file=stamped.app.settings.kek_path, database_url=empty_url
        )
        wanted = {"into": tmp_path / "vuelta", **options}
        return restore(
            settings,
            source,
            app_options={"clock": stamped.clock, "connect": stamped.networks},
            **wanted,  # type: ignore[arg-type]
        )

    return run


@pytest.fixture
def restored_app(stamped: SmallHouse, empty_url: str, tmp_path: Path) -> Iterator[App]:
    """An App on what ``bring`` restores, with the fake networks."""
    engine = db.make_engine(empty_url)
    settings = Settings(data_dir=tmp_path / "vuelta", kek_file=stamped.app.settings.kek_path)
    yield replace(stamped.app, engine=engine, settings=settings)
    engine.dispose()

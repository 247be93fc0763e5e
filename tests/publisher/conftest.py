"""Fixtures of the publisher's tests: a whole house on each database."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from publisher.app import App
from publisher.db import make_engine
from tests.support import postgres
from tests.support.house import House, SmallHouse, make_house, make_small, reopen_small

MODEL = "modelo"


@pytest.fixture
def house(engine: Engine, tmp_path: Path) -> House:
    """A sandbox institution with its 77 planteles and nobody in it."""
    return make_house(engine, tmp_path)


@pytest.fixture(scope="session")
def sqlite_model(tmp_path_factory: pytest.TempPathFactory) -> SmallHouse:
    """The small house that each test on SQLite gets a copy of."""
    return _make_model(f"sqlite:///{tmp_path_factory.mktemp('modelo') / 'modelo.db'}")


@pytest.fixture(scope="session")
def postgres_model(
    postgres_server: postgres.PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> SmallHouse:
    """The small house that each test on PostgreSQL gets a copy of."""
    postgres_server.create_database(name=MODEL)
    return _make_model(postgres_server.url(MODEL), tmp_path_factory.mktemp("modelo"))


def _make_model(url: str, folder: Path | None = None) -> SmallHouse:
    engine = make_engine(url)
    made = make_small(engine, folder or Path(make_url(url).database or "").parent)
    # a database that somebody uses is no template, and a file with a journal is not whole
    engine.dispose()
    return made


@pytest.fixture
def small(
    request: pytest.FixtureRequest, database_url: str, engine: Engine, tmp_path: Path
) -> SmallHouse:
    """Three planteles, people of each role, fake networks, a clock that stands still."""
    parsed = make_url(database_url)
    if parsed.get_backend_name() == "sqlite":
        model: SmallHouse = request.getfixturevalue("sqlite_model")
        shutil.copy(model.app.engine.url.database or "", parsed.database or "")
    else:
        model = request.getfixturevalue("postgres_model")
        server: postgres.PostgresServer = request.getfixturevalue("postgres_server")
        server.drop_database(parsed.database or "")
        server.create_database(MODEL, name=parsed.database)
    return reopen_small(model, engine, tmp_path)


@pytest.fixture
def app(small: SmallHouse) -> App:
    """The App of ``small``."""
    return small.app

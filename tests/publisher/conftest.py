"""Fixtures of the publisher's tests: a whole house on each database."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine

from publisher.app import App
from publisher.db import make_engine
from tests.support import postgres
from tests.support.house import House, SmallHouse, make_house, make_small, reopen, reopen_small

HOUSE = "modelo_casa"
SMALL = "modelo"

Models = dict[tuple[str, str], House]


@pytest.fixture(scope="session")
def models() -> Models:
    """Houses of which each test gets a copy, by kind of database and name; made when needed."""
    return {}


@pytest.fixture(scope="session")
def sqlite_model(models: Models, tmp_path_factory: pytest.TempPathFactory) -> SmallHouse:
    """The small house on SQLite."""
    folder = tmp_path_factory.mktemp(SMALL)
    made = _model(models, ("sqlite", SMALL), f"sqlite:///{folder / 'modelo.db'}", folder)
    assert isinstance(made, SmallHouse)
    return made


@pytest.fixture(scope="session")
def postgres_model(
    models: Models,
    postgres_server: postgres.PostgresServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> SmallHouse:
    """The small house on PostgreSQL."""
    postgres_server.create_database(name=SMALL)
    folder = tmp_path_factory.mktemp(SMALL)
    made = _model(models, ("postgresql", SMALL), postgres_server.url(SMALL), folder)
    assert isinstance(made, SmallHouse)
    return made


@pytest.fixture
def house(request: pytest.FixtureRequest, models: Models, engine: Engine, tmp_path: Path) -> House:
    """A sandbox institution with its 77 planteles and nobody in it."""
    kind = engine.url.get_backend_name()
    if (kind, HOUSE) not in models:
        folder = request.getfixturevalue("tmp_path_factory").mktemp(HOUSE)
        url = f"sqlite:///{folder / 'modelo.db'}"
        if kind == "postgresql":
            server: postgres.PostgresServer = request.getfixturevalue("postgres_server")
            url = server.url(server.create_database(name=HOUSE))
        _model(models, (kind, HOUSE), url, folder)
    _copy(request, models[kind, HOUSE], engine, HOUSE)
    return reopen(models[kind, HOUSE], engine, tmp_path)


@pytest.fixture
def small(request: pytest.FixtureRequest, engine: Engine, tmp_path: Path) -> SmallHouse:
    """Three planteles, people of each role, fake networks, a clock that stands still."""
    kind = "sqlite" if engine.url.get_backend_name() == "sqlite" else "postgres"
    model: SmallHouse = request.getfixturevalue(f"{kind}_model")
    _copy(request, model, engine, SMALL)
    return reopen_small(model, engine, tmp_path)


def _model(models: Models, key: tuple[str, str], url: str, folder: Path) -> House:
    engine = make_engine(url)
    models[key] = (make_house if key[1] == HOUSE else make_small)(engine, folder)
    # a database that somebody uses is no template, and a file with a journal is not whole
    engine.dispose()
    return models[key]


def _copy(request: pytest.FixtureRequest, model: House, engine: Engine, name: str) -> None:
    """Put a copy of ``model`` where ``engine`` still has an empty database."""
    if engine.url.get_backend_name() == "sqlite":
        shutil.copy(model.app.engine.url.database or "", engine.url.database or "")
        return
    server: postgres.PostgresServer = request.getfixturevalue("postgres_server")
    server.drop_database(engine.url.database or "")
    server.create_database(name, name=engine.url.database)


@pytest.fixture
def app(small: SmallHouse) -> App:
    """The App of ``small``."""
    return small.app

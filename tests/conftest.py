"""Fixtures for every test: databases on both engines, the guard of the network, the browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import Engine

from publisher.db import make_engine
from tests.support import compiling, memory, network, postgres


def pytest_configure() -> None:
    """Guard the network before any test module is imported; write where a sync costs nothing."""
    network.install()
    compiling.share()
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory.folder()))
    # the pretty tracebacks of structlog's defaults take a third of a second each
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])
    configure = structlog.configure

    def configure_uncached(**settings: Any) -> None:
        configure(**settings | {"cache_logger_on_first_use": False})

    # a logger that one test had cached would keep that test's level and file for all others
    structlog.configure = configure_uncached


def pytest_report_header() -> str:
    """Say which line of defence this run has."""
    line = "namespace with loopback only" if network.isolated() else "socket guard only"
    folders = ", ".join(ONE_CASE_ON_POSTGRES)
    cases = f"on PostgreSQL one case a test in {folders}; all with --every-case"
    return f"network: {line}; {cases}"


ONE_CASE_ON_POSTGRES = ("tests/publisher/editorial/", "tests/publisher/backup/")
"""Where the cases of a test differ by rules that no database decides."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let whoever has time run what is left out."""
    parser.addoption("--every-case", action="store_true", help="all cases on PostgreSQL too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run every case on SQLite, and in some folders only the first of each test on PostgreSQL."""
    if config.getoption("--every-case"):
        return
    seen: set[str] = set()
    kept, left_out = [], []
    for item in items:
        name, _, case = item.nodeid.partition("[")
        first = name not in seen
        if case.startswith("postgres") and name.startswith(ONE_CASE_ON_POSTGRES):
            seen.add(name)
            (kept if first else left_out).append(item)
        else:
            kept.append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture(autouse=True)
def _no_attempt_to_leave(request: pytest.FixtureRequest) -> Iterator[None]:
    network.attempts.clear()
    yield
    if "network_attempts" not in request.fixturenames:
        assert not network.attempts, "the test tried to leave the machine"


@pytest.fixture
def network_attempts() -> list[str]:
    """The hosts refused so far; a test that asks for it expects some."""
    return network.attempts


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.PostgresServer]:
    """One real PostgreSQL a run. Where it cannot start the tests fail: nothing is skipped."""
    server = postgres.start()
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres_server: postgres.PostgresServer) -> Iterator[str]:
    """An empty PostgreSQL database of the test's own."""
    name = postgres_server.create_database()
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite file of the test's own, not yet created."""
    return f"sqlite:///{tmp_path / 'pregonero.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database, on SQLite and then on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The product's own engine on an empty database of each kind."""
    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser to drive; without one CI fails and anyone else is told in the summary."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        message = "NO CHROMIUM: the browser tests did not run; apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(message, pytrace=False)
        pytest.skip(message)
    return found

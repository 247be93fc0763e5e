"""A house with one plantel that takes photos."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from publisher import db
from publisher.app import Actor
from tests.publisher.media.photos import one_plantel
from tests.support.house import House


@pytest.fixture
def small(sqlite_url: str, tmp_path: Path) -> Iterator[House]:
    """A house on SQLite with one plantel (id 1) and a public address for media."""
    engine = db.make_engine(sqlite_url)
    yield one_plantel(engine, tmp_path, media_base_url="https://fotos.example.mx/")
    engine.dispose()


@pytest.fixture
def both(engine: Engine, tmp_path: Path) -> House:
    """The same on each database."""
    return one_plantel(engine, tmp_path)


@pytest.fixture
def operator(small: House) -> Actor:
    """An operator of the plantel."""
    return small.actor("OPER", 1)

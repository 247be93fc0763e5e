"""A house on SQLite with people who can sign in, and the routes in front of Streamlit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col

from dashboard import context
from publisher import people
from publisher.app import Actor, App
from publisher.db import make_engine
from publisher.models import Person
from publisher.people import passwords
from tests.dashboard.browsing import Browser, serving
from tests.support.house import House, make_house

PASSWORD = "clave larga de prueba"


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path) -> Iterator[House]:
    """A sandbox institution whose clock is the real one: browsers' cookies look at it too."""
    engine = make_engine(sqlite_url)
    made = make_house(engine, tmp_path)
    made.clock.now = datetime.now(UTC)
    context.use(made.app)
    yield made
    engine.dispose()


def let_in(house: House, actor: Actor, *, must_change: bool = False) -> str:
    """Give an actor a password; returns the e-mail to sign in with."""
    with house.app.write() as session:
        session.execute(
            update(Person)
            .where(col(Person.id) == actor.person_id)
            .values(
                password_hash=passwords.hash_password(PASSWORD), must_change_password=must_change
            )
        )
    return actor.email


def token_of(house: House, actor: Actor) -> str:
    """Return a session token of an actor."""
    return people.sign_in(house.app, let_in(house, actor), PASSWORD).token


@pytest.fixture
def browser(house: House) -> Iterator[Browser]:
    """A browser before our routes."""
    with serving(house.app) as url:
        yield Browser(url)


def https(app: App) -> App:
    """Return the same house behind TLS."""
    settings = app.settings.model_copy(update={"public_url": "https://pregonero.example.mx"})
    return replace(app, settings=settings)

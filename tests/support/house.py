"""A whole house for tests: an App on an empty database, a clock that tests move, and its people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import SQLModel

import vault.audit_tables
import vault.tables  # noqa: F401 - registers the vault's tables
from publisher import institution, people
from publisher.app import SYSTEM, Actor, App
from publisher.people import passwords
from publisher.settings import Settings
from vault import guards
from vault.keys import FileKeyProvider, Keyring

START = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@dataclass
class Clock:
    """Time that passes only when a test says so."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **amount: float) -> datetime:
        """Move on by a timedelta's arguments."""
        self.now += timedelta(**amount)
        return self.now


@dataclass
class House:
    """An App with its clock, and short ways to people of each role."""

    app: App
    clock: Clock
    _numbers: Any = field(default_factory=count)

    def person(self, name: str = "", **options: Any) -> int:
        """Create a person without roles."""
        number = next(self._numbers)
        made = people.create_person(
            self.app,
            SYSTEM,
            email=f"persona{number}@example.mx",
            name=name or f"Persona {number}",
            issue_password=False,
            **options,
        )
        return made.person_id

    def actor(self, role: str, plantel_id: int | None = None, name: str = "") -> Actor:
        """Create a person with one role and return the Actor."""
        person_id = self.person(name)
        people.designate(self.app, SYSTEM, person_id, role, plantel_id=plantel_id)
        return people.actor_for(self.app, person_id)


def make_app(engine: Engine, folder: Path, **changes: Any) -> tuple[App, Clock]:
    """Return an App on ``engine`` with every table and guard, without institution or people."""
    passwords.cost = passwords.TESTING
    SQLModel.metadata.create_all(engine)
    with engine.begin() as connection:
        guards.install(connection)
    clock = Clock()
    settings = Settings(data_dir=folder, **changes)
    provider = FileKeyProvider.open_or_create(folder / "kek.key", may_create=True)
    return App(settings=settings, engine=engine, keyring=Keyring(provider), clock=clock), clock


def make_house(engine: Engine, folder: Path, *, load: bool = True, **changes: Any) -> House:
    """Return a sandbox institution with the 77 shipped planteles and their accounts."""
    app, clock = make_app(engine, folder, **changes)
    institution.create_institution(
        app,
        name="Colegio de Pruebas de Coahuila",
        short_name="Colegio de Pruebas",
        timezone="America/Monterrey",
        mode="sandbox",
    )
    if load:
        institution.load_shipped(app, SYSTEM)
    return House(app=app, clock=clock)

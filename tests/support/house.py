"""A whole house for tests: an App on an empty database, a clock that tests move, and its people."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from publisher import institution, people, rulebook
from publisher.app import SYSTEM, Actor, App
from publisher.editorial import approve, draft, review, submit
from publisher.editorial.content import DraftContent
from publisher.media import store
from publisher.models import Account, Media, Plantel, Post, Rendition
from publisher.people import designations, passwords, persons
from publisher.settings import Settings
from tests.support import shape
from tests.support.key_file import key_file
from tests.support.networks import FakeNetworks
from vault.keys import Keyring, check_or_register
from vault.secret import Secret

START = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@dataclass
class Clock:
    """Time that passes only when a test says so."""

    now: datetime = START
    jumped: timedelta = timedelta()

    def __call__(self) -> datetime:
        return self.now

    def elapsed(self) -> float:
        """Return the seconds since boot, which no jump changes."""
        return (self.now - self.jumped - START).total_seconds()

    def jump(self, **amount: float) -> None:
        """Let the wall clock be set, while no time passes."""
        self.now += timedelta(**amount)
        self.jumped += timedelta(**amount)

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
    shape.give(engine)
    clock = Clock()
    settings = Settings(data_dir=folder, **changes)
    provider = key_file(folder / "kek.key")
    app = App(
        settings=settings,
        engine=engine,
        keyring=Keyring(provider),
        clock=clock,
        elapsed=clock.elapsed,
    )
    with app.write() as session:
        check_or_register(session, app.keyring, clock())
    return app, clock


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


PLANTELES = {
    "SAL": ("Saltillo", "05030", "America/Monterrey"),
    "TOR": ("Torreón", "05035", "America/Monterrey"),
    "ACU": ("Ciudad Acuña", "05002", "America/Matamoros"),
}
"""Code of a small house's plantel → its name, INEGI code and zone; Acuña has daylight saving."""

TEXT = "El club de lectura del plantel se reúne en la biblioteca el jueves a las 10:00 h."
"""A text without any finding of the manual."""

WALL = "2026-11-27T10:00"
"""A time four days after ``START``, in every plantel's own zone."""


@dataclass
class SmallHouse(House):
    """Three planteles with three accounts each, one person of each role, and fake networks.

    ``accounts`` maps (plantel code, network) to the account's id; ``people`` maps a role, or
    ``OPER.SAL``, to its Actor. ``COOR2`` and ``DIRV2`` are second holders.
    """

    networks: FakeNetworks = field(default_factory=FakeNetworks)
    planteles: dict[str, int] = field(default_factory=dict)
    accounts: dict[tuple[str, str], int] = field(default_factory=dict)
    people: dict[str, Actor] = field(default_factory=dict)

    @property
    def directora(self) -> Actor:
        return self.people["DIRV"]

    @property
    def coordinador(self) -> Actor:
        return self.people["COOR"]

    def operador(self, code: str = "SAL") -> Actor:
        return self.people[f"OPER.{code}"]

    def account_ids(self, *networks: str, code: str = "SAL") -> tuple[int, ...]:
        """Return a plantel's accounts on ``networks``, on all three without any."""
        chosen = networks or ("facebook", "instagram", "x")
        return tuple(self.accounts[code, network] for network in chosen)

    def content(self, text: str = TEXT, *, code: str = "SAL", **changes: Any) -> DraftContent:
        """Return a content that passes the manual, for all accounts of a plantel."""
        plain: dict[str, Any] = {
            "texts": {"base": text},
            "topic": "institucional",
            "account_ids": self.account_ids(code=code),
        }
        return DraftContent(**(plain | changes))

    def draft(self, text: str = TEXT, *, code: str = "SAL", **changes: Any) -> int:
        """Write a draft as the plantel's operador; return the post's id."""
        return draft.create(
            self.app,
            self.operador(code),
            plantel_id=self.planteles[code],
            content=self.content(text, code=code, **changes),
        )

    def submitted(self, text: str = TEXT, *, code: str = "SAL", **changes: Any) -> int:
        """Write a post and send it to consulta."""
        post_id = self.draft(text, code=code, **changes)
        submit.submit(self.app, self.operador(code), post_id, version=1)
        return post_id

    def reviewed(
        self, text: str = TEXT, *, code: str = "SAL", local_at: str = WALL, **changes: Any
    ) -> int:
        """Bring a post to the Directora's queue, with its accounts and time proposed."""
        post_id = self.submitted(text, code=code, **changes)
        review.give(
            self.app,
            self.coordinador,
            post_id,
            decision="reviewed",
            account_ids=changes.get("account_ids", self.account_ids(code=code)),
            local_at=local_at,
        )
        return post_id

    def approved(
        self, text: str = TEXT, *, code: str = "SAL", local_at: str = WALL, **changes: Any
    ) -> int:
        """Bring a post to approved, with one delivery per account due at ``local_at``."""
        post_id = self.reviewed(text, code=code, local_at=local_at, **changes)
        approve.approve(self.app, self.directora, post_id, digest=self.digest(post_id))
        return post_id

    def post(self, post_id: int) -> Post:
        """Return the post's row as it is now."""
        with self.app.read() as session:
            return session.get_one(Post, post_id)

    def digest(self, post_id: int) -> str:
        """Return the digest that a screen would show."""
        return self.post(post_id).digest or ""

    def medium(self, seed: str = "foto", *, code: str = "SAL", kind: str = "image") -> int:
        """Keep an invented medium of a plantel, with a rendition a network; return its id."""
        files = {
            name: f"{seed} {name}".encode() for name in ("master", "facebook", "x", "instagram")
        }
        store.write_all(self.app, files.values())
        shape: dict[str, Any] = {"mime": "image/jpeg", "width": 1080, "height": 1080}
        moving: dict[str, Any] = {}
        if kind == "video":
            shape = {"mime": "video/mp4", "width": 1080, "height": 1920}
            moving = {"duration": 30.0, "frame_rate": 25.0, "bitrate": 4_000_000}
            moving |= {"video_codec": "h264", "audio_codec": "aac"}
        with self.app.write() as session:
            medium = Media(
                plantel_id=self.planteles[code],
                sha256=store.digest(files["master"]),
                kind=kind,
                size=len(files["master"]),
                file_name=f"{seed}.jpg",
                uploaded_by=self.operador(code).person_id,
                created_at=self.app.clock(),
                **shape,
                **moving,
            )
            session.add(medium)
            session.flush()
            media_id = medium.id or 0
            for network in ("facebook", "x", "instagram"):
                data = files[network]
                session.add(
                    Rendition(
                        media_id=media_id,
                        network=network,
                        sha256=store.digest(data),
                        size=len(data),
                        **shape,
                    )
                )
        return media_id


def make_small(engine: Engine, folder: Path, **changes: Any) -> SmallHouse:
    """Return a sandbox institution with three planteles, their accounts and people of each role."""
    networks = FakeNetworks()
    app, clock = make_app(engine, folder, **changes)
    numbers = count(1)
    app = replace(
        app,
        connect=networks,
        jitter=lambda: 0.5,
        new_id=lambda: f"00000000-0000-4000-8000-{next(numbers):012d}",
    )
    institution.create_institution(
        app,
        name="Colegio de Pruebas de Coahuila",
        short_name="Colegio de Pruebas",
        timezone="America/Monterrey",
        mode="sandbox",
    )
    small = SmallHouse(app=app, clock=clock, networks=networks)
    with app.write() as session:
        rulebook.import_shipped(app, session)
        for number, code in enumerate(PLANTELES):
            small.planteles[code] = _add_plantel(session, code)
            for network in ("facebook", "instagram", "x"):
                account = _account(code, network, small.planteles[code], number)
                session.add(account)
                session.flush()
                small.accounts[code, network] = account.id or 0
        ids = {label: _add_person(session, app, small, label) for label in _labels()}
    small.people = {label: people.actor_for(app, id_) for label, id_ in ids.items()}
    for account_id in small.accounts.values():
        institution.install_credential(
            app,
            SYSTEM,
            account_id,
            {"access_token": Secret(f"token-{account_id}")},
            reason="Pruebas",
        )
    return small


def reopen(model: House, engine: Engine, folder: Path) -> House:
    """Return ``model`` on a copy of its database, with a clock of its own."""
    app, clock = _reopened(model, engine, folder)
    return House(app=app, clock=clock)


def reopen_small(model: SmallHouse, engine: Engine, folder: Path) -> SmallHouse:
    """Return ``model`` on a copy of its database, with a clock and networks of its own."""
    networks, numbers = FakeNetworks(), count(1_000_000)
    app, clock = _reopened(model, engine, folder)
    app = replace(
        app, connect=networks, new_id=lambda: f"00000000-0000-4000-8000-{next(numbers):012d}"
    )
    return replace(model, app=app, clock=clock, networks=networks)


def _reopened(model: House, engine: Engine, folder: Path) -> tuple[App, Clock]:
    shutil.copy(model.app.settings.kek_path, folder / "kek.key")
    clock = Clock()
    app = replace(
        model.app,
        settings=Settings(data_dir=folder),
        engine=engine,
        keyring=Keyring(key_file(folder / "kek.key")),
        clock=clock,
        elapsed=clock.elapsed,
    )
    return app, clock


def _labels() -> list[str]:
    central = ["DIRV", "DIRV2", "COOR", "COOR2", "AUD", "ADM"]
    return central + [f"{role}.{code}" for code in PLANTELES for role in ("OPER", "DIRP")]


def _add_plantel(session: Session, code: str) -> int:
    name, inegi, zone = PLANTELES[code]
    row = Plantel(
        code=code,
        name=f"CECyTE {name}",
        kind="CECyTE",
        municipality=name,
        cve_inegi=inegi,
        region="Pruebas",
        timezone=zone,
        verified=True,
        created_at=START,
    )
    session.add(row)
    session.flush()
    return row.id or 0


def _account(code: str, network: str, plantel_id: int, number: int) -> Account:
    return Account(
        plantel_id=plantel_id,
        network=network,
        connector=network,
        handle=f"{network}_{code}".lower(),
        external_id=f"{network[0]}{100 + number}",
        created_at=START,
    )


def _add_person(session: Session, app: App, small: SmallHouse, label: str) -> int:
    role, _, code = label.partition(".")
    email = f"{label.lower()}@example.mx"
    person = persons.add_person(session, app, SYSTEM, email=email, name=f"Persona {label}")
    designations.add_designation(
        session,
        app,
        SYSTEM,
        person.id or 0,
        role.rstrip("2"),
        plantel_id=small.planteles.get(code),
    )
    return person.id or 0

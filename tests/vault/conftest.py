"""A vault on an empty database of each kind, and an attacker who can write to it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from publisher.db import read, write
from tests.support import shape
from tests.support.key_file import key_file
from vault import audit, guards, keys
from vault.audit import AuditKey, By, Entry, Trail
from vault.checkpoints import Signer
from vault.keys import Keyring

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
ANA = By(actor_id=7, actor="Ana Ruiz", role="coordinador", session_ref="s-1")


def make_entries(count: int, *, start: int = 0, at: datetime = NOW) -> list[Entry]:
    """Entries with ids e00000…, half of them of a plantel and with Spanish text."""
    return [
        Entry(
            id=f"e{n:05d}",
            at=at + timedelta(microseconds=n),
            actor_id=None if n % 2 else n,
            actor="Señora Peña ¡sí!" if n % 3 else "Pregonero",
            role="operador",
            action="post.approve",
            object_type="post",
            object_id=str(n),
            plantel_id=n if n % 2 else None,
            reason="«porque sí» 🐦" if n % 5 else "",
            after_digest="ab" * 32,
            detail='{"n":1}' if n % 4 else "",
        )
        for n in range(start, start + count)
    ]


@dataclass(frozen=True, kw_only=True)
class House:
    """One database with its vault, as the product wires it."""

    engine: Engine
    keyring: Keyring
    key: AuditKey
    trail: Trail
    folder: Path

    def write(self) -> Any:
        """Open a write transaction."""
        return write(self.engine)

    def read(self) -> Any:
        """Open a read transaction."""
        return read(self.engine)

    def append(self, entries: list[Entry]) -> None:
        """Append in one transaction."""
        with self.write() as session:
            audit.append(session, self.key, entries)

    def seal(self, now: datetime = NOW) -> int:
        """Seal in one transaction."""
        with self.write() as session:
            return audit.seal(session, self.key, now=now)

    @property
    def signer(self) -> Signer:
        """Whoever signs checkpoints."""
        return Signer.from_keyring(self.keyring)

    @contextmanager
    def attacker(self, *, tidy: bool = True) -> Iterator[Connection]:
        """A connection of the tables' owner with the guards dropped; ``tidy`` puts them back."""
        with self.write() as session:
            conn = session.connection()
            if conn.dialect.name == "sqlite":
                names = conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='trigger'")
                for (name,) in names.all():
                    conn.exec_driver_sql(f"DROP TRIGGER {name}")
            else:
                for table in guards.TABLES:
                    conn.exec_driver_sql(f"DROP TRIGGER {table}_insert_only ON {table}")
            yield conn
            if tidy:
                guards.install(conn)


@pytest.fixture
def new_id() -> Callable[[], str]:
    """Ids v00000, v00001…"""
    numbers = itertools.count()
    return lambda: f"v{next(numbers):05d}"


@pytest.fixture
def key_path(tmp_path: Path) -> Path:
    """Where the key file goes."""
    return tmp_path / "llaves" / "kek.json"


@pytest.fixture
def house(engine: Engine, key_path: Path, new_id: Callable[[], str], tmp_path: Path) -> House:
    """An empty, guarded, registered vault."""
    keyring = Keyring(key_file(key_path))
    key = AuditKey.from_keyring(keyring)
    shape.give(engine)
    with write(engine) as session:
        keys.check_or_register(session, keyring, NOW)
    return House(
        engine=engine,
        keyring=keyring,
        key=key,
        trail=Trail(key=key, new_id=new_id),
        folder=tmp_path,
    )

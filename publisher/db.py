"""The engine per dialect, and the only two places where a transaction opens: read and write.

SQLite runs in WAL with ``synchronous=FULL``: with less, power loss could drop the intent of a send
and the post would go out twice. A writer takes ``BEGIN IMMEDIATE`` at once, because a read
transaction that upgrades fails without waiting.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlmodel import Session

_writing: ContextVar[bool] = ContextVar("writing", default=False)
_immediate: ContextVar[bool] = ContextVar("immediate", default=False)
_open: ContextVar[int] = ContextVar("open_transactions", default=0)

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",
    "PRAGMA busy_timeout=10000",
    "PRAGMA cache_size=-16384",
)
POSTGRES_SETTINGS = {
    "timezone": "UTC",
    # milliseconds: whoever waits or works longer has failed, and others must go on
    "idle_in_transaction_session_timeout": 30_000,
    "lock_timeout": 30_000,
    "statement_timeout": 300_000,
    # the rows a turn names are nearly always in memory: probing for them beats reading a table,
    # which the default, meant for turning disks, prefers (a turn's reads took seven times longer)
    "random_page_cost": 1.1,
}
POSTGRES_CONNECTION: dict[str, Any] = {
    "application_name": "pregonero",
    "connect_timeout": 10,
    # a server that vanished without a word is noticed within a minute
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}


def make_engine(url: str) -> Engine:
    """Return an engine for ``url`` (``sqlite:///…``, ``postgresql…``), safely set."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, connect_args={"timeout": 10}, pool_size=8, max_overflow=24)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    options = " ".join(f"-c {name}={value}" for name, value in POSTGRES_SETTINGS.items())
    return create_engine(
        parsed,
        pool_size=8,
        max_overflow=24,
        pool_pre_ping=True,
        connect_args={**POSTGRES_CONNECTION, "options": options},
    )


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _immediate.get() else "BEGIN")


@contextmanager
def write(engine: Engine) -> Iterator[Session]:
    """Open the one write transaction of this flow; commit on success, roll back on any error.

    Raises ``RuntimeError`` inside another ``write``: what it calls takes the session.
    """
    if _writing.get():
        raise RuntimeError("write() inside write(): pass the session instead")
    token = _writing.set(True)
    mode = _immediate.set(True)
    depth = _open.set(_open.get() + 1)
    try:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session
    finally:
        _open.reset(depth)
        _immediate.reset(mode)
        _writing.reset(token)


@contextmanager
def read(engine: Engine) -> Iterator[Session]:
    """Open a read transaction on one consistent state; whatever is written in it is rolled back.

    SQLite gives that by itself; PostgreSQL with REPEATABLE READ, so that what several statements
    tell (a post and its pictures, an entry and its link) belongs together.
    """
    mode = _immediate.set(False)
    depth = _open.set(_open.get() + 1)
    try:
        with Session(engine, expire_on_commit=False) as session:
            if engine.dialect.name == "postgresql":
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session
            # what was read stays usable after the transaction, as plain values
            session.expunge_all()
            session.rollback()
    finally:
        _open.reset(depth)
        _immediate.reset(mode)


def clock(connection: Connection, ahead: float = 0.0) -> str:
    """Return the SQL that reads the database's own clock, ``ahead`` seconds from now.

    Leases and heartbeats are written and compared by it, so that a machine whose clock is wrong
    takes nothing from a living owner. SQLite has no clock but that of the machine it is on.
    """
    if connection.dialect.name == "sqlite":
        return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', '{ahead:+.3f} seconds')"
    return f"(clock_timestamp() + make_interval(secs => {ahead:.6f}))"


def read_clock(connection: Connection) -> datetime:
    """Return the database's own clock: an aware instant."""
    value = connection.execute(text(f"SELECT {clock(connection)}")).scalar_one()
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    found: datetime = value
    return found.astimezone(UTC)


def in_transaction() -> bool:
    """Tell whether this flow holds a transaction; network calls assert that it does not."""
    return _open.get() > 0

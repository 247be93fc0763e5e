"""Hearing that another process changed the database, without asking it all the time.

PostgreSQL tells by LISTEN/NOTIFY (a trigger on ``delivery`` and ``pause`` raises it); SQLite's
``PRAGMA data_version`` changes when another connection commits, and reading it costs microseconds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import psycopg
import structlog
from sqlalchemy import Engine, text

log = structlog.get_logger(__name__)

CHANNEL = "pregonero"
SQLITE_EVERY = 0.2
LISTEN_EVERY = 5.0


def watch(engine: Engine, wake: Callable[[], None], stopping: threading.Event) -> threading.Thread:
    """Start the thread that calls ``wake`` on changes by others, until ``stopping``."""
    target = _watch_sqlite if engine.dialect.name == "sqlite" else _watch_postgres
    thread = threading.Thread(
        target=target, args=(engine, wake, stopping), name="pregonero-wakeup", daemon=True
    )
    thread.start()
    return thread


def notify(engine: Engine) -> None:
    """Wake the workers of other processes; on SQLite the commit itself does."""
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            connection.execute(text(f"NOTIFY {CHANNEL}"))


def _watch_sqlite(engine: Engine, wake: Callable[[], None], stopping: threading.Event) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        seen = None
        while not stopping.wait(SQLITE_EVERY):
            version = connection.exec_driver_sql("PRAGMA data_version").scalar()
            connection.rollback()
            if version != seen:
                seen = version
                wake()


def _watch_postgres(engine: Engine, wake: Callable[[], None], stopping: threading.Event) -> None:
    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    while not stopping.is_set():
        try:
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute(f"LISTEN {CHANNEL}")
                while not stopping.is_set():
                    for _ in connection.notifies(timeout=LISTEN_EVERY, stop_after=1):
                        wake()
        except psycopg.OperationalError:
            # polling goes on meanwhile: the safety tick finds what this thread did not hear
            log.warning("wakeup.reconnecting")
            stopping.wait(LISTEN_EVERY)

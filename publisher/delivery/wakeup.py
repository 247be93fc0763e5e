"""Hearing that another process changed the database, without asking it all the time.

PostgreSQL tells by LISTEN/NOTIFY: who plans, moves or releases deliveries calls ``announce`` in
its transaction. SQLite's ``PRAGMA data_version`` changes when another connection commits, and
reading it costs microseconds. What both miss, the worker's safety tick finds.

Audit entries that wait for their link are heard of in the same way; PostgreSQL, which is told of
what is planned only, is asked for them each second on the connection that listens: one short
question, where a transaction of the pool is four.
"""

from __future__ import annotations

import select
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing

import structlog
from sqlalchemy import Engine, text
from sqlmodel import Session

from publisher import db
from vault import audit

log = structlog.get_logger(__name__)

CHANNEL = "pregonero"
SQLITE_EVERY = 0.2
LISTEN_EVERY = 1.0
RECONNECT_EVERY = 5.0


def watch(
    engine: Engine,
    wake: Callable[[], None],
    stopping: threading.Event,
    *,
    unlinked: Callable[[], None] = lambda: None,
) -> threading.Thread:
    """Start the thread that calls ``wake`` on changes by others, until ``stopping``.

    ``unlinked`` is called where audit entries may wait for their link, whoever wrote them.
    """
    target = _watch_sqlite if engine.dialect.name == "sqlite" else _watch_postgres
    thread = threading.Thread(
        target=target, args=(engine, wake, stopping, unlinked), name="pregonero-wakeup", daemon=True
    )
    thread.start()
    return thread


def announce(session: Session) -> None:
    """Wake the workers of other processes once this transaction commits; SQLite's commit does."""
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        connection.execute(text(f"NOTIFY {CHANNEL}"))


def _watch_sqlite(
    engine: Engine,
    wake: Callable[[], None],
    stopping: threading.Event,
    unlinked: Callable[[], None],
) -> None:
    with closing(engine.raw_connection()) as connection:
        seen, cursor = None, connection.cursor()
        while not stopping.wait(SQLITE_EVERY):
            try:
                version = cursor.execute("PRAGMA data_version").fetchone()
            except sqlite3.Error:
                log.warning("wakeup.unreadable")
                continue
            if version != seen:
                seen = version
                wake()
                unlinked()


def _watch_postgres(
    engine: Engine,
    wake: Callable[[], None],
    stopping: threading.Event,
    unlinked: Callable[[], None],
) -> None:
    import psycopg

    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    while not stopping.is_set():
        try:
            with psycopg.connect(address, autocommit=True, **db.POSTGRES_CONNECTION) as connection:
                connection.execute(f"LISTEN {CHANNEL}")
                wake()  # whatever was said while nobody listened
                # psycopg's own wait looks for signals ten times a second, which costs while idle
                heard = select.poll()
                heard.register(connection.fileno(), select.POLLIN)
                asked = -LISTEN_EVERY
                while not stopping.is_set():
                    if heard.poll(LISTEN_EVERY * 1000):
                        for _ in connection.notifies(timeout=0):
                            wake()
                    if time.monotonic() - asked >= LISTEN_EVERY:
                        asked = time.monotonic()
                        if connection.execute(audit.WAITING).fetchone():
                            unlinked()
        except psycopg.Error:
            # polling goes on meanwhile: the safety tick finds what this thread did not hear
            log.warning("wakeup.reconnecting")
            stopping.wait(RECONNECT_EVERY)

"""Where a measurement keeps its databases: fresh copies of one that was filled once.

SQLite files in a folder of the temporary directory; PostgreSQL 18 from the development lock, with
the durability of a real installation (fsync, full page writes) and without any tuning.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy.engine import make_url

from benchmarks.processes import children, cpu_seconds, pss_mb
from tests.support import postgres

DURABLE = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_level": "replica",
    "shared_buffers": "128MB",
}


class Databases(Protocol):
    """One kind of database."""

    def empty(self) -> str:
        """Return the SQLAlchemy URL of a new, empty database."""
        ...

    def copy(self, url: str) -> str:
        """Return the URL of a copy; nobody may be connected to the original."""
        ...

    def drop(self, url: str) -> None:
        """Remove a database."""
        ...

    def plain(self, url: str) -> str:
        """Return what the bare loop's driver takes for ``url``."""
        ...

    def tidy(self, url: str) -> None:
        """Leave behind no work that a bulk change would put into the measured time."""
        ...

    def server_cpu(self) -> float:
        """Return the CPU seconds that a server has used, 0 where there is none."""
        ...

    def server_mb(self) -> float:
        """Return the memory of a server and its processes in MB, 0 where there is none."""
        ...


class SqliteFiles:
    """SQLite: one file a database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)

    def empty(self) -> str:
        return f"sqlite:///{self._folder / f'medicion-{next(self._numbers)}.db'}"

    def copy(self, url: str) -> str:
        self.tidy(url)
        fresh = self.empty()
        shutil.copyfile(self.plain(url), self.plain(fresh))
        return fresh

    def drop(self, url: str) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(self.plain(url) + suffix).unlink(missing_ok=True)

    def plain(self, url: str) -> str:
        return url.removeprefix("sqlite:///")

    def tidy(self, url: str) -> None:
        connection = sqlite3.connect(self.plain(url), isolation_level=None)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    def server_cpu(self) -> float:
        return 0.0

    def server_mb(self) -> float:
        return 0.0


class PostgresServer:
    """PostgreSQL: one server, one database each."""

    def __init__(self, server: postgres.PostgresServer) -> None:
        self._server = server

    def empty(self) -> str:
        return self._server.url(self._server.create_database())

    def copy(self, url: str) -> str:
        self.tidy(url)
        return self._server.url(self._server.create_database(template=_name(url)))

    def drop(self, url: str) -> None:
        self._server.drop_database(_name(url))

    def plain(self, url: str) -> str:
        return url.replace("postgresql+psycopg://", "postgresql://")

    def tidy(self, url: str) -> None:
        with psycopg.connect(self.plain(url), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")

    def server_cpu(self) -> float:
        pid = self._server.process.pid
        return cpu_seconds(pid, ended=True) + sum(cpu_seconds(child) for child in children(pid))

    def server_mb(self) -> float:
        pid = self._server.process.pid
        return pss_mb(pid) + sum(pss_mb(child) for child in children(pid))


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[Databases]:
    """Yield ``sqlite`` or ``postgres``; its data lies in ``folder``, whose path must be short."""
    if kind == "sqlite":
        yield SqliteFiles(folder)
        return
    server = postgres.start(folder, **DURABLE)
    try:
        yield PostgresServer(server)
    finally:
        with suppress(ProcessLookupError):
            server.stop()


def _name(url: str) -> str:
    return str(make_url(url).database)

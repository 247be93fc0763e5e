"""The sandbox's one SQLite connection, its transactions, and the request log written with them."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from connectors.sandbox.records import SCHEMA, LogEntry


class Database:
    """One file, or this process's memory if ``path`` is ``None``; used from one thread.

    ``processing`` is how long a container stays IN_PROGRESS, in seconds; ``quota`` how many posts
    an account may make per window before its network refuses more (wide on purpose).
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        processing: float = 0.3,
        quota: int = 10_000,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._processing = processing
        self.quota = quota
        self.speed = 1.0
        self.clock = clock
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._db = sqlite3.connect(
            ":memory:" if path is None else path, isolation_level=None, check_same_thread=False
        )
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA busy_timeout=5000")
        if path is not None:
            self._db.execute("PRAGMA journal_mode=WAL")
            # A killed process loses nothing at NORMAL; only a power cut would.
            self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(SCHEMA)
        self._add_column("post", "replies", "TEXT NOT NULL DEFAULT ''")
        self._add_column("post", "form", "TEXT NOT NULL DEFAULT 'feed'")
        self._last_id = 0
        self._log: list[LogEntry] = []

    def _add_column(self, table: str, column: str, kind: str) -> None:
        """Give a file of an earlier version the column that it lacks."""
        known = {row["name"] for row in self._db.execute(f"PRAGMA table_info({table})")}
        if column not in known:
            self._db.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")

    @property
    def processing(self) -> float:
        """How long the networks process what they were given now, in seconds."""
        return self.span(self._processing)

    def span(self, seconds: float) -> float:
        """Return how long a platform's ``seconds`` take here: ``speed`` shortens its windows.

        Only lengths of time are shortened (windows, quotas, processing, what expires); instants
        stay those of the clock, so that whoever publishes here needs no clock of its own.
        """
        return seconds / self.speed

    def close(self) -> None:
        """Write what is still in memory and close the file."""
        self.flush_log()
        self._db.close()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Open one transaction; the pending part of the request log goes with it."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
            self._write_log()
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def new_id(self) -> str:
        """Return a numeric id that grows with time and never repeats in this process."""
        self._last_id = max(self._last_id + 1, int(self.clock() * 1000) << 22)
        return str(self._last_id)

    def log(self, entry: LogEntry) -> None:
        """Note a request that has just arrived; written with the next transaction."""
        self._log.append(entry)

    def finish(self, entry: LogEntry, status: int | None) -> None:
        """Note how a request ended."""
        entry.status = status
        if entry.row is not None:
            self._log.append(entry)

    def _write_log(self) -> None:
        for entry in self._log:
            if entry.row is None:
                cursor = self._db.execute(
                    "INSERT INTO request (method, path, network, route, account, status, fault,"
                    " time) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        entry.method,
                        entry.path,
                        entry.network,
                        entry.route,
                        entry.account,
                        entry.status,
                        entry.fault,
                        entry.time,
                    ),
                )
                entry.row = cursor.lastrowid
            else:
                self._db.execute(
                    "UPDATE request SET status = ?, fault = ? WHERE id = ?",
                    (entry.status, entry.fault, entry.row),
                )
        self._log.clear()

    def flush_log(self) -> None:
        """Write the pending part of the request log."""
        if self._log:
            with self.write():
                pass

"""``python -m benchmarks.upkeep``: what the care of a big installation costs.

A database with N planned deliveries is measured (bytes of each table and of its indexes), backed
up, brought back in a drill, and rid of old rows, while a writer beside it does a small transaction
every few milliseconds: its longest wait is what anybody else would have noticed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from benchmarks import installation
from benchmarks.databases import databases
from publisher.app import App
from publisher.backup import copies
from publisher.backup.restore import restore
from publisher.models import SignIn
from publisher.retention import purge

EVERY = 0.01
OLD = 100_000


@dataclass
class Writer:
    """The transactions of the writer beside the measured work, in seconds."""

    waits: list[float]

    def figures(self) -> dict[str, float]:
        """Return how many there were and how long they took."""
        ordered = sorted(self.waits) or [0.0]
        return {
            "writes": len(self.waits),
            "p50_ms": round(ordered[len(ordered) // 2] * 1000, 1),
            "max_ms": round(ordered[-1] * 1000, 1),
        }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; see ``--help``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.upkeep", description=__doc__)
    parser.add_argument("--n", type=int, default=100_000, help="planned deliveries")
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--json", action="store_true", help="one line")
    options = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="cuidado-") as folder,
        databases(options.db, _open(Path(folder))) as places,
    ):
        result = measure(places.empty(), Path(folder) / "datos", options.n, places.tidy)
    result = {"database": options.db, "deliveries": options.n, **result}
    sys.stdout.write(json.dumps(result, indent=None if options.json else 1) + "\n")
    return 0


def _open(folder: Path) -> Path:
    """Let the server's own user through to its data."""
    folder.chmod(0o711)
    return folder


def measure(url: str, folder: Path, n: int, tidy: Any) -> dict[str, Any]:
    """Return the figures of one database."""
    folder.mkdir()
    made = installation.make(folder, url)
    app = made.app
    first = app.clock() + timedelta(days=1)
    filled = installation.fill(made, n, first_due=first, every=timedelta(minutes=1))
    tidy(url)
    sizes = _sizes(app)
    with _beside(app) as writer:
        kept = copies.make(app, folder / "copias")
    backup = {"seconds": kept.seconds, "bytes": kept.bytes, **writer.figures()}
    drill = restore(app.settings, kept.path, drill=True)
    _add_old(app)
    with _beside(app) as writer:
        gone = purge.purge(app)
    return {
        "fill_seconds": round(filled, 1),
        "tables": sizes,
        "backup": backup,
        "drill": {"seconds": drill.seconds, "ok": drill.ok},
        "purge": {
            "rows": gone.counts.get("sign_ins", 0),
            "seconds": gone.seconds,
            "batches": gone.batches,
            "longest_batch_ms": round(gone.longest * 1000, 1),
            **writer.figures(),
        },
    }


@contextmanager
def _beside(app: App) -> Iterator[Writer]:
    """Write one small row again and again, as a worker's heartbeat does."""
    stop, writer = threading.Event(), Writer(waits=[])

    def run() -> None:
        while not stop.wait(EVERY):
            started = time.perf_counter()
            with app.write() as session:
                session.connection().execute(
                    text("UPDATE institution SET short_name = short_name WHERE id = 1")
                )
            writer.waits.append(time.perf_counter() - started)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield writer
    finally:
        stop.set()
        thread.join()


def _add_old(app: App) -> None:
    """Add what a year of signing in leaves."""
    at = app.clock() - timedelta(days=400)
    row = {"email": "a@b.mx", "address": "10.0.0.1", "succeeded": True, "at": at}
    with app.write() as session:
        session.execute(insert(SignIn), [row] * OLD)


def _sizes(app: App) -> dict[str, dict[str, int]]:
    """Return rows, bytes and bytes of indexes of each table that has more than a page."""
    query = _POSTGRES if app.engine.dialect.name == "postgresql" else _SQLITE
    with app.read() as session:
        connection = session.connection()
        found = {}
        for name, heap, indexes in connection.execute(text(query)):
            rows = connection.scalar(text(f"SELECT count(*) FROM {name}"))
            if rows and heap + indexes > 65_536:
                found[name] = {"rows": rows, "bytes": int(heap), "indexes": int(indexes)}
    return found


_POSTGRES = """
    SELECT c.relname, pg_table_size(c.oid), pg_indexes_size(c.oid) FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind = 'r' ORDER BY 2 DESC
"""
_SQLITE = """
    SELECT m.tbl_name, SUM(CASE WHEN m.type = 'table' THEN d.pgsize ELSE 0 END),
           SUM(CASE WHEN m.type = 'index' THEN d.pgsize ELSE 0 END)
    FROM dbstat AS d JOIN sqlite_master AS m ON m.name = d.name
    GROUP BY m.tbl_name ORDER BY 2 DESC
"""

if __name__ == "__main__":
    sys.exit(main())

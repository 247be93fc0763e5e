"""R10: the disk is full, another process holds the database, the server crashes: all is recorded.

``n`` publications are due over the run. On SQLite the workers may suddenly write no byte into any
file (a limit of the process, which is to it as a full disk is; their log lies there too), and then
another process keeps the database locked. On PostgreSQL the server, one of this run's own, crashes
and starts again. No request is made that no attempt speaks of (I4), and within a minute of the end
of the trouble the same worker goes on. Of several, one may be killed by another: its leases, short
in the laboratory, ran out meanwhile.
"""

from __future__ import annotations

import resource
import sqlite3
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from connectors.sandbox import client
from tests.faultlab.lab import Cold, Lab
from tests.faultlab.nursery import Child
from tests.faultlab.registry import Sizes
from tests.support import postgres
from tests.support.postgres import PostgresServer

SIZES = Sizes(full=600, small=36, workers=1, minutes=0.7)
LOCKED, SMALL_LOCKED = 30.0, 11.0
"""Seconds; the shorter one outlasts the ten that a writer waits, too."""
FULL, AWAY = 4.0, 5.0
STEPS = 6
RECOVERS = 60.0
FREE = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)

Harm = Callable[[Lab, Sequence[Child]], None]


def run(lab: Lab) -> None:
    harms: dict[str, Harm] = {"full": fill_disk, "locked": lock}
    if lab.db == "postgres":
        harms = {"away": partial(take_away, _own_server(lab))}
    lab.fill(0, accounts=max(12, lab.n // 4), media="apart")
    for name, harm in harms.items():
        _suffer(lab, name, harm, posts=lab.n // len(harms))
    lab.drain()


def fill_disk(lab: Lab, workers: Sequence[Child]) -> None:
    """Let the workers write nothing anywhere for a while."""
    for worker in workers:
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    lab.sleep(FULL)
    for worker in workers:
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, FREE)


def lock(lab: Lab, _workers: Sequence[Child]) -> None:
    """Let another process hold SQLite's write lock for a while."""
    seconds = SMALL_LOCKED if lab.small else LOCKED
    holder = lab.start(partial(hold, lab.folder / "pregonero.db", seconds))
    lab.until(lambda: holder.poll() is not None, seconds + 30, "the lock is given back")
    lab.require(holder.poll() == 0, "the other process did not get the lock")


def hold(path: Path, seconds: float) -> None:
    """Hold the write lock of the database at ``path``, as a stuck program would."""
    connection = sqlite3.connect(path, timeout=20, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    time.sleep(seconds)
    connection.close()


def take_away(server: PostgresServer, lab: Lab, _workers: Sequence[Child]) -> None:
    """Crash the server, and start it again after a while."""
    server.halt()
    lab.sleep(AWAY)
    server.resume()
    lab.running.insert(0, Cold(server.process))


def _own_server(lab: Lab) -> PostgresServer:
    """Start a server that only this run uses; it ends with the run."""
    lab.folder.chmod(0o711)  # PostgreSQL runs as another user
    server = postgres.start(lab.folder, fsync="on")
    lab.running.insert(0, Cold(server.process))
    url = server.url(server.create_database())
    lab.settings = lab.settings.model_copy(update={"database_url": url})
    return server


def _suffer(lab: Lab, name: str, harm: Harm, *, posts: int) -> None:
    before = lab.count("published")
    for step in range(STEPS):
        lab.add(max(1, posts // STEPS), due_in=0.8 * step)
    workers = [lab.worker() for _ in range(lab.workers)]
    lab.until(lambda: lab.count("published") > before, 30, "the first goes out")
    visible = len(client.posts(lab.base_url))
    harm(lab, workers)
    ended = time.monotonic()
    meanwhile = len(client.posts(lab.base_url)) - visible
    published = lab.count("published")
    lab.until(lambda: lab.count("published") > published, RECOVERS, "work goes on")
    recovered = time.monotonic() - ended
    lab.until(lambda: not lab.left(), RECOVERS, "everything comes to its end")
    living = [worker for worker in workers if worker.poll() is None]
    lab.require(living, f"{name}: no worker outlived it")
    lab.stop(*living)
    lab.note(
        **{
            name: {
                "recovered_s": round(recovered, 2),
                "visible_meanwhile": meanwhile,
                "workers_lost": len(workers) - len(living),
            }
        }
    )

"""The laboratory of one run: its installation, its sandbox, its processes, its clock and dice.

The run's own process is single-threaded on purpose: it opens databases, and everything else that
lives comes from the nursery. Scenarios strike between two of its looks.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import text

from connectors.sandbox import client
from publisher.app import App, open_app
from publisher.delivery.states import DECIDABLE, TERMINAL
from publisher.settings import Settings
from tests.faultlab import processes, texts
from tests.faultlab.filling import Filling, found, plan, register
from tests.faultlab.nursery import Child, Nursery, die_with
from tests.support import transitions

LOOK_EVERY = 0.02
SENDERS = 4
ENDED = TERMINAL | DECIDABLE


class GaveUp(RuntimeError):
    """Something that had to happen did not, in time."""


@dataclass
class Cold:
    """A worker started from nothing, with the same few verbs as a ``Child``."""

    process: subprocess.Popen[bytes]

    @property
    def pid(self) -> int:
        return self.process.pid

    def poll(self) -> int | None:
        return self.process.poll()

    def wait(self, seconds: float) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        return self.process.returncode

    def send(self, number: int) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


Proc = Child | Cold


@dataclass
class Lab:
    """What a scenario works with; see the package's docstring."""

    scenario: str
    db: str
    n: int
    workers: int
    seed: int
    small: bool
    folder: Path
    database_url: str
    nursery: Nursery
    goals: list[str] = field(default_factory=list)
    ends: frozenset[str] = frozenset()
    figures: dict[str, Any] = field(default_factory=dict)
    filling: Filling | None = None
    senders: int = SENDERS
    running: list[Proc] = field(default_factory=list)
    standstills: list[tuple[datetime, timedelta]] = field(default_factory=list)
    _app: App | None = None

    def __post_init__(self) -> None:
        self.dice = random.Random(f"{self.seed}|{self.scenario}|{self.db}")
        self.port = free_ports()
        self.settings = Settings(
            data_dir=self.folder,
            database_url=self.database_url,
            senders=self.senders,
            profile="lab",
            log_level="INFO",
        )

    # -- the scene ---------------------------------------------------------------------------

    @property
    def app(self) -> App:
        """The run's own App on the installation; only to look, and to act as a person would."""
        if self._app is None:
            raise RuntimeError("fill() comes first")
        return self._app

    @property
    def base_url(self) -> str:
        """The sandbox's address."""
        return f"http://127.0.0.1:{self.port}"

    def fill(
        self,
        posts: int,
        *,
        accounts: int,
        media: str = "workers",
        processing: float = 0.0,
        **more: Any,
    ) -> datetime:
        """Make the installation with ``posts`` approved deliveries and start the sandbox.

        ``media`` is who serves the route that Instagram fetches from: the ``workers``, as in real
        life, or a process of its own (``apart``). ``more`` goes to ``Filling``. Returns the first
        due instant.
        """
        self.start(partial(processes.sandbox, self.port, processing, None))
        self._app = open_app(self.settings, create=True)
        addresses = dict.fromkeys(("x", "graph", "instagram_private"), self.base_url)
        addresses["media"] = f"http://127.0.0.1:{self.port + 1}"
        # without posts first: what people set up is there long before anything is due
        self.filling = Filling(posts=posts, accounts=accounts, seed=self.seed, **more)
        found(self.app, self.filling, addresses=addresses)
        transitions.record(self.app.engine)
        self.until(self._sandbox_answers, 20, "the sandbox answers")
        register(self.app, self.base_url)
        if media == "apart":
            self.start(partial(processes.media, self.settings))
        return self.add(posts)

    def add(self, posts: int, **more: Any) -> datetime:
        """Approve ``posts`` more; returns the first due instant."""
        if self.filling is None:
            raise RuntimeError("fill() comes first")
        same = {k: getattr(self.filling, k) for k in Filling.__dataclass_fields__}
        due = plan(self.app, Filling(**{**same, **more, "posts": posts}))
        self._analyse()
        return due

    def _analyse(self) -> None:
        """Let PostgreSQL count what is there; in a run's first minute autovacuum has not come yet.

        Without figures it takes each table for a small one, and walks it for every delivery.
        """
        if self.app.engine.dialect.name == "postgresql":
            with self.app.engine.begin() as connection:
                connection.execute(text("ANALYZE"))

    def faults(self, *orders: Mapping[str, Any]) -> None:
        """Replace what the sandbox does wrong; every draw comes from the run's seed."""
        client.put_faults(self.base_url, [{"seed": self.seed, **order} for order in orders])

    def fired(self) -> int:
        """Return how often the faults in force have struck."""
        return sum(fault["fired"] for fault in client.faults(self.base_url))

    # -- processes ---------------------------------------------------------------------------

    def start(self, call: Callable[[], object]) -> Child:
        """Run a picklable function in a forked process that ends with the run."""
        child = self.nursery.start(call)
        self.running.append(child)
        return child

    def worker(
        self, prepare: processes.Prepare | None = None, *, senders: int | None = None
    ) -> Child:
        """Start a worker in milliseconds; ``prepare`` runs in it first."""
        settings = self.settings
        if senders:
            settings = settings.model_copy(update={"senders": senders})
        return self.start(partial(processes.work, settings, prepare))

    def cold_worker(self) -> Cold:
        """Start ``python -m publisher.cli worker`` from nothing."""
        with (self.folder / "workers.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *processes.COLD],
                env=processes.environment(self.settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=partial(die_with, os.getpid()),  # noqa: PLW1509 - two system calls
            )
        cold = Cold(process)
        self.running.append(cold)
        return cold

    def stop(self, *workers: Proc, seconds: float = 10.0) -> None:
        """Ask workers to end, as systemd would, and require that they end well."""
        for worker in workers:
            # before it listens to signals, one would end it as a kill does
            self.until(lambda pid=worker.pid: self._listens(pid), 10, "the worker is ready")  # type: ignore[misc]
            worker.send(signal.SIGTERM)
        for worker in workers:
            status = worker.wait(seconds)
            # a loaded machine may hold up a worker past its lease, and the others kill it then
            starved = self.small and status == -signal.SIGKILL
            self.require(status == 0 or starved, f"worker {worker.pid} did not stop well: {status}")
            if worker.poll() is None:
                worker.kill()

    def _listens(self, pid: int) -> bool:
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            return True
        caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
        return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)

    def end(self) -> None:
        """Kill whatever still runs."""
        for process in reversed(self.running):
            process.kill()
        if self._app is not None:
            self._app.engine.dispose()

    # -- looking -----------------------------------------------------------------------------

    def states(self) -> Counter[str]:
        """Return how many deliveries are in each state."""
        with self.app.read() as session:
            rows = session.execute(text("SELECT state, COUNT(*) FROM delivery GROUP BY state"))
            return Counter(dict(rows.tuples().all()))

    def count(self, *states: str) -> int:
        """Return how many deliveries are in any of ``states``."""
        found = self.states()
        return sum(found[state] for state in states)

    def left(self) -> int:
        """Return how many deliveries have not come to their end."""
        return sum(n for state, n in self.states().items() if state not in ENDED)

    def query(self, statement: str, **values: object) -> Sequence[Any]:
        """Return the rows of a read-only statement."""
        with self.app.read() as session:
            return session.execute(text(statement), values).all()

    def until(self, happened: Callable[[], object], seconds: float, what: str) -> None:
        """Wait until ``happened()``. Raises ``GaveUp`` after ``seconds``."""
        end = time.monotonic() + seconds
        while not happened():
            if time.monotonic() > end:
                raise GaveUp(texts.NOT_WAITED.format(seconds=seconds, what=what))
            self.nursery.listen(LOOK_EVERY)

    def sleep(self, seconds: float) -> None:
        """Let time pass, hearing of ended processes meanwhile."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.nursery.listen(min(left, 0.1))
            time.sleep(min(left, LOOK_EVERY))

    def drain(self, seconds: float | None = None, *, cold: bool = False) -> None:
        """Bring everything to its end with one undisturbed worker, the faults as they are.

        What has not ended after lease, settling, giving up and time for the work itself is stuck.
        """
        timing = self.app.timing
        quiet = timing.lease + timing.settle + 2 * timing.give_up + timing.backoff_cap
        limit = seconds or quiet + self.left() / 10
        worker: Proc = self.cold_worker() if cold else self.worker(senders=16)
        end = time.monotonic() + limit
        while self.left() and time.monotonic() < end:
            self.sleep(0.1)
            if worker.poll() is not None:
                # as systemd would: one may not even start while a paused one keeps the database
                worker = self.cold_worker() if cold else self.worker(senders=16)
        self.stop(worker)

    # -- what the scenario promises ------------------------------------------------------------

    def require(self, held: object, sentence: str) -> None:
        """Note a violation unless ``held``."""
        if not held:
            self.goals.append(f"{self.scenario}: {sentence}")

    def note(self, **figures: object) -> None:
        """Add figures to the report."""
        self.figures.update(figures)

    def _sandbox_answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def free_ports() -> int:
    """Return a port that is free, as the next one is: the media route's."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            with suppress(OSError, OverflowError):
                second.bind(("127.0.0.1", port + 1))
                return port


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which ``share`` of ``values`` lie; 0 without any."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

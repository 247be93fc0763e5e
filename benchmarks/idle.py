"""What a worker costs when nothing is due, and how punctual a lone post is after a quiet minute.

For each number of pending deliveries: a real worker process (``python -m publisher.cli worker``)
against the real sandbox. A post that is due already tells when the worker is ready; two quiet
windows give CPU seconds a minute and memory; after the first, lone posts that were planned long
before go out, after the second, lone posts that this process plans a few seconds before their
instant. Lag is arrival at the sandbox minus that instant.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks import installation, product, texts
from benchmarks.databases import Databases, databases
from benchmarks.figures import rounded
from benchmarks.installation import Installation
from benchmarks.processes import cpu_seconds, load, machine, of_family, pss_mb
from benchmarks.product import PATIENCE
from connectors.sandbox import client

SPACING = timedelta(seconds=3.7)
BREATH = 2.0
SIZES = (1_000, 100_000, 1_000_000)
GOALS = {"ready_s": 2.0, "cpu_s_per_minute": 0.3, "pss_mb": 120.0, "lag_s": 0.25}


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How long things are let be, in seconds: ``settle`` after the start, ``quiet`` a window.

    ``posts`` is how many lone posts go out after each window, ``ahead`` how long before its instant
    the second kind is planned.
    """

    quiet: float
    posts: int
    settle: float
    ahead: float


@dataclass(frozen=True, kw_only=True)
class Measured:
    """The figures of one size; seconds, MB, and CPU seconds a minute.

    ``ready_s`` is from the start of the process until an overdue post reached the network.
    """

    pending: int
    fill_s: float
    ready_s: float
    start_cpu_s: float
    worker_cpu_s_per_minute: float
    server_cpu_s_per_minute: float
    cpu_s_per_minute: float
    pss_mb: float
    server_pss_mb: float
    lag_planned_s: list[float]
    lag_inserted_s: list[float]
    load: float

    @property
    def meets(self) -> dict[str, bool]:
        """Tell which goals are met."""
        values = {
            "ready_s": self.ready_s,
            "cpu_s_per_minute": self.cpu_s_per_minute,
            "pss_mb": self.pss_mb,
            "lag_s": max(self.lag_planned_s + self.lag_inserted_s),
        }
        return {name: value <= GOALS[name] for name, value in values.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure each size in turn and print one JSON object."""
    options = _parse(arguments)
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="pregonero-", dir="/tmp"))
        folder.chmod(0o711)  # PostgreSQL runs as another user
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        places = stack.enter_context(databases(options.db, folder))
        rows = [
            measure(
                places,
                folder / str(pending),
                pending=pending,
                profile=options.profile,
                pace=Pace(
                    quiet=options.quiet,
                    posts=options.posts,
                    settle=options.settle,
                    ahead=options.ahead,
                ),
            )
            for pending in options.pending
        ]
    result = {
        "benchmark": "idle",
        "db": options.db,
        "profile": options.profile,
        "quiet_s": options.quiet,
        "machine": machine(),
        "goals": GOALS,
        "sizes": [rounded(asdict(row)) | {"meets": row.meets} for row in rows],
    }
    print(json.dumps(result, indent=None if options.json else 2))
    return 0


def measure(places: Databases, folder: Path, *, pending: int, profile: str, pace: Pace) -> Measured:
    """Fill a database with ``pending`` deliveries and measure a worker on it."""
    with ExitStack() as stack:
        url = places.empty()
        stack.callback(places.drop, url)
        port = product.free_port()
        made = installation.make(folder, url, port=port)
        stack.callback(made.app.engine.dispose)
        first_due = datetime.now(UTC) + timedelta(days=1)
        fill_s = installation.fill(made, pending, first_due=first_due, every=timedelta(minutes=10))
        places.tidy(url)
        environment = product.environment(folder, url, profile)
        stack.enter_context(product.sandbox(folder, port, environment))
        watch = _Watch(made=made, base_url=f"http://127.0.0.1:{port}", places=places)
        return _run(watch, environment, pending, pace, fill_s=fill_s)


@dataclass(frozen=True, kw_only=True)
class _Watch:
    """What a run looks at: the installation, the sandbox's log, the database server."""

    made: Installation
    base_url: str
    places: Databases

    def plan(self, number: int, due_at: datetime) -> str:
        """Plan a lone post on an account of its own; returns the sandbox's name of that account."""
        account = self.made.of_network("x")[number]
        installation.add_post(self.made, account, due_at=due_at)
        return account.external_id

    def arrival(self, account: str) -> datetime:
        """Wait for the post of ``account`` and return when it reached the network."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if client.posts(self.base_url, account=account):
                return next(
                    datetime.fromisoformat(entry["time"])
                    for entry in client.requests_log(self.base_url)
                    if entry["account"] == account and entry["method"] == "POST"
                )
            time.sleep(0.1)
        raise TimeoutError(texts.NO_LONE_POST.format(seconds=PATIENCE))

    def lag(self, account: str, due_at: datetime) -> float:
        """Wait for a lone post; return how many seconds after its instant it arrived."""
        left = (due_at - datetime.now(UTC)).total_seconds()
        time.sleep(max(0.0, left) + 0.5)
        return (self.arrival(account) - due_at).total_seconds()


def _run(
    watch: _Watch,
    environment: dict[str, str],
    pending: int,
    pace: Pace,
    *,
    fill_s: float,
) -> Measured:
    spawn = datetime.now(UTC) + timedelta(seconds=0.2)
    overdue = watch.plan(0, spawn - timedelta(seconds=1))
    calm = spawn + timedelta(seconds=pace.settle)
    first = calm + timedelta(seconds=pace.quiet + 1)
    lone = [
        (watch.plan(number + 1, due), due)
        for number, due in ((n, first + n * SPACING) for n in range(pace.posts))
    ]
    with product.worker(environment) as (pid, spawned):
        ready_s = (watch.arrival(overdue) - spawned).total_seconds()
        start_cpu_s = of_family(cpu_seconds, pid)
        _sleep_until(calm)
        windows = [_window(watch, pid, pace.quiet)]
        planned = [watch.lag(account, due) for account, due in lone]
        time.sleep(min(BREATH, pace.settle))
        windows.append(_window(watch, pid, pace.quiet))
        inserted = []
        for number in range(pace.posts):
            due = datetime.now(UTC) + timedelta(seconds=pace.ahead)
            inserted.append(watch.lag(watch.plan(pace.posts + 1 + number, due), due))
        memory, server_memory = of_family(pss_mb, pid), watch.places.server_mb()
    worker, server = (sum(part) / len(windows) for part in zip(*windows, strict=True))
    return Measured(
        pending=pending,
        fill_s=fill_s,
        ready_s=ready_s,
        start_cpu_s=start_cpu_s,
        worker_cpu_s_per_minute=worker,
        server_cpu_s_per_minute=server,
        cpu_s_per_minute=worker + server,
        pss_mb=memory,
        server_pss_mb=server_memory,
        lag_planned_s=planned,
        lag_inserted_s=inserted,
        load=load(),
    )


def _window(watch: _Watch, pid: int, quiet: float) -> tuple[float, float]:
    """Return CPU seconds a minute of the worker and of the database server, over ``quiet`` s."""
    used = partial(cpu_seconds, ended=True)
    mine, theirs = of_family(used, pid), watch.places.server_cpu()
    time.sleep(quiet)
    return (
        (of_family(used, pid) - mine) * 60 / quiet,
        (watch.places.server_cpu() - theirs) * 60 / quiet,
    )


def _sleep_until(instant: datetime) -> None:
    time.sleep(max(0.0, (instant - datetime.now(UTC)).total_seconds()))


def _sizes(value: str) -> tuple[int, ...]:
    return tuple(int(part) for part in value.split(","))


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.idle", description=texts.IDLE)
    parser.add_argument("--pending", type=_sizes, default=SIZES, help=texts.PENDING)
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite", help=texts.DB)
    parser.add_argument(
        "--profile", choices=("production", "lab"), default="production", help=texts.PROFILE
    )
    parser.add_argument("--quiet", type=float, default=60.0, help=texts.QUIET)
    parser.add_argument("--posts", type=int, default=3, help=texts.LONE)
    parser.add_argument("--settle", type=float, default=9.0, help=texts.SETTLING)
    parser.add_argument("--ahead", type=float, default=3.0, help=texts.AHEAD)
    parser.add_argument("--json", action="store_true", help=texts.JSON)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

"""From due to published, against a bare loop.

``python -m benchmarks.dispatch --n 2000 --db sqlite --threads 16 --delay 50 --json``

N posts are due at one instant. The product's own worker publishes them with everything on:
approvals compared by digest, credentials opened, attempts, receipts, audit, SQLite FULL or
PostgreSQL with fsync. A bare loop (``benchmarks.bare``) does the same calls before and after each
run, in processes started alike. The ratio is the median over the pairs.

Exit status 1 if anything was lost, repeated or left open, whatever the speed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import text

from benchmarks import bare, figures, fixture, texts
from benchmarks.databases import Databases, databases
from benchmarks.engine import open_measured
from benchmarks.figures import Run, Tally
from benchmarks.processes import Child, ChildFailed, child, cpu_seconds, load, of_family, peak_mb
from vault.verify import verify

LEAD = 1.0
SETTLE_EVERY = 0.005
PATIENCE, PATIENCE_EACH = 20.0, 0.05
STATES = """
    SELECT (SELECT count(*) FROM delivery WHERE state = 'published'),
           (SELECT count(*) FROM receipt),
           (SELECT count(*) FROM attempt WHERE outcome = 'published'),
           (SELECT count(*) FROM attempt WHERE outcome IS NULL)
"""


class Stuck(RuntimeError):
    """A drain did not end; the message is a sentence."""


@dataclass(kw_only=True)
class Bench:
    """A platform, a filled database to copy, and the runs so far."""

    options: argparse.Namespace
    folder: Path
    places: Databases
    platform: str
    template: str
    texts: list[str]
    runs: list[Run] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def bare(self, workers: int) -> None:
        """Let the bare loop publish everything once."""
        url = self.places.empty()
        plain = self.places.plain(url)
        bare.fill(plain, self.texts, 0.0)
        self.places.tidy(url)
        arguments = (plain, self.platform, str(self.options.threads))

        def start(due: datetime, crew: Sequence[Child]) -> None:
            for one in crew:
                one.tell(str(due.timestamp()))

        with closing(bare.connect(plain)) as connection:
            self.runs.append(
                self._drain("bare", workers, arguments, start, lambda: bare.count_done(connection))
            )
        self.places.drop(url)

    def engine(self, workers: int) -> None:
        """Let the product publish everything once, and look at what it left."""
        url = self.places.copy(self.template)
        options = self.options
        app = open_measured(self.folder, url, self.platform, options.threads, options.connector)
        arguments = (
            str(self.folder),
            url,
            self.platform,
            str(options.threads),
            options.connector,
        )

        def start(due: datetime, _crew: Sequence[Child]) -> None:
            fixture.set_due(app, due)

        def settled() -> int:
            with app.engine.connect() as connection:
                return int(connection.scalar(text("SELECT count(*) FROM receipt")) or 0)

        run = self._drain("engine", workers, arguments, start, settled)
        self.runs.append(run)
        calls = [call for call, _ in self._calls()]
        with app.read() as session:
            counted = session.execute(text(STATES)).one()
            audit = verify(session, app.audit_key, now=datetime.now(UTC))
        tally = Tally(
            calls=calls,
            published=counted[0],
            receipts=counted[1],
            attempts=counted[2],
            open_attempts=counted[3],
            audit=audit.problems,
            settled=self._statuses == [0] * workers,
        )
        self.problems += figures.problems(self.texts, tally)
        app.engine.dispose()
        self.places.drop(url)

    def _drain(
        self, kind: str, workers: int, arguments: tuple[str, ...], start: Any, settled: Any
    ) -> Run:
        self._control("delete", "/calls")
        before = load()
        crew: list[Child] = []
        with ExitStack() as stack:
            for _ in range(workers):
                one = child(kind, *arguments, log=self.folder / f"{kind}.log")
                crew.append(stack.enter_context(one))
            for one in crew:
                one.first_line()
            due = datetime.fromtimestamp(time.time() + LEAD, UTC)
            start(due, crew)
            time.sleep(max(0.0, due.timestamp() - time.time() - 0.05))
            used = sum(of_family(cpu_seconds, one.pid) for one in crew)
            server = self.places.server_cpu()
            self._wait(settled)
            seconds = time.time() - due.timestamp()
            run = Run(
                kind=kind,
                workers=workers,
                n=len(self.texts),
                seconds=seconds,
                lags=tuple(at - due.timestamp() for _, at in self._calls()),
                cpu_s=sum(of_family(cpu_seconds, one.pid) for one in crew) - used,
                server_cpu_s=self.places.server_cpu() - server,
                peak_mb=sum(of_family(peak_mb, one.pid) for one in crew),
                load=before,
            )
            self._statuses = [one.end() for one in crew]
        return run

    def _wait(self, settled: Any) -> None:
        """Return once everything has arrived and is written down. Raises ``Stuck``."""
        n = len(self.texts)
        patience = PATIENCE + n * PATIENCE_EACH
        end = time.monotonic() + patience
        try:
            requests.get(f"{self.platform}/wait/{n}", timeout=patience)
        except requests.Timeout:
            raise Stuck(
                texts.STUCK.format(seconds=patience, n=len(self._calls()), expected=n)
            ) from None
        while (done := settled()) < n:
            if time.monotonic() > end:
                raise Stuck(texts.STUCK.format(seconds=patience, n=done, expected=n))
            time.sleep(SETTLE_EVERY)

    def _calls(self) -> list[tuple[str, float]]:
        return [(call, at) for call, at in self._control("get", "/calls")]

    def _control(self, method: str, path: str) -> Any:
        return requests.request(method, f"{self.platform}{path}", timeout=30).json()


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Run everything and return the figures as JSON values; ``problems`` says what went wrong."""
    folder = Path(tempfile.mkdtemp(prefix="pregonero-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        with ExitStack() as stack:
            stub = stack.enter_context(child("stub", log=folder / "stub.log"))
            platform = f"http://127.0.0.1:{stub.first_line()}"
            requests.put(f"{platform}/delay/{options.delay}", timeout=10)
            places = stack.enter_context(databases(options.db, folder))
            template = places.empty()
            app = open_measured(folder, template, platform, options.threads, "x", create=True)
            fixture.build(
                app, platform, posts=options.n, accounts=options.accounts, hot=options.hot
            )
            app.engine.dispose()
            bench = Bench(
                options=options,
                folder=folder,
                places=places,
                platform=platform,
                template=template,
                texts=fixture.texts(options.n),
            )
            crews = (1, 2) if options.second else (1,)
            try:
                for _ in range(options.pairs):
                    for workers in crews:
                        bench.bare(workers)
                        bench.engine(workers)
                for workers in crews:
                    bench.bare(workers)
            except Stuck as error:
                bench.problems.append(str(error))
            except ChildFailed as error:
                bench.problems.append(texts.CHILD.format(said=error))
            return _figures(options, bench)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _figures(options: argparse.Namespace, bench: Bench) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ok": not bench.problems,
        "problems": bench.problems,
        "options": vars(options),
        "machine": {"cores": os.cpu_count(), "python": sys.version.split()[0]},
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "runs": [run.told() for run in bench.runs],
    }
    if any(run.kind == "engine" for run in bench.runs) and not bench.problems:
        result |= figures.compare(bench.runs)
        if options.second:
            two = figures.compare(bench.runs, workers=2)
            result["second_worker"] = {
                "engine_gain": figures.gain(bench.runs, "engine"),
                "bare_gain": figures.gain(bench.runs, "bare"),
                "ratio": two["ratio"],
                "two": two,
            }
    told: dict[str, Any] = figures.rounded(result)
    return told


def show(result: dict[str, Any]) -> None:
    """Print the figures as a table."""
    print(texts.TITLE.format(**result["options"]))
    for sentence in result["problems"]:
        print(texts.PROBLEM.format(sentence=sentence))
    if "ratio" not in result:
        return
    rows = [texts.COLUMNS]
    for kind, name in texts.ROWS.items():
        one = {key: value["median"] for key, value in result[kind].items()}
        rows.append(
            (
                name,
                f"{one['per_second']:.0f}",
                f"{one['lag_p50']:.3f}",
                f"{one['lag_p99']:.3f}",
                f"{one['lag_max']:.3f}",
                f"{one['cpu_ms_each']:.2f}",
                f"{one['server_cpu_s']:.2f}",
                f"{one['peak_mb']:.0f}",
                f"{one['load']:.1f}",
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))
    for sentence, key in ((texts.RATIO, "ratio"), (texts.LAG, "lag_p99_ratio")):
        low, high = result[f"{key}_spread"]["min"], result[f"{key}_spread"]["max"]
        print(sentence.format(ratio=result[key], low=low, high=high, pairs=result["pairs"]))
    print(texts.STEADY.format(share=result["bare_variation"]))
    if result["inconclusive"]:
        print(texts.INCONCLUSIVE)
    if "second_worker" in result:
        two = result["second_worker"]
        print(
            texts.GAIN.format(engine=two["engine_gain"], bare=two["bare_gain"], ratio=two["ratio"])
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure as told; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.dispatch", description=texts.DESCRIPTION
    )
    parser.add_argument("--n", type=int, default=2000, help=texts.N)
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite", help=texts.DB)
    parser.add_argument("--threads", type=int, default=16, help=texts.THREADS)
    parser.add_argument("--delay", type=float, default=50.0, help=texts.DELAY)
    parser.add_argument("--pairs", type=int, default=5, help=texts.PAIRS)
    parser.add_argument("--accounts", type=int, help=texts.ACCOUNTS)
    parser.add_argument("--hot", type=int, default=0, help=texts.HOT)
    parser.add_argument(
        "--connector", choices=("plain", "x"), default="plain", help=texts.CONNECTOR
    )
    parser.add_argument("--second", action="store_true", help=texts.SECOND)
    parser.add_argument("--json", action="store_true", help=texts.JSON)
    options = parser.parse_args(arguments)
    options.accounts = options.n if options.accounts is None else options.accounts
    if options.second and options.db != "postgres":
        parser.error(texts.SECOND_NEEDS_POSTGRES)
    if options.hot > options.n or options.accounts < 1:
        parser.error(texts.HOT_TOO_MANY)
    result = measure(options)
    if options.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        show(result)
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())

"""The command line: what to run, one after another or side by side, and what to say of it."""

from __future__ import annotations

import argparse
import json
import os
import select
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from tests.faultlab import texts
from tests.faultlab.registry import BOTH, SCENARIOS, scenario
from tests.faultlab.run import Order, run
from tests.support import memory, postgres

MISUSE = 2


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _Misuse(texts.MISUSED.format(error=message))


class _Misuse(ValueError):
    """Arguments that cannot be understood; the text is a Spanish sentence."""


def main(arguments: Sequence[str]) -> int:
    """Run what ``arguments`` ask for; 0 if every run was clean, 1 if not, 2 if misused."""
    try:
        options = _read(arguments)
        orders = _orders(options)
    except _Misuse as error:
        sys.stderr.write(f"{error}\n")
        return MISUSE
    clean = True
    for report in _run_all(orders, options):
        clean = clean and report["ok"] is True
        if options.report:
            _keep(report, Path(options.report))
        if options.json:
            sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")
            sys.stdout.flush()
        else:
            _say(report, whole=len(orders) == 1)
    return 0 if clean else 1


def _keep(report: dict[str, object], path: Path) -> None:
    """Append a report where it survives a run that is cut off."""
    with path.open("a") as file:
        file.write(json.dumps(report, ensure_ascii=False) + "\n")


def _read(arguments: Sequence[str]) -> argparse.Namespace:
    parser = _Parser(prog="tests.faultlab", description=texts.DESCRIPTION)
    parser.add_argument("scenario", nargs="?", default="all", help=texts.HELP_SCENARIO)
    parser.add_argument("--n", help=texts.HELP_N)
    parser.add_argument("--db", help=texts.HELP_DB)
    parser.add_argument("--workers", help=texts.HELP_WORKERS)
    parser.add_argument("--seed", default="1", help=texts.HELP_SEED)
    parser.add_argument("--jobs", default="2", help=texts.HELP_JOBS)
    parser.add_argument("--json", action="store_true", help=texts.HELP_JSON)
    parser.add_argument("--report", help=texts.HELP_REPORT)
    parser.add_argument("--small", action="store_true", help=texts.HELP_SMALL)
    parser.add_argument("--disk", action="store_true", help=texts.HELP_DISK)
    parser.add_argument("--keep", action="store_true", help=texts.HELP_KEEP)
    options = parser.parse_args(arguments)
    if options.scenario not in {"all", *SCENARIOS}:
        names = ", ".join([*SCENARIOS, "all"])
        raise _Misuse(texts.UNKNOWN_SCENARIO.format(name=options.scenario, names=names))
    if options.scenario == "all" and options.n is not None:
        raise _Misuse(texts.NOT_ALONE)
    if options.db not in (None, *BOTH):
        raise _Misuse(texts.BAD_DB.format(value=options.db))
    if options.report:
        try:
            Path(options.report).touch()
        except OSError as error:
            raise _Misuse(texts.BAD_REPORT.format(path=options.report, error=error)) from None
    for name in ("n", "workers", "jobs"):
        setattr(options, name, _count(name, getattr(options, name)))
    try:
        options.seed = int(options.seed)
    except ValueError:
        raise _Misuse(texts.BAD_SEED.format(value=options.seed)) from None
    return options


def _count(name: str, value: str | None) -> int | None:
    if value is None:
        return None
    with suppress(ValueError):
        if int(value) > 0:
            return int(value)
    raise _Misuse(texts.BAD_COUNT.format(name=name, value=value))


def _orders(options: argparse.Namespace) -> list[Order]:
    names = list(SCENARIOS) if options.scenario == "all" else [options.scenario]
    orders = []
    for name in names:
        sizes = scenario(name).sizes
        usual = sizes.small_databases if options.small else sizes.databases
        orders += [
            Order(
                scenario=name,
                db=db,
                n=options.n or (sizes.small if options.small else sizes.full),
                workers=options.workers or sizes.workers,
                seed=options.seed,
                small=options.small,
                keep=options.keep,
            )
            for db in ([options.db] if options.db else usual)
            if options.scenario != "all" or db in usual
        ]
    return sorted(orders, key=_urgency)


def _urgency(order: Order) -> tuple[bool, float]:
    """Return what comes first: what needs the machine for itself, then the longest."""
    return not is_alone(order), -scenario(order.scenario).sizes.minutes


def is_alone(order: Order) -> bool:
    """Tell whether ``order`` shares the machine with no other run."""
    return not order.small and scenario(order.scenario).sizes.alone


def _run_all(orders: Sequence[Order], options: argparse.Namespace) -> Iterator[dict[str, object]]:
    """Yield the report of each order as it ends; each runs in a fork of this process."""
    with ExitStack() as stack:
        server = None
        if any(order.db == "postgres" for order in orders):
            server = postgres.start()
            stack.callback(server.stop)
        root = Path(tempfile.gettempdir()) if options.disk else memory.folder()
        waiting, running = list(orders), dict[int, _Running]()
        while waiting or running:
            while waiting and _has_room(waiting[0], running, options.jobs):
                order = waiting.pop(0)
                if not options.json:
                    sys.stdout.write(texts.RUNNING.format(**vars(order)) + "\n")
                    sys.stdout.flush()
                url = (
                    server.url(server.create_database())
                    if server and order.db == "postgres"
                    else ""
                )
                folder = Path(tempfile.mkdtemp(prefix=f"faultlab-{order.scenario}-", dir=root))
                begun = _begin(order, url, folder)
                running[begun.pipe] = begun
            for pipe in select.select(list(running), [], [])[0]:
                part = os.read(pipe, 1 << 16)
                running[pipe].said += part
                if not part:
                    yield _ended(running.pop(pipe))


def _has_room(order: Order, running: Mapping[int, _Running], jobs: int) -> bool:
    if is_alone(order) or any(is_alone(other.order) for other in running.values()):
        return not running
    return len(running) < jobs


@dataclass
class _Running:
    order: Order
    pid: int
    pipe: int
    said: bytes = b""


def _begin(order: Order, url: str, folder: Path) -> _Running:
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(ours)
        code = 1
        try:
            report = run(order, url, folder)
            with os.fdopen(theirs, "w") as out:
                json.dump(report, out)
            code = 0
        except BaseException:  # noqa: BLE001 - the end of a process: told on stderr
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    os.close(theirs)
    return _Running(order, pid, ours)


def _ended(running: _Running) -> dict[str, object]:
    os.close(running.pipe)
    os.waitpid(running.pid, 0)
    if running.said:
        report: dict[str, object] = json.loads(running.said)
        return report
    order = running.order
    return {"scenario": order.scenario, "db": order.db, "n": order.n, "ok": False, "violations": []}


def _say(report: dict[str, object], *, whole: bool) -> None:
    """Say a line, and below it all that is known, or of many runs only what was broken."""
    text = texts.CLEAN if report["ok"] else texts.BROKEN
    summary = texts.SUMMARY.format(**report) if "seconds" in report else texts.DIED
    sys.stdout.write(text.format(**report, summary=summary) + "\n")
    for name, value in report.items():
        if whole or (name == "violations" and value):
            sys.stdout.write(f"    {name}: {value}\n")
    sys.stdout.flush()

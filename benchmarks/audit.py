"""How fast the audit is verified, and what it costs to write it.

``python -m benchmarks.audit verify --rows 1000000 --db sqlite --json``

A database is filled with so many entries and links, signed each hundred as a busy house does, and
verified several times: entries, links, checkpoints with their signatures, guards, unlinked entries,
secrets' marks. The time is that of ``vault.verify.verify``; the filling is not measured.

``python -m benchmarks.audit append --workers 16 --db postgres --json``

So many processes insert rows as fast as they can, each in a transaction of its own: through
``vault.audit.append``, and beside it the same columns into a table with the same indexes by one
plain INSERT, without MAC and without work list. Each audited run is compared with the mean of the
plain ones before and after it; ``ratio`` is the median.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import SQLModel

import vault.audit_tables
import vault.tables  # noqa: F401 - registers what is created
from benchmarks import texts
from benchmarks.databases import Databases, databases
from benchmarks.figures import rounded, spread
from benchmarks.processes import load, machine
from publisher import db
from vault import audit, checkpoints, guards, verify
from vault.audit import COLUMNS, AuditKey, Entry
from vault.checkpoints import Signer
from vault.keys import MasterKey

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
GOAL_SECONDS, GOAL_RATIO = 15.0, 0.8
SIGNED_EACH = checkpoints.EVERY_LINKS
OWN = ("vault_", "audit_")
READY, ROWS = 120.0, 8_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print one JSON object; 1 if the audit was not whole."""
    options = _parse(arguments)
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="pregonero-", dir="/tmp"))
        folder.chmod(0o711)  # PostgreSQL runs as another user
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        places = stack.enter_context(databases(options.db, folder))
        measure = measure_verify if options.what == "verify" else measure_append
        figures = measure(places, options)
    print(json.dumps(figures, indent=None if options.json else 2))
    return 0 if figures["ok"] else 1


def measure_verify(places: Databases, options: argparse.Namespace) -> dict[str, Any]:
    """Fill a database and verify it ``options.repeat`` times."""
    url, key, signer = places.empty(), *_keys()
    engine = db.make_engine(url)
    _create(engine)
    started = time.perf_counter()
    _fill(engine, key, signer, options.rows)
    filled = time.perf_counter() - started
    places.tidy(url)
    before, seconds, cpu = load(), [], []
    now = NOW + timedelta(microseconds=options.rows)
    for _ in range(options.repeat):
        started, used = time.perf_counter(), time.process_time()
        with db.read(engine) as session:
            found = verify.verify(session, key, now=now)
        seconds.append(time.perf_counter() - started)
        cpu.append(time.process_time() - used)
    engine.dispose()
    median = statistics.median(seconds)
    return {
        "what": "verify",
        "ok": found.ok and found.entries == found.links == options.rows,
        "rows": options.rows,
        "checkpoints": found.checkpoints,
        "db": options.db,
        "seconds": rounded(median),
        "spread": spread(seconds),
        "cpu_seconds": rounded(statistics.median(cpu)),
        "rows_per_second": round(options.rows / median),
        "goal_seconds": GOAL_SECONDS,
        "fill_seconds": rounded(filled),
        "load_before": before,
        "load_after": load(),
        "machine": machine(),
    }


def measure_append(places: Databases, options: argparse.Namespace) -> dict[str, Any]:
    """Run plain and audited inserts in turn; the ratio of each pair is between neighbours."""
    before, pairs = load(), []
    for _ in range(options.pairs):
        plain = _race(places, options, "plain")
        audited = _race(places, options, "audited")
        again = _race(places, options, "plain")
        bare = (plain + again) / 2
        pairs.append({"plain": round(bare), "audited": round(audited), "ratio": audited / bare})
    ratios = [pair["ratio"] for pair in pairs]
    return {
        "what": "append",
        "ok": True,
        "workers": options.workers,
        "seconds_each": options.seconds,
        "db": options.db,
        "ratio": rounded(statistics.median(ratios)),
        "ratios": [rounded(ratio) for ratio in ratios],
        "plain_per_second": round(statistics.median(pair["plain"] for pair in pairs)),
        "audited_per_second": round(statistics.median(pair["audited"] for pair in pairs)),
        "goal_ratio": GOAL_RATIO,
        "load_before": before,
        "load_after": load(),
        "machine": machine(),
    }


def _keys() -> tuple[AuditKey, Signer]:
    provider = MasterKey(b"k" * 32, b"r" * 32)
    return AuditKey.from_keyring(provider), Signer.from_keyring(provider)


def _create(engine: Engine) -> None:
    own = [table for name, table in SQLModel.metadata.tables.items() if name.startswith(OWN)]
    with db.write(engine) as session:
        SQLModel.metadata.create_all(session.connection(), tables=own)
        guards.install(session.connection())


def _entries(first: int, count: int) -> list[Entry]:
    """Entries as the product writes them: mostly deliveries, some of people."""
    return [
        Entry(
            id=f"{n:08x}-7d1c-4b5e-9a51-{n * 2654435761 % 2**48:012x}",
            at=NOW + timedelta(microseconds=n),
            actor_id=n % 231 if n % 4 == 0 else 0,
            actor="María de la Luz Peña" if n % 4 == 0 else "Pregonero",
            role="OPER" if n % 4 == 0 else "",
            session_ref=f"{n % 977:016x}" if n % 4 == 0 else "",
            action="delivery.published",
            object_type="delivery",
            object_id=str(n),
            plantel_id=n % 77 + 1,
            reason="Se publicó a su hora" if n % 3 == 0 else "",
            after_digest=f"{n:064x}",
            detail='{"part":0,"attempt":1,"secret_version":3}',
        )
        for n in range(first, first + count)
    ]


def _fill(engine: Engine, key: AuditKey, signer: Signer, rows: int) -> None:
    """Append, link and sign, many in one transaction."""
    for first in range(0, rows, 20_000):
        with db.write(engine) as session:
            for start in range(first, min(first + 20_000, rows), SIGNED_EACH):
                count = min(SIGNED_EACH, rows - start)
                audit.append(session, key, _entries(start, count))
                audit.seal(session, key, now=NOW + timedelta(microseconds=start))
                checkpoints.checkpoint(session, signer, now=NOW + timedelta(microseconds=start))


def _race(places: Databases, options: argparse.Namespace, kind: str) -> float:
    """Return how many transactions a second all workers together committed."""
    url = places.empty()
    engine = db.make_engine(url)
    _create(engine)
    _create_plain(engine)
    engine.dispose()
    context = get_context("fork")
    gate, done = context.Barrier(options.workers), context.Queue()
    workers = [
        context.Process(target=_work, args=(url, number, kind, options.seconds, gate, done))
        for number in range(options.workers)
    ]
    for worker in workers:
        worker.start()
    rates = [done.get(timeout=options.seconds + READY) for _ in workers]
    for worker in workers:
        worker.join()
    places.drop(url)
    return float(sum(rates))


def _work(url: str, number: int, kind: str, seconds: float, gate: Any, done: Any) -> None:
    """Commit one row after the other for so many seconds."""
    engine, key = db.make_engine(url), _keys()[0]
    act = INSERTS[kind]
    # what an entry says is made beforehand: it costs the same in both
    ready = _entries(number * 10_000_000, ROWS)
    act(engine, key, ready.pop())
    gate.wait(timeout=READY)
    started, count = time.perf_counter(), 0
    until = started + seconds
    while ready and time.perf_counter() < until:
        act(engine, key, ready.pop())
        count += 1
    done.put(count / (time.perf_counter() - started))
    engine.dispose()


def _audited(engine: Engine, key: AuditKey, entry: Entry) -> None:
    with db.write(engine) as session:
        audit.append(session, key, (entry,))


def _plain(engine: Engine, _key: AuditKey, entry: Entry) -> None:
    values = [getattr(entry, name) for name in COLUMNS]
    values[1] = values[1].isoformat(" ")
    mark = "%s" if engine.dialect.name == "postgresql" else "?"
    marks = ", ".join([mark] * (len(COLUMNS) + 1))
    sql = f"INSERT INTO plain_entry ({', '.join(COLUMNS)}, mac) VALUES ({marks})"
    with db.write(engine) as session:
        session.connection().exec_driver_sql(sql, (*values, entry.after_digest))


INSERTS: dict[str, Callable[[Engine, AuditKey, Entry], None]] = {
    "audited": _audited,
    "plain": _plain,
}


def _create_plain(engine: Engine) -> None:
    """Make a table like that of the entries, with its indexes and without its guards."""
    with db.write(engine) as session:
        conn = session.connection()
        if engine.dialect.name == "postgresql":
            conn.exec_driver_sql("CREATE TABLE plain_entry (LIKE audit_entry INCLUDING ALL)")
            return
        made = conn.exec_driver_sql(
            "SELECT sql FROM sqlite_master WHERE tbl_name = 'audit_entry'"
            " AND type IN ('table', 'index') AND sql IS NOT NULL ORDER BY type DESC"
        ).scalars()
        for sql in made.all():
            conn.exec_driver_sql(sql.replace("audit_entry", "plain_entry"))


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.audit", description=texts.AUDIT)
    what = parser.add_subparsers(dest="what", required=True)
    verifying = what.add_parser("verify", help=texts.AUDIT_VERIFY)
    verifying.add_argument("--rows", type=int, default=1_000_000, help=texts.AUDIT_ROWS)
    verifying.add_argument("--repeat", type=int, default=3, help=texts.AUDIT_REPEAT)
    appending = what.add_parser("append", help=texts.AUDIT_APPEND)
    appending.add_argument("--workers", type=int, default=16, help=texts.AUDIT_WORKERS)
    appending.add_argument("--pairs", type=int, default=5, help=texts.AUDIT_PAIRS)
    appending.add_argument("--seconds", type=float, default=5.0, help=texts.AUDIT_SECONDS)
    for one, kind in ((verifying, "sqlite"), (appending, "postgres")):
        one.add_argument("--db", choices=("sqlite", "postgres"), default=kind, help=texts.DB)
        one.add_argument("--json", action="store_true", help=texts.JSON)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

"""A worker of the previous release goes on while ours upgrades its database and works beside it.

Real processes of both releases on one database and one sandbox: the previous release prepares posts
that come due one after another, and publishes; ours starts in the middle, upgrades and publishes
too. Who takes what is chance, so the last portions come due at one instant each and are larger than
what either may hold. At the end the networks show exactly what was approved, each once.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
import urllib.error
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select, text, update
from sqlmodel import col

from publisher import db, migrations
from publisher.models import Delivery
from tests.support import postgres
from tests.upgrade.release import PREVIOUS, ROOT, Installation, check_out, free_ports

PATIENCE = 240.0
BATCHES = 4
GAP = 6.0
"""Seconds between the batches: before, during and after the upgrade something is due."""
PORTIONS = 3
KEPT_BACK = 24 * 3600
"""Seconds until the portions are due, unless they are brought forward."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What happened; ``by_*`` are attempts by each release's worker after ours had started."""

    database: str
    previous: str
    deliveries: int
    duplicates: int
    lost: int
    stuck: int
    by_previous: int
    by_this: int
    upgrade_seconds: float
    version: str
    previous_alive: bool

    @property
    def ok(self) -> bool:
        """Whether both worked on the upgraded database and nothing was lost or repeated."""
        clean = not (self.duplicates or self.lost or self.stuck)
        return clean and self.previous_alive and min(self.by_previous, self.by_this) > 0


def run(kind: str, posts: int) -> Outcome:
    """Run it once on ``sqlite`` or ``postgres``. Raises ``NoHistoryError`` without history."""
    server = postgres.start() if kind == "postgres" else None
    try:
        with tempfile.TemporaryDirectory() as folder:
            code = check_out(Path(folder) / "code", planteles=12)
            data = Path(folder) / "data"
            url = server.url(server.create_database()) if server else f"sqlite:///{data}/p.db"
            data.mkdir()
            return _run(code, Installation(data, url, free_ports()), url, kind, posts)
    finally:
        if server:
            server.stop()


def _run(code: Path, place: Installation, url: str, kind: str, posts: int) -> Outcome:
    logs = place.folder / "pruebas.log"
    first = time.time() + 20 + 0.5 * posts
    for number in range(BATCHES):
        due_in = max(1.0, first + number * GAP - time.time())
        place.run(
            code,
            *("demo", "--headless", "--prepare-only", "--posts", str(posts // BATCHES)),
            *("--seed", str(100 + number), "--due-in", str(round(due_in, 1))),
        )
    place.run(
        code,
        *("demo", "--headless", "--prepare-only", "--posts", str(PORTIONS * posts // BATCHES)),
        *("--seed", str(100 + BATCHES), "--due-in", str(KEPT_BACK)),
    )
    # with one sender a worker holds less than what becomes due at once: some is left for the other
    place.environment["PREGONERO_SENDERS"] = "1"
    engine = db.make_engine(url)
    processes: list[subprocess.Popen[bytes]] = []
    try:
        processes.append(place.start(code, "sandbox", "--port", str(place.port), log=logs))
        _answer(place)
        old = place.start(code, "worker", log=logs)
        processes.append(old)
        _until(lambda: _count(engine, "SELECT count(*) FROM receipt") > 0)
        previous = _workers(engine)
        started = time.monotonic()
        processes.append(place.start(ROOT, "worker", log=logs))
        _until(lambda: migrations.current(engine) == migrations.head())
        took = time.monotonic() - started
        _until(lambda: _workers(engine) - previous)
        ours = _workers(engine) - previous
        met = _count(engine, "SELECT count(*) FROM attempt")
        kept_back = _kept_back(engine)
        _until(lambda: _count(engine, _UNFINISHED) == len(kept_back))
        for portion in range(PORTIONS):
            ids = kept_back[portion::PORTIONS]
            left = _count(engine, _UNFINISHED) - len(ids)
            _bring_forward(engine, ids)
            _until(lambda left=left: _count(engine, _UNFINISHED) == left)
        alive = old.poll() is None
        seen = place.sandbox("/_sandbox/posts")
        return _judge(engine, kind, seen, previous, ours, met, took, alive)
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            process.wait(30)
        engine.dispose()


def _judge(
    engine: Engine,
    kind: str,
    seen: Any,
    previous: set[str],
    ours: set[str],
    met: int,
    took: float,
    alive: bool,
) -> Outcome:
    posts = seen["posts"] if isinstance(seen, dict) else seen
    shown = Counter((post["network"], post["account"], str(post["id"])) for post in posts)
    texts = Counter((post["network"], post["account"], post["text"]) for post in posts)
    with engine.connect() as connection:
        rows = connection.execute(text(_RECEIPTS)).all()
        after = connection.execute(text(_ATTEMPTS), {"met": met}).all()
        total = connection.scalar(text("SELECT count(*) FROM delivery"))
        stuck = connection.scalar(text(_STUCK))
    received = Counter((row.network, row.external_id, str(row.remote_id)) for row in rows)
    by = Counter(row.owner for row in after)
    return Outcome(
        database=kind,
        previous=PREVIOUS,
        deliveries=int(total or 0),
        duplicates=(shown - received).total() + sum(n - 1 for n in texts.values()),
        lost=int(total or 0) - len(shown & received),
        stuck=int(stuck or 0),
        by_previous=sum(by[owner] for owner in previous),
        by_this=sum(by[owner] for owner in ours),
        upgrade_seconds=round(took, 2),
        version=migrations.current(engine) or "",
        previous_alive=alive,
    )


def body(outcome: Outcome) -> dict[str, Any]:
    """Return the outcome as JSON values."""
    return {"ok": outcome.ok, **asdict(outcome)}


def _answer(place: Installation) -> None:
    def answers() -> bool:
        try:
            place.sandbox("/_sandbox/posts")
        except urllib.error.URLError:
            return False
        return True

    _until(answers)


def _until(done: Any) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > end:
            raise TimeoutError("the processes did not get there in time")
        time.sleep(0.05)


def _count(engine: Engine, query: str) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text(query)) or 0)


def _kept_back(engine: Engine) -> Sequence[int]:
    later = datetime.now(UTC) + timedelta(seconds=KEPT_BACK / 2)
    with engine.connect() as connection:
        statement = select(col(Delivery.id)).where(col(Delivery.due_at) > later)
        return connection.scalars(statement.order_by(col(Delivery.id))).all()


def _bring_forward(engine: Engine, ids: Sequence[int]) -> None:
    due = datetime.now(UTC)
    with engine.begin() as connection:
        connection.execute(
            update(Delivery)
            .where(col(Delivery.id).in_(ids))
            .values(due_at=due, next_at=due, not_after=due + timedelta(minutes=30))
        )


def _workers(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.scalars(text("SELECT id FROM worker")))


_UNFINISHED = (
    "SELECT count(*) FROM delivery WHERE state IN ('scheduled', 'retrying', 'leased', 'staging',"
    " 'sending', 'unknown')"
)
_STUCK = "SELECT count(*) FROM delivery WHERE state <> 'published'"
_RECEIPTS = (
    "SELECT account.network, account.external_id, receipt.remote_id FROM receipt"
    " JOIN account ON account.id = receipt.account_id"
)
_ATTEMPTS = "SELECT owner FROM attempt ORDER BY opened_at, delivery_id LIMIT 1000000 OFFSET :met"

"""R09: the clock jumps two hours ahead, two hours back, and the machine sleeps: no send is wrong.

``n`` publications become due over the run, and as many again an hour later. The worker's clocks are
shifted inside its process, as it reads them: wall clock, time since boot, the scheduler's, and what
SQLite calls now. A jump lasts less than the laboratory believes a new time after (``clock_settle``)
on SQLite, where nobody can be asked; on PostgreSQL, whose own clock is asked, it lasts longer. The
sleep (SQLite: host and database sleep together) shifts wall clock and time since boot at once, and
what is overdue after it waits for a person. Every figure is by the sandbox's clock, which is right.
"""

from __future__ import annotations

import mmap
import signal
import struct
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import apscheduler.schedulers.base
from sqlalchemy import event

from connectors.sandbox import client
from publisher.app import App, open_app
from publisher.delivery import worker as clocked
from publisher.delivery.outbox import rows
from publisher.settings import Settings
from tests.faultlab.lab import Lab
from tests.faultlab.registry import Sizes
from tests.faultlab.scenarios.downtime import with_gate
from tests.support.invariants import moment

SIZES = Sizes(full=400, small=30, workers=1, small_databases=("postgres",), minutes=0.4)
JUMP = 2 * 3600.0
STEPS = 10
FAR = 3600.0
BELIEVED_AFTER = 2.0
NOW = "%Y-%m-%d %H:%M:%f000"
CANCEL = "UPDATE delivery SET state = 'cancelled' WHERE state = 'scheduled'"
_PAIR = struct.Struct("dd")


def run(lab: Lab) -> None:
    lasting = 2.0 if lab.db == "sqlite" else lab.settings.timing("sandbox").clock_settle + 2.0
    lab.fill(0, accounts=max(10, lab.n // 4), media="apart")
    each = max(1, lab.n // STEPS)
    whole = 4 * BELIEVED_AFTER + 2 * lasting
    for step in range(STEPS):
        lab.add(each, due_in=1.0 + step * whole / STEPS)
    lab.add(lab.n, due_in=FAR)
    path = lab.folder / "relojes"
    path.write_bytes(_PAIR.pack(0.0, 0.0))
    worker = lab.worker(partial(with_shifted_clocks, path))
    lab.until(lambda: lab.count("published"), 30, "the first goes out")
    for jump in (JUMP, -JUMP):
        shift(path, wall=jump)
        lab.sleep(0.7)
        before = _attempts(lab)
        lab.sleep(lasting - 0.7)
        lab.require(_attempts(lab) == before, f"sent by a clock that is {jump:+.0f} s off")
        shift(path)
        lab.sleep(BELIEVED_AFTER)
    lab.until(lambda: lab.count("published") == each * STEPS, 60, "all that is due goes out")
    lab.require(lab.count("held") == 0, "a jump of the clock held something")
    if lab.db == "sqlite":
        worker.send(signal.SIGSTOP)
        lab.sleep(0.5)
        shift(path, wall=JUMP, boot=JUMP)
        worker.send(signal.SIGCONT)
        lab.until(lambda: lab.count("held") == lab.n, 30, "what came due in its sleep waits")
    lab.stop(worker)
    # what is an hour ahead has shown that it waits; nobody waits for it here
    with lab.app.write() as session:
        session.connection().exec_driver_sql(CANCEL)
    _judge(lab, expected=each * STEPS)


def _attempts(lab: Lab) -> int:
    """Return how many sends were begun: what was begun before a jump may still come back."""
    return int(lab.query("SELECT COUNT(*) AS n FROM attempt")[0].n)


def shift(path: Path, *, wall: float = 0.0, boot: float = 0.0) -> None:
    """Set the worker's clocks so many seconds apart from the machine's."""
    with path.open("r+b") as file:
        file.write(_PAIR.pack(wall, boot))


def with_shifted_clocks(path: Path) -> None:
    """Let this process read every clock through the shifts in ``path``."""
    with_gate()
    with path.open("r+b") as file:
        shared = mmap.mmap(file.fileno(), _PAIR.size)

    def wall() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=_PAIR.unpack(shared[:])[0])

    def opened(settings: Settings) -> App:
        app = open_app(settings)
        boot = app.elapsed
        if app.engine.dialect.name == "sqlite":
            event.listen(app.engine, "connect", partial(_shift_sqlite, wall))
            app.engine.dispose()
        return replace(app, clock=wall, elapsed=lambda: boot() + _PAIR.unpack(shared[:])[1])

    class Kind(type):
        def __instancecheck__(cls, other: object) -> bool:
            return isinstance(other, datetime)

    class Shifted(datetime, metaclass=Kind):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return wall().astimezone(tz)

    clocked.open_app = opened
    for module in (apscheduler.schedulers.base, clocked):
        module.datetime = Shifted  # type: ignore[attr-defined]


def _shift_sqlite(wall: Any, connection: Any, _record: object) -> None:
    """Let SQLite's own now be this process's, in the one form that the product asks for."""

    def strftime(shape: str, what: str, ahead: str) -> str:
        if (shape, what) != (NOW, "now"):
            raise ValueError(f"another question to SQLite's clock: {shape} {what}")
        return rows.stored(wall() + timedelta(seconds=float(ahead.split(maxsplit=1)[0])))

    connection.create_function("strftime", 3, strftime)


def _judge(lab: Lab, *, expected: int) -> None:
    """Compare what the networks show, by their own clock, with the instants agreed on."""
    wanted = {
        row.text: (rows.instant(row.due_at).timestamp(), rows.instant(row.not_after).timestamp())
        for row in lab.query(
            "SELECT v.text, d.due_at, d.not_after FROM delivery d"
            " JOIN variant v ON v.post_id = d.post_id AND v.network = 'base'"
        )
    }
    early = late = 0
    posts = client.posts(lab.base_url)
    lags = []
    for post in posts:
        due, limit = wanted[post["text"]]
        at = moment(post["created"]).timestamp()
        early += at < due - 0.001
        late += at > limit
        lags.append(at - due)
    lab.note(visible=len(posts), early=early, late=late, lag_max=round(max(lags, default=0.0), 2))
    lab.require(not early, f"{early} went out before their instant")
    lab.require(not late, f"{late} went out after their limit")
    lab.require(len(posts) == expected, f"{len(posts)} are visible, {expected} were due")

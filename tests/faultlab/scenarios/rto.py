"""R13: how soon things go on after a crash; ``n`` crashes, each followed by a real cold start.

From the kill to the next publication that nobody had begun: ``UNTOUCHED`` seconds at most. What was
in doubt is resolved, at the 95th percentile, within lease + settling + a minute of real time scaled
as the profile scales it: measured after every third crash, which peace follows, because a look
needs somebody who lives.
"""

from __future__ import annotations

import time
from datetime import datetime

from publisher.timing import PRODUCTION
from tests.faultlab.lab import Lab, percentile
from tests.faultlab.registry import Sizes

SIZES = Sizes(full=25, small=2, workers=1, small_databases=("sqlite",), minutes=2, alone=True)
UNTOUCHED = 5.0
MINUTE = 60.0
BATCH = 40
PEACE_EVERY = 3


def run(lab: Lab) -> None:
    lab.fill(2 * BATCH, accounts=200, pictures=0.0)
    worker = lab.worker()
    waits: list[float] = []
    measured: list[int] = []
    for crash in range(1, lab.n + 1):
        if lab.count("scheduled") < BATCH:
            lab.add(2 * BATCH)
        before = lab.count("published")
        lab.until(lambda b=before: lab.count("published") > b + 3, 20, "it publishes")  # type: ignore[misc]
        dead = worker.pid
        worker.kill()
        killed = time.monotonic()
        known = {row.delivery_id for row in lab.query("SELECT delivery_id FROM attempt")}
        if lab.count("scheduled") < BATCH:
            lab.add(2 * BATCH)
        worker = lab.cold_worker()  # type: ignore[assignment]
        lab.until(lambda k=known: _published_beyond(lab, k), 30, "untouched posts go on")  # type: ignore[misc]
        waits.append(time.monotonic() - killed)
        if crash % PEACE_EVERY == 0:
            measured.append(dead)
            lab.until(lambda: not lab.count("unknown"), 60, "nothing is in doubt")
    lab.stop(worker)
    lab.drain()
    timing = lab.app.timing
    goal = timing.lease + timing.settle + MINUTE * timing.lease / PRODUCTION.lease
    pids = ", ".join(map(str, measured or [0]))
    doubts = [
        (_instant(row.published_at) - _instant(row.opened)).total_seconds()
        for row in lab.query(
            "SELECT delivery.published_at, MIN(attempt.opened_at) AS opened FROM delivery"
            " JOIN attempt ON attempt.delivery_id = delivery.id WHERE delivery.state = 'published'"
            " AND EXISTS (SELECT 1 FROM attempt AS lost WHERE lost.delivery_id = delivery.id"
            " AND lost.code = 'process.lost'"
            f" AND lost.owner IN (SELECT id FROM worker WHERE pid IN ({pids})))"
            " GROUP BY delivery.id, delivery.published_at"
        )
    ]
    lab.note(
        untouched_max=round(max(waits), 2),
        untouched_median=round(percentile(waits, 0.5), 2),
        doubts=len(doubts),
        doubt_p95=round(percentile(doubts, 0.95), 2),
        doubt_goal=round(goal, 2),
    )
    if lab.small:
        return  # a loaded machine starts nothing in time; the full size measures
    lab.require(max(waits) <= UNTOUCHED, f"untouched posts waited {max(waits):.1f} s")
    lab.require(doubts, "no crash left anything in doubt")
    lab.require(percentile(doubts, 0.95) <= goal, "doubts took longer than their goal")


def _published_beyond(lab: Lab, known: set[int]) -> bool:
    rows = lab.query("SELECT delivery_id FROM attempt WHERE outcome = 'published'")
    return any(row.delivery_id not in known for row in rows)


def _instant(value: object) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))

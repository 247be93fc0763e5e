"""R12: SIGTERM while requests are in flight, ``n`` times; a second SIGTERM is a safe crash.

A worker that was asked once ends with status 0 within its grace, holds nothing afterwards and
leaves nothing in doubt. Every fifth is asked twice, which may end it at once: that is a crash, and
what it leaves is found or sent like after any other.
"""

from __future__ import annotations

import signal

from tests.faultlab.lab import Lab
from tests.faultlab.nursery import TELL
from tests.faultlab.registry import Sizes

SIZES = Sizes(full=200, small=10, workers=1, small_databases=("postgres",), minutes=5)


def run(lab: Lab) -> None:
    lab.fill(200, accounts=200)
    gentle, crashed, held = [], 0, 0
    for turn in range(lab.n):
        if lab.count("scheduled") < 100:
            lab.add(200)
        before = lab.count("published")
        worker = lab.worker()
        lab.until(lambda b=before: lab.count("published") > b, 15, "it publishes")  # type: ignore[misc]
        lab.sleep(lab.dice.uniform(0.0, 0.15))
        worker.send(signal.SIGTERM)
        if turn % 5 == 4:
            lab.sleep(lab.dice.uniform(0.0, 0.02))
            worker.send(signal.SIGTERM)
            crashed += worker.wait(15) == -signal.SIGTERM
            continue
        grace = lab.app.timing.shutdown_grace
        ended = worker.wait(grace + 5)
        lab.require(ended == 0, f"worker {worker.pid} ended with {ended}")
        if ended is None:
            worker.send(TELL)
            lab.sleep(0.5)
            worker.kill()
            continue
        gentle.append(worker.pid)
        held += _held_by(lab, worker.pid)
    lab.drain()
    doubts = lab.query(
        "SELECT worker.pid FROM attempt JOIN worker ON worker.id = attempt.owner"
        " WHERE attempt.outcome = 'unknown'"
    )
    caused = sum(row.pid in gentle for row in doubts)
    lab.note(gentle=len(gentle), crashed=crashed, unknown_by_sigterm=caused, held_after=held)
    lab.require(caused == 0, f"{caused} attempts in doubt because of SIGTERM")
    lab.require(held == 0, f"{held} deliveries held by workers that stopped")


def _held_by(lab: Lab, pid: int) -> int:
    rows = lab.query(
        "SELECT COUNT(*) AS n FROM delivery JOIN worker ON worker.id = delivery.owner"
        " WHERE worker.pid = :pid AND delivery.state IN ('leased', 'staging', 'sending')",
        pid=pid,
    )
    return int(rows[0].n)

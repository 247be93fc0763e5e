"""R02: a crash at each named step of the protocol, ``n`` times each, every one proven.

A worker dies at the step, seldom at its first passage; another takes its place. The first tenth of
the crashes (20 of 200) is followed by a real cold start, which has to publish and then stop well.
One worker that claims nothing keeps the house: it recovers and looks while all others die young,
except what the step itself is about, which it leaves to them.

A death leaves in doubt what its worker had open: as many deliveries as it had senders and
lookahead, and each doubt costs several looks. Four in five workers therefore hold a short
lookahead; the others what the product takes, as all those of ``kill9`` do.

The visible request of a post without media is the sender process's, that of one with media its
worker's own. The first is far quicker: each third crash at a point of it waits for the other.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from tests.faultlab.lab import Lab
from tests.faultlab.points import (
    BOTH_REACH,
    IN_SENDER,
    POINTS,
    Aim,
    claim_nothing,
    only_look,
    only_recover,
)
from tests.faultlab.registry import Sizes

SIZES = Sizes(full=200, small=1, small_databases=("sqlite",), minutes=20)
ACCOUNTS = 400
ENOUGH = 60
PATIENCE = 12.0
MISSES = 40
BAIT = "intended"
KEEPERS = {"recovering": only_look, "looking": only_recover}
EACH_THIRD = 3
AHEAD = (1, 1, 2, 4, None)


def run(lab: Lab) -> None:
    marks = lab.folder / "marks"
    marks.touch()
    lab.fill(
        4 * ENOUGH, accounts=min(ACCOUNTS, 80 * lab.n), media="apart", pictures=0.3, repeated=0.0
    )
    hits, seconds = dict.fromkeys(POINTS, 0), dict.fromkeys(POINTS, 0.0)
    missed = cold = 0
    for point in POINTS:
        began = time.monotonic()
        keeper = lab.worker(KEEPERS.get(point, claim_nothing))
        doubtful = {"route": "publish", "fault": "accept-then-drop", "probability": 0.2}
        lab.faults(*([doubtful] if point == "looking" else []))
        misses = 0
        while hits[point] < lab.n and misses < MISSES:
            if lab.count("scheduled") < ENOUGH:
                lab.add(4 * ENOUGH)
            if point == "recovering":
                _crash(lab, _aim(lab, BAIT, passage=1))
            passage = lab.dice.choice((1, 1, 2, 3)) if point != "recovering" else 1
            aim = _aim(lab, point, passage=passage)
            if point in BOTH_REACH and (hits[point] + BOTH_REACH.index(point)) % EACH_THIRD == 2:
                aim = replace(aim, in_worker=True, passage=1)
            if not _crash(lab, aim):
                misses += 1
                continue
            hits[point] += 1
            if hits[point] <= max(1, lab.n // 10) and (not lab.small or point == BAIT):
                _restart(lab)
                cold += 1
        missed += misses
        keeper.kill()
        seconds[point] = round(time.monotonic() - began, 1)
        lab.require(hits[point] == lab.n, f"«{point}» was hit {hits[point]} of {lab.n} times")
    lab.faults()
    lab.note(hits=hits, misses=missed, cold_restarts=cold, seconds_by_point=seconds)
    lab.note(hits_in_sender=_hits_in_sender(marks))
    lab.drain()


def _aim(lab: Lab, point: str, *, passage: int) -> Aim:
    return Aim(
        point=point, marks=lab.folder / "marks", passage=passage, ahead=lab.dice.choice(AHEAD)
    )


def _crash(lab: Lab, aim: Aim) -> bool:
    """Let one worker run until it dies at the point; False if it lived too long."""
    worker = lab.worker(aim.arm, senders=1)
    impatience = 2.0 if aim.point == "recovering" else PATIENCE
    worker.wait(impatience)
    worker.kill()
    return f"{aim.point} {worker.pid}" in aim.marks.read_text().splitlines()


def _hits_in_sender(marks: Path) -> Counter[str]:
    """Return how many of the strikes at each point came from the sender process."""
    points = [line.split()[0] for line in marks.read_text().splitlines()]
    return Counter(p.removeprefix(IN_SENDER) for p in points if p.startswith(IN_SENDER))


def _restart(lab: Lab) -> None:
    worker = lab.cold_worker()

    def published() -> bool:
        rows = lab.query(
            "SELECT 1 FROM attempt JOIN worker ON worker.id = attempt.owner"
            " WHERE worker.pid = :pid AND attempt.outcome = 'published' LIMIT 1",
            pid=worker.pid,
        )
        return bool(rows) or worker.poll() is not None

    lab.until(published, 30, "a worker started from nothing publishes")
    lab.stop(worker)

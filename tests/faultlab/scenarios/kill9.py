"""R01: random kill -9 while a share of the replies is ambiguous; nothing twice, lost or stuck.

``n`` publications. The nemesis kills a random worker every ``EVERY`` seconds on average, at an
instant of its own clock, and another takes its place at once. Every eighth time it is a SIGSTOP
that nobody takes back: the others must kill the paused one before its work is theirs.
"""

from __future__ import annotations

import signal

from tests.faultlab.faults import ROUGH
from tests.faultlab.lab import Lab
from tests.faultlab.registry import Sizes

SIZES = Sizes(full=10_000, small=100, minutes=7)
EVERY = 0.5
PAUSED = 1 / 8


def run(lab: Lab) -> None:
    lab.fill(lab.n, accounts=max(40, min(600, lab.n // 4)))
    busy = {"network": "x", "route": "publish", "fault": "429", "probability": 0.01, "seconds": 1}
    lab.faults(*ROUGH, busy)
    workers = [lab.worker() for _ in range(lab.workers)]
    kills = pauses = 0
    end = 600.0
    while lab.count("scheduled") > lab.n // 20 and end > 0:
        wait = lab.dice.expovariate(1 / EVERY)
        lab.sleep(wait)
        end -= wait
        victim = lab.dice.randrange(len(workers))
        if lab.dice.random() < PAUSED:
            workers[victim].send(signal.SIGSTOP)
            pauses += 1
        else:
            workers[victim].kill()
            kills += 1
        workers[victim] = lab.worker()
    lab.note(kills=kills, pauses=pauses, faults=lab.fired())
    for worker in workers:
        worker.kill()
    lab.drain()

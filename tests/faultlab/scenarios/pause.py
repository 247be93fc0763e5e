"""R04: workers that stand still for longer than their lease, most of them between begin and send.

``n`` publications, one pause in 25 of them. A paused process must be killed before its work is
taken: half of them are woken at about the time the lease ends, and whoever was not killed by then
would send a second time; its sender process, which holds the calls, wakes before it. One in five is
paused inside a write transaction, which on SQLite keeps every other writer out until somebody kills
it.
"""

from __future__ import annotations

import signal
import time
from pathlib import Path

from tests.faultlab.lab import Lab
from tests.faultlab.nursery import Child
from tests.faultlab.points import Aim, claim_nothing
from tests.faultlab.registry import Sizes

SIZES = Sizes(full=1000, small=50, workers=4, small_databases=("sqlite",), minutes=3)
AIMS = ("before_bytes",) * 6 + ("intended", "staged", "intending", "claiming")
ROUND = 30.0
PATIENCE = 8.0


def run(lab: Lab) -> None:
    marks = lab.folder / "marks"
    marks.touch()
    lab.fill(lab.n, accounts=max(60, min(400, lab.n // 3)), media="apart", pictures=0.2)
    lease = lab.app.timing.lease
    keepers = [lab.worker(claim_nothing) for _ in range(2)]
    wanted, pauses, killed, woken = max(4, lab.n // 25), 0, 0, 0
    while pauses < wanted:
        if lab.count("scheduled") < 20:
            lab.add(40)
        aims = [
            Aim(
                point=lab.dice.choice(AIMS),
                marks=marks,
                passage=lab.dice.choice((1, 1, 1, 2, 3, 5)),
                action="stop",
            )
            for _ in range(min(lab.workers, wanted - pauses))
        ]
        victims = [lab.worker(aim.arm, senders=2) for aim in aims]
        stopped = _await_stops(lab, victims, marks)
        began = time.monotonic()
        for victim in victims:
            if victim not in stopped:
                victim.kill()  # its point did not come up
        rounds = list(enumerate(stopped, start=pauses))
        pauses += len(stopped)
        for n, victim in rounds:
            lab.sleep(began + lease * lab.dice.uniform(0.9, 1.3) - time.monotonic())
            if n % 2 and victim.poll() is None:
                victim.wake()
                woken += 1
        for n, victim in rounds:
            # who was woken in time works on; who was not had to be killed
            status = victim.wait(1.0 if n % 2 else ROUND)
            killed += status == -signal.SIGKILL
            lab.require(status is not None or n % 2, f"worker {victim.pid} was never killed")
            victim.kill()
        lab.require(lab.nursery.alive(keepers), "a keeper died")
    lab.note(pauses=pauses, killed=killed, woken=woken)
    for keeper in keepers:
        keeper.kill()
    lab.drain()


def _await_stops(lab: Lab, victims: list[Child], marks: Path) -> list[Child]:
    """Wait until each came to its point; return those that did, dead by now or not."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and not all(_struck(victim, marks) for victim in victims):
        lab.sleep(0.05)
    return [victim for victim in victims if _struck(victim, marks)]


def _struck(victim: Child, marks: Path) -> bool:
    return any(line.endswith(f" {victim.pid}") for line in marks.read_text().splitlines())

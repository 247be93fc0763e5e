"""R15: the judges see every fault that we seed in our own code, and cry at none that is not there.

Each mutant of ``tests.faultlab.mutants`` lives through its story twice: as the product is, which
must be clean, and broken, which must be seen. Then ``n`` publications go out under kill -9 by
workers of the two protocols that other schedulers use (blind retry, mark before send), whose
duplicates and losses must be counted; and last by our own, of which the run itself is judged.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import replace

from tests.faultlab.judge import Verdict, judge
from tests.faultlab.lab import Lab
from tests.faultlab.mutants import IN_PROCESS, PROTOCOLS, Mutant
from tests.faultlab.registry import Sizes
from tests.faultlab.stories import Stage

SIZES = Sizes(
    full=400, small=24, workers=2, databases=("sqlite",), small_databases=("sqlite",), minutes=0.6
)
PATIENCE = 45.0
KILL_EVERY = 0.5


def run(lab: Lab) -> None:
    stage = Stage(lab.folder / "escenario")
    seen = [is_seen(lab, stage, mutant) for mutant in IN_PROCESS]
    caught = {name: _is_caught(lab, name, become) for name, become in PROTOCOLS.items()}
    lab.note(
        mutants=len(seen) + len(caught),
        caught=sum(seen) + sum(caught.values()),
        names=[mutant.name for mutant in IN_PROCESS] + list(PROTOCOLS),
    )
    _publish(lab, None)
    lab.drain()


def is_seen(lab: Lab, stage: Stage, mutant: Mutant) -> bool:
    """Live a mutant's story as it should be and broken; tell whether the fault is seen."""
    with stage.scene() as scene:
        mutant.story(scene)
        lab.require(not scene.judge(), f"«{mutant.name}»: its story is not clean by itself")
    with stage.scene() as scene:
        with mutant.broken(scene):
            mutant.story(scene)
        found = scene.judge()
    lab.require(found, f"«{mutant.name}» went unseen")
    return bool(found)


def _is_caught(lab: Lab, name: str, become: Callable[[], None]) -> bool:
    """Run a bad protocol in a laboratory of its own and tell whether the judge counts its harm."""
    folder = lab.folder / name.replace(" ", "-")
    folder.mkdir()
    inner = replace(lab, folder=folder, goals=[], figures={}, filling=None, running=[], _app=None)
    try:
        _publish(inner, become)
        worker = inner.worker(become)
        inner.until(lambda: not inner.left(), PATIENCE, f"{name} ends")
        worker.kill()
        verdict = judge(inner)
    finally:
        inner.end()
    lab.note(**{name.replace(" ", "_"): _harm(verdict)})
    caught = verdict.duplicates + verdict.lost > 0 and not verdict.clean
    lab.require(caught, f"«{name}» did its harm unseen")
    return caught


def _publish(lab: Lab, become: Callable[[], None] | None) -> None:
    """Let workers die at random while some replies are lost after the post is public."""
    lab.fill(lab.n, accounts=max(6, lab.n // 4), connectors=("x", "facebook"))
    lab.faults(
        {"route": "publish", "fault": "accept-then-drop", "network": "facebook", "count": 3},
        {"route": "publish", "fault": "hang", "network": "x", "count": 2, "seconds": 1},
    )
    workers = [lab.worker(become) for _ in range(lab.workers)]
    for _ in range(2 + lab.n // 50):
        lab.sleep(KILL_EVERY)
        victim = lab.dice.randrange(len(workers))
        workers[victim].send(signal.SIGKILL)
        workers[victim] = lab.worker(become)
    for worker in workers:
        worker.kill()


def _harm(verdict: Verdict) -> dict[str, int]:
    return {"duplicates": verdict.duplicates, "lost": verdict.lost, "stuck": verdict.stuck}

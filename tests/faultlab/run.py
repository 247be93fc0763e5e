"""One run, in a process of its own: the scenario, then the judge, then the report."""

from __future__ import annotations

import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faultlab import preload, texts
from tests.faultlab.judge import judge, tell
from tests.faultlab.lab import GaveUp, Lab
from tests.faultlab.nursery import Nursery
from tests.faultlab.registry import scenario


@dataclass(frozen=True, kw_only=True)
class Order:
    """What to run."""

    scenario: str
    db: str
    n: int
    workers: int
    seed: int
    small: bool = False
    keep: bool = False


def run(order: Order, database_url: str, folder: Path) -> dict[str, Any]:
    """Do one run on an empty database and return its report; ``ok`` says that it was clean."""
    preload.everything()
    chosen = scenario(order.scenario)
    nursery = Nursery(folder / "workers.log")
    lab = Lab(
        scenario=order.scenario,
        db=order.db,
        n=order.n,
        workers=order.workers,
        seed=order.seed,
        small=order.small,
        folder=folder,
        database_url=database_url,
        nursery=nursery,
    )
    started = time.monotonic()
    try:
        try:
            chosen.run(lab)
        except GaveUp as error:
            lab.goals.append(texts.FAILED.format(error=error))
        seconds = time.monotonic() - started
        verdict = judge(lab)
        if not verdict.clean:
            tell(lab, verdict, sys.stderr)
    finally:
        lab.end()
        nursery.close()
        if order.keep:
            sys.stderr.write(texts.KEPT.format(folder=folder) + "\n")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return {
        "scenario": order.scenario,
        "db": order.db,
        "n": order.n,
        "workers": order.workers,
        "seed": order.seed,
        "profile": "lab",
        "ok": verdict.clean,
        "duplicates": verdict.duplicates,
        "lost": verdict.lost,
        "stuck": verdict.stuck,
        "unknown_to_person": verdict.unknown_to_person,
        "violations": list(verdict.violations),
        "seconds": round(seconds, 2),
        "states": verdict.states,
        **lab.figures,
    }

"""R06: ten workers, each with its own clock, reaper and reconciler, on the same due posts.

``workers`` send (8), and two more only recover and look. Nothing fails; nothing may go out twice,
and PostgreSQL must carry at least ``FLOOR`` publications a second.
"""

from __future__ import annotations

import time

from tests.faultlab.lab import Lab
from tests.faultlab.points import claim_nothing
from tests.faultlab.registry import Sizes

SIZES = Sizes(
    full=5000,
    small=200,
    workers=8,
    databases=("postgres",),
    small_databases=("postgres",),
    minutes=2,
    alone=True,
)
FLOOR = 50.0


def run(lab: Lab) -> None:
    lab.fill(lab.n, accounts=max(100, min(600, lab.n // 4)))
    workers = [lab.worker(claim_nothing) for _ in range(2)]
    workers += [lab.worker() for _ in range(lab.workers)]
    begun = time.monotonic()
    lab.until(lambda: lab.left() == 0, 60 + lab.n / 10, "everything is published")
    rate = lab.n / (time.monotonic() - begun)
    lab.stop(*workers)
    lab.note(rate=round(rate, 1))
    if lab.db == "postgres" and not lab.small:
        lab.require(rate >= FLOOR, f"{rate:.1f} publications a second, fewer than {FLOOR:.0f}")

"""R03: lost and spoilt replies, while listings lag by less than the settling time.

A third of the visible requests ends without a usable answer, two in three of them having taken
effect. What was in doubt must settle without a person at least 99 times in 100 on X, Facebook and
official Instagram; on instagrapi's accounts each one settles or reaches a person. None is wrong:
that is the judge's work.
"""

from __future__ import annotations

from tests.faultlab.lab import Lab
from tests.faultlab.registry import Sizes

SIZES = Sizes(full=3000, small=120, workers=2, small_databases=("postgres",), minutes=4)
ALONE = 0.99
AFTER = ("accept-then-drop", "accept-then-hang", "accept-then-502", "cut", "html", "empty")
BEFORE = ("500", "reset", "drop")


def run(lab: Lab) -> None:
    lab.fill(lab.n, accounts=max(60, min(600, lab.n // 2)))
    lag = lab.app.timing.listing_lag
    lab.faults(
        *({"route": "publish", "fault": f, "probability": 0.05} for f in AFTER),
        *({"route": "publish", "fault": f, "probability": 0.01} for f in BEFORE),
        {"route": "list", "fault": "listing-lag", "seconds": lag},
    )
    workers = [lab.worker() for _ in range(lab.workers)]
    lab.until(lambda: lab.count("scheduled") == 0, 60 + lab.n / 5, "everything was tried once")
    fired = lab.fired()
    lab.drain()
    lab.stop(*workers)
    figures: dict[str, dict[str, int]] = {}
    for row in lab.query(
        "SELECT account.connector, delivery.state, COUNT(*) AS n FROM delivery"
        " JOIN account ON account.id = delivery.account_id"
        " WHERE EXISTS (SELECT 1 FROM attempt WHERE attempt.delivery_id = delivery.id"
        " AND attempt.outcome = 'unknown' OR attempt.delivery_id = delivery.id"
        " AND attempt.outcome = 'published' AND EXISTS (SELECT 1 FROM receipt"
        " WHERE receipt.delivery_id = delivery.id AND receipt.found_by = 'reconcile'))"
        " GROUP BY account.connector, delivery.state"
    ):
        figures.setdefault(row.connector, {})[row.state] = row.n
    official = [states for key, states in figures.items() if key != "instagram_private"]
    doubts = sum(sum(states.values()) for states in official)
    alone = sum(states.get("published", 0) for states in official)
    lab.note(faults=fired, doubts=figures, alone=round(alone / doubts, 4) if doubts else None)
    lab.require(doubts > lab.n // 20, "too few replies were lost to tell anything")
    lab.require(alone >= ALONE * doubts, f"only {alone} of {doubts} settled without a person")

"""R16: ``n`` targets of the same minute, nothing fails: how late each becomes visible.

The worker runs long before. Lateness is the network's own time of creation against the due instant.
"""

from __future__ import annotations

from datetime import timedelta

from connectors.sandbox import client
from tests.faultlab.lab import Lab, percentile
from tests.faultlab.registry import Sizes
from tests.support.invariants import moment

SIZES = Sizes(full=300, small=60, workers=1, small_databases=("sqlite",), minutes=0.5, alone=True)
GOAL = 60.0
AHEAD = 4.0


def run(lab: Lab) -> None:
    due = lab.fill(lab.n, accounts=lab.n, due_in=AHEAD)
    workers = [lab.worker(senders=16) for _ in range(lab.workers)]
    lab.until(lambda: lab.left() == 0, 120, "everything is published")
    lab.stop(*workers)
    lags = [
        (moment(post["created"]) - due) / timedelta(seconds=1)
        for post in client.posts(lab.base_url)
    ]
    lab.note(
        lag_p50=round(percentile(lags, 0.5), 3),
        lag_p95=round(percentile(lags, 0.95), 3),
        lag_max=round(max(lags), 3),
    )
    lab.require(min(lags) >= 0, "something went out early")
    lab.require(percentile(lags, 0.95) <= GOAL, f"p95 is {percentile(lags, 0.95):.1f} s")

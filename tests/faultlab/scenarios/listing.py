"""R05: listings that cannot be trusted: nothing twice, and every doubt that stays goes to a person.

Each account shows some posts first; later every second reply is lost, half of them after it took
effect, and every listing is empty, cut to one post, or so late that it shows nothing we know.

``old_canary`` is the worse kind, of the scenario ``lag``: later than settling, yet old posts of
ours are there.
"""

from __future__ import annotations

from tests.faultlab.lab import Lab
from tests.faultlab.registry import Sizes

SIZES = Sizes(full=1200, small=60, workers=2, small_databases=("sqlite",), minutes=1.5)
KINDS = ("listing-lag", "listing-empty", "listing-truncated")
HISTORY = 2


def run(lab: Lab, *, old_canary: bool = False) -> None:
    accounts = max(12, lab.n // 4)
    # two posts each as history, then one more, whose reply is lost every second time
    lab.fill(HISTORY * accounts, accounts=accounts, repeated=0.0)
    workers = [lab.worker() for _ in range(lab.workers)]
    lab.until(lambda: lab.left() == 0, 120, "the history is published")
    timing = lab.app.timing
    old = timing.settle + (timing.absences_needed + 2) * timing.look_gap
    # by then a listing that lags shows the history, and nothing of what follows
    lab.sleep(old if old_canary else 0)
    rows = lab.query("SELECT network, external_id FROM account ORDER BY id")
    lab.faults(
        *(
            {
                "route": "list",
                "network": row.network,
                "account": row.external_id,
                "fault": KINDS[0] if old_canary else KINDS[n % len(KINDS)],
                "seconds": old if old_canary else 3600,
            }
            for n, row in enumerate(rows)
        ),
        {"route": "publish", "fault": "accept-then-drop", "probability": 0.3},
        {"route": "publish", "fault": "drop", "probability": 0.3},
    )
    lab.add(lab.n - HISTORY * accounts)
    lab.until(lambda: lab.left() == 0, 240, "every delivery ended or reached a person")
    lab.stop(*workers)
    resent = lab.query("SELECT COUNT(*) AS n FROM delivery WHERE resend_used")[0].n
    found = lab.query("SELECT COUNT(*) AS n FROM receipt WHERE found_by = 'reconcile'")[0].n
    doubts = lab.query(
        "SELECT COUNT(DISTINCT delivery_id) AS n FROM attempt WHERE code <> '' AND outcome ="
        " 'unknown'"
    )[0].n
    lab.note(doubts=doubts, found=found, resent=resent, decisions=lab.count("needs_decision"))
    lab.require(doubts > 0, "no reply was lost")

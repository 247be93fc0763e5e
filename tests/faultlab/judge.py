"""The judge of a run: what the networks show against what was approved, and every invariant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TextIO

from sqlalchemy import select
from sqlmodel import col

from connectors.sandbox import client
from publisher.delivery.states import DECIDABLE, TERMINAL
from publisher.models import Account, Attempt, Delivery, Receipt
from tests.faultlab import texts
from tests.faultlab.lab import Lab
from tests.support import invariants, transitions

HISTORIES = 5
SHOWN_REQUESTS = 40
LOG_LINES = 30
QUIET = ("None [", "https://")
_DELIVERY = re.compile(r"delivery (\d+)")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a run came to. ``lost`` is what a delivery says is public and nobody sees, plus what
    ended neither public nor in front of a person (nor as ``lab.ends`` allows); ``offenders`` are
    delivery ids.
    """

    duplicates: int
    lost: int
    stuck: int
    unknown_to_person: int
    states: dict[str, int]
    violations: tuple[str, ...]
    offenders: tuple[int, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing was broken."""
        return not (self.duplicates or self.lost or self.stuck or self.violations)


def judge(lab: Lab) -> Verdict:
    """Count and check everything, once nothing runs any more."""
    seen = invariants.Seen(
        lab.app,
        _aged(lab, client.posts(lab.base_url), "created"),
        _aged(lab, client.requests_log(lab.base_url), "time"),
    )
    approved, shown = invariants.approved(seen), invariants.shown(seen)
    states = lab.states()
    extra, missing = shown - approved, approved - shown
    waiting = sum(states[state] for state in DECIDABLE | lab.ends)
    stuck = sum(n for state, n in states.items() if state not in TERMINAL | DECIDABLE)
    # what waits for a person need not be visible, nor what the scenario lets end otherwise
    lost = max(0, missing.total() - waiting - stuck)
    wrongly = [
        f"delivery {row.id} ended as {row.state}: {row.reason}"
        for row in lab.query(
            "SELECT id, state, reason FROM delivery WHERE state IN ('rejected', 'dead')"
        )
        if row.state not in lab.ends
    ]
    violations = [*lab.goals, *wrongly, *invariants.all_of(seen)]
    return Verdict(
        duplicates=extra.total(),
        lost=lost,
        stuck=stuck,
        unknown_to_person=states["needs_decision"],
        states=dict(sorted(states.items())),
        violations=tuple(violations),
        offenders=tuple(_offenders(lab, extra, violations)),
    )


def _aged(lab: Lab, rows: Sequence[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """Return the sandbox's rows as old as the database's: it cannot be aged itself."""
    aged = []
    for row in rows:
        at = invariants.moment(row[key])
        back = sum((span for since, span in lab.standstills if at < since), timedelta())
        aged.append({**row, key: at - back})
    return aged


def _offenders(
    lab: Lab, extra: Counter[invariants.Shown], violations: Sequence[str]
) -> Iterator[int]:
    found: dict[int, None] = {}
    for line in violations:
        found |= dict.fromkeys(map(int, _DELIVERY.findall(line)))
    wrong = {(network, account, body) for network, account, body, *_ in extra}
    with lab.app.read() as session:
        rows = session.execute(
            select(
                col(Delivery.id),
                col(Delivery.network),
                col(Delivery.state),
                col(Delivery.post_id),
                col(Account.external_id),
            ).join(Account, col(Account.id) == col(Delivery.account_id))
        ).all()
    bodies = {
        row.post_id: row.text
        for row in lab.query("SELECT post_id, text FROM variant WHERE network = 'base'")
    }
    for row in rows:
        if (row.network, row.external_id, bodies.get(row.post_id)) in wrong:
            found[row.id] = None
        if row.state not in {"published", "cancelled"} | DECIDABLE | lab.ends:
            found[row.id] = None
        if lab.goals and row.state in DECIDABLE:
            found[row.id] = None
    yield from found


def tell(lab: Lab, verdict: Verdict, out: TextIO) -> None:
    """Print the histories of what went wrong, and the end of the workers' log."""
    requests = client.requests_log(lab.base_url)
    for delivery_id in verdict.offenders[:HISTORIES]:
        out.writelines(f"{line}\n" for line in history(lab, delivery_id, requests))
    log = lab.folder / "workers.log"
    if not verdict.clean and log.exists():
        out.write(f"{texts.WORKERS_LOG}\n")
        lines = log.read_text(errors="replace").splitlines()
        told = [line for line in lines if not line.startswith(QUIET) and '"info"' not in line]
        out.writelines(f"    {line[:600]}\n" for line in told[-LOG_LINES:])


def history(lab: Lab, delivery_id: int, requests: Sequence[Any]) -> list[str]:
    """Return all that is known of one delivery: states, attempts, receipts, requests."""
    with lab.app.read() as session:
        row = session.get_one(Delivery, delivery_id)
        account = session.get_one(Account, row.account_id)
        attempts = session.scalars(
            select(Attempt)
            .where(col(Attempt.delivery_id) == delivery_id)
            .order_by(col(Attempt.fence))
        ).all()
        receipts = session.scalars(
            select(Receipt).where(col(Receipt.delivery_id) == delivery_id)
        ).all()
    lines = [
        texts.HISTORY.format(
            id=delivery_id, network=row.network, account=account.external_id, state=row.state
        ),
        f"    reason={row.reason!r} hold={row.hold_reason} handle={row.handle}",
        f"    looks={row.looks} absences={row.absences} resend_used={row.resend_used}",
        f"    evidence={row.evidence}",
    ]
    lines += [
        f"    {old} → {new}"
        for changed, old, new in transitions.recorded(lab.app.engine)
        if changed == delivery_id
    ]
    lines += [
        f"    attempt fence={a.fence} owner={a.owner[:8]} opened={a.opened_at:%H:%M:%S.%f}"
        f" closed={a.closed_at:%H:%M:%S.%f} {a.outcome} {a.code} {a.detail[:200]}"
        if a.closed_at
        else f"    attempt fence={a.fence} owner={a.owner[:8]} opened={a.opened_at} open"
        for a in attempts
    ]
    lines += [
        f"    receipt {r.remote_id} {r.found_by} {r.published_at:%H:%M:%S.%f}" for r in receipts
    ]
    here = (row.network, account.external_id)
    told = [request for request in requests if (request["network"], request["account"]) == here]
    lines += [
        f"    {r['time']} {r['method']} {r['route']} {r['path'][:80]} → {r['status']}"
        f" {r['fault'] or ''}"
        for r in told[-SHOWN_REQUESTS:]
    ]
    return lines

"""R07: the house stands still for hours; nothing overdue goes out before people have decided.

``n`` publications in as many parts as there are standstills. In each part a worker is killed in the
middle of its work, all that was is aged by so many hours (heartbeats, leases, instants, limits,
approvals, what the recorder noted, what the networks show), some more become due soon, and a worker
starts. After less than an hour what is within its limit resumes
at once and only the rest waits; after more, all that is overdue waits for a person, whatever its
limit. What becomes due later goes on. The gate of a long standstill is on, as in production.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from publisher import timing
from publisher.delivery.outbox import rows
from tests.faultlab.lab import Lab
from tests.faultlab.registry import Sizes

SIZES = Sizes(full=2_000, small=48, workers=1, small_databases=("sqlite",), minutes=0.7)
HOURS = (1 / 6, 2, 26, 72)
SMALL_HOURS = (1 / 6, 26)
GATE = 3600.0
PATIENT, HASTY = 100 * 3600.0, 300.0
"""Seconds after its instant that half of what is overdue may go out, and the other half."""

AGED = {
    "delivery": ("due_at", "next_at", "not_after", "lease_until", "unknown_since", "updated_at"),
    "attempt": ("opened_at", "closed_at"),
    "approval": ("at", "voided_at"),
    "receipt": ("published_at",),
    "prueba_transicion": ("due_at", "not_after"),
    "account": ("last_sent_at",),
    "worker": ("started_at", "beat_at", "stopped_at"),
}

HELD = "SELECT id FROM delivery WHERE state = 'held' AND hold_reason = 'late'"
NOT_BEGUN = """
    SELECT due_at, not_after, id FROM delivery WHERE state <> 'held'
    AND NOT EXISTS (SELECT 1 FROM attempt WHERE delivery_id = delivery.id)
"""
LATE = """
    SELECT COUNT(*) FROM attempt JOIN delivery ON delivery.id = delivery_id
    WHERE opened_at > not_after
"""


def run(lab: Lab) -> None:
    hours = SMALL_HOURS if lab.small else HOURS
    each = max(4, lab.n // len(hours))
    accounts = min(200, each)
    lab.fill(0, accounts=accounts, media="apart")
    lab.note(standstills=[_stand_still(lab, span, posts=each) for span in hours])
    lab.require(lab.query(LATE)[0][0] == 0, "something went out after its limit")


def _stand_still(lab: Lab, hours: float, *, posts: int) -> dict[str, object]:
    overdue = posts * 3 // 4
    before = lab.count("published")
    lab.add(overdue // 2, late=HASTY)
    lab.add(overdue - overdue // 2, late=PATIENT)
    worker = lab.worker(with_gate, senders=1)
    lab.until(lambda: lab.count("published") >= before + overdue // 8, 30, "some go out")
    worker.kill()
    waiting = _waiting(lab)
    _age(lab, hours)
    last = max(row.id for row in lab.query("SELECT id FROM delivery"))
    lab.add(posts - overdue, due_in=1.0, late=PATIENT)
    worker = lab.worker(with_gate)
    lab.until(lambda: not lab.left(), 60, "everything ends or waits for a person")
    lab.stop(worker)
    gated = hours * 3600 >= GATE
    within = {id_ for id_, limit in waiting.items() if limit > hours * 3600 and not gated}
    held = {row.id for row in lab.query(HELD)}
    begun = {row.delivery_id for row in lab.query("SELECT delivery_id FROM attempt")}
    public = {row.id for row in lab.query("SELECT id FROM delivery WHERE state = 'published'")}
    unasked = begun & waiting.keys() - within
    lab.require(not unasked, f"after {hours:.2f} h went out unasked: {sorted(unasked)[:5]}")
    unheard = waiting.keys() - within - held
    lab.require(not unheard, f"after {hours:.2f} h wait for nobody: {sorted(unheard)[:5]}")
    kept = within - public
    lab.require(not kept, f"after {hours:.2f} h in time and yet kept: {sorted(kept)[:5]}")
    later = {row.id for row in lab.query(f"SELECT id FROM delivery WHERE id > {last}")} - public
    lab.require(not later, f"after {hours:.2f} h the later ones stay: {sorted(later)[:5]}")
    told = lab.query("SELECT COUNT(*) FROM notice WHERE kind = 'delivery.gate'")[0][0]
    lab.require(bool(told) or not gated, f"after {hours:.2f} h nobody heard of what waits")
    return {"hours": round(hours, 2), "overdue": len(waiting), "resumed": len(within)}


def with_gate() -> None:
    """Let this process hold what is overdue after an hour, as in production."""
    timing.PROFILES["lab"] = replace(timing.LAB, catch_up_after=GATE)


def _age(lab: Lab, hours: float) -> None:
    """Let the rows be as old as if everything had stood still for ``hours``."""
    seconds = hours * 3600
    shape = (
        f"{{0}} - make_interval(secs => {seconds})"
        if lab.db == "postgres"
        else f"strftime('%Y-%m-%d %H:%M:%f000', {{0}}, '-{seconds} seconds')"
    )
    with lab.app.write() as session:
        for table, columns in AGED.items():
            aged = ", ".join(f"{name} = {shape.format(name)}" for name in columns)
            session.connection().exec_driver_sql(f"UPDATE {table} SET {aged}")
    lab.standstills.append((lab.app.clock(), timedelta(hours=hours)))


def _waiting(lab: Lab) -> dict[int, float]:
    """Return what is not begun: id → seconds after its instant that it may still go out."""
    return {
        row.id: (rows.instant(row.not_after) - rows.instant(row.due_at)).total_seconds()
        for row in lab.query(NOT_BEGUN)
    }

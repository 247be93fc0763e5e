"""What goes on in an installation: workers, audit, deliveries, breakers, standing alarms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import ColumnElement, func, select, text
from sqlmodel import Session, col

from publisher import db, localtime
from publisher.app import SYSTEM, App
from publisher.auditing import anchors
from publisher.auditing.targets import FileTarget
from publisher.delivery import alarm
from publisher.delivery.by_hand import waits
from publisher.doctor.findings import Check
from publisher.models import Breaker, Delivery, Worker
from publisher.queries.health import BEATS_MISSED
from publisher.texts import doctor as texts
from vault.audit_tables import AuditEntry, AuditPending
from vault.verify import UNLINKED_AFTER

FORGOTTEN: Final = timedelta(days=1)
_WAITING: Final = "('held', 'needs_decision')"


def workers(app: App) -> Iterator[Check]:
    """Tell each worker that beats, and each that fell silent within a day."""
    with app.read() as session:
        now = db.read_clock(session.connection())
        rows = session.scalars(
            select(Worker)
            .where(col(Worker.stopped_at).is_(None), col(Worker.beat_at) > now - FORGOTTEN)
            .order_by(col(Worker.host), col(Worker.pid))
        ).all()
    patience = timedelta(seconds=max(app.timing.beat_every * BEATS_MISSED, 5))
    versions: set[str] = set()
    for row in rows:
        alive = now - row.beat_at <= patience
        version = row.version or texts.UNKNOWN_VERSION
        facts = {
            "host": row.host,
            "pid": row.pid,
            "version": row.version,
            "started_at": row.started_at,
            "beat_at": row.beat_at,
            "alive": alive,
        }
        sentence = texts.WORKER if alive else texts.WORKER_SILENT
        told = sentence.format(
            host=row.host, pid=row.pid, version=version, age=_span(now - row.beat_at)
        )
        if alive:
            versions.add(version)
            yield Check(name="worker", state="ok", sentence=told, facts=facts)
        else:
            step = texts.WORKER_SILENT_STEP
            yield Check(name="worker", state="warn", sentence=told, step=step, facts=facts)
    if not versions:
        step = texts.WORKERS_STEP
        yield Check(name="workers", state="fail", sentence=texts.WORKERS_NONE, step=step)
    if len(versions) > 1:
        sentence = texts.VERSIONS.format(versions=", ".join(sorted(versions)))
        yield Check(name="versions", state="warn", sentence=sentence, step=texts.VERSIONS_STEP)


def audit(app: App) -> Iterator[Check]:
    """Count the entries that nobody linked for a minute."""
    with app.read() as session:
        unlinked = session.scalar(
            select(func.count())
            .select_from(AuditPending)
            .join(AuditEntry, col(AuditEntry.id) == col(AuditPending.entry_id))
            .where(col(AuditEntry.at) < app.clock() - UNLINKED_AFTER)
        )
    facts = {"unlinked": unlinked or 0}
    if not unlinked:
        yield Check(name="audit", state="ok", sentence=texts.AUDIT, facts=facts)
        return
    sentence = texts.AUDIT_UNLINKED.format(n=unlinked)
    yield Check(name="audit", state="fail", sentence=sentence, step=texts.AUDIT_STEP, facts=facts)


def anchored(app: App) -> Iterator[Check]:
    """Tell each place outside that has had no anchor of the audit for a day and a half."""
    now = app.clock()
    found = anchors.standings(app, SYSTEM)
    if not found and not app.sandboxed:
        step = texts.ANCHORS_NONE_STEP
        yield Check(name="anchors", state="warn", sentence=texts.ANCHORS_NONE, step=step)
    for target in app.settings.anchor_targets:
        if isinstance(target, FileTarget) and _is_beside(app, target.path):
            sentence = texts.ANCHOR_BESIDE.format(path=target.path)
            step = texts.ANCHOR_BESIDE_STEP
            yield Check(name="anchor_place", state="warn", sentence=sentence, step=step)
    for one in found:
        facts = {
            "target": one.target,
            "at": one.kept and one.kept.at,
            "seq": one.kept and one.kept.seq,
            "failure": one.failure and one.failure.sentence,
        }
        state: Literal["ok", "fail"] = "fail" if one.is_stale(now) else "ok"
        age = texts.ANCHOR_NEVER if one.kept is None else _span(now - one.kept.at)
        sentence = (texts.ANCHOR_OLD if state == "fail" else texts.ANCHOR).format(
            target=one.target, age=age
        )
        step = texts.ANCHOR_STEP if state == "fail" else ""
        if state == "fail" and one.failure is not None:
            sentence = f"{sentence} {one.failure.sentence}"
        yield Check(name="anchor", state=state, sentence=sentence, step=step, facts=facts)


def _is_beside(app: App, path: Path) -> bool:
    """Tell whether a file is on the disk of the data, or would be."""
    existing = next((one for one in (path, *path.parents) if one.exists()), path.anchor)
    return Path(existing).stat().st_dev == app.settings.data_dir.stat().st_dev


def deliveries(app: App) -> Iterator[Check]:
    """Tell what is stuck: in flight past its lease, in doubt too long, late and held by nobody."""
    with app.read() as session:
        stuck, first = _stuck(app, session)
        open_ = select(func.count()).select_from(Delivery).where(text("state IN " + _WAITING))
        waiting = session.scalar(open_.where(~waits()))
        by_hand = session.scalar(open_.where(waits(), col(Delivery.not_after) < app.clock()))
    if stuck:
        yield Check(
            name="deliveries",
            state="fail",
            sentence=texts.DELIVERIES_STUCK.format(n=stuck, first=first),
            step=texts.DELIVERIES_STUCK_STEP,
            facts={"stuck": stuck, "first": first},
        )
    else:
        yield Check(name="deliveries", state="ok", sentence=texts.DELIVERIES, facts={"stuck": 0})
    if waiting:
        yield Check(
            name="decisions",
            state="warn",
            sentence=texts.DELIVERIES_WAITING.format(n=waiting),
            step=texts.DELIVERIES_WAITING_STEP,
            facts={"waiting": waiting},
        )
    if by_hand:
        yield Check(
            name="by_hand",
            state="warn",
            sentence=texts.BY_HAND_OVERDUE.format(n=by_hand),
            step=texts.BY_HAND_OVERDUE_STEP,
            facts={"by_hand": by_hand},
        )


def _stuck(app: App, session: Session) -> tuple[int, int]:
    """Return how many are stuck and the first; states are literal, so that indexes are used."""
    timing, now = app.timing, app.clock()
    grace = timedelta(seconds=timing.lease)
    doubted = now - timedelta(seconds=2 * timing.give_up)
    leased = db.read_clock(session.connection()) - grace
    conditions: tuple[tuple[str, tuple[ColumnElement[bool], ...]], ...] = (
        ("('leased', 'staging', 'sending')", (col(Delivery.lease_until) < leased,)),
        ("('unknown')", (col(Delivery.unknown_since) < doubted,)),
        (
            "('scheduled', 'retrying')",
            (col(Delivery.next_at) < now - grace, col(Delivery.not_after) < now - grace),
        ),
    )
    found = [
        session.execute(
            select(func.count(), func.min(col(Delivery.id))).where(text("state IN " + state), *more)
        ).one()
        for state, more in conditions
    ]
    ids = [first for _, first in found if first is not None]
    return sum(count for count, _ in found), min(ids, default=0)


def breakers(app: App) -> Iterator[Check]:
    """Tell which networks and accounts are spared after failures."""
    with app.read() as session:
        rows = session.scalars(
            select(Breaker).where(col(Breaker.state) != "closed").order_by(col(Breaker.scope))
        ).all()
    if not rows:
        yield Check(name="breakers", state="ok", sentence=texts.BREAKERS)
    for row in rows:
        kind, _, number = row.scope.partition(":")
        scope = (
            texts.BREAKER_ACCOUNT.format(id=number)
            if kind == "account"
            else texts.BREAKER_PLATFORM.format(key=row.scope)
        )
        sentence = texts.BREAKER.format(scope=scope, at=_hour(app, row.probe_at))
        facts = {"scope": row.scope, "state": row.state, "probe_at": row.probe_at}
        yield Check(
            name="breaker", state="warn", sentence=sentence, step=texts.BREAKER_STEP, facts=facts
        )


def alarms(app: App) -> Iterator[Check]:
    """Tell the alarms that stand."""
    with app.read() as session:
        found = alarm.standing(session)
    for item in found:
        sentence = texts.ALARM.format(at=_hour(app, item.since), sentence=item.sentence)
        facts = {"alarm": item.name, "since": item.since}
        yield Check(
            name="alarm",
            state="fail" if item.halts else "warn",
            sentence=sentence,
            step=texts.ALARM_STEP,
            facts=facts,
        )


def _span(age: timedelta) -> str:
    seconds = max(0, round(age.total_seconds()))
    if seconds < 120:
        return texts.SECONDS.format(n=seconds)
    if seconds < 7200:
        return texts.MINUTES.format(n=seconds // 60)
    return texts.HOURS.format(n=seconds // 3600)


def _hour(app: App, at: datetime | None) -> str:
    """Return the institution's wall clock."""
    moment = at or datetime.now(UTC)
    return moment.astimezone(localtime.zone(app.institution.timezone)).strftime("%H:%M")

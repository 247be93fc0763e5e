"""Finding dead owners and taking back what they held; the worker's own row and heartbeat.

On one host the old process is killed before its work is taken: a sender that was only paused
between its check and its send could otherwise wake up and publish a second time. A host that is
merely silent is never presumed dead for an automatic re-send. Leases and heartbeats count on the
database's clock (``db.clock``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib import metadata

import structlog
from sqlalchemy import select, update
from sqlmodel import Session, col

from publisher import db
from publisher.app import App
from publisher.delivery import gate, outbox
from publisher.delivery.aftermath import tell
from publisher.delivery.process import ProcessId, kill, life_of, stands_still, this_process
from publisher.delivery.states import OWNED
from publisher.models import Delivery, Worker

log = structlog.get_logger(__name__)


def enrol(app: App) -> str:
    """Pass the catch-up gate, insert this process's row in ``worker`` and return its id.

    The id is the owner of its leases.
    """
    here, owner = this_process(), app.new_id()
    with app.write() as session:
        gate.pass_in(app, session)
        now = db.read_clock(session.connection())
        session.add(
            Worker(
                id=owner,
                host=here.host,
                boot_id=here.boot_id,
                pid_namespace=here.pid_namespace,
                pid=here.pid,
                pid_start=here.pid_start,
                started_at=now,
                beat_at=now,
                version=version(),
            )
        )
    return owner


@cache
def version() -> str:
    """Return the program's version, empty where it runs without being installed."""
    try:
        return metadata.version("pregonero")
    except metadata.PackageNotFoundError:
        return ""


def beat(
    app: App,
    owner: str,
    *,
    stopped: bool = False,
    also: Callable[[Session], object] = lambda _session: None,
) -> None:
    """Tell that this worker lives, or that it stopped; ``also`` is done in the transaction."""
    with app.write() as session:
        now = db.read_clock(session.connection())
        session.execute(
            update(Worker)
            .where(col(Worker.id) == owner)
            .values(beat_at=now, stopped_at=now if stopped else None)
        )
        also(session)


def recover(app: App, owner: str) -> int:
    """Take back the work of owners that are dead, or late and killed; returns how much it was."""
    now, silence = app.clock(), timedelta(seconds=app.timing.lease)
    with app.read() as session:
        seen = db.read_clock(session.connection())
        holders = _holders(session, except_for=owner)
        late = _late_owners(session, seen)
        quiet = _quiet(session, seen - silence, except_for=owner)
    # before anything is written: on SQLite one that was stopped may keep every writer out
    _kill_stopped(quiet)
    dead, silent = _sort_out(holders, late, now=seen, silence=silence)
    taken = 0
    for owners, is_silent in ((dead, False), (silent, True)):
        if not owners:
            continue
        with app.write() as session:
            back, unknown = outbox.recover(
                session.connection(), owners, silent=is_silent, now=now, timing=app.timing
            )
            tell(app, session, unknown)
        taken += len(back) + len(unknown)
        log.info("recovered", owners=owners, rescheduled=len(back), unknown=len(unknown))
    return taken


def kill_stopped(app: App) -> None:
    """Kill the workers of this host that stand still past a lease; writes nothing.

    Before a new worker's first write: on SQLite one of them may hold the write lock.
    """
    with app.read() as session:
        since = db.read_clock(session.connection()) - timedelta(seconds=app.timing.lease)
        quiet = _quiet(session, since, except_for="")
    _kill_stopped(quiet)


def has_company(app: App, owner: str) -> bool:
    """Tell whether another worker that did not say goodbye lives on this host."""
    here = this_process()
    with app.read() as session:
        others = session.scalars(
            select(Worker).where(
                col(Worker.id) != owner,
                col(Worker.boot_id) == here.boot_id,
                col(Worker.stopped_at).is_(None),
            )
        ).all()
    return any(life_of(_identity(other), here) == "alive" for other in others)


def ended(app: App, session: Session, owners: Collection[str]) -> frozenset[str]:
    """Return which of ``owners`` work no more: they stopped or died, or are silent past a lease.

    For what is told of them; nobody's work may be taken by this.
    """
    if not owners:
        return frozenset()
    here = this_process()
    since = db.read_clock(session.connection()) - timedelta(seconds=app.timing.lease)
    workers = session.scalars(
        select(Worker).where(col(Worker.id).in_(owners), col(Worker.stopped_at).is_(None))
    )
    return frozenset(owners) - {one.id for one in workers if _works(one, here, since)}


def _works(worker: Worker, here: ProcessId, since: datetime) -> bool:
    life = life_of(_identity(worker), here)
    if worker.boot_id != here.boot_id or life == "elsewhere":
        return worker.beat_at >= since
    return life == "alive"


def _holders(session: Session, *, except_for: str) -> Sequence[Worker]:
    return (
        session.execute(
            select(Worker).where(
                col(Worker.id) != except_for,
                col(Worker.id).in_(
                    select(col(Delivery.owner)).where(col(Delivery.state).in_(OWNED))
                ),
            )
        )
        .scalars()
        .all()
    )


def _quiet(session: Session, since: datetime, *, except_for: str) -> Sequence[Worker]:
    """Return the workers of this boot that did not say goodbye and have not beaten ``since``."""
    return (
        session.execute(
            select(Worker).where(
                col(Worker.id) != except_for,
                col(Worker.boot_id) == this_process().boot_id,
                col(Worker.stopped_at).is_(None),
                col(Worker.beat_at) < since,
            )
        )
        .scalars()
        .all()
    )


def _kill_stopped(workers: Sequence[Worker]) -> None:
    """Kill those that stand still (SIGSTOP) on this host, whether or not they hold a lease."""
    here = this_process()
    for worker in workers:
        other = _identity(worker)
        if stands_still(other, here) and kill(other, here):
            log.warning("worker.killed", owner=worker.id, why="stopped")


def _late_owners(session: Session, now: datetime) -> frozenset[str]:
    late = session.execute(
        select(col(Delivery.owner))
        .where(
            col(Delivery.state).in_(OWNED),
            col(Delivery.lease_until) < now,
        )
        .distinct()
    ).scalars()
    return frozenset(owner for owner in late if owner)


def _sort_out(
    holders: Sequence[Worker], late: frozenset[str], *, now: datetime, silence: timedelta
) -> tuple[list[str], list[str]]:
    """Return (proven dead, silent on another host), killing late ones on this host."""
    here = this_process()
    dead: list[str] = []
    silent: list[str] = []
    for worker in holders:
        other = _identity(worker)
        life = life_of(other, here)
        quiet = worker.beat_at < now - silence
        if other.boot_id != here.boot_id and not quiet:
            continue  # a namesake of this host may live: after a reboot nobody beats
        stopped = life == "dead" or worker.stopped_at is not None
        if stopped or (worker.id in late and life == "alive" and kill(other, here)):
            dead.append(worker.id)
        elif worker.id in late and life == "elsewhere" and quiet:
            silent.append(worker.id)
    return dead, silent


def _identity(worker: Worker) -> ProcessId:
    return ProcessId(
        host=worker.host,
        boot_id=worker.boot_id,
        pid_namespace=worker.pid_namespace,
        pid=worker.pid,
        pid_start=worker.pid_start,
    )

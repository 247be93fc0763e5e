"""Finding dead owners and taking back what they held; the worker's own row and heartbeat.

On one host the old process is killed before its work is taken: a sender that was only paused
between its check and its send could otherwise wake up and publish a second time. A host that is
merely silent is never presumed dead for an automatic re-send. Leases and heartbeats count on the
database's clock (``db.clock``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import metadata
from typing import Any, Final

import structlog
from sqlalchemy import Connection, select, update
from sqlmodel import Session, col

from publisher import db
from publisher.app import App
from publisher.delivery import gate, outbox
from publisher.delivery.aftermath import tell
from publisher.delivery.outbox import rows
from publisher.delivery.process import ProcessId, kill, life_of, stands_still, this_process
from publisher.delivery.states import OWNED, literals
from publisher.models import Worker

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
    now, here = app.clock(), this_process()
    with app.read() as session:
        others = _others(session.connection(), owner, silence=app.timing.lease)
    # before anything is written: on SQLite one that was stopped may keep every writer out
    _kill_stopped(
        [
            (other.id, other.identity)
            for other in others
            if other.quiet and not other.stopped and other.identity.boot_id == here.boot_id
        ]
    )
    dead, silent = _sort_out([other for other in others if other.holds], here)
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
        quiet = session.scalars(
            select(Worker).where(
                col(Worker.boot_id) == this_process().boot_id,
                col(Worker.stopped_at).is_(None),
                col(Worker.beat_at) < since,
            )
        ).all()
    _kill_stopped([(worker.id, _identity(worker)) for worker in quiet])


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


@dataclass(frozen=True, kw_only=True)
class _Other:
    """Another worker that holds something or did not say goodbye.

    ``late`` holds something past its lease; ``quiet`` has not beaten for as long as a lease is.
    """

    id: str
    identity: ProcessId
    stopped: bool
    holds: bool
    late: bool
    quiet: bool


_OTHER_COLUMNS: Final = (
    "id",
    "host",
    "boot_id",
    "pid_namespace",
    "pid",
    "pid_start",
    "stopped",
    "late",
    "quiet",
)
_OTHERS: Final = """
    SELECT worker.id, worker.host, worker.boot_id, worker.pid_namespace, worker.pid,
           worker.pid_start, worker.stopped_at IS NOT NULL AS stopped, held.late,
           worker.beat_at < {since} AS quiet
    FROM worker LEFT JOIN (
        SELECT owner, MAX(CASE WHEN lease_until < {now} THEN 1 ELSE 0 END) AS late
        FROM delivery WHERE state IN ({owned}) GROUP BY owner
    ) AS held ON held.owner = worker.id
    WHERE worker.id <> :owner AND (held.late IS NOT NULL OR worker.stopped_at IS NULL)
"""


def _others(connection: Connection, owner: str, *, silence: float) -> list[_Other]:
    """Return the workers beside ``owner`` that matter to it, by the database's clock.

    One statement, because each worker asks it at every interval of recovery.
    """
    found = rows.fetch(
        connection,
        _OTHERS.format(
            now=db.clock(connection),
            since=db.clock(connection, -silence),
            owned=literals(OWNED),
        ),
        _OTHER_COLUMNS,
        owner=owner,
    )
    return [
        _Other(
            id=row.id,
            identity=_identity(row),
            stopped=bool(row.stopped),
            holds=row.late is not None,
            late=bool(row.late),
            quiet=bool(row.quiet),
        )
        for row in found
    ]


def _kill_stopped(workers: Iterable[tuple[str, ProcessId]]) -> None:
    """Kill those that stand still (SIGSTOP) on this host, whether or not they hold a lease."""
    here = this_process()
    for owner, other in workers:
        if stands_still(other, here) and kill(other, here):
            log.warning("worker.killed", owner=owner, why="stopped")


def _sort_out(holders: Iterable[_Other], here: ProcessId) -> tuple[list[str], list[str]]:
    """Return (proven dead, silent on another host), killing late ones on this host."""
    dead: list[str] = []
    silent: list[str] = []
    for holder in holders:
        other = holder.identity
        life = life_of(other, here)
        if other.boot_id != here.boot_id and not holder.quiet:
            continue  # a namesake of this host may live: after a reboot nobody beats
        stopped = life == "dead" or holder.stopped
        if stopped or (holder.late and life == "alive" and kill(other, here)):
            dead.append(holder.id)
        elif holder.late and life == "elsewhere" and holder.quiet:
            silent.append(holder.id)
    return dead, silent


def _identity(worker: Any) -> ProcessId:
    """Return the process of a row with its columns."""
    return ProcessId(
        host=worker.host,
        boot_id=worker.boot_id,
        pid_namespace=worker.pid_namespace,
        pid=worker.pid,
        pid_start=worker.pid_start,
    )

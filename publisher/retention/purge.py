"""Remove what is past its term, in batches that stop nobody.

Each batch finds its keys in a read transaction and removes them in a short write of its own, which
also keeps the counts so far: a purge that was killed is taken up where it was, and its one audit
entry tells everything that was removed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import bindparam, delete, text
from sqlmodel import col

from publisher import keys, media
from publisher.app import SYSTEM, App
from publisher.delivery import facts
from publisher.delivery.outbox import rows
from publisher.models import Fact
from publisher.retention.policy import KINDS, POLICY, Kind, Policy
from vault import rotation

BATCH: Final = 1_000
RUNNING: Final = "purge.running"
"""The fact that holds the counts of a purge that is not finished."""

BREATH: Final = 0.02
"""Seconds at least, and as long as the batch took at most half a second, that others may write."""


@dataclass
class Purged:
    """How many of each kind; ``longest`` is the longest write transaction, in seconds."""

    counts: dict[str, int] = field(default_factory=dict)
    batches: int = 0
    longest: float = 0.0
    seconds: float = 0.0

    @property
    def total(self) -> int:
        """How many of all kinds."""
        return sum(self.counts.values())


def count(app: App, policy: Policy = POLICY) -> Purged:
    """Return what ``purge`` would remove now, pictures apart; changes nothing."""
    started, found = time.monotonic(), Purged()
    for kind in KINDS:
        found.counts[kind.name] = _count(app, kind, app.clock() - policy.term(kind.name))
    found.counts["logs"] = len(list(_old_logs(app, policy)))
    with app.read() as session:
        before = app.clock() - policy.term("secrets")
        found.counts["secrets"] = rotation.count_old(session, before=before)
    found.seconds = round(time.monotonic() - started, 2)
    return found


def purge(app: App, policy: Policy = POLICY, *, batch: int = BATCH) -> Purged:
    """Remove what is past its term; one audit entry tells how much."""
    started, done = time.monotonic(), Purged(counts=_taken_up(app))
    for kind in KINDS:
        before = app.clock() - policy.term(kind.name)
        for found in _batches(app, kind, before, batch):
            took = _remove(app, kind, found, before, done)
            done.batches += 1
            done.longest = max(done.longest, round(took, 3))
            # SQLite's writers wait by polling: without a breath the next batch is first again
            time.sleep(max(BREATH, min(took, 0.5)))
    for path in list(_old_logs(app, policy)):
        path.unlink(missing_ok=True)
        done.counts["logs"] = done.counts.get("logs", 0) + 1
    erased = keys.erase_old(app, SYSTEM, before=app.clock() - policy.term("secrets"))
    done.counts["secrets"] = done.counts.get("secrets", 0) + erased
    swept = media.sweep(app, app.clock())
    done.counts["media"] = done.counts.get("media", 0) + swept.removed
    _tell(app, done)
    done.seconds = round(time.monotonic() - started, 2)
    return done


def _count(app: App, kind: Kind, before: datetime) -> int:
    with app.read() as session:
        connection = session.connection()
        query = f"SELECT count(*) FROM {kind.table} WHERE {kind.old}"  # noqa: S608
        found = connection.scalar(text(query), {"before": rows.moment(connection, before)})
    return int(found or 0)


def _batches(app: App, kind: Kind, before: datetime, size: int) -> Iterator[list[Any]]:
    """Yield keys in their order, each batch from where the last one ended."""
    query = (
        f"SELECT DISTINCT {kind.key} FROM {kind.table} WHERE ({kind.old})"  # noqa: S608
        f" {{after}} ORDER BY {kind.key} LIMIT :size"
    )
    last: Any = None
    while True:
        after = "" if last is None else f"AND {kind.key} > :last"
        with app.read() as session:
            connection = session.connection()
            values = {"before": rows.moment(connection, before), "size": size}
            if last is not None:
                values["last"] = last
            found = list(connection.scalars(text(query.format(after=after)), values))
        if not found:
            return
        yield found
        last = found[-1]


def _remove(app: App, kind: Kind, found: list[Any], before: datetime, done: Purged) -> float:
    started = time.monotonic()
    with app.write() as session:
        connection = session.connection()
        values = {"before": rows.moment(connection, before), "keys": found}
        n = 0
        for statement in kind.change:
            command = text(statement.replace("(:keys)", ":keys")).bindparams(
                bindparam("keys", expanding=True)
            )
            n = connection.execute(command, values).rowcount
        done.counts[kind.name] = done.counts.get(kind.name, 0) + n
        facts.write(session, RUNNING, json.dumps(done.counts), at=app.clock())
    return time.monotonic() - started


def _old_logs(app: App, policy: Policy) -> Iterator[Path]:
    limit = (app.clock() - policy.term("logs")).timestamp()
    folder = app.settings.data_dir / "logs"
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            if path.is_file() and path.stat().st_mtime < limit:
                yield path


def _taken_up(app: App) -> dict[str, int]:
    """Return the counts of a purge that was cut short."""
    with app.read() as session:
        value = facts.read(session, RUNNING)
    return {name: int(n) for name, n in json.loads(value).items()} if value else {}


def _tell(app: App, done: Purged) -> None:
    if not done.total:
        return
    detail = json.dumps({name: n for name, n in done.counts.items() if n}, sort_keys=True)
    with app.write() as session:
        session.execute(delete(Fact).where(col(Fact.name) == RUNNING))
        app.note(session, app.entry(SYSTEM, "retention.purge", "installation", 1, detail=detail))

"""What the platforms allow now: breakers, shared between workers through their small tables.

A turn learns from what came back, skips what is spared, and gives back what it holds for it. Tables
are read a few times a second and written only when something is amiss: a platform that works, far
from its limits, costs a turn nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from publisher import models
from publisher.app import SYSTEM, App
from publisher.delivery import breaker as breakers
from publisher.delivery.breaker import Breaker
from publisher.delivery.work import Ready, Result
from publisher.texts import delivery as texts

log = structlog.get_logger(__name__)

READ_EVERY = 0.2
_BREAKER: Any = models.Breaker.__table__  # type: ignore[attr-defined]
_BREAKER_FIELDS = tuple(Breaker.__dataclass_fields__)


class Pace:
    """What one process knows of the platforms. Only its turn thread uses it."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._read_at: float | None = None
        self._breakers: dict[str, Breaker] = {}
        self._uncounted: Counter[str] = Counter()

    def refresh(self, session: Session) -> None:
        """Read the tables, unless they were read a moment ago."""
        elapsed = self._app.elapsed()
        if self._read_at is not None and 0 < elapsed - self._read_at < READ_EVERY:
            return
        self._breakers = read_breakers(session)
        self._read_at = elapsed

    def forget(self) -> None:
        """Read the tables anew: the last turn's transaction came to nothing."""
        self._read_at = None
        self._uncounted.clear()

    def learn(self, session: Session, results: Sequence[Result], *, now: datetime) -> None:
        """Write down what the answers say about their platforms."""
        outcomes: dict[str, list[bool]] = {}
        for item in results:
            failure = breakers.failed(item.result)
            if failure is not None:
                outcomes.setdefault(item.job.connector, []).append(failure)
        for key in sorted(outcomes):
            self._count(session, key, outcomes[key], now=now)

    def spared(self, now: datetime) -> dict[str, datetime]:
        """Return the connectors of which nothing may begin, and until when at least."""
        soon = now + timedelta(seconds=self._app.timing.tick)
        return {
            key: max(known.probe_at or soon, soon)
            for key, known in self._breakers.items()
            if not known.is_closed
        }

    def _count(
        self, session: Session, key: str, outcomes: Sequence[bool], *, now: datetime
    ) -> None:
        known = self._breakers.get(key)
        if known is not None and not known.is_closed:
            return
        if not any(outcomes) and not (known is not None and known.failures):
            self._uncounted[key] += len(outcomes)
            return
        stored = read_breakers(session, key).get(key) or Breaker(scope=key, window_at=now)
        new = breakers.after(
            stored, outcomes, now=now, timing=self._app.timing, more=self._uncounted.pop(key, 0)
        )
        self._breakers[key] = new
        if new == stored:
            return
        if stored.is_closed and not new.is_closed:
            reason = texts.BREAKER_ROW.format(n=new.failures)
            if new.failures < self._app.timing.breaker_failures:
                reason = texts.BREAKER_MOST.format(n=new.window_failures, calls=new.window_calls)
            new = self._breakers[key] = tell_opened(self._app, session, new, reason)
        write_breaker(session, new, now=now)


def park(
    ready: Mapping[int, Ready], spared: Mapping[str, datetime]
) -> tuple[dict[int, Ready], list[tuple[Ready, datetime]]]:
    """Split what is ready into what may go on and what waits, with until when."""
    going = {id_: item for id_, item in ready.items() if item.job.connector not in spared}
    parked = [
        (item, spared[item.job.connector])
        for item in ready.values()
        if item.job.connector in spared
    ]
    return going, parked


def read_breakers(session: Session, *keys: str) -> dict[str, Breaker]:
    """Return the breakers by scope; those of ``keys`` are locked for writing where that exists."""
    statement = select(_BREAKER)
    if keys:
        statement = statement.where(_BREAKER.c.scope.in_(keys)).with_for_update()
    return {
        row.scope: Breaker(**{name: getattr(row, name) for name in _BREAKER_FIELDS})
        for row in session.connection().execute(statement)
    }


def write_breaker(session: Session, breaker: Breaker, *, now: datetime) -> None:
    """Write one breaker."""
    row = {name: getattr(breaker, name) for name in _BREAKER_FIELDS}
    upsert(session, _BREAKER, [{**row, "updated_at": now}])


def tell_opened(app: App, session: Session, breaker: Breaker, reason: str) -> Breaker:
    """Write the audit entry of a breaker that opens; return it with its reason."""
    log.warning("breaker.opened", scope=breaker.scope, seconds=breaker.open_seconds)
    entry = app.entry(
        SYSTEM, "breaker.opened", "connector", breaker.scope, reason=reason, result="failed"
    )
    app.note(session, entry)
    return replace(breaker, reason=reason)


def upsert(session: Session, table: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert ``rows``, or replace those whose ``scope`` is there."""
    insert: Any = (
        sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    )
    statement = insert(table)
    columns = [column.name for column in table.columns if column.name != "scope"]
    statement = statement.on_conflict_do_update(
        index_elements=["scope"], set_={name: statement.excluded[name] for name in columns}
    )
    session.connection().execute(statement, list(rows))

"""What the platforms allow now: breakers and quotas, shared through their small tables.

A turn learns from what came back, skips what is spared, and gives back what it holds for it. Tables
are read a few times a second and written only when something is amiss: a platform that works, far
from its limits, costs a turn nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from connectors.contract import Receipt, Usage
from connectors.limits import Quota, quota
from connectors.registry import CONNECTORS
from publisher import models
from publisher.app import SYSTEM, App
from publisher.delivery import breaker as breakers
from publisher.delivery import bucket as buckets
from publisher.delivery.breaker import Breaker
from publisher.delivery.bucket import Bucket
from publisher.delivery.work import Ready, Result
from publisher.texts import delivery as texts

log = structlog.get_logger(__name__)

ACCOUNT = "account:"
UNSTATED = Quota(capacity=100, window=3600, unit="per cent")
READ_EVERY = 0.2
_BUCKET: Any = models.Bucket.__table__  # type: ignore[attr-defined]
_BUCKET_FIELDS = tuple(Bucket.__dataclass_fields__)
_ACCOUNT: Any = models.Account.__table__  # type: ignore[attr-defined]
_BREAKER: Any = models.Breaker.__table__  # type: ignore[attr-defined]
_BREAKER_FIELDS = tuple(Breaker.__dataclass_fields__)


class Pace:
    """What one process knows of the platforms. Only its turn thread uses it."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._read_at: float | None = None
        self._breakers: dict[str, Breaker] = {}
        self._buckets: dict[str, Bucket] = {}
        self._uncounted: Counter[str] = Counter()

    def refresh(self, session: Session) -> None:
        """Read the tables, unless they were read a moment ago."""
        elapsed = self._app.elapsed()
        if self._read_at is not None and 0 < elapsed - self._read_at < READ_EVERY:
            return
        self._breakers = read_breakers(session)
        self._buckets = read_buckets(session, CONNECTORS)
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
        self._note_quotas(session, results, now=now)

    def spared(self, now: datetime) -> dict[str, datetime]:
        """Return the connectors of which nothing may begin, and until when at least."""
        soon = now + timedelta(seconds=self._app.timing.tick)
        found = {
            key: max(known.probe_at or soon, soon)
            for key, known in self._breakers.items()
            if not known.is_closed
        }
        for key, known in self._buckets.items():
            until = buckets.ready_at(known, now=now)
            if until is not None:
                found[key] = max(until, found.get(key, until))
        return found

    def allowance(self, now: datetime) -> dict[str, int]:
        """Return how many posts of a connector may begin now, where that is limited."""
        return {key: int(buckets.free(known, now=now)) for key, known in self._buckets.items()}

    def _note_quotas(self, session: Session, results: Sequence[Result], *, now: datetime) -> None:
        """Bring the quotas that are near their end into step with what the replies said."""
        heard: dict[str, _Heard] = {}
        for item in results:
            key, account = item.job.connector, f"{ACCOUNT}{item.job.lease.account_id}"
            for usage in getattr(item.result, "usage", ()):
                scope = key if usage.scope == "app" else account
                heard.setdefault(scope, _Heard(key)).usages.append(usage)
            own = quota(key, "account")
            if (
                own is not None
                and own.unit == "posts"
                and isinstance(item.result, Receipt)
                and (item.job.part.kind != "comment")
            ):
                heard.setdefault(account, _Heard(key)).posts += 1
        near = [scope for scope, one in heard.items() if one.matters or scope in self._buckets]
        if not near:
            return
        stored = read_buckets(session, near, lock=True)
        changed: list[Bucket] = []
        for scope in sorted(near):
            before = stored.get(scope)
            new = heard[scope].apply(before, scope, now=now)
            known = before is not None and before.is_noteworthy
            if heard[scope].posts or new.is_noteworthy or known:
                changed.append(new)
        write_buckets(session, changed)
        self._buckets |= {one.scope: one for one in changed if not one.scope.startswith(ACCOUNT)}

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


@dataclass
class _Heard:
    """What one turn's replies said of one quota of the connector ``key``."""

    key: str
    usages: list[Usage] = field(default_factory=list)
    posts: int = 0

    @property
    def matters(self) -> bool:
        """Tell whether it is counted, or near its end: only then a row is read and written."""
        return bool(self.posts) or any(
            usage.blocked_until is not None or usage.remaining < buckets.NOTEWORTHY * usage.limit
            for usage in self.usages
        )

    def apply(self, bucket: Bucket | None, scope: str, *, now: datetime) -> Bucket:
        """Return the bucket after all of it."""
        stated = quota(self.key, "account" if scope.startswith(ACCOUNT) else "app") or UNSTATED
        found = bucket or buckets.full(scope, stated, now=now)
        counted = stated.unit == "posts"
        if self.posts:
            found = buckets.spent(found, self.posts, now=now)
        for usage in self.usages:
            found = buckets.told(found, usage, counted=counted, now=now)
        return found


def hear(
    session: Session, key: str, account_id: int, usages: Sequence[Usage], *, now: datetime
) -> None:
    """Write down what a reading of one account said of quotas, where that matters."""
    heard: dict[str, _Heard] = {}
    for usage in usages:
        scope = key if usage.scope == "app" else f"{ACCOUNT}{account_id}"
        heard.setdefault(scope, _Heard(key)).usages.append(usage)
    stated = {
        scope: one
        for scope, one in heard.items()
        if one.matters or any(usage.unit == "posts" for usage in one.usages)
    }
    if stated:
        found = read_buckets(session, stated, lock=True)
        write_buckets(
            session,
            [one.apply(found.get(scope), scope, now=now) for scope, one in stated.items()],
        )


def park(
    ready: Mapping[int, Ready],
    spared: Mapping[str, datetime],
    allowance: Mapping[str, int],
    *,
    otherwise: datetime,
) -> tuple[dict[int, Ready], list[tuple[Ready, datetime]]]:
    """Split what is ready into what may go on and what is given back, with until when.

    Of a connector with an ``allowance`` the first so many go on, the rest waits until
    ``otherwise``.
    """
    going: dict[int, Ready] = {}
    parked: list[tuple[Ready, datetime]] = []
    begun: Counter[str] = Counter()
    for item in sorted(ready.values(), key=lambda one: (one.job.lease.due_at, one.job.lease.id)):
        key = item.job.connector
        begun[key] += 1
        if key in spared:
            parked.append((item, spared[key]))
        elif begun[key] > allowance.get(key, begun[key]):
            parked.append((item, otherwise))
        else:
            going[item.job.lease.id] = item
    return going, parked


def read_buckets(
    session: Session, scopes: Iterable[str], *, lock: bool = False
) -> dict[str, Bucket]:
    """Return the quotas that have a row, by scope; locked for writing where that exists."""
    statement = select(_BUCKET).where(_BUCKET.c.scope.in_(sorted(scopes)))
    if lock:
        statement = statement.order_by(_BUCKET.c.scope).with_for_update()
    return {
        row.scope: Bucket(**{name: getattr(row, name) for name in _BUCKET_FIELDS})
        for row in session.connection().execute(statement)
    }


def write_buckets(session: Session, changed: Sequence[Bucket]) -> None:
    """Write quotas, and until when their accounts may not be claimed."""
    if not changed:
        return
    rows = [{name: getattr(one, name) for name in _BUCKET_FIELDS} for one in changed]
    upsert(session, _BUCKET, rows)
    waits = [
        {"account": int(one.scope.removeprefix(ACCOUNT)), "until": until}
        for one in changed
        if one.scope.startswith(ACCOUNT)
        and (until := buckets.ready_at(one, now=one.updated_at)) is not None
    ]
    if waits:
        statement = update(_ACCOUNT).where(_ACCOUNT.c.id == bindparam("account"))
        session.connection().execute(statement.values(ready_at=bindparam("until")), waits)


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

"""How much of a quota is left: decisions, pure.

A window that the network ends at an instant (X) comes back whole then; one that rolls (Graph's per
cent) comes back little by little over its whole length. What a reply says wins over what we think.
A fifth is kept for the reads that settle doubts. After a request to wait, nothing is sent until
the instant it named, and for one window half of the quota.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors.contract import Usage
from connectors.limits import Quota

RESERVE = 0.2
NOTEWORTHY = 0.5


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """A quota as it stood at ``updated_at``; ``scope`` is a connector's key or ``account:ID``.

    ``resets_at`` is when a fixed window ends, None for one that rolls or has not begun.
    """

    scope: str
    tokens: float
    capacity: float
    window_seconds: float
    updated_at: datetime
    resets_at: datetime | None = None
    blocked_until: datetime | None = None
    halved_until: datetime | None = None

    @property
    def is_noteworthy(self) -> bool:
        """Tell whether it must be written down: little is left, or the network said to wait."""
        return self.blocked_until is not None or self.tokens < NOTEWORTHY * self.capacity


def full(scope: str, quota: Quota, *, now: datetime) -> Bucket:
    """Return the bucket of a quota of which nothing was used."""
    return Bucket(
        scope=scope,
        tokens=quota.capacity,
        capacity=quota.capacity,
        window_seconds=quota.window,
        updated_at=now,
    )


def refilled(bucket: Bucket, *, now: datetime) -> Bucket:
    """Return the bucket as it stands at ``now``."""
    bucket = replace(
        bucket,
        blocked_until=_ahead(bucket.blocked_until, now),
        halved_until=_ahead(bucket.halved_until, now),
    )
    cap = _cap(bucket, now)
    if bucket.resets_at is not None:
        if now < bucket.resets_at:
            return replace(bucket, updated_at=now, tokens=min(bucket.tokens, cap))
        return replace(bucket, updated_at=now, tokens=cap, resets_at=None)
    passed = max(0.0, (now - bucket.updated_at).total_seconds())
    more = bucket.capacity * passed / bucket.window_seconds
    return replace(bucket, updated_at=now, tokens=min(cap, bucket.tokens + more))


def spent(bucket: Bucket, n: int, *, now: datetime) -> Bucket:
    """Return the bucket of a counted quota after ``n`` posts; the first one opens its window."""
    here = refilled(bucket, now=now)
    ends = here.resets_at or now + timedelta(seconds=here.window_seconds)
    return replace(here, tokens=max(0.0, here.tokens - n), resets_at=ends)


def told(bucket: Bucket, usage: Usage, *, counted: bool, now: datetime) -> Bucket:
    """Return the bucket after what a reply said.

    Of a ``counted`` quota the network's per cent are of something else: they only block. Its count
    of posts is what is left.
    """
    here = refilled(bucket, now=now)
    if usage.throttled and usage.blocked_until is not None:
        return _throttled(here, usage.blocked_until)
    if usage.blocked_until is not None and usage.blocked_until > now:
        latest = max(filter(None, (here.blocked_until, usage.blocked_until)))
        here = replace(here, blocked_until=latest)
    if (usage.unit == "posts") != counted:
        return here
    left = usage.remaining
    if usage.resets_at is not None and usage.resets_at == here.resets_at:
        left = min(left, here.tokens)
    capped = replace(here, capacity=usage.limit, resets_at=usage.resets_at)
    return replace(capped, tokens=min(left, _cap(capped, now)))


def free(bucket: Bucket, *, now: datetime) -> float:
    """Return how many posts may begin: what is left beyond the reserve, nothing while blocked."""
    if bucket.blocked_until is not None and now < bucket.blocked_until:
        return 0.0
    return max(0.0, refilled(bucket, now=now).tokens - RESERVE * bucket.capacity)


def ready_at(bucket: Bucket, *, now: datetime) -> datetime | None:
    """Return when a post may begin again; None if one may now."""
    if free(bucket, now=now) >= 1:
        return None
    blocked = bucket.blocked_until
    if blocked is not None and now < blocked:
        return blocked
    if bucket.resets_at is not None:
        return bucket.resets_at
    missing = RESERVE * bucket.capacity + 1 - refilled(bucket, now=now).tokens
    return now + timedelta(seconds=bucket.window_seconds * missing / bucket.capacity)


def _ahead(instant: datetime | None, now: datetime) -> datetime | None:
    return instant if instant is not None and now < instant else None


def _throttled(bucket: Bucket, until: datetime) -> Bucket:
    return replace(
        bucket,
        tokens=0.0,
        resets_at=until,
        blocked_until=until,
        halved_until=until + timedelta(seconds=bucket.window_seconds),
    )


def _cap(bucket: Bucket, now: datetime) -> float:
    halved = bucket.halved_until is not None and now < bucket.halved_until
    return bucket.capacity / 2 if halved else bucket.capacity

"""When a network says we may come back, read from its reply headers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

_X_BUCKETS = ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")
_HORIZON = timedelta(days=40)


def retry_at(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Return the latest instant that any header asks to wait for; None if none says.

    Read are X's buckets that have nothing left (the daily ones are undocumented), ``Retry-After``
    in seconds, and Meta's ``X-Business-Use-Case-Usage`` (minutes). Instants in the past, or so
    far off that they cannot be meant, are left out.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    asked = [
        when
        for when in (*_from_x(lower), *_from_retry_after(lower, now), *_from_meta(lower, now))
        if now < when < now + _HORIZON
    ]
    return max(asked, default=None)


def _from_x(headers: Mapping[str, str]) -> Iterator[datetime]:
    for bucket in _X_BUCKETS:
        if headers.get(f"{bucket}-remaining", "0").strip() == "0":
            with suppress(KeyError, ValueError, OverflowError, OSError):
                yield datetime.fromtimestamp(int(headers[f"{bucket}-reset"]), tz=UTC)


def _from_retry_after(headers: Mapping[str, str], now: datetime) -> Iterator[datetime]:
    with suppress(KeyError, ValueError, OverflowError):
        yield now + timedelta(seconds=int(headers["retry-after"]))


def _from_meta(headers: Mapping[str, str], now: datetime) -> Iterator[datetime]:
    usage: Any = None
    with suppress(ValueError):
        usage = json.loads(headers.get("x-business-use-case-usage", "null"))
    if not isinstance(usage, dict):
        return
    for entry in (entry for group in usage.values() for entry in (group or ())):
        with suppress(AttributeError, TypeError, ValueError, OverflowError):
            if minutes := int(entry.get("estimated_time_to_regain_access", 0)):
                yield now + timedelta(minutes=minutes)

"""What a network says of its quotas in its reply headers, and when we may come back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from connectors.contract import Usage

_X_BUCKETS = ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")
_HORIZON = timedelta(days=40)
_SCOPES: tuple[tuple[str, Literal["app", "account"]], ...] = (
    ("x-rate-limit", "account"),
    ("x-user-limit-24hour", "account"),
    ("x-app-limit-24hour", "app"),
)
_FULL = 100.0
_MEASURES = ("call_count", "total_time", "total_cputime")


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


def usage(headers: Mapping[str, str], now: datetime) -> tuple[Usage, ...]:
    """Return what the headers say of the quotas, the tightest of each scope.

    Read are X's windows (calls; the daily ones are undocumented) and Meta's ``X-App-Usage`` and
    ``X-Business-Use-Case-Usage`` (per cent of rolling windows). What cannot be read is left out.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    tightest: dict[str, Usage] = {}
    for told in (*_x_usage(lower, now), *_meta_usage(lower, now)):
        known = tightest.get(told.scope)
        if known is None or told.remaining / told.limit < known.remaining / known.limit:
            tightest[told.scope] = told
    return tuple(tightest[scope] for scope in sorted(tightest))


def _x_usage(headers: Mapping[str, str], now: datetime) -> Iterator[Usage]:
    for bucket, scope in _SCOPES:
        with suppress(KeyError, ValueError, OverflowError, OSError):
            limit = int(headers[f"{bucket}-limit"])
            remaining = int(headers[f"{bucket}-remaining"])
            resets_at = datetime.fromtimestamp(int(headers[f"{bucket}-reset"]), tz=UTC)
            if limit > 0 and now < resets_at < now + _HORIZON:
                yield Usage(
                    scope=scope,
                    limit=limit,
                    remaining=max(0, remaining),
                    resets_at=resets_at,
                    blocked_until=resets_at if remaining <= 0 else None,
                )


def _meta_usage(headers: Mapping[str, str], now: datetime) -> Iterator[Usage]:
    app = _json(headers.get("x-app-usage", "null"))
    if isinstance(app, dict):
        yield from _per_cent("app", [app], now)
    cases = _json(headers.get("x-business-use-case-usage", "null"))
    if isinstance(cases, dict):
        for entries in cases.values():
            yield from _per_cent("account", entries if isinstance(entries, list) else [], now)


def _per_cent(
    scope: Literal["app", "account"], entries: list[Any], now: datetime
) -> Iterator[Usage]:
    for entry in entries:
        with suppress(AttributeError, TypeError, ValueError, OverflowError):
            used = max(float(entry.get(name, 0)) for name in _MEASURES)
            minutes = int(entry.get("estimated_time_to_regain_access", 0))
            yield Usage(
                scope=scope,
                limit=_FULL,
                remaining=max(0.0, _FULL - used),
                blocked_until=now + timedelta(minutes=minutes) if minutes > 0 else None,
            )


def _json(text: str) -> Any:
    with suppress(ValueError):
        return json.loads(text)
    return None


def _from_x(headers: Mapping[str, str]) -> Iterator[datetime]:
    for bucket in _X_BUCKETS:
        if headers.get(f"{bucket}-remaining", "0").strip() == "0":
            with suppress(KeyError, ValueError, OverflowError, OSError):
                yield datetime.fromtimestamp(int(headers[f"{bucket}-reset"]), tz=UTC)


def _from_retry_after(headers: Mapping[str, str], now: datetime) -> Iterator[datetime]:
    with suppress(KeyError, ValueError, OverflowError):
        yield now + timedelta(seconds=int(headers["retry-after"]))


def _from_meta(headers: Mapping[str, str], now: datetime) -> Iterator[datetime]:
    cases = _json(headers.get("x-business-use-case-usage", "null"))
    if not isinstance(cases, dict):
        return
    for entry in (entry for group in cases.values() for entry in (group or ())):
        with suppress(AttributeError, TypeError, ValueError, OverflowError):
            if minutes := int(entry.get("estimated_time_to_regain_access", 0)):
                yield now + timedelta(minutes=minutes)

"""When a platform is spared: decisions, pure.

A breaker opens when a platform fails several times in a row, or most of the time, in ways that are
its infrastructure's and not the post's. While it is open nothing is claimed or begun there; after a
while one read is tried, and the wait doubles as long as reads fail too. A probe never publishes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors.contract import Pending, Receipt, Staged
from connectors.errors import (
    ConnectorError,
    CredentialRejected,
    OutcomeUnknown,
    Refused,
    Throttled,
    Unavailable,
)
from publisher.timing import Timing

_FIRST_SERVER_ERROR = 500


@dataclass(frozen=True, kw_only=True)
class Breaker:
    """What is known of one platform; ``scope`` is its connector's key.

    ``failures`` are in a row; the window counts calls from the first failure in it.
    """

    scope: str
    state: str = "closed"
    reason: str = ""
    failures: int = 0
    window_at: datetime
    window_calls: int = 0
    window_failures: int = 0
    opened_at: datetime | None = None
    probe_at: datetime | None = None
    open_seconds: float = 0

    @property
    def is_closed(self) -> bool:
        """Tell whether the platform is used as usual."""
        return self.state == "closed"


def failed(result: object) -> bool | None:
    """Tell whether a call's result blames the platform; None if it says nothing about it.

    A refusal, a rejected credential or a request to wait are answers: the platform works.
    """
    match result:
        case Receipt() | Staged() | Pending() | Throttled() | Refused() | CredentialRejected():
            return False
        case Unavailable() | OutcomeUnknown():
            return result.http_status is None or result.http_status >= _FIRST_SERVER_ERROR
        case ConnectorError():
            return None
        case _:
            return None


def after(
    breaker: Breaker, outcomes: Sequence[bool], *, now: datetime, timing: Timing, more: int = 0
) -> Breaker:
    """Return the breaker after calls that failed (True) or not, in their order.

    ``more`` calls succeeded in the same window and were not counted yet. Answers to calls begun
    before it opened change nothing.
    """
    if not breaker.is_closed:
        return breaker
    if now - breaker.window_at > timedelta(seconds=timing.breaker_window):
        breaker = replace(breaker, window_at=now, window_calls=0, window_failures=0)
        more = 0
    calls, bad, row = breaker.window_calls + more, breaker.window_failures, breaker.failures
    for failure in outcomes:
        calls, bad, row = calls + 1, bad + failure, row + 1 if failure else 0
        mostly = calls >= timing.breaker_calls and 2 * bad >= calls
        if failure and (row >= timing.breaker_failures or mostly):
            counted = replace(breaker, window_calls=calls, window_failures=bad, failures=row)
            return opened(counted, timing.breaker_open, now=now)
    return replace(breaker, window_calls=calls, window_failures=bad, failures=row)


def opened(breaker: Breaker, seconds: float, *, now: datetime) -> Breaker:
    """Return the breaker open for ``seconds``."""
    return replace(
        breaker,
        state="open",
        opened_at=breaker.opened_at or now,
        open_seconds=seconds,
        probe_at=now + timedelta(seconds=seconds),
    )


def probed(breaker: Breaker, *, alive: bool, now: datetime, timing: Timing) -> Breaker:
    """Return the breaker after a read that the platform answered, or did not."""
    if alive:
        return Breaker(scope=breaker.scope, window_at=now)
    wait = min(timing.breaker_cap, 2 * (breaker.open_seconds or timing.breaker_open))
    return opened(breaker, wait, now=now)

"""What a look at an account means: its class, whether people must be warned, when to look again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal

from connectors.errors import ConnectorError, CredentialRejected, NotConfigured

Outcome = Literal[
    "unproven", "ok", "expired", "revoked", "checkpoint", "permission", "missing", "unreachable"
]

BARRING: Final = frozenset({"expired", "revoked", "checkpoint", "permission"})
"""After these nothing is asked of the network for this account until its credential is renewed."""

OUTSIDE: Final = frozenset({"revoked", "checkpoint"})
"""What a credential that worked shows once somebody changed the account elsewhere."""

WARN_DAYS: Final = (14, 7, 1)
LOOK_EVERY: Final = timedelta(days=1)
RETRY_EVERY: Final = timedelta(hours=1)
AT_LEAST: Final = timedelta(minutes=1)
SAME_END: Final = timedelta(days=1)
"""An end that moved by less is the same end: Meta counts some of them from the moment of asking."""

_OUTCOMES: Final[Mapping[str, Outcome]] = MappingProxyType(
    {
        "token_expired": "expired",
        "checkpoint": "checkpoint",
        "unconfirmed": "checkpoint",
        "challenge": "checkpoint",
        "two_factor": "checkpoint",
        "account_locked": "checkpoint",
        "suspended": "checkpoint",
        "restricted": "checkpoint",
        "blocked": "checkpoint",
        "feedback": "checkpoint",
        "permission": "permission",
        "forbidden_app": "permission",
        "other_account": "permission",
        # the fault of our application or server: renewing this account's credential mends nothing
        "no_credits": "unreachable",
        "app_too_old": "unreachable",
        "application": "unreachable",
        "address_blocked": "unreachable",
    }
)


def outcome_of(error: ConnectorError) -> Outcome:
    """Return the class of a refusal; a credential rejected in no known way counts as revoked."""
    if isinstance(error, NotConfigured):
        lacks = error.code in {"settings.field", "settings.session"}
        return "missing" if lacks else "unreachable"
    if not isinstance(error, CredentialRejected):
        return "unreachable"
    return _OUTCOMES.get(error.code.rpartition(".")[2], "revoked")


def warning(expires_at: datetime | None, warned: int | None, *, now: datetime) -> int | None:
    """Return of how many days people must now be told, None if of none or told already."""
    if expires_at is None:
        return None
    left = expires_at - now
    near = [days for days in WARN_DAYS if left <= timedelta(days=days)]
    if not near or (warned is not None and warned <= near[-1]):
        return None
    return near[-1]


def still_warned(
    warned: int | None, *, before: datetime | None, after: datetime | None
) -> int | None:
    """Return ``warned`` for the end as it is known now: a new end is warned of anew."""
    if before is None or after is None or abs(after - before) > SAME_END:
        return None
    return warned


def next_look(outcome: Outcome, renewal_at: datetime | None, *, now: datetime) -> datetime:
    """Return when to look again: soon after a failure, in time for a renewal, else in a day."""
    usual = now + (RETRY_EVERY if outcome == "unreachable" else LOOK_EVERY)
    if outcome in {"ok", "unreachable"} and renewal_at is not None:
        return min(usual, max(renewal_at, now + AT_LEAST))
    return usual


def next_try(expires_at: datetime | None, *, now: datetime) -> datetime:
    """Return when to try a renewal again that failed: after a quarter of the time that is left."""
    left = (expires_at - now) / 4 if expires_at is not None else AT_LEAST
    return now + max(AT_LEAST, left)

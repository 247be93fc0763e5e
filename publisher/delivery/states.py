"""The states of a delivery and every transition it may make, as one table.

A row says: from ``state``, ``event`` leads to ``next`` where ``guard`` holds. What each guard
demands, and which part answers for it, is said in ``publisher.texts.states``; the code that asks
for the event checks it. Every
statement that changes a delivery takes its states from here: what it may leave from ``sources`` or
``listed``, what it leads to from ``follow`` or ``outcome``. ``docs/estados.md`` is drawn from the
table (``publisher.delivery.picture``).

``published``, ``rejected``, ``dead`` and ``cancelled`` are terminal: publishing again needs a new
revision with a new approval. *Due* is no state but a query. A receipt that comes late beats any
guess, so ``late_receipt`` leads from ``unknown`` and ``needs_decision`` to ``published``.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Final, NamedTuple

STATES: Final = (
    "scheduled",
    "leased",
    "staging",
    "sending",
    "unknown",
    "retrying",
    "held",
    "needs_decision",
    "published",
    "rejected",
    "dead",
    "cancelled",
)


class Row(NamedTuple):
    """One transition; ``guard`` is a name of ``publisher.texts.states.GUARDS``."""

    state: str
    event: str
    guard: str
    next: str


INITIAL: Final = "scheduled"
"""The state in which ``editorial.plan`` inserts what a person other than the author approved."""


def _rows(states: str, event: str, guard: str, after: str) -> list[Row]:
    return [Row(state, event, guard, after or state) for state in states.split()]


TABLE: Final[tuple[Row, ...]] = (
    *_rows("scheduled retrying", "claim", "due_and_free", "leased"),
    *_rows("scheduled retrying", "launch", "due_and_intended", "sending"),
    *_rows("scheduled retrying", "overdue", "past_limit", "held"),
    *_rows("scheduled retrying leased staging", "gate", "stood_still", "held"),
    *_rows("scheduled", "move", "within_tolerance", "scheduled"),
    *_rows("scheduled", "retime", "rules_changed", "scheduled"),
    *_rows("scheduled", "outdate", "hour_gone", "held"),
    *_rows("leased", "stage", "has_media", "staging"),
    *_rows("staging", "wait", "processing", "staging"),
    *_rows("leased staging", "renew", "lease_ours", ""),
    *_rows("leased staging", "begin", "intent_written", "sending"),
    *_rows("leased staging", "hold", "check_failed", "held"),
    *_rows("leased staging", "hand_over", "by_hand", "needs_decision"),
    *_rows("leased staging", "release", "nothing_sent", "scheduled"),
    *_rows("leased staging", "recover", "owner_dead", "scheduled"),
    *_rows("staging sending", "defer", "not_sent", "retrying"),
    *_rows("staging sending", "exhaust", "tries_spent", "dead"),
    *_rows("staging sending", "refuse", "refused", "rejected"),
    *_rows("staging sending", "bar", "account_unusable", "held"),
    *_rows("staging sending", "interrupt", "rest_not_sent", "needs_decision"),
    *_rows("sending", "receipt", "receipt_last", "published"),
    *_rows("sending", "next_part", "receipt_more", "scheduled"),
    *_rows("sending", "lose", "maybe_public", "unknown"),
    *_rows("sending", "doubt", "receipt_taken", "needs_decision"),
    *_rows("sending", "orphan", "owner_dead_open", "unknown"),
    *_rows("unknown needs_decision", "late_receipt", "receipt_last", "published"),
    *_rows("unknown needs_decision", "late_part", "receipt_more", "scheduled"),
    *_rows("unknown", "find", "one_match", "published"),
    *_rows("unknown", "find_part", "one_match", "scheduled"),
    *_rows("unknown", "look", "inconclusive", "unknown"),
    *_rows("unknown", "absent", "absence_proven", "retrying"),
    *_rows("unknown", "give_up", "inconclusive", "needs_decision"),
    *_rows("held needs_decision", "resume", "person", "scheduled"),
    *_rows("held needs_decision", "reschedule", "person_hour", "scheduled"),
    *_rows("held needs_decision", "confirm", "person_link", "published"),
    *_rows("held needs_decision", "confirm_part", "person_link", "scheduled"),
    *_rows("held needs_decision", "discard", "person", "cancelled"),
    *_rows("scheduled retrying leased staging held", "pull_back", "not_begun", "cancelled"),
    *_rows("scheduled retrying leased staging", "suspend", "account_changed", "held"),
    *_rows("scheduled retrying leased staging", "revoke", "consent_revoked", "held"),
    *_rows("scheduled retrying leased staging held", "forbid", "manual_changed", "held"),
    *_rows(
        "scheduled leased staging sending unknown retrying", "confine", "restored", "needs_decision"
    ),
    *_rows("held", "reinstate", "account_back", "scheduled"),
)

TRANSITIONS: Final[dict[tuple[str, str], str]] = {(row.state, row.event): row.next for row in TABLE}


class IllegalTransitionError(RuntimeError):
    """The code asked for a transition that the table does not have."""


def follow(state: str, event: str) -> str:
    """Return the state that ``event`` leads to. Raises ``IllegalTransitionError``."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise IllegalTransitionError(f"{event!r} from {state!r}") from None


def sources(*events: str) -> tuple[str, ...]:
    """Return the states from which any of ``events`` is allowed, in the order of ``STATES``.

    The order matters: SQLite uses a partial index only where a statement lists the same states in
    the same order as the index does.
    """
    unknown = set(events) - {row.event for row in TABLE}
    if unknown:
        raise IllegalTransitionError(f"no such event: {sorted(unknown)}")
    leaving = {row.state for row in TABLE if row.event in events}
    return tuple(state for state in STATES if state in leaving)


@cache
def outcome(event: str) -> str:
    """Return the one state that ``event`` leads to, wherever it comes from."""
    after = {row.next for row in TABLE if row.event == event}
    if len(after) != 1:
        raise IllegalTransitionError(f"{event!r} leads to {sorted(after)}")
    return after.pop()


def literals(states: Collection[str]) -> str:
    """Return ``states`` as SQL literals: a bound parameter would hide the partial indexes."""
    return ", ".join(f"'{state}'" for state in states)


@cache
def listed(*events: str) -> str:
    """Return the states from which any of ``events`` is allowed as SQL literals."""
    return literals(sources(*events))


@cache
def becomes(event: str) -> str:
    """Return the SET item that writes the one state that ``event`` leads to."""
    return f"state = {literals([outcome(event)])}"


TERMINAL: Final = frozenset(STATES) - {row.state for row in TABLE}
IN_FLIGHT: Final = ("leased", "staging", "sending", "unknown")
"""What keeps an account busy: at most one of its deliveries is in one of these."""
OWNED: Final = sources("recover", "orphan")
"""The states in which a worker answers for a delivery; what recovery takes back."""
WAITING: Final = frozenset(sources("claim"))
DECIDABLE: Final = frozenset(sources("resume"))
DOUBTFUL: Final = frozenset({outcome("give_up")})
"""What waits for a person and may be public already."""
RETRACTABLE: Final = frozenset(sources("pull_back"))
PREPARED_IN: Final = outcome("stage")
SENT_IN: Final = outcome("begin")
"""The states in which a staging call and the visible request are made: their verdicts' sources."""

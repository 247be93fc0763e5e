"""The states of a delivery and every transition it may make, as one table.

    scheduled → leased → (staging →) sending → published
                        ↘ retrying · unknown · needs_decision · rejected · held · dead
    unknown → published · retrying · needs_decision
    held, needs_decision → a person decides

``published``, ``rejected``, ``dead`` and ``cancelled`` are terminal: publishing again needs a new
revision with a new approval. A receipt that comes late beats any guess, so ``receipt`` is allowed
from ``unknown`` and ``needs_decision`` too.
"""

from __future__ import annotations

from typing import Final

TERMINAL: Final = frozenset({"published", "rejected", "dead", "cancelled"})
IN_FLIGHT: Final = frozenset({"leased", "staging", "sending", "unknown"})
WAITING: Final = frozenset({"scheduled", "retrying"})
DECIDABLE: Final = frozenset({"held", "needs_decision"})
RETRACTABLE: Final = frozenset({"scheduled", "retrying", "leased", "staging", "held"})

# (state, event) -> next state
TRANSITIONS: Final[dict[tuple[str, str], str]] = {
    **{(state, "claim"): "leased" for state in WAITING},
    **{(state, "hold"): "held" for state in (*WAITING, "leased", "staging", "sending")},
    **{(state, "cancel"): "cancelled" for state in (*RETRACTABLE, "needs_decision")},
    ("leased", "stage"): "staging",
    ("staging", "wait"): "staging",
    ("leased", "begin"): "sending",
    ("staging", "begin"): "sending",
    ("leased", "release"): "scheduled",
    ("staging", "release"): "scheduled",
    ("staging", "defer"): "retrying",
    ("staging", "refuse"): "rejected",
    ("staging", "exhaust"): "dead",
    ("sending", "receipt"): "published",
    ("sending", "next_part"): "scheduled",
    ("sending", "defer"): "retrying",
    ("sending", "refuse"): "rejected",
    ("sending", "exhaust"): "dead",
    ("sending", "lose"): "unknown",
    ("sending", "doubt"): "needs_decision",
    ("unknown", "receipt"): "published",
    ("unknown", "next_part"): "scheduled",
    ("unknown", "absent"): "retrying",
    ("unknown", "give_up"): "needs_decision",
    ("needs_decision", "receipt"): "published",
    ("needs_decision", "next_part"): "scheduled",
    ("needs_decision", "resume"): "scheduled",
    ("held", "receipt"): "published",
    ("held", "resume"): "scheduled",
}


class IllegalTransitionError(RuntimeError):
    """The code asked for a transition that the table does not have."""


def follow(state: str, event: str) -> str:
    """Return the state that ``event`` leads to. Raises ``IllegalTransitionError``."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise IllegalTransitionError(f"{event!r} from {state!r}") from None


def sources(event: str) -> tuple[str, ...]:
    """Return the states from which ``event`` is allowed, sorted."""
    return tuple(sorted(state for state, name in TRANSITIONS if name == event))

"""What screens call a delivery and a post; *publicada* and *parcial* are computed, never stored."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy import ColumnElement, and_, case
from sqlmodel import col

from publisher.models import Delivery

GROUP_OF: Final[Mapping[str, str]] = MappingProxyType(
    {
        "scheduled": "scheduled",
        "leased": "publishing",
        "staging": "publishing",
        "sending": "publishing",
        "unknown": "publishing",
        "retrying": "retrying",
        "held": "waiting",
        "needs_decision": "waiting",
        "published": "published",
        "rejected": "failed",
        "dead": "failed",
        "cancelled": "cancelled",
    }
)
"""Delivery state → the group that screens show; ``group_of`` knows the one exception."""

GROUPS: Final = tuple(dict.fromkeys(GROUP_OF.values()))

PHASES: Final = (
    "draft",
    "returned",
    "clearing",
    "in_review",
    "reviewed",
    "scheduled",
    "publishing",
    "retrying",
    "waiting",
    "published",
    "partial",
    "failed",
    "rejected",
    "cancelled",
)
"""Everything that a post may be called, in the order of its life."""

# What needs somebody first, then what is still under way; the rest is over.
_OPEN: Final = ("waiting", "publishing", "retrying", "scheduled")


def group_of(state: str, part: int) -> str:
    """Return the group of a delivery whose part ``part`` is in turn.

    A thread whose rest a person gave up stays public as far as it went.
    """
    return "published" if state == "cancelled" and part else GROUP_OF[state]


def group_column() -> ColumnElement[str]:
    """Return the SQL expression of a delivery's group, as ``group_of`` says it."""
    return case(
        (and_(col(Delivery.state) == "cancelled", col(Delivery.part) > 0), "published"),
        *(
            (
                col(Delivery.state).in_([state for state, of in GROUP_OF.items() if of == group]),
                group,
            )
            for group in GROUPS
        ),
        else_="scheduled",
    )


def phase(state: str, counts: Mapping[str, int], *, clearing: bool = False) -> str:
    """Return the phase of a post from its own state and its deliveries by group.

    While anything is open the post is called by that; afterwards ``published``, ``failed`` or
    ``partial``. ``clearing`` says that what is in consulta waits for its plantel's director.
    Deliveries that a person cancelled count only when nothing else is left.
    """
    if state == "in_review" and clearing:
        return "clearing"
    if state != "approved":
        return state
    for group in _OPEN:
        if counts.get(group):
            return group
    published, failed = counts.get("published", 0), counts.get("failed", 0)
    if published and not failed and not counts.get("cancelled"):
        return "published"
    if published:
        return "partial"
    if failed:
        return "failed"
    return "cancelled" if counts.get("cancelled") else "scheduled"

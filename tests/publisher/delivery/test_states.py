"""The table of states and transitions."""

from __future__ import annotations

import pytest

from publisher.delivery import states
from publisher.delivery.states import IllegalTransitionError, follow, sources
from publisher.models.delivery import DELIVERY_STATES


def test_every_state_of_the_table_is_one_that_the_database_admits() -> None:
    named = {state for state, _ in states.TRANSITIONS} | set(states.TRANSITIONS.values())
    assert named | states.TERMINAL == set(DELIVERY_STATES)


def test_nothing_leaves_a_terminal_state() -> None:
    assert not {state for state, _ in states.TRANSITIONS} & states.TERMINAL


def test_every_state_that_is_not_terminal_leads_to_an_end() -> None:
    steps: dict[str, set[str]] = {}
    for (state, _), after in states.TRANSITIONS.items():
        steps.setdefault(state, set()).add(after)
    for state in set(DELIVERY_STATES) - states.TERMINAL:
        reached, edge = {state}, {state}
        while edge:
            edge = {after for one in edge for after in steps.get(one, ())} - reached
            reached |= edge
        assert {"published", "cancelled"} <= reached, state


def test_only_a_person_or_absence_leads_back_from_doubt() -> None:
    leaving = {event for state, event in states.TRANSITIONS if state == "unknown"}
    assert leaving == {"receipt", "next_part", "absent", "give_up"}
    assert "cancel" not in leaving


@pytest.mark.parametrize(
    ("state", "event"),
    [
        ("published", "claim"),
        ("unknown", "claim"),
        ("unknown", "cancel"),
        ("sending", "cancel"),
        ("sending", "release"),
        ("held", "claim"),
        ("needs_decision", "claim"),
        ("cancelled", "resume"),
        ("scheduled", "begin"),
        ("leased", "receipt"),
        ("nowhere", "claim"),
    ],
)
def test_what_the_table_does_not_have_raises(state: str, event: str) -> None:
    with pytest.raises(IllegalTransitionError):
        follow(state, event)


def test_sources_name_every_state_that_an_event_may_come_from() -> None:
    assert sources("begin") == ("leased", "staging")
    assert sources("claim") == ("retrying", "scheduled")
    assert sources("absent") == ("unknown",)

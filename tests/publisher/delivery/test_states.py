"""The table of states and transitions: complete, drawn as it is, and the only place of states."""

from __future__ import annotations

from pathlib import Path

import pytest

import publisher
from publisher.delivery import picture, states
from publisher.delivery.states import IllegalTransitionError, follow, outcome, sources
from publisher.models import delivery as model
from publisher.texts import states as texts
from tests.support import transitions
from tests.support.named_states import named_states

ROOT = Path(publisher.__file__).parents[1]
SOURCES = sorted(
    path
    for package in ("publisher", "vault", "dashboard")
    for path in (ROOT / package).rglob("*.py")
    if path.parts[-2] not in {"versions", "queries", "models", "retention"}
    and path.name != "states.py"
)


def test_every_state_of_the_table_is_one_that_the_database_admits() -> None:
    assert model.DELIVERY_STATES == states.STATES
    assert {row.next for row in states.TABLE} | {states.INITIAL} == set(states.STATES)


def test_nothing_leaves_a_terminal_state() -> None:
    assert {"published", "rejected", "dead", "cancelled"} == states.TERMINAL


def test_no_two_rows_of_the_table_say_different_things_of_one_event() -> None:
    assert len(states.TRANSITIONS) == len(states.TABLE)


def test_every_state_that_is_not_terminal_leads_to_an_end() -> None:
    steps: dict[str, set[str]] = {}
    for row in states.TABLE:
        steps.setdefault(row.state, set()).add(row.next)
    for state in set(states.STATES) - states.TERMINAL:
        reached, edge = {state}, {state}
        while edge:
            edge = {after for one in edge for after in steps.get(one, ())} - reached
            reached |= edge
        assert {"published", "cancelled"} <= reached, state


def test_only_proof_a_look_or_a_restored_backup_leads_out_of_doubt() -> None:
    leaving = {row.event for row in states.TABLE if row.state == "unknown"}
    assert leaving == {
        "late_receipt",
        "late_part",
        "find",
        "find_part",
        "look",
        "absent",
        "give_up",
        "confine",
    }


def test_every_guard_is_explained_and_none_is_left_over() -> None:
    assert {row.guard for row in states.TABLE} == set(texts.GUARDS)


def test_the_page_of_the_states_is_drawn_from_the_table_as_it_is() -> None:
    assert (ROOT / "docs" / "estados.md").read_text("utf-8") == picture.draw()


@pytest.mark.parametrize(
    ("state", "event"),
    [
        ("published", "claim"),
        ("unknown", "claim"),
        ("unknown", "pull_back"),
        ("unknown", "discard"),
        ("sending", "pull_back"),
        ("sending", "release"),
        ("sending", "suspend"),
        ("held", "claim"),
        ("needs_decision", "claim"),
        ("cancelled", "resume"),
        ("scheduled", "begin"),
        ("leased", "receipt"),
        ("held", "late_receipt"),
        ("nowhere", "claim"),
    ],
)
def test_what_the_table_does_not_have_raises(state: str, event: str) -> None:
    with pytest.raises(IllegalTransitionError):
        follow(state, event)


def test_sources_name_every_state_that_an_event_may_come_from() -> None:
    assert sources("begin") == ("leased", "staging")
    assert sources("claim") == sources("launch") == ("scheduled", "retrying")
    assert sources("absent") == ("unknown",)
    assert sources("absent", "claim") == ("scheduled", "unknown", "retrying")
    with pytest.raises(IllegalTransitionError):
        sources("no such event")


def test_an_outcome_is_the_one_state_that_an_event_leads_to() -> None:
    assert outcome("begin") == outcome("launch") == "sending"
    with pytest.raises(IllegalTransitionError):
        outcome("renew")


def test_statements_list_states_as_the_partial_indexes_do() -> None:
    # SQLite passes over a partial index whose condition differs in as little as the order
    assert str(model._DUE) == f"state IN ({states.listed('claim')})"
    assert str(model._IN_FLIGHT) == f"state IN ({states.literals(states.IN_FLIGHT)})"


def test_no_other_file_writes_a_state_of_a_delivery_by_name() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line} {what}"
        for path in SOURCES
        for line, what in named_states(path.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        """text("UPDATE delivery SET state = 'held', owner = NULL")""",
        """text(f"UPDATE delivery SET owner = NULL, state='held' WHERE id = {1}")""",
        """text("UPDATE delivery SET owner = NULL WHERE delivery.state IN ('leased', 'held')")""",
        """update(Delivery).where(col(Delivery.id) == 1).values(state="held", owner=None)""",
        """update(Delivery).where(col(Delivery.state) == "held")""",
        """update(Delivery).where(col(Delivery.state).in_(("held", "leased")))""",
        """_change(session, delivery, state="scheduled")""",
        """delivery.state = "cancelled" """,
        """insert(Delivery).values([{"state": "retrying"}])""",
    ],
)
def test_a_state_written_by_name_is_seen_wherever_it_hides(source: str) -> None:
    assert list(named_states(source))


@pytest.mark.parametrize(
    "source",
    [
        """post.state = "cancelled" """,
        """update(Account).values(state="closed")""",
        """text("UPDATE delivery SET fence = 1"), text("… WHERE account.state = 'held'")""",
        """text("SELECT 1 FROM delivery WHERE state = 'cancelled'")""",
        """update(Delivery).values(state=outcome("pull_back"))""",
        """select(Delivery).where(col(Delivery.state) == "published")""",
    ],
)
def test_states_of_other_things_and_reads_are_not_meant(source: str) -> None:
    assert not list(named_states(source))


def test_a_change_that_the_table_lacks_is_named_by_the_recorder() -> None:
    path = [("scheduled", "leased"), ("leased", "sending"), ("sending", "published")]
    assert transitions.strays([(1, *step) for step in path]) == []
    assert transitions.strays([(1, "published", "scheduled")]) == [(1, "published", "scheduled")]

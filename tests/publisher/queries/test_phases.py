from __future__ import annotations

import pytest

from publisher.models.delivery import DELIVERY_STATES
from publisher.queries.phases import GROUP_OF, PHASES, phase


def test_every_delivery_state_has_a_group_that_is_a_phase() -> None:
    assert set(GROUP_OF) == set(DELIVERY_STATES)
    assert set(GROUP_OF.values()) <= set(PHASES)


@pytest.mark.parametrize("state", ["draft", "in_review", "reviewed", "returned", "rejected"])
def test_before_its_approval_a_post_is_called_by_its_own_state(state: str) -> None:
    assert phase(state, {"published": 1}) == state


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"scheduled": 3}, "scheduled"),
        ({"published": 2, "publishing": 1}, "publishing"),
        ({"published": 2, "waiting": 1, "scheduled": 1}, "waiting"),
        ({"published": 3}, "published"),
        ({"published": 2, "failed": 1}, "partial"),
        ({"published": 2, "cancelled": 1}, "partial"),
        ({"failed": 2}, "failed"),
        ({"cancelled": 2}, "cancelled"),
        ({}, "scheduled"),
    ],
)
def test_an_approved_post_is_called_by_what_became_of_its_deliveries(
    counts: dict[str, int], expected: str
) -> None:
    assert phase("approved", counts) == expected

"""How many of a crew may be busy at once, by how long their calls last."""

from __future__ import annotations

from publisher.delivery.senders.width import BOUND, FEW, LOOK, SLOW, Width

FULL = 16
INSTANT, SLUGGISH, NETWORK = 0.0005, 0.020, 0.050


def learned(width: Width, seconds: float, *, looks: int = 1, crowded: bool = True) -> list[int]:
    """Let ``width`` learn of calls; return what it was after each look."""
    seen = []
    for _ in range(looks):
        for _ in range(LOOK):
            width.learn(seconds, crowded=crowded)
        seen.append(width.now)
    return seen


def test_it_begins_full() -> None:
    assert Width(full=FULL).now == FULL


def test_a_crowd_of_instant_calls_leaves_few() -> None:
    assert learned(Width(full=FULL), INSTANT, looks=3) == [FEW] * 3


def test_nothing_changes_before_enough_calls_were_seen() -> None:
    width = Width(full=FULL)
    for _ in range(LOOK - 1):
        width.learn(INSTANT, crowded=True)
    assert width.now == FULL


def test_slow_calls_bring_all_back() -> None:
    width = Width(full=FULL)
    learned(width, INSTANT)
    assert learned(width, SLUGGISH) == [FULL]


def test_few_that_failed_are_not_tried_again_until_it_rests() -> None:
    width = Width(full=FULL)
    learned(width, INSTANT)
    learned(width, SLUGGISH)
    assert learned(width, INSTANT, looks=4) == [FULL] * 4
    width.rest()
    assert learned(width, INSTANT) == [FEW]


def test_a_rest_forgets_the_calls_before_it() -> None:
    width = Width(full=FULL)
    for _ in range(LOOK - 1):
        width.learn(INSTANT, crowded=True)
    width.rest()
    width.learn(INSTANT, crowded=True)
    assert width.now == FULL


def test_a_network_of_50_ms_never_leaves_full() -> None:
    for full in (FULL, 64, 256):
        assert learned(Width(full=full), NETWORK, looks=20) == [full] * 20


def test_few_stay_few_where_a_call_is_neither_instant_nor_slow() -> None:
    width = Width(full=FULL)
    learned(width, INSTANT)
    assert learned(width, SLOW * 0.99, looks=3) == [FEW] * 3


def test_the_bound_counts_all_that_are_at_it() -> None:
    assert learned(Width(full=FULL), BOUND * FULL * 0.99) == [FEW]
    assert learned(Width(full=FULL), BOUND * FULL * 1.01) == [FULL]


def test_a_crew_that_is_small_stays_as_it_is() -> None:
    for seconds in (INSTANT, SLUGGISH, NETWORK):
        assert learned(Width(full=FEW), seconds, looks=2) == [FEW] * 2


def test_a_network_that_answers_at_once_to_a_few_proves_nothing() -> None:
    assert learned(Width(full=FULL), INSTANT, looks=3, crowded=False) == [FULL] * 3


def test_few_that_stall_are_all_again_at_once() -> None:
    width = Width(full=FULL)
    learned(width, INSTANT)
    width.stall()
    assert width.now == FULL
    assert learned(width, INSTANT) == [FULL]

"""The inequalities without which the protocol is not safe."""

from __future__ import annotations

from dataclasses import replace

import pytest

from publisher.timing import LAB, PRODUCTION, PROFILES, Timing, problems


@pytest.mark.parametrize("timing", PROFILES.values(), ids=PROFILES)
def test_both_profiles_hold_every_inequality(timing: Timing) -> None:
    assert problems(timing) == []


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"lease": PRODUCTION.call_deadline}, "the lease outlives the call"),
        ({"read_timeout": 150}, "the reply is awaited within the call"),
        ({"settle": 150}, "settling outlasts call and listing lag"),
        ({"look_gap": 10}, "looks are apart by more than the lag"),
        ({"give_up": 290}, "giving up leaves room for the looks"),
        ({"shutdown_grace": 150}, "a graceful stop outlasts the call"),
    ],
)
def test_a_broken_inequality_is_named(change: dict[str, float], name: str) -> None:
    assert problems(replace(PRODUCTION, **change)) == [name]


def test_the_laboratory_keeps_the_ratios_of_production() -> None:
    for name in ("lease", "settle", "give_up", "backoff_cap", "stage_wait_cap"):
        real = getattr(PRODUCTION, name) / PRODUCTION.call_deadline
        assert getattr(LAB, name) / LAB.call_deadline == pytest.approx(real, rel=0.3), name

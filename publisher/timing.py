"""Every duration and gate of delivery, in seconds, as one frozen value with two profiles.

The production numbers are those of the protocol's design (call deadline 150 s, lease twice that,
settle past deadline and listing lag); ``lab`` keeps the ratios at 1/50 for demo, fault lab
and benchmarks, with spacing and the catch-up gate off. Its lease is somewhat longer, because a
turn on a full machine does not get fifty times shorter; so are the intervals of what is no part of
publishing (``change_every``, ``upkeep_every``, ``survey_every``), which would otherwise be most of
its work. How far clocks may be apart is the same in both: a laboratory's clocks are no better.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Profile = Literal["production", "lab"]


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Durations in seconds. See ``problems`` for the inequalities that must hold.

    ``spacing`` keeps the posts of one account apart, ``part_spacing`` the parts of one delivery:
    short, so that nobody reads half a thread, and long enough for the network to know the part
    that the next one answers (X refuses sooner answers now and then, as its callers report).
    ``factor_rest`` is how long a second factor opens no credential after it was enrolled.
    """

    profile: Profile
    call_deadline: float
    read_timeout: float
    lease: float
    listing_lag: float
    settle: float
    look_gap: float
    absences_needed: int
    give_up: float
    unsent_tries: int
    backoff_base: float
    backoff_cap: float
    throttle_default: float
    spacing: float
    part_spacing: float
    catch_up_after: float
    stage_wait_cap: float
    tick: float
    recover_every: float
    reconcile_every: float
    change_every: float
    upkeep_every: float
    seal_every: float
    beat_every: float
    shutdown_grace: float
    clock_drift: float
    clock_skew: float
    clock_settle: float
    breaker_failures: int
    breaker_calls: int
    breaker_window: float
    breaker_open: float
    breaker_cap: float
    survey_every: float
    factor_rest: float


PRODUCTION = Timing(
    profile="production",
    call_deadline=150,
    read_timeout=120,
    lease=300,
    listing_lag=10,
    settle=180,
    look_gap=60,
    absences_needed=2,
    give_up=900,
    unsent_tries=5,
    backoff_base=15,
    backoff_cap=900,
    throttle_default=900,
    spacing=60,
    part_spacing=5,
    catch_up_after=3600,
    stage_wait_cap=1800,
    tick=5,
    recover_every=30,
    reconcile_every=15,
    change_every=15,
    upkeep_every=30,
    seal_every=1,
    beat_every=10,
    shutdown_grace=160,
    clock_drift=30,
    clock_skew=5,
    clock_settle=180,
    breaker_failures=5,
    breaker_calls=20,
    breaker_window=60,
    breaker_open=60,
    breaker_cap=900,
    survey_every=21_600,
    factor_rest=86_400,
)

LAB = Timing(
    profile="lab",
    call_deadline=3,
    read_timeout=2.4,
    lease=7.5,
    listing_lag=0.2,
    settle=3.6,
    look_gap=1.2,
    absences_needed=2,
    give_up=18,
    unsent_tries=5,
    backoff_base=0.3,
    backoff_cap=18,
    throttle_default=18,
    spacing=0,
    part_spacing=0.1,
    catch_up_after=float("inf"),
    stage_wait_cap=36,
    tick=0.5,
    recover_every=1,
    reconcile_every=0.5,
    change_every=1.5,
    upkeep_every=2.5,
    seal_every=1,
    beat_every=0.5,
    shutdown_grace=4,
    clock_drift=30,
    clock_skew=5,
    clock_settle=3.6,
    breaker_failures=5,
    breaker_calls=20,
    breaker_window=1.2,
    breaker_open=0.3,
    breaker_cap=4.5,
    survey_every=120,
    factor_rest=0,
)

PROFILES: dict[str, Timing] = {"production": PRODUCTION, "lab": LAB}


def problems(timing: Timing) -> list[str]:
    """Return the broken inequalities of ``timing``; empty when the protocol is safe with it."""
    rules = {
        "the lease outlives the call": timing.lease > timing.call_deadline,
        "the reply is awaited within the call": timing.read_timeout < timing.call_deadline,
        "settling outlasts call and listing lag": timing.settle
        > timing.call_deadline + 2 * timing.listing_lag,
        "looks are apart by more than the lag": timing.look_gap > timing.listing_lag,
        "giving up leaves room for the looks": timing.give_up
        > timing.settle + timing.absences_needed * timing.look_gap,
        "a new time is believed after what was in doubt has settled": timing.clock_settle
        >= timing.settle,
        "a breaker's wait may double": timing.breaker_cap >= 2 * timing.breaker_open,
        "a graceful stop outlasts the call": timing.shutdown_grace > timing.call_deadline,
    }
    return [name for name, holds in rules.items() if not holds]

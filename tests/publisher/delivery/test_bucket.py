"""Quotas: what a reply says wins, a fifth is kept, a window comes back as its network's does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.contract import Usage
from connectors.limits import Quota
from publisher.delivery.bucket import Bucket, free, full, ready_at, refilled, spent, told

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
CALLS = full("x", Quota(capacity=100, window=900, unit="calls"), now=NOW)
ROLLING = full("facebook", Quota(capacity=100, window=3600, unit="per cent"), now=NOW)


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def hear(bucket: Bucket, remaining: float, *, counted: bool = False, **more: Any) -> Bucket:
    usage = Usage(**({"scope": "app", "limit": 100, "remaining": remaining} | more))
    return told(bucket, usage, counted=counted, now=NOW)


def throttle(bucket: Bucket, minutes: float) -> Bucket:
    return hear(bucket, 0, limit=1, blocked_until=later(minutes), throttled=True)


def test_a_full_quota_is_not_worth_a_row_and_gives_all_but_a_fifth() -> None:
    assert not CALLS.is_noteworthy
    assert free(CALLS, now=NOW) == 80
    assert ready_at(CALLS, now=NOW) is None


def test_what_the_reply_says_wins() -> None:
    heard = hear(CALLS, 30, resets_at=later(9))
    assert (heard.tokens, heard.resets_at) == (30, later(9))
    assert heard.is_noteworthy
    assert free(heard, now=NOW) == 10


def test_a_larger_limit_than_ours_is_the_limit() -> None:
    assert hear(CALLS, 900, limit=1000, resets_at=later(9)).capacity == 1000


def test_within_one_window_what_is_left_only_falls() -> None:
    heard = hear(CALLS, 30, resets_at=later(9))
    assert hear(heard, 35, resets_at=later(9)).tokens == 30
    assert hear(heard, 99, resets_at=later(15)).tokens == 99


def test_a_fifth_is_kept_until_the_window_ends_and_all_comes_back() -> None:
    low = hear(CALLS, 20, resets_at=later(9))
    assert free(low, now=NOW) == 0
    assert ready_at(low, now=NOW) == later(9)
    assert free(low, now=later(8.9)) == 0
    assert free(low, now=later(9)) == 80


def test_a_rolling_window_comes_back_little_by_little() -> None:
    low = hear(ROLLING, 10)
    assert refilled(low, now=later(6)).tokens == pytest.approx(20)
    assert refilled(low, now=later(600)).tokens == 100
    again = ready_at(low, now=NOW)
    assert again is not None
    assert free(low, now=again) == pytest.approx(1)


def test_a_network_that_names_an_instant_is_left_alone_until_then() -> None:
    blocked = hear(ROLLING, 90, blocked_until=later(7))
    assert free(blocked, now=later(6.9)) == 0
    assert ready_at(blocked, now=NOW) == later(7)
    assert free(blocked, now=later(7)) > 0


def test_after_a_request_to_wait_half_is_used_for_one_window() -> None:
    asked = throttle(CALLS, 5)
    assert ready_at(asked, now=NOW) == later(5)
    assert refilled(asked, now=later(5)).tokens == 50
    assert free(asked, now=later(5)) == 30
    assert refilled(asked, now=later(5 + 15)).tokens == 100


def test_what_a_reply_says_does_not_undo_the_halving() -> None:
    halved = refilled(throttle(CALLS, 0.0001), now=later(1))
    heard = told(
        halved,
        Usage(scope="app", limit=100, remaining=99, resets_at=later(15)),
        counted=False,
        now=later(1),
    )
    assert heard.tokens == 50


def test_posts_that_no_reply_counts_are_counted_from_the_first_for_a_whole_window() -> None:
    counted = spent(CALLS, 79, now=NOW)
    assert (counted.tokens, counted.resets_at) == (21, later(15))
    one_more = spent(counted, 1, now=later(14))
    assert ready_at(one_more, now=later(14)) == later(15)
    assert free(one_more, now=later(15)) == 80


def test_per_cent_of_calls_do_not_change_a_count_of_posts_but_may_block_it() -> None:
    counted = spent(CALLS, 10, now=NOW)
    assert hear(counted, 3, counted=True).tokens == 90
    assert ready_at(hear(counted, 3, counted=True, blocked_until=later(7)), now=NOW) == later(7)


def test_what_is_over_is_forgotten() -> None:
    over = refilled(throttle(CALLS, 5), now=later(100))
    assert (over.blocked_until, over.halved_until, over.is_noteworthy) == (None, None, False)
    assert replace(over, updated_at=NOW) == replace(CALLS, resets_at=None)

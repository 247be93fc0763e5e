from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from connectors.contract import Usage
from connectors.throttle import retry_at, usage

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


def epoch(minutes: int) -> str:
    return str(int((NOW + timedelta(minutes=minutes)).timestamp()))


@pytest.mark.parametrize(
    ("headers", "minutes"),
    [
        ({}, None),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": epoch(5)}, 5),
        ({"X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": epoch(5)}, 5),
        ({"x-rate-limit-remaining": "3", "x-rate-limit-reset": epoch(5)}, None),
        (
            {
                "x-rate-limit-remaining": "9",
                "x-rate-limit-reset": epoch(5),
                "x-user-limit-24hour-remaining": "0",
                "x-user-limit-24hour-reset": epoch(600),
            },
            600,
        ),
        ({"x-rate-limit-reset": "nonsense"}, None),
        ({"x-rate-limit-reset": epoch(-5)}, None),
        ({"x-rate-limit-reset": "99999999999999999"}, None),
        ({"Retry-After": "120"}, 2),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, None),
        (
            {
                "x-business-use-case-usage": json.dumps(
                    {"1": [{"estimated_time_to_regain_access": 30}], "2": [{}]}
                )
            },
            30,
        ),
        ({"x-business-use-case-usage": "{"}, None),
        ({"x-business-use-case-usage": '{"1": ["a", null], "2": null}'}, None),
        ({"x-business-use-case-usage": "[1]"}, None),
    ],
)
def test_the_latest_instant_that_is_asked_for(headers: dict[str, str], minutes: int | None) -> None:
    expected = None if minutes is None else NOW + timedelta(minutes=minutes)
    assert retry_at(headers, NOW) == expected


def in_minutes(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def x(bucket: str, limit: int, left: int, minutes: int) -> dict[str, str]:
    return {
        f"{bucket}-limit": str(limit),
        f"{bucket}-remaining": str(left),
        f"{bucket}-reset": epoch(minutes),
    }


def test_the_windows_of_x_are_the_account_s_and_the_application_s() -> None:
    headers = {**x("x-rate-limit", 100, 57, 15), **x("x-app-limit-24hour", 10_000, 9_000, 600)}
    assert usage(headers, NOW) == (
        Usage(scope="account", limit=100, remaining=57, resets_at=in_minutes(15)),
        Usage(scope="app", limit=10_000, remaining=9_000, resets_at=in_minutes(600)),
    )


def test_the_tightest_window_of_a_scope_counts() -> None:
    headers = {**x("X-Rate-Limit", 100, 57, 15), **x("x-user-limit-24hour", 50, 3, 600)}
    (told,) = usage(headers, NOW)
    assert (told.limit, told.remaining) == (50, 3)


def test_an_empty_window_blocks_until_its_reset() -> None:
    (told,) = usage(x("x-rate-limit", 100, 0, 15), NOW)
    assert told.blocked_until == in_minutes(15)


def test_the_usage_of_meta_is_a_percentage_of_the_worst_measure() -> None:
    case = {"call_count": 12, "total_time": 85, "total_cputime": 3}
    headers = {
        "X-App-Usage": json.dumps({"call_count": 28, "total_time": 25, "total_cputime": 25}),
        "X-Business-Use-Case-Usage": json.dumps(
            {"p1": [{**case, "type": "pages", "estimated_time_to_regain_access": 7}]}
        ),
    }
    assert usage(headers, NOW) == (
        Usage(scope="account", limit=100, remaining=15, blocked_until=in_minutes(7)),
        Usage(scope="app", limit=100, remaining=72),
    )


@pytest.mark.parametrize(
    "headers",
    [
        {},
        x("x-rate-limit", 100, 5, -1),
        x("x-rate-limit", 0, 0, 5),
        {"x-rate-limit-limit": "100"},
        {"x-app-usage": "nonsense"},
        {"x-app-usage": "[1]"},
        {"x-app-usage": json.dumps({"call_count": None})},
        {"x-business-use-case-usage": json.dumps({"p": "x", "q": [3], "r": None})},
    ],
)
def test_what_cannot_be_read_says_nothing(headers: dict[str, str]) -> None:
    assert usage(headers, NOW) == ()

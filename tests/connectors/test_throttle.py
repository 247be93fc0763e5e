from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from connectors.throttle import retry_at

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

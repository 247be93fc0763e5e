"""Deadlines in working days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from publisher.workdays import deadline, is_working, rest_days

ZONE = "America/Monterrey"


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2026-11-24T16:00", "2026-11-25T16:00"),  # Tuesday to Wednesday
        ("2026-11-27T16:00", "2026-11-30T16:00"),  # Friday to Monday
        ("2026-11-28T16:00", "2026-12-01T06:00"),  # Saturday: from Monday's first minute
        ("2026-11-13T16:00", "2026-11-17T16:00"),  # Monday 16 November is the Revolution's
        ("2026-12-24T16:00", "2026-12-28T16:00"),
    ],
)
def test_a_working_day_skips_what_nobody_works(since: str, until: str) -> None:
    given = datetime.fromisoformat(since).replace(tzinfo=UTC)
    assert deadline(given, ZONE) == datetime.fromisoformat(until).replace(tzinfo=UTC)


def test_the_law_moves_three_days_to_a_monday_and_adds_one_each_sixth_year() -> None:
    assert {date(2027, 2, 1), date(2027, 3, 15), date(2027, 11, 15)} <= rest_days(2027)
    assert date(2030, 10, 1) in rest_days(2030)
    assert date(2029, 10, 1) not in rest_days(2029)
    assert not is_working(date(2026, 9, 16))
    assert is_working(date(2026, 9, 17))

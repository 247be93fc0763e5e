"""Working days, for deadlines that people count in them. Pure.

Saturdays, Sundays and the compulsory rest days of the Ley Federal del Trabajo, article 74, are
none; what a school's own calendar adds is not known here, and a deadline then only comes sooner.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_HANDOVER, _EVERY = 2024, 6
"""The federal executive changes on 1 October of each sixth year, counted from this one."""


def is_working(day: date) -> bool:
    """Tell whether people work on ``day``."""
    return day.weekday() < 5 and day not in rest_days(day.year)


@lru_cache(maxsize=8)
def rest_days(year: int) -> frozenset[date]:
    """Return the compulsory rest days of a year, those that the law moves to a Monday moved."""
    days = {
        date(year, 1, 1),
        _monday(year, 2, 1),
        _monday(year, 3, 3),
        date(year, 5, 1),
        date(year, 9, 16),
        _monday(year, 11, 3),
        date(year, 12, 25),
    }
    if (year - _HANDOVER) % _EVERY == 0:
        days.add(date(year, 10, 1))
    return frozenset(days)


def deadline(since: datetime, zone: str, *, days: int = 1) -> datetime:
    """Return when ``days`` working days from ``since`` are over, in UTC.

    The hour of the day stays; what comes in on a day of rest counts from the end of that rest.
    """
    here = ZoneInfo(zone)
    local = since.astimezone(here)
    day, clock = local.date(), local.time()
    if not is_working(day):
        clock = clock.min
        while not is_working(day):
            day += timedelta(days=1)
    for _ in range(days):
        day += timedelta(days=1)
        while not is_working(day):
            day += timedelta(days=1)
    return datetime.combine(day, clock, here).astimezone(UTC)


def _monday(year: int, month: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(7 - first.weekday()) % 7 + 7 * (number - 1))

"""Instants and wall times as a person reads them: ``vie 27 nov, 10:00``."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard.texts import common as texts


def day(value: date) -> str:
    """Return ``vie 27 nov``."""
    month = texts.MONTHS[value.month - 1]
    return f"{texts.WEEKDAYS[value.weekday()]} {value.day} {month}"


def wall(value: str | None) -> str:
    """Return wall time ``YYYY-MM-DDTHH:MM`` as ``vie 27 nov, 10:00``."""
    if not value:
        return texts.NO_TIME
    moment = datetime.fromisoformat(value)
    return f"{day(moment)}, {moment:%H:%M}"


def instant(value: datetime | None, zone: str, *, seconds: bool = False) -> str:
    """Return an instant in ``zone`` as ``vie 27 nov, 10:00``."""
    if value is None:
        return texts.NO_TIME
    local = value.astimezone(ZoneInfo(zone))
    return f"{day(local)}, {local:%H:%M:%S}" if seconds else f"{day(local)}, {local:%H:%M}"


def zone_name(zone: str) -> str:
    """Return the zone in words, with its IANA name where there are none."""
    return texts.ZONES.get(zone, zone)


def short(value: date) -> str:
    """Return ``27 nov``."""
    return f"{value.day} {texts.MONTHS[value.month - 1]}"


def month(value: date) -> str:
    """Return ``Noviembre de 2026``."""
    return f"{texts.LONG_MONTHS[value.month - 1].capitalize()} de {value.year}"


def grid_of(value: date) -> tuple[date, date]:
    """Return the first Monday and the last Sunday of the weeks that touch the month."""
    first = value.replace(day=1)
    start = first - timedelta(days=first.weekday())
    after = (first + timedelta(days=32)).replace(day=1)
    last = after - timedelta(days=1)
    return start, last + timedelta(days=6 - last.weekday())

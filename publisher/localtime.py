"""Wall time, zone and instant: the gap is refused and the fold is asked, never guessed.

Zones come from the pinned ``tzdata`` package alone, never from the host's files: importing this
module says so to ``zoneinfo``, and ``publisher.app`` imports it in every process.
"""

from __future__ import annotations

import hashlib
import re
import zoneinfo
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import metadata
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from publisher import texts
from publisher.errors import Invalid

_WALL = re.compile(r"2\d{3}-\d\d-\d\dT\d\d:\d\d(:\d\d)?", re.ASCII)
_LAST_YEAR = 2199

zoneinfo.reset_tzpath(to=())
ZoneInfo.clear_cache()


def parse_wall(value: str) -> datetime:
    """Return naive wall time from ``YYYY-MM-DDTHH:MM`` or ``…:SS``, of the years 2000 to 2199.

    Raises ``Invalid``.
    """
    try:
        if _WALL.fullmatch(value) and (wall := datetime.fromisoformat(value)).year <= _LAST_YEAR:
            return wall
    except ValueError:
        pass
    raise Invalid(texts.WALL_TIME.format(value=value), field="local_at")


def zone(name: str) -> ZoneInfo:
    """Return the IANA zone ``name``. Raises ``Invalid``."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(texts.NO_SUCH_ZONE.format(zone=name), field="timezone") from None


def is_fold(wall: datetime, name: str) -> bool:
    """Tell whether ``wall`` happens twice in the zone (clocks go back)."""
    place = zone(name)
    first = wall.replace(tzinfo=place, fold=0).utcoffset()
    second = wall.replace(tzinfo=place, fold=1).utcoffset()
    return first is not None and second is not None and first > second


def require_no_fold(local_at: str, name: str) -> None:
    """Raise ``Invalid`` where ``local_at`` happens twice in the zone: a person says which."""
    if is_fold(parse_wall(local_at), name):
        raise Invalid(texts.FOLD.format(wall=local_at.replace("T", " "), zone=name), field="fold")


def resolve(local_at: str, name: str, fold: int | None = 0) -> datetime:
    """Return the UTC instant of wall time ``local_at`` in zone ``name``.

    Raises ``Invalid`` for a time that does not exist there, and for one that happens twice when
    ``fold`` is None.
    """
    wall = parse_wall(local_at)
    place = zone(name)
    if fold is None:
        require_no_fold(local_at, name)
    instant = wall.replace(tzinfo=place, fold=fold or 0).astimezone(UTC)
    if instant.astimezone(place).replace(tzinfo=None) != wall:
        raise Invalid(
            texts.GAP.format(wall=local_at.replace("T", " "), zone=name), field="local_at"
        )
    return instant


def wall_of(instant: datetime, name: str) -> str:
    """Return the wall time of ``instant`` in zone ``name``; seconds only where there are any."""
    local = instant.astimezone(zone(name)).replace(tzinfo=None, microsecond=0)
    return local.isoformat(timespec="seconds" if local.second else "minutes")


def next_minutes(now: datetime, name: str, *, minutes: int) -> str:
    """Return the wall time at least ``minutes`` from now, rounded up to five minutes."""
    later = now + timedelta(minutes=minutes)
    extra = -(later.minute * 60 + later.second) % 300
    return wall_of(later.replace(microsecond=0) + timedelta(seconds=extra), name)


def zone_data_version() -> str:
    """Return the version of the zone data in use, such as ``2026.6``."""
    return metadata.version("tzdata")


@cache
def zone_digest(name: str) -> str:
    """Return the SHA-256 of a zone's rules as the package has them; empty where there are none."""
    zone(name)
    try:
        rules = files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()
    except OSError:
        return ""
    return hashlib.sha256(rules).hexdigest()

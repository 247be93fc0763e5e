"""Wall time, zone and instant: a gap is refused, a fold is asked, for every plantel."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from publisher import data, localtime
from publisher.errors import Invalid

PLANTELES = list(csv.DictReader(io.StringIO(data.read("planteles.csv").decode())))
WITH_DAYLIGHT_SAVING = {"America/Matamoros"}
GAP, FOLD = "2027-03-14T02:30", "2027-11-07T01:30"


def test_there_are_77_planteles_in_the_two_zones_of_the_state() -> None:
    assert len(PLANTELES) == 77
    assert {row["timezone"] for row in PLANTELES} == {"America/Monterrey", "America/Matamoros"}


@pytest.mark.parametrize("row", PLANTELES, ids=[row["id"] for row in PLANTELES])
def test_each_plantel_s_gap_and_fold(row: dict[str, str]) -> None:
    zone = row["timezone"]
    if zone in WITH_DAYLIGHT_SAVING:
        with pytest.raises(Invalid, match="no existe"):
            localtime.resolve(GAP, zone)
        with pytest.raises(Invalid, match="dos veces"):
            localtime.resolve(FOLD, zone, None)
        assert localtime.resolve(FOLD, zone, 0) == datetime(2027, 11, 7, 6, 30, tzinfo=UTC)
        assert localtime.resolve(FOLD, zone, 1) == datetime(2027, 11, 7, 7, 30, tzinfo=UTC)
    else:
        assert localtime.resolve(GAP, zone, None) == datetime(2027, 3, 14, 8, 30, tzinfo=UTC)
        assert localtime.resolve(FOLD, zone, None) == datetime(2027, 11, 7, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wall", "gap", "fold"),
    [
        ("2027-03-14T01:59", False, False),
        ("2027-03-14T02:00", True, False),
        ("2027-03-14T02:59:59", True, False),
        ("2027-03-14T03:00", False, False),
        ("2027-11-07T00:59", False, False),
        ("2027-11-07T01:00", False, True),
        ("2027-11-07T01:59:59", False, True),
        ("2027-11-07T02:00", False, False),
    ],
)
def test_the_edges_of_gap_and_fold(wall: str, gap: bool, fold: bool) -> None:
    zone = "America/Matamoros"
    assert localtime.is_fold(localtime.parse_wall(wall), zone) is fold
    if gap:
        with pytest.raises(Invalid, match="no existe"):
            localtime.resolve(wall, zone)
    else:
        local = localtime.resolve(wall, zone, 0)
        assert localtime.wall_of(local, zone) == wall


@pytest.mark.parametrize("zone", ["America/Monterrey", "America/Matamoros", "UTC"])
def test_every_half_hour_of_two_years_comes_back_or_is_a_gap(zone: str) -> None:
    wall = datetime(2026, 1, 1)  # noqa: DTZ001 - wall time
    gaps = []
    while wall.year < 2028:
        text = wall.isoformat(timespec="minutes")
        for fold in (0, 1):
            try:
                instant = localtime.resolve(text, zone, fold)
            except Invalid:
                gaps.append(text)
            else:
                assert localtime.wall_of(instant, zone) == text
        wall += timedelta(minutes=30)
    expected = {
        f"{day}T02:{minute}" for day in ("2026-03-08", "2027-03-14") for minute in ("00", "30")
    }
    assert set(gaps) == (expected if zone in WITH_DAYLIGHT_SAVING else set())


@pytest.mark.parametrize(
    "value",
    [
        "",
        "mañana",
        "2026-11-27",
        "2026-11-27 10:00",
        "2026-11-27T10",
        "2026-11-27T24:00",
        "2026-02-30T10:00",
        "2026-11-27T10:00Z",
        "2026-11-27T10:00+00:00",
        "2026-11-27T10:00:00.5",
        "２０２６-11-27T10:00",
        "0001-01-01T00:00",
        "1999-12-31T23:59",
        "2200-01-01T00:00",
        "9999-12-31T23:59",
        "2026-11-27T10:00\n",
    ],
)
def test_what_is_no_wall_time_is_refused_with_the_field(value: str) -> None:
    with pytest.raises(Invalid) as caught:
        localtime.parse_wall(value)
    assert caught.value.field == "local_at"
    assert "2026-11-27T10:00" in str(caught.value)


@pytest.mark.parametrize("name", ["", "Coahuila", "America", "../etc/passwd", "America/\x00"])
def test_a_zone_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        localtime.zone(name)
    assert caught.value.field == "timezone"


def test_the_next_round_minutes_are_never_sooner_than_asked() -> None:
    for second in range(0, 3600, 17):
        now = datetime(2026, 11, 22, 15, 0, tzinfo=UTC) + timedelta(seconds=second)
        wall = localtime.next_minutes(now, "America/Monterrey", minutes=10)
        instant = localtime.resolve(wall, "America/Monterrey")
        assert timedelta(minutes=10) <= instant - now < timedelta(minutes=15)
        assert instant.minute % 5 == instant.second == 0


def test_seconds_show_only_where_there_are_any() -> None:
    at = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
    assert localtime.wall_of(at, "America/Monterrey") == "2026-11-27T10:00"
    later = at + timedelta(seconds=7, microseconds=5)
    assert localtime.wall_of(later, "America/Monterrey") == "2026-11-27T10:00:07"

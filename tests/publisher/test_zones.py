"""Every hour of a leap year at each of the 77 planteles, against the law's own rule.

The oracle knows no zone file: eleven border municipalities keep the seasonal time of the United
States (second Sunday of March, 02:00, to the first Sunday of November, 02:00), all others UTC-6.
"""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import zoneinfo
from datetime import UTC, date, datetime, timedelta

import pytest

from publisher import data, localtime
from publisher.errors import Invalid
from publisher.institution.zones import zone_of

pytestmark = pytest.mark.tz

PLANTELES = list(csv.DictReader(io.StringIO(data.read("planteles.csv").decode())))
YEARS = (2027, 2028)
BORDER = {
    "05002": "Acuña",
    "05003": "Allende",
    "05012": "Guerrero",
    "05013": "Hidalgo",
    "05014": "Jiménez",
    "05019": "Morelos",
    "05022": "Nava",
    "05023": "Ocampo",
    "05025": "Piedras Negras",
    "05037": "Villa Unión",
    "05038": "Zaragoza",
}
MATAMOROS_OF_LA_LAGUNA = "05017"


def sunday(year: int, month: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (number - 1))


def expected(wall: datetime, *, border: bool) -> list[datetime]:
    """Return the instants that the wall time names: none in the gap, two in the fold."""
    standard = (wall + timedelta(hours=6)).replace(tzinfo=UTC)
    if not border:
        return [standard]
    two = timedelta(hours=2)
    midnight = datetime.min.time()
    begins = datetime.combine(sunday(wall.year, 3, 2), midnight) + two
    ends = datetime.combine(sunday(wall.year, 11, 1), midnight) + two
    summer = standard - timedelta(hours=1)
    if begins <= wall < begins + timedelta(hours=1):
        return []
    if ends - timedelta(hours=1) <= wall < ends:
        return [summer, standard]
    return [summer] if begins <= wall < ends else [standard]


def told(wall: str, zone: str) -> list[datetime]:
    """Return the product's answers: refused, one, or both of a fold."""
    try:
        return [localtime.resolve(wall, zone, None)]
    except Invalid as error:
        if error.field == "local_at":
            return []
        return [localtime.resolve(wall, zone, fold) for fold in (0, 1)]


def hours(year: int) -> list[datetime]:
    start = datetime(year, 1, 1)  # noqa: DTZ001 - wall time
    return [start + timedelta(hours=n) for n in range((366 if year % 4 == 0 else 365) * 24)]


def test_every_plantel_s_hours_are_the_law_s() -> None:
    answers = {
        zone: {
            wall: told(wall.isoformat(timespec="minutes"), zone)
            for year in YEARS
            for wall in hours(year)
        }
        for zone in {row["timezone"] for row in PLANTELES}
    }
    law = {
        border: {wall: expected(wall, border=border) for year in YEARS for wall in hours(year)}
        for border in (False, True)
    }
    wrong = [
        (row["id"], wall)
        for row in PLANTELES
        for wall, instants in answers[row["timezone"]].items()
        if instants != law[row["cve_inegi"] in BORDER][wall]
    ]
    assert wrong == []
    assert sum(len(answers[row["timezone"]]) for row in PLANTELES) == 77 * (365 + 366) * 24


def test_the_zone_follows_the_municipality_s_code_never_its_name() -> None:
    for row in PLANTELES:
        border = row["cve_inegi"] in BORDER
        assert row["timezone"] == ("America/Matamoros" if border else "America/Monterrey")
        assert zone_of(row["cve_inegi"]) == row["timezone"]
        assert BORDER.get(row["cve_inegi"], row["municipality"]) == row["municipality"]
    namesakes = [row for row in PLANTELES if row["municipality"] == "Matamoros"]
    assert namesakes
    assert {row["cve_inegi"] for row in namesakes} == {MATAMOROS_OF_LA_LAGUNA}
    assert {row["timezone"] for row in namesakes} == {"America/Monterrey"}


def test_the_same_hour_is_two_instants_in_summer_and_one_in_winter() -> None:
    for wall, apart in (("2027-07-01T09:00", 1), ("2027-12-01T09:00", 0)):
        border, inland = (
            localtime.resolve(wall, zone) for zone in ("America/Matamoros", "America/Monterrey")
        )
        assert inland - border == timedelta(hours=apart)


def test_zones_come_from_the_pinned_package_and_not_from_the_host() -> None:
    assert zoneinfo.TZPATH == ()
    assert len(localtime.zone_digest("America/Matamoros")) == 64
    assert localtime.zone_digest("America/Matamoros") != localtime.zone_digest("America/Monterrey")
    assert localtime.zone_data_version()[:2] == "20"


def test_every_process_pins_them_whatever_its_environment_says() -> None:
    # each one opens the App, by this module
    said = subprocess.run(
        [sys.executable, "-c", "import publisher.app, zoneinfo; print(zoneinfo.TZPATH)"],
        env={"PYTHONTZPATH": "/usr/share/zoneinfo", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "()"

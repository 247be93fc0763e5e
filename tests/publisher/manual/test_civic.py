"""Commemorations by their official name and day, and the rest days that the law moves."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tomllib
from importlib import resources

import pytest

from publisher import data
from publisher.manual.civic import calendar, rests
from tests.publisher.manual.reviews import line


def told(text: str, **facts: str) -> list[tuple[str, str]]:
    found = line({"text": text, **facts})["findings"]
    return [(one["severity"], one["explanation"]) for one in found if one["rule"] == "2.2"]


def test_every_row_of_the_calendar_is_known_and_every_word_is_of_a_row() -> None:
    rows = list(csv.DictReader(io.StringIO(data.read("calendario_civico.csv").decode())))
    fixed = [row for row in rows if not row["regla"].startswith("LFT")]
    days = {(one.month, one.day) for one in calendar()}
    assert days == {tuple(int(part) for part in row["regla"].split("-")) for row in fixed}
    assert len(calendar()) >= len(fixed)
    source = resources.files("publisher.manual") / "data" / "conmemoraciones.toml"
    words = tomllib.loads(source.read_text(encoding="utf-8"))["fecha"]
    assert {row["nombre"] for row in words} <= {one.name for one in calendar()}


def test_the_law_s_rest_days_are_computed() -> None:
    assert [rest.day for rest in rests(2026)] == [
        dt.date(2026, 2, 2),
        dt.date(2026, 3, 16),
        dt.date(2026, 11, 16),
    ]
    assert [rest.day for rest in rests(2027)] == [
        dt.date(2027, 2, 1),
        dt.date(2027, 3, 15),
        dt.date(2027, 11, 15),
    ]


@pytest.mark.parametrize("year", range(2020, 2040))
def test_each_moved_day_is_the_monday_of_its_rule(year: int) -> None:
    for rest, which in zip(rests(year), (1, 3, 3), strict=True):
        assert rest.day.weekday() == 0
        assert (rest.day.day - 1) // 7 + 1 == which


@pytest.mark.parametrize(
    ("text", "date", "topic", "expected"),
    [
        ("Hoy celebramos el Día de la Bandera.", "2026-02-20", "institucional", ["advertencia"]),
        ("Hoy celebramos el Día de la Bandera.", "2026-02-24", "conmemoración cívica", []),
        ("Honores por el Día de la Bandera.", "2026-02-20", "conmemoración cívica",
         ["advertencia"]),
        ("Honores por el Día de la Bandera.", "2026-02-20", "institucional", []),
        ("El 24 de febrero, Día de la Bandera, habrá honores.", "2026-02-20", "conmemoracion", []),
        ("El 20 de febrero, Día de la Bandera.", "2026-02-20", "institucional", ["advertencia"]),
        ("Día de la Bandera: 24 de febrero.", "2026-02-20", "institucional", []),
        ("Festival del Día del Niño en la explanada.", "2026-04-30", "institucional",
         ["informativa"]),
        ("Conmemoramos el Día de la Raza.", "2026-10-12", "conmemoracion", ["advertencia"]),
        ("Conmemoramos el Día de la Nación Pluricultural.", "2026-10-12", "conmemoracion", []),
        ("Día Internacional de la Mujer y la Niña en la Ciencia.", "2026-02-11", "conmemoracion",
         []),
        ("Natalicio de Benito Juárez.", "2026-03-21", "conmemoracion", []),
        ("Gesta de los Niños Héroes de Chapultepec.", "2026-09-14", "conmemoracion",
         ["advertencia"]),
        ("La Batalla de Puebla se estudia en Historia.", "2026-10-01", "educativo", []),
        ("Concurso de altares de Día de Muertos.", "2026-10-28", "institucional", []),
    ],
)  # fmt: skip
def test_a_name_and_a_day_that_are_not_the_calendar_s_are_told(
    text: str, date: str, topic: str, expected: list[str]
) -> None:
    assert [severity for severity, _ in told(text, date=date, topic=topic)] == expected


def test_without_facts_only_what_the_text_itself_says_is_judged() -> None:
    assert told("Hoy celebramos el Día de la Bandera con honores.") == []
    ((severity, said),) = told("Hoy es el Día del Niño.")
    assert severity == "informativa"
    assert "Día de la Niñez" in said


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        ("No habrá clases el 20 de noviembre de 2026.", True),
        ("Suspensión de labores el lunes 16 de noviembre con motivo del 20 de noviembre.", False),
        ("No habrá clases el 16 de noviembre de 2026.", False),
        ("El 20 de noviembre de 2026 desfilamos en la plaza.", False),
        ("Día inhábil: 5 de febrero de 2027. Regresamos el viernes.", True),
    ],
)
def test_a_rest_day_said_on_its_civic_date_is_warned(text: str, warned: bool) -> None:
    found = told(text, date="2026-11-10")
    assert bool([said for _, said in found if "se recorre" in said]) is warned

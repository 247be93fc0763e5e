"""Rule 2.2: commemorations by the name and on the day of the civic calendar; moved rest days.

Names and days are those of ``publisher/data/calendario_civico.csv``; how they are said, and said
wrongly, is ``data/conmemoraciones.toml``; the manual's own rows (``conmemoraciones``) add to both.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from publisher import data
from publisher.manual import texts
from publisher.manual.findings import Hit, Severity
from publisher.manual.normalise import plain
from publisher.manual.scene import Scene

_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
)  # fmt: skip
_TODAY = re.compile(r"\bhoy\b")
_TODAY_REACH = 120
_DAY = rf"(\d{{1,2}})\s+de\s+({'|'.join(_MONTHS)}|setiembre)"
_BEFORE = re.compile(rf"\b{_DAY}\s*[,:;.|(–—-]{{0,2}}\s*(?:el|la)?\s*$")
_AFTER = re.compile(rf"^\s*[,:;.|(–—-]{{1,2}}\s*(?:el\s+)?{_DAY}\b")
_DATED = re.compile(rf"\b{_DAY}\b(?:\s+(?:de|del)\s+(\d{{4}})\b)?")
_REST = re.compile(
    r"\b(?:no (?:habra|hay|tendremos) (?:clases|labores|actividades)"
    r"|(?:suspension de|se suspenden) (?:clases|labores|actividades)"
    r"|dia (?:inhabil|feriado|de asueto)|descanso obligatorio|asueto)\b"
)
_REST_REACH = 60
_REASON = re.compile(
    r"(?:motivo|conmemoracion|aniversario|ocasion|por|celebracion)\s*(?:de)?l?\s*$"
)
_YEAR = re.compile(r"\s*\([^)]*\)")
_MOVED = re.compile(r"^LFT:(\d):MON:(\d{2})$")
_HONOURS = re.compile(r"el (\d{1,2}) de (\w+)")


@dataclass(frozen=True, kw_only=True)
class Commemoration:
    """A day of the calendar: what its name is, how it is recognised, what it is called wrongly."""

    name: str
    month: int
    day: int
    said: tuple[str, ...]
    wrong: tuple[str, ...] = ()

    def near(self, on: dt.date) -> dt.date:
        """Return its day that is nearest to ``on``."""
        years = (on.year - 1, on.year, on.year + 1)
        days = (dt.date(year, self.month, self.day) for year in years)
        return min(days, key=lambda day: abs(day - on))


@dataclass(frozen=True, kw_only=True)
class Rest:
    """A day of rest that the law moves to a Monday: ``day`` is taken off for ``honours``."""

    day: dt.date
    honours: dt.date


@dataclass(frozen=True, kw_only=True)
class _Found:
    of: Commemoration
    start: int
    end: int
    wrong: bool


def evaluate(scene: Scene) -> Iterator[Hit]:
    """Yield hits about commemorations by another name or on another day, and about rest days."""
    text = scene.text.folded.text
    found = _find(text, _known(scene))
    if found:
        yield from _names(scene, found)
        yield from _days(scene, text, found)
    yield from _rests(scene, text)


@lru_cache(maxsize=1)
def calendar() -> tuple[Commemoration, ...]:
    """Return the shipped calendar's fixed days, in its order."""
    source = resources.files("publisher.manual") / "data" / "conmemoraciones.toml"
    rows = tomllib.loads(source.read_text(encoding="utf-8"))["fecha"]
    words: dict[str, Mapping[str, Any]] = {row["nombre"]: row for row in rows}
    out: list[Commemoration] = []
    for row in _rows():
        if _MOVED.match(row["regla"]):
            continue
        month, day = (int(part) for part in row["regla"].split("-"))
        for name in _YEAR.sub("", row["nombre"]).split(" / "):
            told = words.get(name, {})
            said = (*told.get("busca", (name,)), *told.get("tambien", ()))
            out.append(
                Commemoration(
                    name=name,
                    month=month,
                    day=day,
                    said=tuple(plain(phrase) for phrase in said),
                    wrong=tuple(plain(phrase) for phrase in told.get("errado", ())),
                )
            )
    return tuple(out)


@lru_cache(maxsize=8)
def rests(year: int) -> tuple[Rest, ...]:
    """Return the rest days of a year that the law moves (LFT, art. 74)."""
    out = []
    for row in _rows():
        moved, honours = _MOVED.match(row["regla"]), _HONOURS.search(row["nombre"])
        if moved and honours:
            which, month = int(moved.group(1)), int(moved.group(2))
            first = dt.date(year, month, 1)
            monday = first + dt.timedelta(days=-first.weekday() % 7, weeks=which - 1)
            honoured = dt.date(year, month, int(honours.group(1)))
            out.append(Rest(day=monday, honours=honoured))
    return tuple(out)


def _rows() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.read("calendario_civico.csv").decode("utf-8-sig"))))


def _known(scene: Scene) -> tuple[Commemoration, ...]:
    """Return the calendar with the rows that the office's manual adds."""
    rows = scene.manual.parameter("2.2", "conmemoraciones", ())
    return (*calendar(), *_added(tuple((r["dia"], r["nombre"], r["busca"]) for r in rows)))


@lru_cache(maxsize=8)
def _added(rows: tuple[tuple[str, str, str], ...]) -> tuple[Commemoration, ...]:
    known = {
        (one.month, one.day, phrase) for one in calendar() for phrase in (*one.said, *one.wrong)
    }
    out = []
    for when, name, phrase in rows:
        month, day = (int(part) for part in when.split("-"))
        if (month, day, plain(phrase)) not in known:
            out.append(Commemoration(name=name, month=month, day=day, said=(plain(phrase),)))
    return tuple(out)


def _find(text: str, known: Sequence[Commemoration]) -> list[_Found]:
    """Return the first mention of each, the longest phrase where several begin at one place."""
    found: list[_Found] = []
    for one in known:
        for phrase, wrong in (*((p, False) for p in one.said), *((p, True) for p in one.wrong)):
            at = text.find(phrase)
            if at >= 0 and _bounded(text, at, at + len(phrase)):
                found.append(_Found(of=one, start=at, end=at + len(phrase), wrong=wrong))
    kept: list[_Found] = []
    for one_found in sorted(found, key=lambda f: (f.start - f.end, f.wrong)):
        if all(one_found.end <= k.start or k.end <= one_found.start for k in kept):
            kept.append(one_found)
    return kept


def _bounded(text: str, start: int, end: int) -> bool:
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    return not before.isalnum() and not after.isalnum()


def _names(scene: Scene, found: Sequence[_Found]) -> Iterator[Hit]:
    """Warn of another name where that is what the post is about; elsewhere only tell the name."""
    severity: Severity = "advertencia" if _commemorates(scene) else "informativa"
    for one in found:
        if one.wrong:
            yield _hit(scene, one, "nombre_conmemoracion", severity, nombre=one.of.name)


def _days(scene: Scene, text: str, found: Sequence[_Found]) -> Iterator[Hit]:
    on = scene.facts.date
    tolerance = dt.timedelta(days=int(scene.manual.parameter("2.2", "tolerancia_dias", 0)))
    for one in found:
        wrong = _beside(text, one)
        if wrong is not None and wrong != (one.of.day, one.of.month):
            fecha = f"{one.of.day} de {_MONTHS[one.of.month - 1]}"
            yield _hit(
                scene, one, "conmemoracion_fecha", "advertencia", nombre=one.of.name, fecha=fecha
            )
            return
    if on is None or any(abs(one.of.near(on) - on) <= tolerance for one in found):
        return
    for one in found:
        day = one.of.near(on)
        values = {"nombre": one.of.name, "fecha": texts.date_words(day)}
        if _TODAY.search(text, max(0, one.start - _TODAY_REACH), one.start):
            yield _hit(scene, one, "conmemoracion", "advertencia", **values)
            return
        if _commemorates(scene) and not _dated(text, one.of):
            values["propuesta"] = texts.date_words(on)
            yield _hit(scene, one, "conmemoracion_otro_dia", "advertencia", **values)
            return


def _beside(text: str, one: _Found) -> tuple[int, int] | None:
    """Return the (day, month) that stands right before or after the name, if one does."""
    before = _BEFORE.search(text, max(0, one.start - 40), one.start)
    after = _AFTER.match(text[one.end : one.end + 40])
    told = before or after
    return (int(told.group(1)), _month(told.group(2))) if told else None


def _dated(text: str, of: Commemoration) -> bool:
    """Say whether the text itself names the right day: it announces, or remembers."""
    return any(
        (int(found.group(1)), _month(found.group(2))) == (of.day, of.month)
        for found in _DATED.finditer(text)
    )


def _rests(scene: Scene, text: str) -> Iterator[Hit]:
    """Warn of a rest day announced on its civic date where the law moves it to a Monday."""
    for said in _REST.finditer(text):
        begin, end = max(0, said.start() - _REST_REACH), said.end() + _REST_REACH
        for found in _DATED.finditer(text, begin, end):
            year = int(found.group(3)) if found.group(3) else 0
            if not year and scene.facts.date is not None:
                year = scene.facts.date.year
            if not year or not 1900 < year < 2200 or _REASON.search(text, begin, found.start()):
                continue
            told = (int(found.group(1)), _month(found.group(2)))
            for rest in rests(year):
                if told == (rest.honours.day, rest.honours.month) and rest.day != rest.honours:
                    start, stop = scene.text.folded.span(*found.span())
                    yield Hit(
                        rule="2.2",
                        reason="descanso_recorrido",
                        severity="advertencia",
                        start=start,
                        end=stop,
                        values=(("fecha", texts.date_words(rest.day)),),
                    )
                    return


def _commemorates(scene: Scene) -> bool:
    return plain(scene.facts.topic or "").startswith("conmemoracion")


def _month(name: str) -> int:
    return _MONTHS.index("septiembre" if name == "setiembre" else name) + 1


def _hit(scene: Scene, one: _Found, reason: str, severity: Severity, **values: str) -> Hit:
    start, end = scene.text.folded.span(one.start, one.end)
    return Hit(
        rule="2.2",
        reason=reason,
        severity=severity,
        start=start,
        end=end,
        values=tuple(values.items()),
    )

"""Section 9: links, shorteners, and dates that contradict themselves."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from publisher.manual import texts
from publisher.manual.findings import Hit
from publisher.manual.scene import Scene

_DAYS = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
)  # fmt: skip
_DATED = re.compile(
    rf"\b({'|'.join(_DAYS)})\s*,?\s*(?:dia\s+)?(\d{{1,2}})\s*(?:º|o)?\s+de\s+"
    rf"({'|'.join(_MONTHS)}|setiembre)\b(?:\s*(?:de|del)?\s*(?:ano\s+)?(\d{{4}})\b)?"
)
_IMPOSSIBLE = re.compile(
    rf"\b(\d{{1,2}})\s+de\s+({'|'.join(_MONTHS)}|setiembre)\b(?:\s+(?:de|del)\s+(\d{{4}})\b)?"
)
_HOUR = re.compile(
    r"(?<![\d:.])(\d{1,2}):(\d{2})(?![\d:])\s*(?:h|hrs|horas|am|pm|a\.?\s?m|p\.?\s?m)?\b"
)


def evaluate(scene: Scene) -> Iterator[Hit]:
    """Yield hits about links, dates and hours."""
    yield from _links(scene)
    yield from _dates(scene)


def host_of(url: str) -> str:
    """Return the host of an address written with or without scheme, in lower case."""
    address = url if "://" in url else "//" + url
    try:
        return (urlsplit(address).hostname or "").lower().rstrip(".")
    except ValueError:
        return ""


def _under(host: str, domains: Iterator[str] | tuple[str, ...]) -> bool:
    return any(host == domain or host.endswith("." + domain) for domain in domains)


def _links(scene: Scene) -> Iterator[Hit]:
    allowed = tuple(scene.manual.parameter("9.4", "dominios_permitidos", ()))
    short = tuple(scene.manual.parameter("9.4", "acortadores", ()))
    for token in scene.tokens:
        if token.kind != "url":
            continue
        host = host_of(scene.original[token.start : token.end])
        if _under(host, allowed):
            continue
        shortened = _under(host, short)
        yield Hit(
            rule="9.4",
            reason="acortador" if shortened else "dominio",
            severity="bloqueo" if shortened else "advertencia",
            start=token.start,
            end=token.end,
            category="no_verificado" if shortened else None,
            values=(("dominio", host),),
        )


def _nearest(month: int, day: int, on: dt.date) -> dt.date | None:
    """Return the date with this month and day that is nearest to ``on``."""
    options: list[dt.date] = []
    for year in (on.year - 1, on.year, on.year + 1):
        try:
            options.append(dt.date(year, month, day))
        except ValueError:
            continue
    return min(options, key=lambda option: abs(option - on), default=None)


def _month(name: str) -> int:
    return _MONTHS.index("septiembre" if name == "setiembre" else name) + 1


def _dates(scene: Scene) -> Iterator[Hit]:
    folded = scene.text.folded
    for found in _DATED.finditer(folded.text):
        weekday, day, month, year = found.groups()
        when = _resolve(scene, int(day), _month(month), year)
        if when is not None and _DAYS[when.weekday()] != weekday:
            start, end = folded.span(*found.span())
            yield Hit(
                rule="9.3",
                reason="dia_no_coincide",
                severity="advertencia",
                start=start,
                end=end,
                values=(("fecha", texts.date_words(when)),),
            )
    for found in _IMPOSSIBLE.finditer(folded.text):
        day, month, year = found.groups()
        if not _exists(int(day), _month(month), int(year) if year else 2024):
            start, end = folded.span(*found.span())
            yield Hit(
                rule="9.3", reason="fecha_imposible", severity="advertencia", start=start, end=end
            )
    for found in _HOUR.finditer(folded.text):
        if int(found.group(1)) > 24 or int(found.group(2)) > 59:
            start, end = folded.span(*found.span())
            yield Hit(
                rule="9.3", reason="hora_imposible", severity="advertencia", start=start, end=end
            )


def _exists(day: int, month: int, year: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def _resolve(scene: Scene, day: int, month: int, year: str | None) -> dt.date | None:
    if year is not None:
        return dt.date(int(year), month, day) if _exists(day, month, int(year)) else None
    if scene.facts.date is None:
        return None
    return _nearest(month, day, scene.facts.date)

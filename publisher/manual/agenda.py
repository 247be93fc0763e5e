"""Rule 9.3: an event to which somebody is invited is still to come when the post goes out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from publisher.manual import texts
from publisher.manual.findings import Hit
from publisher.manual.scene import Scene

_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
)  # fmt: skip
_DATE = re.compile(
    rf"\b(\d{{1,2}})\s+de\s+({'|'.join(_MONTHS)}|setiembre)\b(?:\s+(?:de|del)\s+(\d{{4}})\b)?"
)
_INVITES = re.compile(
    r"\b(?:te esperamos|los esperamos|las esperamos|no faltes|no falten|asiste|asistan|acude|acudan"
    r"|inscribete|inscribanse|registrate|registrense|participa|participen|te invitamos"
    r"|los invitamos|invitamos a|se llevara a cabo|se realizara|tendra lugar|iniciara|nos vemos)\b"
)
_PAST = re.compile(
    r"\b(?:se llevo a cabo|se realizo|tuvo lugar|se efectuo|participaron|asistieron|celebramos"
    r"|nacio|fallecio|murio|desde el|aniversario|publicad[oa]|emitid[oa]|de fecha"
    r"|convocatoria del)\b"
)
_LOOK_BACK = dt.timedelta(days=120)
_REACH = 300
_SENTENCE = re.compile(r"[.!?\n]")


def evaluate(scene: Scene) -> Iterator[Hit]:
    """Yield a hit for the first invitation whose only day is past on the day of publication."""
    on = scene.facts.date
    text = scene.text.folded.text
    if on is None or not _INVITES.search(text):
        return
    days = [(found, _day(found, on)) for found in _DATE.finditer(text)]
    known = [(found, day) for found, day in days if day is not None]
    if not known or any(day >= on for _, day in known):
        return
    for found, day in known:
        begin, end = _sentence(text, found.start(), found.end())
        around = text[begin:end]
        if on - day > _LOOK_BACK or _PAST.search(around) or not _INVITES.search(around):
            continue
        start, stop = scene.text.folded.span(*found.span())
        yield Hit(
            rule="9.3",
            reason="evento_pasado",
            severity="advertencia",
            start=start,
            end=stop,
            values=(("fecha", texts.date_words(day)),),
        )
        return


def _day(found: re.Match[str], on: dt.date) -> dt.date | None:
    """Return the day that is meant: with its year, or the nearest to the publication."""
    name = found.group(2)
    month = _MONTHS.index("septiembre" if name == "setiembre" else name) + 1
    years = [int(found.group(3))] if found.group(3) else [on.year - 1, on.year, on.year + 1]
    days = []
    for year in years:
        try:
            days.append(dt.date(year, month, int(found.group(1))))
        except ValueError:
            continue
    return min(days, key=lambda day: abs(day - on), default=None)


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    least = max(0, start - _REACH)
    begin = max((found.end() for found in _SENTENCE.finditer(text, least, start)), default=least)
    after = _SENTENCE.search(text, end, end + _REACH)
    return begin, after.start() if after else min(len(text), end + _REACH)

"""What shape each rule's parameters have, so that forms can edit them and files be refused.

A parameter that this table does not know (an engine may gain one) has the shape of its value.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

from publisher.manual import document_texts

Shape = Literal["words", "number", "share", "text", "switch", "pairs", "rows"]
"""A list of words, a whole number, a share from 0 to 1, a text, yes or no, a mapping, a table."""
Cell = Literal["text", "date", "monthday"]

EXTRA: Final = ("palabras", "frases_permitidas")
"""What any evaluated rule may carry: words that it finds too, phrases that it lets pass."""
_DAY: Final = re.compile(r"^\d{2}-\d{2}$")


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of a rule; ``columns`` are those of a table, with what each cell holds."""

    name: str
    shape: Shape
    columns: tuple[tuple[str, Cell], ...] = ()


def _words(*names: str) -> tuple[Parameter, ...]:
    return tuple(Parameter(name=name, shape="words") for name in names)


def _numbers(*names: str) -> tuple[Parameter, ...]:
    return tuple(Parameter(name=name, shape="number") for name in names)


KNOWN: Final[Mapping[str, tuple[Parameter, ...]]] = MappingProxyType(
    {
        "1.2": _words("temas"),
        "2.2": (
            *_numbers("tolerancia_dias"),
            Parameter(name="fuente", shape="text"),
            Parameter(
                name="conmemoraciones",
                shape="rows",
                columns=(("dia", "monthday"), ("nombre", "text"), ("busca", "text")),
            ),
        ),
        "2.6": _numbers("dias", "parecido"),
        "2.7": _numbers("minutos"),
        "6.3": _words("telefonos_institucionales", "correo_dominios", "correo_personal"),
        "7.3": (
            Parameter(
                name="periodos",
                shape="rows",
                columns=(
                    ("nombre", "text"),
                    ("inicio", "date"),
                    ("fin", "date"),
                    ("fuente", "text"),
                ),
            ),
        ),
        "9.4": _words("dominios_permitidos", "acortadores"),
        "11.1": (Parameter(name="proporcion", shape="share"), *_numbers("letras_minimas")),
        "11.2": (Parameter(name="acentos", shape="pairs"),),
        "12.1": (*_numbers("minimo", "maximo"), *_words("genericos")),
        "12.2": _numbers("maximo", "letras_de_dos_palabras"),
        "12.3": _numbers("maximo"),
        "15.1": _words("dominios_oficiales"),
    }
)


def parameters_of(rule_id: str, values: Mapping[str, Any]) -> tuple[Parameter, ...]:
    """Return the parameters that a rule has or may have, the two of any rule last."""
    known = KNOWN.get(rule_id, ())
    names = {parameter.name for parameter in known} | set(EXTRA)
    others = (_inferred(name, value) for name, value in values.items() if name not in names)
    return (*known, *others, *_words(*EXTRA))


def problems(rule_id: str, values: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each value that its rule could not read."""
    return [
        sentence
        for parameter in parameters_of(rule_id, values)
        if parameter.name in values
        for sentence in _faults(rule_id, parameter, values[parameter.name])
    ]


def _inferred(name: str, value: object) -> Parameter:
    if isinstance(value, bool):
        return Parameter(name=name, shape="switch")
    if isinstance(value, int | float):
        return Parameter(name=name, shape="number" if isinstance(value, int) else "share")
    if isinstance(value, Mapping):
        return Parameter(name=name, shape="pairs")
    if isinstance(value, list | tuple):
        rows = [row for row in value if isinstance(row, Mapping)]
        if rows:
            columns = dict.fromkeys(str(key) for row in rows for key in row)
            return Parameter(
                name=name,
                shape="rows",
                columns=tuple((key, _cell(key, rows)) for key in columns),
            )
        return Parameter(name=name, shape="words")
    return Parameter(name=name, shape="text")


def _cell(key: str, rows: list[Mapping[str, Any]]) -> Cell:
    return "date" if all(isinstance(row.get(key), dt.date) for row in rows) else "text"


def _faults(rule_id: str, parameter: Parameter, value: object) -> list[str]:
    if not _fits(parameter.shape, value):
        return [document_texts.bad_parameter(rule_id, parameter.name)]
    if parameter.shape != "rows":
        return []
    assert isinstance(value, list | tuple)  # noqa: S101 - _fits said so
    return [
        document_texts.bad_row(rule_id, parameter.name, number)
        for number, row in enumerate(value, 1)
        if not _row_fits(parameter, row)
    ]


def _fits(shape: Shape, value: object) -> bool:
    if shape == "words":
        return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
    if shape == "number":
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if shape == "share":
        return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    if shape == "pairs":
        return isinstance(value, Mapping) and all(isinstance(one, str) for one in value.values())
    if shape == "rows":
        return isinstance(value, list | tuple) and all(isinstance(one, Mapping) for one in value)
    return isinstance(value, bool if shape == "switch" else str)


def _row_fits(parameter: Parameter, row: Mapping[str, Any]) -> bool:
    for name, cell in parameter.columns:
        value = row.get(name)
        if cell == "date":
            if as_date(value) is None:
                return False
        elif not isinstance(value, str) or not value.strip():
            return False
        if cell == "monthday" and not _is_day(str(value)):
            return False
    start, end = as_date(row.get("inicio")), as_date(row.get("fin"))
    return start is None or end is None or start <= end


def as_date(value: object) -> dt.date | None:
    """Return a date, or the date that a text writes in ISO form; None for anything else."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _is_day(value: str) -> bool:
    if not _DAY.match(value):
        return False
    return as_date(f"2024-{value}") is not None

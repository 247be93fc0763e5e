"""A rule as a form: words, numbers, tables and examples, each in fields that a person fills in.

``read`` draws it and returns the rule as data, as the manual's document keeps it. A table is drawn
row by row; a long one is a text with a row a line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

import streamlit as st

from dashboard.components import marks
from dashboard.texts import manual as texts
from publisher.manual.comparison import facts
from publisher.manual.parameters import Parameter, as_date, parameters_of
from publisher.texts import manual_words as words

ROWS_MAX: Final = 12
_SPLIT: Final = "|"


def read(row: Mapping[str, Any], *, key: str) -> dict[str, Any]:
    """Draw the form of a rule and return what it says now."""
    out: dict[str, Any] = {"id": row["id"]}
    out["title"] = st.text_input(texts.RULE_TITLE, row["title"], key=f"titulo_{key}").strip()
    out["text"] = st.text_area(texts.RULE_TEXT, row["text"], key=f"texto_{key}").strip()
    left, middle, right = st.columns(3)
    out["severity"] = left.selectbox(
        texts.SEVERITY,
        list(words.SEVERITIES),
        index=list(words.SEVERITIES).index(row["severity"]),
        format_func=words.SEVERITIES.__getitem__,
        key=f"severidad_{key}",
    )
    out["kind"] = middle.selectbox(
        texts.KIND,
        list(words.KINDS),
        index=list(words.KINDS).index(row["kind"]),
        format_func=words.KINDS.__getitem__,
        key=f"tipo_{key}",
    )
    options = ["", *words.CATEGORIES]
    category = right.selectbox(
        texts.CATEGORY,
        options,
        index=options.index(row.get("category") or ""),
        format_func=lambda name: words.CATEGORIES.get(name, texts.NO_CATEGORY),
        key=f"categoria_{key}",
    )
    if category:
        out["category"] = category
    if out["kind"] == "human":  # kept as they are: nothing evaluates them
        return out | {name: row[name] for name in ("parameters", "examples") if row.get(name)}
    parameters = _parameters(row, key)
    if parameters:
        out["parameters"] = parameters
    examples = _examples(row.get("examples", ()), key)
    if examples:
        out["examples"] = examples
    return out


def lines(text: str | None) -> list[str]:
    """Return what a text holds a line, without the empty ones."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def table(text: str | None, names: Sequence[str]) -> list[dict[str, str]]:
    """Return the rows of a text whose columns are set apart by bars; the last takes the rest."""
    rows = []
    for line in lines(text):
        pieces = [piece.strip() for piece in line.split(_SPLIT, len(names) - 1)]
        pieces += [""] * (len(names) - len(pieces))
        rows.append(dict(zip(names, pieces, strict=True)))
    return rows


def as_text(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> str:
    """Return rows as ``table`` reads them."""
    return "\n".join(f" {_SPLIT} ".join(str(row.get(name, "")) for name in names) for row in rows)


def pairs(text: str | None) -> dict[str, str]:
    """Return the mapping of a text with ``key = value`` a line."""
    found = (line.partition("=") for line in lines(text))
    return {left.strip(): right.strip() for left, _, right in found}


def _parameters(row: Mapping[str, Any], key: str) -> dict[str, Any]:
    values: Mapping[str, Any] = row.get("parameters", {})
    out: dict[str, Any] = {}
    with st.expander(texts.PARAMETERS, expanded=True, icon=":material/tune:"):
        for parameter in parameters_of(str(row["id"]), values):
            value = _field(parameter, values.get(parameter.name), f"{parameter.name}_{key}")
            if value or parameter.name in values:
                out[parameter.name] = value
    return {name: value for name, value in out.items() if value is not None}


def _field(parameter: Parameter, value: Any, key: str) -> Any:
    label = words.parameter(parameter.name)
    if parameter.shape == "words":
        help_ = {"palabras": texts.PALABRAS_HELP, "frases_permitidas": texts.FRASES_HELP}
        return lines(
            st.text_area(
                label,
                "\n".join(value or ()),
                key=key,
                help=help_.get(parameter.name, texts.LINES_HELP),
            )
        )
    if parameter.shape == "number":
        return int(st.number_input(label, 0, None, int(value or 0), step=1, key=key))
    if parameter.shape == "share":
        return float(st.number_input(label, 0.0, None, float(value or 0), step=0.05, key=key))
    if parameter.shape == "switch":
        return st.toggle(label, bool(value), key=key)
    if parameter.shape == "pairs":
        text = "\n".join(f"{left} = {right}" for left, right in (value or {}).items())
        return pairs(st.text_area(label, text, key=key, help=texts.PAIRS_HELP, height=160))
    if parameter.shape == "rows":
        return _rows(parameter, list(value or ()), label, key)
    return st.text_input(label, str(value or ""), key=key).strip()


def _rows(parameter: Parameter, rows: list[Any], label: str, key: str) -> list[dict[str, Any]]:
    names = [name for name, _ in parameter.columns]
    if len(rows) > ROWS_MAX:
        columns = " | ".join(words.column(name) for name in names)
        text = st.text_area(
            label,
            as_text(rows, names),
            key=key,
            help=texts.ROWS_HELP.format(columns=columns),
            height=260,
        )
        found: list[dict[str, Any]] = [*table(text, names)]
        for row in found:
            row.update({name: as_date(row[name]) or row[name] for name in _dates(parameter)})
        return found
    st.html(f"<b>{label}</b>")
    out = []
    for number, place in enumerate(_places(key, len(rows)), 1):
        given = rows[place] if place < len(rows) else {}
        with st.container(border=True, key=f"renglon_{key}_{place}"):
            cells = st.columns([2.0 if cell == "text" else 1.3 for _, cell in parameter.columns])
            made: dict[str, Any] = {}
            for box, (name, cell) in zip(cells, parameter.columns, strict=True):
                title, name_key = words.column(name), f"{name}_{key}_{place}"
                if cell == "date":
                    day = as_date(given.get(name))
                    made[name] = box.date_input(title, day, format="DD/MM/YYYY", key=name_key)
                else:
                    typed = box.text_input(title, str(given.get(name, "")), key=name_key)
                    made[name] = typed.strip()
            _drop(key, place, texts.ROW.format(n=number))
        out.append({name: value for name, value in made.items() if value is not None})
    _add(key, texts.ADD_ROW)
    return out


def _dates(parameter: Parameter) -> list[str]:
    return [name for name, cell in parameter.columns if cell == "date"]


def _examples(examples: Sequence[Mapping[str, Any]], key: str) -> list[dict[str, Any]]:
    key = f"ejemplos_{key}"
    out = []
    with st.expander(texts.EXAMPLES, expanded=True, icon=":material/rule:"):
        st.html(marks.faint(texts.EXAMPLES_INTRO))
        for number, place in enumerate(_places(key, len(examples)), 1):
            given = examples[place] if place < len(examples) else {}
            with st.container(border=True, key=f"ejemplo_{key}_{place}"):
                text = st.text_area(
                    texts.EXAMPLE_TEXT.format(n=number),
                    str(given.get("text", "")),
                    key=f"texto_{key}_{place}",
                    height=68,
                )
                with st.container(horizontal=True, vertical_alignment="bottom"):
                    matches = st.toggle(
                        texts.EXAMPLE_MATCHES,
                        bool(given.get("matches", True)),
                        key=f"debe_{key}_{place}",
                    )
                    around = _facts(given.get("facts", {}), f"{key}_{place}")
                    _drop(key, place, texts.EXAMPLE_TEXT.format(n=number))
            if text.strip():
                made: dict[str, Any] = {"text": text.strip(), "matches": matches}
                out.append(made | ({"facts": around} if around else {}))
        _add(key, texts.ADD_EXAMPLE)
    return out


def _facts(given: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Draw the date of an example; whatever else it carries is kept and told."""
    day = st.date_input(
        texts.EXAMPLE_DATE,
        as_date(given.get("date")),
        format="DD/MM/YYYY",
        key=f"fecha_{key}",
        width=180,
    )
    kept = {name: value for name, value in given.items() if name != "date"}
    if kept:
        st.html(marks.faint(texts.EXAMPLE_KEPT.format(facts=facts(kept))))
    return ({"date": day.isoformat()} if isinstance(day, dt.date) else {}) | kept


def _places(key: str, count: int) -> list[int]:
    """Return the rows on the screen: those given, less what was taken off, and what was added."""
    st.session_state.setdefault(f"siguiente_{key}", count)
    found: list[int] = st.session_state.setdefault(f"filas_{key}", list(range(count)))
    return found


def _drop(key: str, place: int, said: str) -> None:
    st.button(
        texts.DROP_ROW,
        key=f"quitar_{key}_{place}",
        type="tertiary",
        icon=":material/close:",
        help=f"{texts.DROP_ROW}: {said}",
        on_click=partial(_without, key, place),
    )


def _without(key: str, place: int) -> None:
    st.session_state[f"filas_{key}"].remove(place)


def _add(key: str, label: str) -> None:
    st.button(label, key=f"agregar_{key}", icon=":material/add:", on_click=partial(_another, key))


def _another(key: str) -> None:
    st.session_state[f"filas_{key}"].append(st.session_state[f"siguiente_{key}"])
    st.session_state[f"siguiente_{key}"] += 1

"""Plantel × week as a heat map that is clicked, and the same numbers as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any, Final
from urllib.parse import urlencode

import altair as alt
import pandas as pd
import streamlit as st

from dashboard import theme
from dashboard.components import dates, marks, sheet
from dashboard.texts import actividad as texts
from publisher.queries.activity import PlantelActivity

ROW_HEIGHT: Final = 22
HEAD_HEIGHT: Final = 40
LEAST_TOP: Final = 4
NOTHING: Final = "#F1F4F6"
_POINT: Final = "celda"


@dataclass(frozen=True, kw_only=True)
class Picked:
    """The cell that was clicked: a plantel and the Monday of its week."""

    plantel_id: int
    monday: date


def draw(weeks: Sequence[date], rows: Sequence[PlantelActivity], *, key: str) -> Picked | None:
    """Draw the map; returns the clicked cell while it stays marked."""
    # Both fields of the selection are words: a date in it would come back changed by the browser.
    short = marks.short_names(row.plantel for row in rows)
    frame = pd.DataFrame(
        [
            {
                "clave": f"p{row.plantel_id}",
                "plantel": short[row.plantel],
                "semana": f"s{number}",
                "dia": dates.short(monday),
                "publicados": count,
            }
            for row in rows
            for number, (monday, count) in enumerate(zip(weeks, row.weeks, strict=True))
        ]
    )
    event: Any = st.altair_chart(
        _chart(frame, [short[row.plantel] for row in rows], [dates.short(day) for day in weeks]),
        on_select="rerun",
        selection_mode=_POINT,
        key=key,
        theme=None,
        alt=texts.CHART_ALT,
    )
    return understand(event, weeks, rows)


def understand(event: Any, weeks: Sequence[date], rows: Sequence[PlantelActivity]) -> Picked | None:
    """Return the cell that the browser told, as far as it is one of those on the screen."""
    selection = event.get("selection") if isinstance(event, Mapping) else None
    cells = selection.get(_POINT) if isinstance(selection, Mapping) else None
    cell = cells[0] if isinstance(cells, Sequence) and cells else None
    if not isinstance(cell, Mapping):
        return None
    ids = {f"p{row.plantel_id}": row.plantel_id for row in rows}
    mondays = {f"s{number}": monday for number, monday in enumerate(weeks)}
    plantel_id, monday = ids.get(str(cell.get("clave"))), mondays.get(str(cell.get("semana")))
    if plantel_id is None or monday is None:
        return None
    return Picked(plantel_id=plantel_id, monday=monday)


def _chart(frame: pd.DataFrame, names: Sequence[str], days: Sequence[str]) -> alt.Chart:
    pick = alt.selection_point(name=_POINT, fields=["clave", "semana"])
    top = max(int(frame["publicados"].max()), LEAST_TOP)
    shade = alt.Color(
        "publicados:Q",
        legend=None,
        scale=alt.Scale(domain=[1, (1 + top) / 2, top], range=list(theme.HEAT)),
    )
    return (
        alt.Chart(frame)
        .mark_rect(cornerRadius=3, cursor="pointer")
        .encode(
            x=alt.X(
                "dia:O",
                sort=list(days),
                title=None,
                axis=alt.Axis(
                    aria=False,  # Vega would describe the axes in English
                    orient="top",
                    labelAngle=0,
                    labelExpr="split(datum.label, ' ')",
                    labelOverlap=False,
                    labelPadding=16,
                    domain=False,
                    ticks=False,
                    labelFontSize=11,
                    labelColor=theme.INK,
                ),
            ),
            y=alt.Y(
                "plantel:N",
                sort=list(names),
                title=None,
                axis=alt.Axis(
                    aria=False,
                    domain=False,
                    ticks=False,
                    labelLimit=230,
                    labelFontSize=12,
                    labelColor=theme.INK,
                ),
            ),
            color=alt.condition("datum.publicados > 0", shade, alt.value(NOTHING)),
            stroke=alt.condition(pick, alt.value(theme.INK), alt.value("#FFFFFF"), empty=False),
            strokeWidth=alt.value(2),
            tooltip=[
                alt.Tooltip("plantel:N", title=texts.COLUMNS["plantel"]),
                alt.Tooltip("dia:N", title=texts.WEEK_OF),
                alt.Tooltip("publicados:Q", title=texts.COLUMNS["published"]),
            ],
        )
        .add_params(pick)
        .properties(height=ROW_HEIGHT * len(names) + HEAD_HEIGHT, background="#FFFFFF")
        .configure_view(stroke=None)
        .configure(font="Inter")
    )


def table(
    weeks: Sequence[date], rows: Sequence[PlantelActivity], *, params: Mapping[str, str]
) -> str:
    """Return the same as HTML; a plantel's name opens its detail, keeping ``params``."""
    counts = ("published", "scheduled", "waiting", "failed", "returned")
    headers = (
        texts.COLUMNS["plantel"],
        *(dates.short(monday).replace(" ", "<br>") for monday in weeks),
        *(texts.COLUMNS[name] for name in counts),
    )
    short = marks.short_names(row.plantel for row in rows)
    lines = []
    for row in rows:
        address = urlencode({**params, "plantel": str(row.plantel_id)})
        name = (
            f'<a href="/actividad?{escape(address)}" target="_self"'
            f' title="{escape(row.plantel, quote=True)}">{escape(short[row.plantel])}</a>'
        )
        numbers = (*row.weeks, *(getattr(row, name) for name in counts))
        lines.append((sheet.head(name), *(sheet.number(value) for value in numbers)))
    return sheet.table(
        headers, lines, caption=texts.TABLE_CAPTION, numbers=len(headers) - 1, narrow=True
    )

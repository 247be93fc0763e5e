"""Actividad por plantel: who publishes, who is silent, and what became of each send."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date
from functools import partial
from html import escape
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from dashboard import context, theme
from dashboard.components import dates, marks
from dashboard.texts import actividad as texts
from dashboard.texts import common
from publisher.app import Actor, App
from publisher.queries import activity
from publisher.queries.activity import Activity, PlantelActivity

ROW_HEIGHT = 22


def show(app: App, actor: Actor) -> None:
    """Draw the page."""
    found = context.load(partial(activity.by_plantel, app, actor))
    st.title(texts.TITLE, anchor=False)
    st.markdown(texts.INTRO.format(n=len(found.weeks)))
    rows = _filtered(found.rows) if len(found.rows) > 1 else list(found.rows)
    if not rows:
        st.html(marks.empty(texts.EMPTY))
        return
    left, right = st.columns([3, 2], gap="large")
    with left, st.container(border=True):
        name, week = _heat(found, rows)
    chosen = next((row for row in rows if row.plantel == name), rows[0])
    with right, st.container(border=True):
        _detail(app, actor, found, chosen, week)
    with st.expander(texts.TABLE, icon=":material/table:", expanded=len(rows) == 1):
        _table(app, rows)


def _filtered(rows: Sequence[PlantelActivity]) -> list[PlantelActivity]:
    regions = sorted({row.region for row in rows if row.region})
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        region = st.segmented_control(
            texts.REGION,
            [texts.EVERY_REGION, *regions],
            default=texts.EVERY_REGION,
            required=True,
            key="region",
            bind="query-params",
        )
        order = st.segmented_control(
            texts.ORDER,
            list(texts.ORDERS),
            default=texts.ORDERS[0],
            required=True,
            key="orden",
            bind="query-params",
        )
        wanted = st.text_input(
            texts.SEARCH,
            placeholder=texts.SEARCH_HINT,
            icon=":material/search:",
            key="buscar",
            live=True,
            width=260,
        )
    kept = [
        row
        for row in rows
        if region in {texts.EVERY_REGION, row.region} and _bare(wanted) in _bare(row.plantel)
    ]
    if order == texts.ORDERS[0]:
        kept.sort(key=lambda row: (row.published, row.plantel))
    elif order == texts.ORDERS[1]:
        kept.sort(key=lambda row: (-row.published, row.plantel))
    return kept


def _bare(words: str | None) -> str:
    spread = unicodedata.normalize("NFD", (words or "").casefold())
    return "".join(mark for mark in spread if not unicodedata.combining(mark))


def _heat(found: Activity, rows: Sequence[PlantelActivity]) -> tuple[str, str]:
    """Draw the heat map; returns the plantel and the week (as words) of the chosen cell."""
    weeks = [dates.short(monday) for monday in found.weeks]
    short = marks.short_names(row.plantel for row in rows)
    frame = pd.DataFrame(
        [
            {"plantel": short[row.plantel], "semana": week, "publicados": count or None}
            for row in rows
            for week, count in zip(weeks, row.weeks, strict=True)
        ]
    )
    pick = alt.selection_point(name="celda", fields=["plantel", "semana"])
    top = max(max(row.weeks) for row in rows)
    base = alt.Chart(frame).encode(
        x=alt.X(
            "semana:O",
            sort=weeks,
            title=None,
            axis=alt.Axis(
                orient="top",
                labelAngle=0,
                labelExpr="split(datum.label, ' ')",
                labelOverlap=False,
                labelPadding=16,
                domain=False,
                ticks=False,
                labelFontSize=11,
            ),
        ),
        y=alt.Y(
            "plantel:N",
            sort=list(short.values()),
            title=None,
            axis=alt.Axis(domain=False, ticks=False, labelLimit=230, labelFontSize=12),
        ),
    )
    chart = (
        base.mark_rect(cornerRadius=3, stroke="#FFFFFF", strokeWidth=2)
        .encode(
            color=alt.Color(
                "publicados:Q",
                legend=None,
                scale=alt.Scale(domain=[1, max(top, 4)], range=list(theme.HEAT)),
            ),
            opacity=alt.condition(pick, alt.value(1), alt.value(0.45)),
            tooltip=[
                alt.Tooltip("plantel:N", title=texts.COLUMNS["plantel"]),
                alt.Tooltip("semana:N", title=texts.WEEK_OF),
                alt.Tooltip("publicados:Q", title=texts.PUBLISHED),
            ],
        )
        .add_params(pick)
        .properties(height=ROW_HEIGHT * len(rows) + 40, background="#FFFFFF")
        .configure_view(stroke=None, fill="#FAFBFC")
        .configure(font="Inter")
    )
    event: Any = st.altair_chart(
        chart,
        on_select="rerun",
        selection_mode="celda",
        key="mapa",
        theme=None,
        alt=texts.CHART_ALT,
    )
    cells = event.selection.get("celda") or []
    cell = cells[0] if cells else {}
    told = str(cell.get("plantel", ""))
    whole = next((name for name, words in short.items() if words == told), "")
    return whole, str(cell.get("semana", ""))


def _detail(app: App, actor: Actor, found: Activity, chosen: PlantelActivity, week: str) -> None:
    st.header(chosen.plantel, anchor=False)
    st.html(
        marks.faint(
            texts.DETAIL_LINE.format(
                region=chosen.region, n=chosen.published, weeks=len(found.weeks)
            )
        )
    )
    shown = ("published", "scheduled", "failed", "returned")
    for pair in (shown[:2], shown[2:]):
        for column, name in zip(st.columns(2), pair, strict=True):
            column.metric(texts.COLUMNS[name], getattr(chosen, name))
    st.html(
        " &nbsp; ".join(
            f"{marks.network(name)} <b class='pg-num'>{chosen.networks.get(name, 0)}</b>"
            for name in common.NETWORKS
        )
    )
    monday = _monday(found.weeks, week)
    title = texts.RECENT_WEEK.format(day=dates.short(monday)) if monday else texts.RECENT
    st.header(title, anchor=False)
    rows = context.load(
        partial(activity.recent, app, actor, chosen.plantel_id, week=monday, limit=12)
    )
    if not rows:
        st.html(marks.empty(texts.RECENT_EMPTY))
        return
    for row in rows:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(
                f"<div>{marks.network(row.network)} "
                f"<b>{escape(dates.instant(row.at, row.timezone))}</b> "
                f"{marks.phase(row.group)}</div>"
                f"<div class='pg-texto' style='-webkit-line-clamp:1'>"
                f"{escape(row.text or common.NO_TEXT)}</div>"
            )
            st.page_link(
                "views/publicacion.py", label=common.SEE, query_params={"id": str(row.post_id)}
            )


def _monday(weeks: Sequence[date], words: str) -> date | None:
    return next((monday for monday in weeks if dates.short(monday) == words), None)


def _table(app: App, rows: Sequence[PlantelActivity]) -> None:
    zone = app.institution.timezone
    names = texts.COLUMNS
    st.dataframe(
        pd.DataFrame(
            [
                {
                    names["plantel"]: row.plantel,
                    **{names[net]: row.networks.get(net, 0) for net in common.NETWORKS},
                    names["published"]: row.published,
                    names["scheduled"]: row.scheduled,
                    names["waiting"]: row.waiting,
                    names["failed"]: row.failed,
                    names["returned"]: row.returned,
                    names["last"]: (
                        dates.instant(row.last_published_at, zone)
                        if row.last_published_at
                        else texts.NEVER
                    ),
                }
                for row in rows
            ]
        ),
        hide_index=True,
        key="tabla",
    )


show(context.house(), context.person())

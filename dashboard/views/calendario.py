"""Calendario: what goes out when, by month, week or list, in each plantel's own time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import context
from dashboard.components import dates, marks, month
from dashboard.texts import calendario as texts
from dashboard.texts import common
from publisher import access
from publisher.app import Actor, App
from publisher.queries import calendar, places
from publisher.queries.calendar import CalendarRow


def show(app: App, actor: Actor) -> None:
    """Draw the page."""
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    with left:
        st.title(texts.TITLE, anchor=False)
        st.markdown(texts.INTRO)
    if access.anywhere(actor, "post.draft"):
        with right, st.container(horizontal=True, horizontal_alignment="right"):
            st.page_link("views/nueva.py", label=common.NEW_POST, icon=":material/add:")
    networks, phases, plantel_ids = _filters(app, actor)
    today = app.clock().astimezone(ZoneInfo(app.institution.timezone)).date()
    day, view = _navigation(today)
    first, last = _range(day, view)
    shown = context.load(
        partial(
            calendar.visible,
            app,
            actor,
            first=first,
            last=last,
            networks=networks,
            phases=phases,
            plantel_ids=plantel_ids,
        )
    )
    if shown.cut:
        st.warning(texts.CUT)
    if not shown.rows:
        _nothing(filtered=bool(networks or phases or plantel_ids))
    if view == "list":
        _list(shown.rows)
        return
    opened = month.draw(
        shown.rows, first=first, last=last, today=today, month=day, week=view == "week"
    )
    if opened is not None:
        _drawer(next(row for row in shown.rows if row.post_id == opened))


def _filters(app: App, actor: Actor) -> tuple[list[str], list[str], list[int]]:
    options = context.load(partial(places.planteles, app, actor, active_only=False))
    names = {row.name: row.id for row in options}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        networks = st.pills(
            texts.NETWORK,
            list(common.NETWORKS.values()),
            selection_mode="multi",
            key="red",
            bind="query-params",
        )
        phases = st.multiselect(
            texts.PHASE,
            [common.PHASES[name] for name in texts.PHASES],
            placeholder=common.ALL,
            key="estado",
            bind="query-params",
            width=300,
        )
        picked = (
            st.multiselect(
                texts.PLANTELES,
                list(names),
                placeholder=texts.ALL_PLANTELES,
                key="plantel",
                bind="query-params",
                width=300,
            )
            if len(names) > 1
            else []
        )
    network_of = {label: name for name, label in common.NETWORKS.items()}
    phase_of = {label: name for name, label in common.PHASES.items()}
    return (
        [network_of[label] for label in networks],
        [phase_of[label] for label in phases],
        [names[label] for label in picked],
    )


def _navigation(today: date) -> tuple[date, str]:
    """Draw the bar over the grid; the day in view lives in the address."""
    try:
        day = date.fromisoformat(st.query_params.get("dia", ""))
    except ValueError:
        day = today
    bar, title, views = st.columns([1.2, 2, 1.3], vertical_alignment="center")
    with views, st.container(horizontal=True, horizontal_alignment="right"):
        label = st.segmented_control(
            texts.VIEW,
            list(texts.VIEWS),
            default=next(iter(texts.VIEWS)),
            required=True,
            label_visibility="collapsed",
            key="vista",
            bind="query-params",
        )
    view = texts.VIEWS.get(label or "", "month")
    with bar, st.container(horizontal=True):
        for icon, words, step, key in (
            (":material/chevron_left:", texts.PREVIOUS, -1, "antes"),
            (":material/chevron_right:", texts.NEXT, 1, "despues"),
        ):
            st.button(
                "",
                icon=icon,
                help=words,
                key=key,
                on_click=partial(_go, _beside(day, view, step)),
            )
        st.button(texts.TODAY, key="hoy", on_click=partial(_go, today))
    first, last = _range(day, view)
    heading = (
        texts.WEEK.format(first=dates.short(first), last=dates.short(last))
        if view == "week"
        else dates.month(day)
    )
    with title:
        st.header(heading, anchor=False, text_alignment="center")
    return day, view


def _go(day: date) -> None:
    st.query_params["dia"] = day.isoformat()


def _beside(day: date, view: str, step: int) -> date:
    if view == "week":
        return day + timedelta(weeks=step)
    first = day.replace(day=1)
    if step < 0:
        return (first - timedelta(days=1)).replace(day=1)
    return (first + timedelta(days=32)).replace(day=1)


def _range(day: date, view: str) -> tuple[date, date]:
    if view == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    if view == "list":
        first = day.replace(day=1)
        return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return dates.grid_of(day)


def _nothing(*, filtered: bool) -> None:
    st.html(marks.empty(texts.EMPTY_FILTERED if filtered else texts.EMPTY))
    if filtered:
        st.button(texts.CLEAR, key="quitar_filtros", on_click=_clear)


def _clear() -> None:
    for key in ("red", "estado", "plantel"):
        st.session_state.pop(key, None)
        st.query_params.pop(key, None)


def _list(rows: Sequence[CalendarRow]) -> None:
    by_day: dict[str, list[CalendarRow]] = defaultdict(list)
    for row in rows:
        by_day[row.local_at[:10]].append(row)
    for day, posts in by_day.items():
        st.header(dates.day(date.fromisoformat(day)), anchor=False)
        for row in posts:
            with st.container(border=True, horizontal=True, vertical_alignment="center"):
                st.html(
                    f"<div>{marks.networks(row.networks)} <b>{escape(row.local_at[11:16])}</b>"
                    f" {escape(row.plantel)} {marks.phase(row.phase)}</div>"
                    f"<div class='pg-texto'>{escape(row.text or common.NO_TEXT)}</div>"
                )
                st.page_link(
                    "views/publicacion.py",
                    label=common.OPEN,
                    query_params={"id": str(row.post_id)},
                )


@st.dialog(texts.DRAWER, position="right")
def _drawer(row: CalendarRow) -> None:
    st.html(
        f"<div>{marks.phase(row.phase)} {marks.networks(row.networks)}</div>"
        f"<div style='margin-top:8px'><b>{escape(row.plantel)}</b></div>"
        f"<div class='pg-tenue'>{escape(dates.wall(row.local_at))}"
        f" ({escape(dates.zone_name(row.timezone))}) · {escape(marks.accounts(row.accounts))}</div>"
        f"<p style='white-space:pre-wrap;overflow-wrap:anywhere'>"
        f"{escape(row.text or common.NO_TEXT)}</p>"
    )
    for sha256 in row.pictures:
        st.html(f'<img src="/imagen/{sha256}?w=480" alt="" style="width:100%;border-radius:8px">')
    st.page_link(
        "views/publicacion.py",
        label=texts.FULL,
        icon=":material/arrow_forward:",
        query_params={"id": str(row.post_id)},
    )


show(context.house(), context.person())

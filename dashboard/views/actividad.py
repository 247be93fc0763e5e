"""Actividad por plantel: who publishes, who is silent, and what became of each send."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date
from functools import partial
from html import escape
from typing import Final

import streamlit as st

from dashboard import context
from dashboard.components import costs, dates, heatmap, marks, sheet
from dashboard.texts import actividad as texts
from dashboard.texts import common
from publisher import access
from publisher.app import Actor, App
from publisher.queries import activity, reach
from publisher.queries.activity import Activity, NetworkActivity, PlantelActivity, RecentRow

LATEST: Final = 8
COUNTS: Final = ("published", "scheduled", "waiting", "failed", "returned")


def show(app: App, actor: Actor) -> None:
    """Draw the page: the map and a detail, or the detail alone where there is one plantel."""
    sheet.style()
    found = context.load(partial(activity.by_plantel, app, actor))
    weeks = len(found.weeks)
    if len(found.rows) == 1:
        st.title(texts.TITLE_ONE, anchor=False)
        st.markdown(texts.INTRO_ONE.format(n=weeks))
        _detail(app, actor, found, found.rows[0], None, wide=True)
        return
    st.title(texts.TITLE, anchor=False)
    st.markdown(texts.INTRO.format(n=weeks))
    costs.month(app)
    if not found.rows:
        st.html(marks.empty(texts.NO_PLANTELES))
        return
    rows, as_table = _filtered(found.rows)
    st.html(marks.faint(silence(rows, weeks)))
    if not rows:
        st.html(marks.empty(texts.EMPTY))
        st.button(texts.CLEAR, key="quitar_filtros", on_click=_clear)
        return
    if as_table:
        if "plantel" in st.query_params:
            with st.container(border=True):
                _chosen(app, actor, found, rows, None, wide=True)
        params = {"ver": texts.VIEWS[1], **_kept(("region", "orden"))}
        st.html(heatmap.table(found.weeks, rows, params=params))
        return
    with st.container(key="mapa_y_detalle"):
        left, right = st.columns([3, 2], gap="large")
    with left, st.container(border=True, key="caja_mapa"):
        picked = heatmap.draw(
            found.weeks, rows, key=f"mapa_{st.session_state.setdefault('mapas', 0)}"
        )
    with right, st.container(border=True, key="detalle_plantel"):
        _chosen(app, actor, found, rows, picked)


def silence(rows: Sequence[PlantelActivity], weeks: int) -> str:
    """Return how many of the planteles on the screen published nothing; empty without any."""
    quiet = sum(not row.published for row in rows)
    if not rows:
        return ""
    if not quiet:
        return texts.SILENT_NONE.format(total=len(rows), weeks=weeks)
    sentence = texts.SILENT_ONE if quiet == 1 else texts.SILENT
    return sentence.format(n=quiet, total=len(rows), weeks=weeks)


def _filtered(rows: Sequence[PlantelActivity]) -> tuple[list[PlantelActivity], bool]:
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
            width=220,
        )
        view = st.segmented_control(
            texts.VIEW,
            list(texts.VIEWS),
            default=texts.VIEWS[0],
            required=True,
            key="ver",
            bind="query-params",
        )
    return ordered(rows, region or "", order or "", wanted or ""), view == texts.VIEWS[1]


def ordered(
    rows: Sequence[PlantelActivity], region: str, order: str, wanted: str
) -> list[PlantelActivity]:
    """Return the rows of a region whose name has ``wanted``, in the order that was asked."""
    kept = [
        row
        for row in rows
        if region in {"", texts.EVERY_REGION, row.region} and _bare(wanted) in _bare(row.plantel)
    ]
    if order == texts.ORDERS[0]:
        kept.sort(key=lambda row: (row.published, row.plantel))
    elif order == texts.ORDERS[1]:
        kept.sort(key=lambda row: (-row.published, row.plantel))
    return kept


def _bare(words: str) -> str:
    spread = unicodedata.normalize("NFD", words.strip().casefold())
    return "".join(mark for mark in spread if not unicodedata.combining(mark))


def _kept(names: Sequence[str]) -> dict[str, str]:
    return {name: st.query_params[name] for name in names if name in st.query_params}


def _clear() -> None:
    # Set, not popped: a parameter of the address that is bound to a widget cannot be taken off.
    st.session_state.region = texts.EVERY_REGION
    st.session_state.buscar = ""


def _chosen(
    app: App,
    actor: Actor,
    found: Activity,
    rows: Sequence[PlantelActivity],
    picked: heatmap.Picked | None,
    *,
    wide: bool = False,
) -> None:
    """Draw the detail of one plantel: the clicked cell's, else the one named in the picker."""
    by_id = {row.plantel_id: row for row in rows}
    if picked is not None and st.session_state.get("celda_vista") != picked:
        st.session_state.elegido = picked.plantel_id
        st.session_state.semana = picked.monday
    st.session_state.celda_vista = picked
    if "elegido" not in st.session_state:
        named = st.query_params.get("plantel", "")
        st.session_state.elegido = int(named) if named.isascii() and named.isdigit() else None
    if st.session_state.elegido not in by_id:
        st.session_state.elegido = rows[0].plantel_id
        st.session_state.semana = None
    chosen = st.selectbox(
        texts.PLANTEL,
        sorted(by_id, key=lambda id_: by_id[id_].plantel),
        format_func=lambda id_: by_id[id_].plantel,
        key="elegido",
        on_change=_forget_week,
    )
    _detail(app, actor, found, by_id[chosen], st.session_state.get("semana"), wide=wide)


def _forget_week() -> None:
    """Drop the marked week, and with a new key of the map its marked cell."""
    st.session_state.semana = None
    st.session_state.mapas = st.session_state.get("mapas", 0) + 1


def _detail(
    app: App,
    actor: Actor,
    found: Activity,
    chosen: PlantelActivity,
    week: date | None,
    *,
    wide: bool = False,
) -> None:
    if wide:
        st.header(marks.plain(chosen.plantel), anchor=False)
    st.html(marks.faint(_line(app, found, chosen)))
    if not wide:
        _figures(found, chosen)
        _reach(chosen)
        _latest(app, actor, chosen, week)
        _elsewhere(app, actor, chosen)
        return
    left, right = st.columns([2, 3], gap="large")
    with left:
        _figures(found, chosen)
        _reach(chosen)
    with right:
        _latest(app, actor, chosen, week)
        _elsewhere(app, actor, chosen)


def _line(app: App, found: Activity, chosen: PlantelActivity) -> str:
    if chosen.last_published_at is None:
        sentence, last = texts.DETAIL_NONE, ""
    else:
        sentence = texts.DETAIL_ONE if chosen.published == 1 else texts.DETAIL_LINE
        last = dates.instant(chosen.last_published_at, app.institution.timezone)
    return sentence.format(
        region=chosen.region, n=chosen.published, weeks=len(found.weeks), last=last
    ).removeprefix(" · ")


def _figures(found: Activity, chosen: PlantelActivity) -> None:
    if not chosen.by_network and not chosen.returned:
        st.html(marks.empty(texts.NETWORKS_EMPTY))
        return
    values = ", ".join(str(value) for value in chosen.weeks)
    span = texts.BARS_FROM.format(first=dates.short(found.weeks[0]))
    st.html(
        sheet.bars(chosen.weeks, label=texts.BARS.format(values=values))
        + marks.faint(span)
        + "<div style='height:10px'></div>"
        + sheet.table(
            ("", *(marks.network(name) for name in common.NETWORKS), escape(texts.TOTAL)),
            (_figure(name, chosen) for name in COUNTS),
            caption=texts.NETWORKS_CAPTION,
            numbers=len(common.NETWORKS) + 1,
            narrow=True,
        )
    )


def _reach(chosen: PlantelActivity) -> None:
    """Draw what people did, per network; what a network does not tell stays blank."""
    if not chosen.reach:
        return
    st.html(
        sheet.table(
            ("", *(marks.network(name) for name in common.NETWORKS)),
            (
                (
                    sheet.head(escape(words)),
                    *(
                        _told(getattr(chosen.reach.get(network), name, None))
                        for network in common.NETWORKS
                    ),
                )
                for name, words in texts.REACH.items()
            ),
            caption=texts.REACH_CAPTION,
            numbers=len(common.NETWORKS),
            narrow=True,
        )
    )


def _told(value: int | None) -> str:
    return "<td></td>" if value is None else sheet.number(value)


def _elsewhere(app: App, actor: Actor, chosen: PlantelActivity) -> None:
    rows = context.load(partial(reach.elsewhere, app, actor, chosen.plantel_id, limit=LATEST))
    if not rows:
        return
    st.header(texts.ELSEWHERE, anchor=False)
    st.html(marks.faint(texts.ELSEWHERE_INTRO))
    for row in rows:
        outside = ""
        if row.permalink.startswith(("https://", "http://")):
            label = texts.IN_NETWORK.format(network=common.NETWORKS.get(row.network, row.network))
            outside = (
                f'<a class="pg-ir" href="{escape(row.permalink, quote=True)}" target="_blank"'
                f' rel="noopener noreferrer">{escape(label)} ↗</a>'
            )
        with st.container(border=True):
            st.html(
                f"<div>{marks.network(row.network)} "
                f"<b>{escape(dates.instant(row.at, row.timezone))}</b> {escape(row.handle)}</div>"
                f"<div class='pg-texto'>{escape(row.text or common.NO_TEXT)}</div>{outside}"
            )


def _figure(name: str, chosen: PlantelActivity) -> tuple[str, ...]:
    by_network = [chosen.by_network.get(network, NetworkActivity()) for network in common.NETWORKS]
    return (
        sheet.head(escape(texts.COLUMNS[name])),
        *(sheet.number(getattr(counts, name)) for counts in by_network),
        sheet.number(getattr(chosen, name)),
    )


def _latest(app: App, actor: Actor, chosen: PlantelActivity, week: date | None) -> None:
    title = texts.RECENT_WEEK.format(day=dates.short(week)) if week else texts.RECENT
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(title, anchor=False)
        if week:
            st.button(texts.WHOLE, key="todas_semanas", type="tertiary", on_click=_forget_week)
    group = st.segmented_control(
        texts.GROUP,
        list(texts.GROUPS),
        default=next(iter(texts.GROUPS)),
        required=True,
        key="estado",
        label_visibility="collapsed",
    )
    groups = texts.GROUPS[group or next(iter(texts.GROUPS))]
    kept = st.session_state.setdefault("recientes", {})
    limit = kept.get(chosen.plantel_id, LATEST)
    rows = context.load(
        partial(
            activity.recent,
            app,
            actor,
            chosen.plantel_id,
            week=week,
            groups=groups,
            limit=limit + 1,
        )
    )
    if not rows:
        filtered = bool(groups) or week is not None
        st.html(marks.empty(texts.RECENT_EMPTY_FILTERED if filtered else texts.RECENT_EMPTY))
        if access.allows(actor, "post.draft", plantel_id=chosen.plantel_id) and not filtered:
            st.page_link("views/nueva.py", label=common.NEW_POST, icon=":material/add:")
    for number, row in enumerate(rows[:limit]):
        _one(row, number)
    if len(rows) > limit and st.button(texts.MORE, key="mas_recientes"):
        kept[chosen.plantel_id] = limit + LATEST
        st.rerun()


def _one(row: RecentRow, number: int) -> None:
    with st.container(border=True, key=f"envio_{number}"):
        words, link = st.columns([5, 1], vertical_alignment="center")
        outside = ""
        if row.permalink:
            label = texts.IN_NETWORK.format(network=common.NETWORKS.get(row.network, row.network))
            outside = (
                f'<a class="pg-ir" href="{escape(row.permalink, quote=True)}" target="_blank"'
                f' rel="noopener noreferrer">{escape(label)} ↗</a>'
            )
        words.html(
            f"<div>{marks.network(row.network)} "
            f"<b>{escape(dates.instant(row.at, row.timezone))}</b> {marks.phase(row.group)}</div>"
            f"<div class='pg-texto'>{escape(row.text or common.NO_TEXT)}</div>{outside}"
        )
        link.page_link(
            "views/publicacion.py", label=common.SEE, query_params={"id": str(row.post_id)}
        )


show(context.house(), context.person())

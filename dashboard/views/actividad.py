"""Actividad por plantel: who publishes, who is silent, and what became of each send."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import partial

import streamlit as st

from dashboard import context
from dashboard.components import costs, heatmap, marks, plantel_activity, sheet
from dashboard.texts import actividad as texts
from publisher.app import Actor, App
from publisher.queries import activity
from publisher.queries.activity import Activity, PlantelActivity


def show(app: App, actor: Actor) -> None:
    """Draw the page: the map and a detail, or the detail alone where there is one plantel."""
    sheet.style()
    found = context.load(partial(activity.by_plantel, app, actor))
    weeks = len(found.weeks)
    if len(found.rows) == 1:
        st.title(texts.TITLE_ONE, anchor=False)
        st.markdown(texts.INTRO_ONE.format(n=weeks))
        plantel_activity.show(app, actor, found, found.rows[0], None, wide=True)
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
        on_change=plantel_activity.forget_week,
    )
    plantel_activity.show(
        app, actor, found, by_id[chosen], st.session_state.get("semana"), wide=wide
    )


show(context.house(), context.person())

"""Decisiones: what waits for a person, its evidence side by side, and the emergency stop."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import context
from dashboard.components import (
    bulk,
    casework,
    dates,
    evidence,
    marks,
    preview,
    sheet,
    stopping,
    waiting,
)
from dashboard.components.composer import Face
from dashboard.texts import decisiones as texts
from dashboard.texts import hilos
from publisher import access
from publisher.app import Actor, App
from publisher.delivery.inspection import inspect
from publisher.queries import decision_case, decisions
from publisher.queries.decision_case import Case
from publisher.queries.decisions import Cursor, Filters
from publisher.texts.delivery import STATES


def show(app: App, actor: Actor) -> None:
    """Draw the list, or the one delivery that the address names."""
    sheet.style()
    deciding_here = access.anywhere(actor, "delivery.decide")
    raw = st.query_params.get("envio", "")
    if deciding_here and raw:
        _one(app, actor, raw)
        return
    st.title(texts.TITLE if deciding_here else texts.TITLE_STOP, anchor=False)
    if deciding_here:
        _list(app, actor)
        st.header(texts.STOP_TITLE, anchor=False)
    stopping.show(app, actor)


def _list(app: App, actor: Actor) -> None:
    bulk.failed()
    filters = waiting.chosen_filters()
    cursors: list[Cursor | None] = st.session_state.setdefault("paginas_decisiones", [None])
    if st.session_state.get("filtros_decisiones") != filters:
        st.session_state["filtros_decisiones"] = filters
        cursors[:] = [None]
    page = context.load(partial(decisions.waiting, app, actor, filters=filters, after=cursors[-1]))
    if not page.rows and len(cursors) > 1:
        cursors[:] = [None]
        st.rerun()
    if not page.causes:
        st.html(marks.empty(texts.EMPTY))
        return
    st.markdown(texts.COUNT_ONE if page.total == 1 else texts.COUNT.format(n=page.total))
    waiting.filters(page)
    if not page.rows:
        st.html(marks.empty(texts.EMPTY_FILTERED))
        st.button(texts.CLEAR, key="quitar_filtros", on_click=_clear)
        return
    listed, side = st.columns([5, 2], gap="large")
    with listed:
        chosen = waiting.draw(page.rows, open_one=_open)
        waiting.pager(page, cursors)
    if any(not row.doubtful for row in page.rows):
        with side, st.container(key="revision"):
            bulk.show(app, actor, chosen)


def _clear() -> None:
    st.session_state["causa"] = ""
    st.session_state["plantel"] = None
    st.session_state["filtros_decisiones"] = Filters()


def _one(app: App, actor: Actor, raw: str) -> None:
    st.title(texts.TITLE, anchor=False)
    st.button(texts.BACK, icon=":material/arrow_back:", key="volver", on_click=_back)
    if not raw.isdecimal() or len(raw) > 12:
        st.html(marks.empty(texts.BAD_LINK))
        return
    case = context.load(partial(decision_case.case, app, actor, int(raw)))
    row = case.delivery
    if not case.waiting:
        st.html(marks.empty(texts.GONE.format(state=STATES[row.state])))
        _full(case)
        return
    chip = waiting.chip(row.state, row.hold_reason)
    st.html(
        "<div style='font-size:1.1rem'>"
        f"{waiting.head(row.network, row.plantel, row.handle, chip)}</div>"
        f"{marks.faint(waiting.due(row.local_at, row.timezone))}"
    )
    why = marks.plain(waiting.why(row.state, row.hold_reason, row.reason))
    st.warning(f"**{texts.WHY_TITLE}.** {why}", icon=":material/help:")
    content, tried, seen = st.columns([5, 4, 5], gap="large")
    with content:
        _approved(case)
    with tried:
        st.header(texts.ATTEMPTS_TITLE, anchor=False)
        st.html(evidence.attempts(row))
    with seen:
        _account(app, actor, case)
    casework.show(app, actor, case, leave=_leave)


def _approved(case: Case) -> None:
    """Draw what was approved: text, pictures, account, hour, and by whom."""
    row, agreed = case.delivery, case.agreed
    st.header(texts.CONTENT_TITLE, anchor=False)
    if agreed is None:
        st.html(marks.faint(texts.AGREED_VOID))
    else:
        said = texts.AGREED.format(
            when=dates.wall(agreed.local_at),
            n=agreed.tolerance_min,
            person=agreed.person,
            at=dates.instant(agreed.at, row.timezone),
        )
        st.html(marks.faint(said))
    if row.part:
        total = len(row.following) + 1
        line = hilos.LINE[row.following[row.part - 1].kind].format(n=row.part + 1)
        st.markdown(hilos.WAITS.format(n=row.part + 1, total=total, line=line))
    face = Face(name=row.plantel, handle=row.handle)
    st.html(preview.single(row.network, case.text, face, case.pictures, form=case.form))
    for number, picture in enumerate(case.pictures, 1):
        st.html(marks.faint(texts.ALT.format(n=number, text=picture.alt_text)))
    _full(case)


def _account(app: App, actor: Actor, case: Case) -> None:
    """Draw what the account showed at the last look, and the button of the next."""
    row = case.delivery
    st.header(texts.LOOK_TITLE, anchor=False)
    if st.button(
        texts.LOOK_NOW,
        icon=":material/visibility:",
        help=texts.LOOK_NOW_HELP,
        key=f"mirar_{row.id}",
    ):
        with st.spinner(texts.LOOKING):
            looked = context.done(partial(inspect, app, actor, row.id), texts.LOOKED)
        if looked:
            st.rerun()
    st.html(evidence.look(case.look, looks=case.looks, zone=row.timezone))


def _full(case: Case) -> None:
    st.page_link(
        "views/publicacion.py",
        label=texts.FULL,
        icon=":material/article:",
        query_params={"id": str(case.post_id)},
    )


def _open(delivery_id: int) -> None:
    st.query_params["envio"] = str(delivery_id)


def _back() -> None:
    st.query_params.clear()


def _leave() -> None:
    st.query_params.clear()
    st.rerun()


show(context.house(), context.person())

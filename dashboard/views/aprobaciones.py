"""Aprobaciones: the trays of consulta (dictamen) and of the Directora, by deadline and risk."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dashboard import context
from dashboard.components import (
    answers,
    corrections,
    judging,
    marks,
    reasons,
    rechecked,
    tray,
    undoing,
)
from dashboard.texts import aprobaciones as texts
from dashboard.texts import common
from publisher.app import Actor, App
from publisher.queries import queue
from publisher.queries.queue import Filters, QueuePage, QueueRow, Tray


def show(app: App, actor: Actor) -> None:
    """Draw the page."""
    st.title(texts.TITLE, anchor=False)
    heading = st.container()
    corrections.tray(app, actor)
    which = _tray(app, actor)
    if which is None:
        st.html(marks.empty(common.PAGE_FORBIDDEN))
        return
    filters = _filters()
    cursors: list[queue.Cursor | None] = st.session_state.setdefault(f"paginas_{which}", [None])
    if st.session_state.get("filtros_vistos") != (which, filters):
        cursors[:] = [None]
        st.session_state.filtros_vistos = (which, filters)
    page = context.load(partial(queue.tray, app, actor, which, filters=filters, after=cursors[-1]))
    soon = texts.SOON_ONE if page.soon == 1 else texts.SOON.format(soon=page.soon)
    soon = soon if page.soon else ""
    with heading:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(texts.COUNT[which].format(total=page.total) + soon)
            reasons.button(app, actor)
        undoing.show(app, actor)
        answers.show()
        rechecked.of_tray(app, actor, "in_review" if which == "review" else "reviewed")
    if not page.rows:
        _nothing(filters, cursors)
        return
    left, right = st.columns([5, 4], gap="medium")
    with left:
        st.html(marks.faint(texts.ORDER))
        told = tray.draw(
            page.rows,
            key=f"bandeja_{which}",
            version=_version(page.rows),
            favour=which == "review",
            now=app.clock(),
        )
        _pager(page, cursors)
    with right, st.container(border=True, key="detalle"):
        if told.outdated:
            st.warning(texts.OUTDATED, icon=":material/sync_problem:")
        judging.draw(app, actor, which, page.rows, told)


def _tray(app: App, actor: Actor) -> Tray | None:
    mine: list[Tray] = [name for name in ("approve", "review") if queue.may_open(app, actor, name)]
    if len(mine) < 2:
        return mine[0] if mine else None
    picked = st.segmented_control(
        texts.TRAY_LABEL,
        mine,
        default="review" if "DIRV" not in actor.roles else "approve",
        format_func=lambda name: texts.TRAYS[name],
        required=True,
        key="bandeja",
    )
    return "review" if picked == "review" else "approve"


def _filters() -> Filters:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        due = st.segmented_control(
            texts.DUE,
            list(texts.DUE_OPTIONS),
            default=list(texts.DUE_OPTIONS)[-1],
            required=True,
            key="salen",
            bind="query-params",
        )
        network = st.pills(
            texts.NETWORK,
            list(common.NETWORKS.values()),
            key="red",
            bind="query-params",
        )
        risky = st.toggle(texts.RISK, key="riesgo", bind="query-params")
    names = {label: name for name, label in common.NETWORKS.items()}
    return Filters(
        hours=texts.DUE_OPTIONS.get(due or ""),
        network=names.get(network or "", ""),
        risk_only=risky,
    )


def _nothing(filters: Filters, cursors: list[queue.Cursor | None]) -> None:
    filtered = filters != Filters() or len(cursors) > 1
    st.html(marks.empty(texts.EMPTY_FILTERED if filtered else texts.EMPTY))
    if filtered:
        st.button(texts.CLEAR, key="quitar_filtros", on_click=_clear, args=(cursors,))


def _clear(cursors: list[queue.Cursor | None]) -> None:
    # Set, not popped: a parameter of the address that is bound to a widget cannot be taken off.
    st.session_state.salen = list(texts.DUE_OPTIONS)[-1]
    st.session_state.red = None
    st.session_state.riesgo = False
    cursors[:] = [None]


def _version(rows: Sequence[QueueRow]) -> str:
    return ",".join(f"{row.post_id}.{row.version}.{row.risk}.{row.warnings}" for row in rows)


def _pager(page: QueuePage, cursors: list[queue.Cursor | None]) -> None:
    if len(cursors) == 1 and page.next is None:
        return
    with st.container(horizontal=True):
        if st.button(common.PREVIOUS, disabled=len(cursors) == 1, key="anteriores"):
            cursors.pop()
            st.rerun()
        if st.button(common.NEXT, disabled=page.next is None, key="siguientes"):
            cursors.append(page.next)
            st.rerun()


show(context.house(), context.person())

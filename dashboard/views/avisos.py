"""Avisos: what a person was told, the unread ones first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from html import escape

import streamlit as st

from dashboard import context, navigation
from dashboard.components import dates, marks, sheet
from dashboard.texts import avisos as texts
from dashboard.texts import common
from publisher import notices
from publisher.app import Actor, App
from publisher.notices import NoticeRow

PAGE = 20
OPTIONS: Mapping[str, bool] = {texts.UNREAD: True, texts.ALL: False}


def show(app: App, actor: Actor) -> None:
    """Draw the page."""
    sheet.style()
    st.title(texts.TITLE, anchor=False)
    st.markdown(texts.INTRO)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        picked = st.segmented_control(
            texts.SHOW,
            list(OPTIONS),
            default=texts.UNREAD,
            required=True,
            key="mostrar",
            bind="query-params",
            label_visibility="collapsed",
        )
        space = st.container(horizontal=True, horizontal_alignment="right")
    unread_only = OPTIONS[picked or texts.UNREAD]
    shown = st.session_state.setdefault("avisos_visibles", PAGE)
    rows = context.load(
        partial(notices.list_for, app, actor, unread_only=unread_only, limit=shown + 1)
    )
    if any(row.read_at is None for row in rows):
        space.button(
            texts.READ_ALL,
            key="leer_todos",
            icon=":material/done_all:",
            on_click=partial(_read, app, actor, None),
        )
    if not rows:
        st.html(marks.empty(texts.EMPTY_UNREAD if unread_only else texts.EMPTY))
        return
    _list(app, actor, rows[:shown])
    if len(rows) > shown and st.button(texts.MORE, key="mas_avisos"):
        st.session_state.avisos_visibles = shown + PAGE
        st.rerun()


def _list(app: App, actor: Actor, rows: Sequence[NoticeRow]) -> None:
    zone = app.institution.timezone
    mine = {screen.name for screen in navigation.visible(app, actor)}
    for row in rows:
        unread = row.read_at is None
        with st.container(border=True, key=f"aviso_{row.id}"):
            words, actions = st.columns([4, 1], vertical_alignment="center")
            new = f" {sheet.chip(texts.NEW, 'info')}" if unread else ""
            words.html(
                f"<div><b>{escape(row.subject)}</b>{new}</div>"
                f"<div style='overflow-wrap:anywhere;white-space:pre-line'>{escape(row.body)}</div>"
                f"{marks.faint(dates.instant(row.at, zone))}"
            )
            target = navigation.target(row.link)
            with actions, st.container(horizontal_alignment="right", gap="small"):
                if target and target.name in mine:
                    st.page_link(
                        f"views/{target.name}.py",
                        label=common.OPEN,
                        icon=":material/open_in_new:",
                        query_params=dict(target.params),
                    )
                if unread:
                    st.button(
                        texts.READ,
                        key=f"leer_{row.id}",
                        on_click=partial(_read, app, actor, row.id),
                    )


def _read(app: App, actor: Actor, notice_id: int | None) -> None:
    ids = None if notice_id is None else [notice_id]
    done = context.attempt(partial(notices.mark_read, app, actor, ids), quiet=True)
    if done:
        context.tell(texts.READ_DONE_ONE if done == 1 else texts.READ_DONE.format(n=done))


show(context.house(), context.person())

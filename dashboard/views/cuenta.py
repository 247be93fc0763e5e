"""Mi cuenta: roles in force, password and second factor, and the open sessions."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from dashboard import context
from dashboard.components import dates, factor, marks
from dashboard.texts import common
from dashboard.texts import cuenta as texts
from publisher import access, people
from publisher.app import Actor, App
from publisher.queries import places


def show(app: App, actor: Actor) -> None:
    """Draw the page."""
    st.title(actor.name, anchor=False)
    st.markdown(texts.INTRO.format(email=actor.email))
    left, right = st.columns(2, gap="large")
    with left:
        st.header(texts.ROLES_TITLE, anchor=False)
        st.html(marks.rows(_roles(app, actor)))
        st.header(texts.PASSWORD_TITLE, anchor=False)
        st.markdown(texts.PASSWORD_INTRO)
        st.html(f'<a class="pg-enlace" href="/contrasena" target="_self">{texts.CHANGE}</a>')
        factor.section(app, actor)
    with right:
        st.header(texts.SESSIONS_TITLE, anchor=False)
        st.markdown(texts.SESSIONS_INTRO)
        _sessions(app, actor)


def _roles(app: App, actor: Actor) -> list[str]:
    names = {}
    if access.anywhere(actor, "institution.read"):
        found = places.planteles(app, actor, action="institution.read", active_only=False)
        names = {row.id: row.name for row in found}
    return [
        marks.row(
            title=f"<b>{escape(common.ROLES[role])}</b>",
            text=names.get(plantel or 0, texts.EVERYWHERE),
        )
        for role, plantel in actor.grants
    ]


def _sessions(app: App, actor: Actor) -> None:
    zone = app.institution.timezone
    for row in people.sessions_of(app, actor):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            agent = _agent(row.agent)
            mark = f" · {texts.CURRENT}" if row.current else ""
            since = texts.SINCE.format(
                since=dates.instant(row.created_at, zone), seen=dates.instant(row.seen_at, zone)
            )
            st.html(
                f"<div><b>{escape(agent)}</b> {escape(row.address)}{escape(mark)}</div>"
                f"<div class='pg-texto'>{escape(since)}</div>"
            )
            if not row.current:
                st.button(
                    texts.CLOSE,
                    key=f"cerrar_{row.reference}",
                    on_click=partial(_close, app, actor, row.reference),
                )


def _close(app: App, actor: Actor, reference: str) -> None:
    def close() -> bool:
        people.revoke(app, actor, reference)
        return True

    if context.attempt(close, quiet=True):
        context.tell(texts.CLOSED)


def _agent(agent: str) -> str:
    for name in ("Edg", "OPR", "Firefox", "Chrome", "Safari"):
        if name in agent:
            return {"Edg": "Edge", "OPR": "Opera"}.get(name, name)
    return texts.UNKNOWN_AGENT


show(context.house(), context.person())

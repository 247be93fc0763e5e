"""What stands around every page: stops in force, who is there, and the way out."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from dashboard import context
from dashboard.components import dates, marks
from dashboard.texts import common as texts
from dashboard.texts import decisiones as stop_texts
from publisher import access
from publisher.app import Actor, App
from publisher.queries import stops


def sidebar(app: App, actor: Actor) -> None:
    """Draw the sidebar under the menu. Signing out is a form: a link could be prefetched."""
    roles = ", ".join(texts.ROLES[role] for role in texts.ROLES if role in actor.roles)
    with st.sidebar:
        note = f"<span>{escape(texts.SANDBOX_BANNER)}</span>" if app.sandboxed else ""
        st.html(
            f'<hr style="border:0;border-top:1px solid #DDE3E9;margin:4px 0 14px">'
            f'<div class="pg-persona"><b>{escape(actor.name)}</b><span>{escape(roles)}</span></div>'
            f'<form class="pg-salir" method="post" action="/salir">'
            f"<button type='submit'>{escape(texts.SIGN_OUT)}</button></form>"
            f'<div class="pg-persona">{note}</div>'
        )


def banner(app: App, actor: Actor) -> None:
    """Say on every page which emergency stops are in force where the person works."""
    rows = context.load(partial(stops.over, app, actor))
    if not rows:
        return
    first = rows[0]
    if first.plantel_id is None:
        head = stop_texts.BANNER_ALL
    elif len(rows) == 1:
        head = stop_texts.BANNER_ONE.format(plantel=marks.plain(first.plantel))
    else:
        head = stop_texts.BANNER_MANY.format(n=len(rows))
    who = stop_texts.BANNER_WHO.format(
        person=marks.plain(first.person),
        when=dates.instant(first.at, app.institution.timezone),
        reason=marks.plain(first.reason),
    )
    with st.container(key="paro_en_vigor"):
        said = f"**{head}** {who}" if first.plantel_id is None or len(rows) == 1 else f"**{head}**"
        st.warning(said, icon=":material/front_hand:")
        if access.anywhere(actor, "queue.pause"):
            st.page_link(
                "views/decisiones.py", label=stop_texts.BANNER_SEE, icon=":material/arrow_forward:"
            )

"""What stands around every page: the institution's name, who is there, and the way out."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.texts import common as texts
from publisher.app import Actor, App


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

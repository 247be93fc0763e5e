"""The ways to a credential that begin at the network itself: links out of Streamlit, one a way.

They leave the page in the same tab: a network's dialog is not shown inside another page.
"""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.texts import cuentas as texts
from dashboard.web.connecting import START, X_START
from dashboard.web.granting import SYSTEM
from publisher import access, connections
from publisher.app import Actor, App


def bar(app: App, actor: Actor) -> None:
    """Draw the ways that serve any account, for who may install a credential somewhere."""
    if not access.anywhere(actor, "credential.install"):
        return
    links = []
    if connections.offered(app, actor):
        links.append(_link(START, texts.CONNECT_FACEBOOK, main=True))
    links += [
        _link(X_START[way], texts.ENTER_X[way], main=way == "oauth2")
        for way in connections.x_ways(app, actor)
    ]
    links.append(_link(SYSTEM, texts.SYSTEM_TOKEN))
    st.html(f'<nav class="pg-enlaces" aria-label="{texts.WAYS}">{"".join(links)}</nav>')


def of_account(app: App, actor: Actor, account_id: int, network: str) -> None:
    """Draw the ways to the credential of one account."""
    if network == "x":
        links = [
            _link(f"{X_START[way]}?cuenta={account_id}", texts.ENTER_X[way], main=way == "oauth2")
            for way in connections.x_ways(app, actor)
        ]
    else:
        asked = connections.offered(app, actor)
        links = [_link(START, texts.CONNECT_FACEBOOK, main=True)] if asked else []
    if links:
        st.html(f'<nav class="pg-enlaces" aria-label="{texts.WAYS_ONE}">{"".join(links)}</nav>')


def _link(address: str, words: str, *, main: bool = False) -> str:
    kind = "pg-enlace" if main else "pg-enlace pg-segundo"
    return (
        f'<a class="{kind}" href="{escape(address, quote=True)}" target="_top">{escape(words)}</a>'
    )

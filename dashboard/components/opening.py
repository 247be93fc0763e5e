"""Values of the vault on screen: once, for 60 seconds, to whoever opened them.

The values live in one run's local variable and in the message that this run sends; no session
state, cache or argument of the fragment holds them, so that any later run draws nothing. In the
browser they are wiped after the time without asking the server. The button answers one press only:
a second one would use up what the first is about to show.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial

import streamlit as st

from dashboard import context
from dashboard.components import dates, marks
from dashboard.components.frontend import source
from dashboard.texts import apertura as texts
from dashboard.texts.custodia import FIELDS
from publisher import people
from publisher.app import App
from publisher.custody.opening import Opened
from vault.disclosure import SHOWN_FOR

_mount = st.components.v2.component(
    "pregonero_opening", css=source("opening.css"), js=source("opening.js")
)


@st.fragment
def once(app: App, verb: Callable[[], Opened], *, key: str, label: str = texts.SHOW) -> None:
    """Draw a button that opens by ``verb`` (a partial without values) and shows what it returns.

    Draw it only where ``factor.ask`` returned True. A refusal is said in place, and nothing that
    was not shown is used up by it.
    """
    if st.session_state.pop(_flag("oculto", key), False):
        st.rerun()
    pressed = st.session_state.pop(_flag("abrir", key), False)
    opened = context.attempt(partial(_open, verb)) if pressed else None
    if opened is None:
        st.html(marks.faint(texts.INTRO.format(n=int(SHOWN_FOR.total_seconds()))))
    _mount(
        key=f"apertura_{key}",
        data=_closed(label) if opened is None else _shown(app, opened),
        on_abrir_change=partial(_raise_flag, "abrir", key),
        on_oculto_change=partial(_raise_flag, "oculto", key),
    )


def _open(verb: Callable[[], Opened]) -> Opened:
    try:
        return verb()
    except people.FactorNeeded:
        # the proof aged while the button waited: the page asks for a code in its place
        st.rerun()


def _closed(label: str) -> dict[str, object]:
    return {"id": secrets.token_hex(8), "button": label}


def _shown(app: App, opened: Opened) -> dict[str, object]:
    seconds = min((opened.until - app.clock()).total_seconds(), SHOWN_FOR.total_seconds())
    when = dates.instant(opened.at, app.institution.timezone)
    mark = texts.WATERMARK.format(person=opened.person, when=when, year=opened.at.year)
    return {
        "id": secrets.token_hex(8),
        "seconds": max(1, round(seconds)),
        "title": texts.FIELDS.format(account=opened.account),
        "mark": mark,
        "items": [
            {"label": FIELDS.get(name, name), "value": value.reveal()}
            for name, value in opened.fields.items()
        ],
        "labels": {"left": texts.LEFT, "hide": texts.HIDE, "gone": texts.GONE},
    }


def _raise_flag(name: str, key: str) -> None:
    st.session_state[_flag(name, key)] = True


def _flag(name: str, key: str) -> str:
    return f"{name}_{key}"

"""The second factor within a page: asked where something is opened, and kept in «Mi cuenta».

What is typed lives in its widget for the run that sends it, and serves once.
"""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from dashboard import context, theme
from dashboard.components import dates, marks
from dashboard.texts import factor as texts
from dashboard.web import steps
from publisher import people
from publisher.app import Actor, App
from publisher.errors import PublisherError
from publisher.people import FactorState

FEW = 3
DIGITS = 32


def ask(app: App, actor: Actor, *, key: str = "factor") -> bool:
    """Tell whether the actor proved their second factor a moment ago; else ask for it here.

    Draws nothing when it is proven. Call it before what a verb guards with ``require_factor``:
    the verb alone decides. ``key`` tells two places of one page apart.
    """
    try:
        people.check_factor(app, actor)
    except people.FactorNeeded:
        return _asked(app, actor, key)
    except people.FactorMissing as error:
        st.warning(str(error), icon=":material/lock:")
        st.html(_link(texts.ASK_ACTIVATE))
        return False
    except PublisherError as error:
        st.warning(str(error), icon=":material/schedule:")
        return False
    return True


def lead_on() -> None:
    """Show whoever must have a second factor, and has none, the way to it."""
    st.title(texts.TITLE, anchor=False)
    st.markdown(texts.COMPULSORY)
    st.html(_link(texts.ACTIVATE))


def section(app: App, actor: Actor) -> None:
    """Draw the person's own second factor: its state, its codes, the ways on and off."""
    st.header(texts.SECTION, anchor=False)
    state = people.factor_state(app, actor)
    if state.confirmed_at is None:
        st.html(marks.rows([marks.row(title=f"<b>{escape(texts.OFF)}</b>", text=texts.OFF_INTRO)]))
        st.html(_link(texts.ACTIVATE))
        return
    zone = app.institution.timezone
    since = texts.ON.format(since=dates.instant(state.confirmed_at, zone))
    left = texts.LEFT.format(n=state.codes_left)
    st.html(marks.rows([marks.row(title=f"<b>{escape(since)}</b>", text=left)]))
    if state.rests_until is not None:
        when = dates.instant(state.rests_until, zone)
        st.html(marks.faint(texts.RESTS_UNTIL.format(when=when)))
    if state.codes_left <= FEW:
        st.warning(texts.FEW_LEFT.format(n=state.codes_left), icon=":material/warning:")
    st.html(
        f'<p style="margin:0"><a style="color:{theme.PRIMARY}" href="{steps.ENROL_PATH}"'
        f' target="_self">{escape(texts.RENEW_LINK)}</a></p>'
    )
    with st.expander(texts.REMOVE_OPEN, icon=":material/phonelink_erase:"):
        _remove(app, actor, state)


def _asked(app: App, actor: Actor, key: str) -> bool:
    place = st.empty()
    with place.container():
        st.markdown(texts.ASK)
        code = _code(key, texts.ASK_BUTTON)
    if not code or not _done(partial(people.prove, app, actor, code)):
        return False
    place.empty()
    return True


def _remove(app: App, actor: Actor, state: FactorState) -> None:
    st.markdown(texts.REMOVE_INTRO)
    if state.compulsory:
        st.warning(texts.REMOVE_COMPULSORY, icon=":material/warning:")
    code = _code("quitar_factor", texts.REMOVE)
    if code and _done(partial(people.remove_factor, app, actor, code)):
        context.tell(texts.REMOVED)
        st.rerun()


def _code(key: str, verb: str) -> str:
    """Return the code that was sent in this run, else the empty string."""
    with st.form(f"{key}_formulario", clear_on_submit=True, border=False):
        code = st.text_input(
            texts.ASK_CODE, key=f"{key}_codigo", max_chars=DIGITS, autocomplete="one-time-code"
        )
        sent = st.form_submit_button(verb, type="primary")
    return (code or " ") if sent else ""


def _done(verb: partial[None]) -> bool:
    def run() -> bool:
        verb()
        return True

    return bool(context.attempt(run))


def _link(words: str) -> str:
    return f'<a class="pg-enlace" href="{steps.ENROL_PATH}" target="_self">{escape(words)}</a>'

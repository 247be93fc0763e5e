"""Logging in to Instagram from an account's page: user and password, then the code it asks for.

What was typed into a secret's field leaves Streamlit's state with the run that used it. Of a login
half-way only its ticket stays there, which nobody else can use.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Final

import streamlit as st

from dashboard import context
from dashboard.components import marks
from dashboard.texts import cuentas as texts
from publisher import connections
from publisher.app import Actor, App
from publisher.connections import CodeWanted
from publisher.errors import Conflict, PublisherError
from publisher.queries.accounts import AccountSheet
from vault.secret import Secret

_OFFICIAL_ID: Final = re.compile(r"17841\d{12}")
"""How Meta's Graph API numbers an Instagram account of a business; the apps' own ids are others."""


def show(app: App, actor: Actor, found: AccountSheet) -> None:
    """Draw the step that this account's login is at."""
    waiting = st.session_state.get(_key(found.line.id))
    if isinstance(waiting, CodeWanted) and waiting.until > app.clock():
        _code_form(app, actor, found, waiting)
    else:
        st.session_state.pop(_key(found.line.id), None)
        _password_form(app, actor, found)


def _password_form(app: App, actor: Actor, found: AccountSheet) -> None:
    id_, nonce = found.line.id, _nonce(found.line.id)
    if _OFFICIAL_ID.fullmatch(found.external_id):
        st.info(
            texts.SESSION_OFFICIAL_ID.format(id=found.external_id), icon=":material/fingerprint:"
        )
    st.html(marks.faint(texts.SESSION_INTRO))
    with st.form(f"sesion_{id_}_{nonce}", border=False, enter_to_submit=True):
        user = st.text_input(
            texts.SESSION_USER, value=found.line.handle, autocomplete="off", key=f"usuario_{id_}"
        )
        typed = st.text_input(
            texts.SESSION_KEYWORD,
            type="password",
            autocomplete="off",
            key=f"clave_{id_}_{nonce}",
        )
        reason = st.text_input(
            texts.REASON, placeholder=texts.SESSION_REASON_HINT, key=f"motivo_sesion_{id_}"
        )
        pressed = st.form_submit_button(texts.SESSION_BEGIN, type="primary")
    if not pressed:
        return
    password = Secret(typed or "")
    _forget(id_, f"clave_{id_}_{nonce}")
    verb = partial(
        connections.begin_session,
        app,
        actor,
        id_,
        username=user or "",
        password=password,
        reason=reason or "",
    )
    _run(verb, found)


def _code_form(app: App, actor: Actor, found: AccountSheet, waiting: CodeWanted) -> None:
    id_, nonce = found.line.id, _nonce(found.line.id)
    st.info(marks.plain(waiting.sentence), icon=":material/pin:")
    with st.form(f"codigo_{id_}_{nonce}", border=False, enter_to_submit=True):
        typed = st.text_input(
            texts.SESSION_CODE,
            type="password",
            autocomplete="one-time-code",
            max_chars=20,
            key=f"cifras_{id_}_{nonce}",
        )
        with st.container(horizontal=True):
            pressed = st.form_submit_button(texts.SESSION_ANSWER, type="primary")
            left = st.form_submit_button(texts.SESSION_CANCEL)
    if left:
        _forget(id_, f"cifras_{id_}_{nonce}")
        st.session_state.pop(_key(id_), None)
        connections.cancel_session(app, actor, waiting.ticket)
        st.rerun()
    if pressed:
        code = Secret(typed or "")
        _forget(id_, f"cifras_{id_}_{nonce}")
        _run(partial(connections.answer_session, app, actor, waiting.ticket, code), found)


def _run(verb: Callable[[], object], found: AccountSheet) -> None:
    """Run a step, keep what the next run shows, and draw the page anew."""
    id_ = found.line.id
    try:
        with st.spinner(texts.SESSION_ASKING):
            outcome = verb()
    except PublisherError as error:
        if isinstance(error, Conflict) or getattr(error, "field", "") != "code":
            st.session_state.pop(_key(id_), None)
        _say(id_, str(error))
    except Exception as error:  # noqa: BLE001 - the last line before a person
        st.session_state.pop(_key(id_), None)
        _say(id_, context.unexpected(error))
    else:
        if isinstance(outcome, CodeWanted):
            st.session_state[_key(id_)] = outcome
        else:
            st.session_state.pop(_key(id_), None)
            st.session_state.pop(f"motivo_sesion_{id_}", None)
            name = getattr(outcome, "name", "") or found.line.handle
            sentence = texts.INSTALLED_RESUMED if found.waiting else texts.INSTALLED
            context.tell(sentence.format(name=name, n=found.waiting))
    st.rerun()


def _say(account_id: int, sentence: str) -> None:
    st.session_state[f"rechazo_{account_id}"] = sentence


def _forget(account_id: int, widget: str) -> None:
    """Drop what was typed: new keys from here on, so that browser and Streamlit both forget it."""
    st.session_state[f"sesiones_{account_id}"] = _nonce(account_id) + 1
    st.session_state.pop(widget, None)


def _nonce(account_id: int) -> int:
    return int(st.session_state.setdefault(f"sesiones_{account_id}", 0))


def _key(account_id: int) -> str:
    return f"sesion_a_medias_{account_id}"

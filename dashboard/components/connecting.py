"""Installing or renewing a credential: fields that are only written, never shown back.

What was typed into a secret's field leaves Streamlit's state with the run that used it, whatever
became of it; the reason stays until the credential is stored.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import streamlit as st

from dashboard import context
from dashboard.components import entering, marks, session_login
from dashboard.texts import cuentas as texts
from publisher import connections
from publisher.app import Actor, App
from publisher.connections.connect import RISKY
from publisher.errors import PublisherError
from publisher.queries.accounts import AccountSheet
from publisher.texts.connections import FIELDS
from vault.secret import Secret

T = TypeVar("T")


def show(app: App, actor: Actor, found: AccountSheet) -> None:
    """Draw the form of one account, for whoever may install its credential."""
    title = texts.RENEW_TITLE if found.stored else texts.INSTALL_TITLE
    urgent = found.line.state == "reauth" or not found.stored
    with st.expander(title, icon=":material/key:", expanded=urgent):
        entering.of_account(app, actor, found.line.id, found.line.network)
        st.html(marks.faint(texts.INSTALL_INTRO))
        _refused(found.line.id)
        way = _way(found)
        if way == RISKY and found.risk_accepted_at is None:
            risk_form(app, actor, found)
        elif way == RISKY:
            session_login.show(app, actor, found)
            if st.toggle(texts.SESSION_PASTE, key=f"pegar_{found.line.id}"):
                form(app, actor, found, way)
        else:
            form(app, actor, found, way)


def risk_form(app: App, actor: Actor, found: AccountSheet) -> None:
    """Say what the unofficial way may cost and record who accepts it."""
    st.subheader(texts.RISK_TITLE, anchor=False)
    st.warning(texts.RISK, icon=":material/warning:")
    if not found.may_accept_risk:
        st.html(marks.faint(texts.RISK_WAITS))
        return
    accepted = st.checkbox(texts.RISK_BOX, key=f"riesgo_{found.line.id}")
    if st.button(texts.RISK_ACCEPT, key=f"aceptar_{found.line.id}"):
        verb = partial(connections.accept_risk, app, actor, found.line.id, accepted=accepted)
        if refusal(verb, found.line.id) is None:
            context.tell(texts.RISK_ACCEPTED)
        st.rerun()


def form(app: App, actor: Actor, found: AccountSheet, way: str) -> None:
    """Ask for the fields of the connector ``way``, prove them with the network and store them."""
    account_id = found.line.id
    nonce = st.session_state.setdefault(_nonce(account_id), 0)
    names = context.load(lambda: app.connector(way).credential_fields)
    with st.form(f"credencial_{account_id}_{way}_{nonce}", border=False, enter_to_submit=False):
        typed = {
            name: st.text_input(
                FIELDS.get(name, name),
                type="password",
                autocomplete="off",
                placeholder=texts.KEEP if name in found.stored else "",
                key=f"secreto_{account_id}_{name}_{nonce}",
            )
            for name in names
        }
        reason = st.text_input(
            texts.REASON, placeholder=texts.REASON_HINT, key=f"motivo_{account_id}"
        )
        pressed = st.form_submit_button(texts.INSTALL, type="primary")
    if pressed:
        fields = {name: Secret(value or "") for name, value in typed.items()}
        # new keys from here on: the browser forgets what was typed, and so does Streamlit
        st.session_state[_nonce(account_id)] = nonce + 1
        for name in names:
            st.session_state.pop(f"secreto_{account_id}_{name}_{nonce}", None)
        typed.clear()
        with st.spinner(texts.PROVING):
            refused = refusal(
                partial(_connect, app, actor, found, fields, reason=reason, way=way), account_id
            )
        if refused is None:
            st.session_state.pop(f"motivo_{account_id}", None)
        st.rerun()


def refusal(verb: Callable[[], object], account_id: int) -> str | None:
    """Run a verb; a refusal's sentence is returned and kept beside the form for the next run."""
    sentence = None
    try:
        verb()
    except PublisherError as error:
        sentence = str(error)
    except Exception as error:  # noqa: BLE001 - the last line before a person
        sentence = context.unexpected(error)
    if sentence is not None:
        st.session_state[f"rechazo_{account_id}"] = sentence
    return sentence


def _connect(
    app: App,
    actor: Actor,
    found: AccountSheet,
    fields: dict[str, Secret],
    *,
    reason: str,
    way: str,
) -> None:
    identity = connections.connect_account(
        app, actor, found.line.id, fields, reason=reason, connector=way
    )
    name = identity.name or identity.handle or found.line.handle
    sentence = texts.INSTALLED_RESUMED if found.waiting else texts.INSTALLED
    context.tell(sentence.format(name=name, n=found.waiting))


def _way(found: AccountSheet) -> str:
    if len(found.ways) == 1:
        return found.ways[0]
    chosen = st.radio(
        texts.WAY,
        found.ways,
        format_func=lambda key: texts.CONNECTORS[key],
        key=f"via_{found.line.id}",
    )
    return chosen or found.ways[0]


def _refused(account_id: int) -> None:
    sentence = st.session_state.pop(f"rechazo_{account_id}", None)
    if sentence:
        st.error(sentence, icon=":material/error:")


def _nonce(account_id: int) -> str:
    return f"conexion_{account_id}"

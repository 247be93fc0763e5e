"""Putting another account of the network in an account's place, for whoever keeps the register."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import context
from dashboard.components import marks
from dashboard.texts import cuentas as texts
from publisher import access, institution
from publisher.app import Actor, App
from publisher.queries.accounts import AccountSheet


def show(app: App, actor: Actor, found: AccountSheet) -> None:
    """Draw the form; what was typed stays until it succeeds."""
    if not access.allows(actor, "institution.manage"):
        return
    id_ = found.line.id
    with st.expander(texts.REPLACE_TITLE, icon=":material/swap_horiz:"):
        st.html(marks.faint(texts.REPLACE_INTRO))
        with st.form(f"reemplazo_{id_}", border=False, enter_to_submit=False):
            handle = st.text_input(
                texts.REPLACE_HANDLE, value=found.line.handle, key=f"otra_cuenta_{id_}"
            )
            number = st.text_input(texts.REPLACE_ID, key=f"otro_id_{id_}")
            url = st.text_input(texts.REPLACE_URL, key=f"otra_direccion_{id_}")
            reason = st.text_input(texts.REPLACE_REASON, key=f"motivo_reemplazo_{id_}")
            pressed = st.form_submit_button(texts.REPLACE)
        if not pressed:
            return
        verb = partial(
            institution.replace_account,
            app,
            actor,
            id_,
            handle=handle or "",
            external_id=number or "",
            url=url or "",
            reason=reason or "",
        )
        new = context.attempt(verb)
        if new is not None:
            context.tell(texts.REPLACED)
            st.query_params["cuenta"] = str(new)
            st.session_state.cuenta_abierta = new
            st.rerun()

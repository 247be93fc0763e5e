"""The procedure that papers print at their head: its code, version and validity, and the form."""

from __future__ import annotations

from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import context
from dashboard.components import marks
from dashboard.texts import importar as texts
from publisher import access, institution
from publisher.app import Actor, App
from publisher.institution import Procedure


def show(app: App, actor: Actor) -> None:
    """Draw the form, for whoever keeps the institution's data."""
    if not access.allows(actor, "institution.manage"):
        return
    found = context.load(partial(institution.read_procedure, app, actor))
    today = app.clock().astimezone(ZoneInfo(app.institution.timezone)).date()
    st.header(texts.PROCEDURE_TITLE, anchor=False)
    st.html(marks.faint(texts.PROCEDURE_INTRO))
    if found.ended(today):
        st.warning(texts.PROCEDURE_ENDED, icon=":material/event_busy:")
    with st.form("procedimiento", enter_to_submit=False):
        with st.container(horizontal=True):
            code = st.text_input(texts.PROCEDURE_CODE, value=found.code, key="procedimiento_clave")
            version = st.text_input(
                texts.PROCEDURE_VERSION, value=found.version, key="procedimiento_version"
            )
            edition = st.date_input(
                texts.PROCEDURE_EDITION,
                value=found.edition,
                format="DD/MM/YYYY",
                key="procedimiento_edicion",
            )
            until = st.date_input(
                texts.PROCEDURE_UNTIL,
                value=found.until,
                format="DD/MM/YYYY",
                key="procedimiento_vigencia",
            )
        pressed = st.form_submit_button(texts.PROCEDURE_SAVE)
    if pressed:
        new = Procedure(code=code or "", version=version or "", edition=edition, until=until)
        if context.done(partial(institution.set_procedure, app, actor, new), texts.PROCEDURE_SAVED):
            st.rerun()

"""The composer's «Revisar ortografía»: on request, with the dictionary of the system."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import context
from dashboard.components import findings, marks
from dashboard.editing import Editor
from dashboard.texts import nueva as texts
from publisher.app import Actor, App
from publisher.editorial import spelled
from publisher.editorial.content import DraftContent


def show(app: App, actor: Actor, editor: Editor, content: DraftContent) -> None:
    """Draw the button, and below it what was found for exactly the text on the screen."""
    if editor.plantel_id is None:
        return
    kept = editor.key("ortografia")
    written = (content.texts, content.extras, tuple(use.alt_text for use in content.media))
    if st.button(
        texts.SPELLING,
        icon=":material/spellcheck:",
        type="tertiary",
        help=texts.SPELLING_HELP,
        key=editor.key("revisar_ortografia"),
    ):
        verb = partial(spelled.look, app, actor, editor.plantel_id, content)
        with st.spinner(texts.SPELLING_LOOKS):
            found = context.attempt(verb)
        st.session_state[kept] = None if found is None else (written, found)
    told = st.session_state.get(kept)
    if not told:
        return
    before, found = told
    if before != written:
        st.html(marks.faint(texts.SPELLING_CHANGED))
    elif found:
        findings.show(found)
    else:
        st.html(marks.faint(texts.SPELLING_OK))

"""Good examples on «Calidad»: what is held up, and what might be."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import context
from dashboard.components import marks, topics
from dashboard.texts import calidad as texts
from dashboard.texts import common
from publisher import access
from publisher.app import Actor, App
from publisher.editorial import examples as verbs
from publisher.queries import examples
from publisher.queries.examples import ExampleRow

SHOWN = 9
OFFERED = 5


def show(app: App, actor: Actor) -> None:
    """Draw the section; only who may choose sees the suggestions."""
    st.header(texts.EXAMPLES_TITLE, anchor=False)
    st.markdown(texts.EXAMPLES_INTRO)
    may = access.allows(actor, examples.CHOOSE)
    found = context.load(partial(examples.chosen, app, actor, limit=SHOWN))
    if not found:
        st.html(marks.empty(texts.EXAMPLES_EMPTY))
    for row in found:
        with st.container(border=True):
            st.html(marks.faint(common.TOPICS.get(row.topic, "")) + topics.card(row))
            if may and st.button(texts.DROP, key=f"quitar_ejemplo_{row.post_id}"):
                verb = partial(verbs.drop, app, actor, row.post_id)
                if context.done(verb, texts.DROPPED):
                    st.rerun()
    if may:
        _suggestions(app, actor)


def _suggestions(app: App, actor: Actor) -> None:
    st.header(texts.SUGGESTED_TITLE, anchor=False)
    st.markdown(texts.SUGGESTED_INTRO)
    found = context.load(partial(examples.suggested, app, actor))
    if not found:
        st.html(marks.empty(texts.SUGGESTED_EMPTY))
    for row in found[:OFFERED]:
        with st.container(border=True):
            st.html(marks.faint(common.TOPICS.get(row.topic, "")) + topics.card(row))
            if st.button(texts.CHOOSE, key=f"ejemplo_{row.post_id}"):
                st.dialog(texts.CHOOSE_TITLE)(form)(app, actor, row)


def form(app: App, actor: Actor, row: ExampleRow) -> None:
    """Draw the body of the dialog that asks what is good about it."""
    st.html(topics.card(row))
    note = st.text_input(texts.NOTE, max_chars=verbs.NOTE_MAX, key=f"nota_ejemplo_{row.post_id}")
    verb = partial(verbs.choose, app, actor, row.post_id, note=note)
    context.button(texts.CHOOSE_DO, verb, texts.CHOSEN, type="primary", key="si_ejemplo")

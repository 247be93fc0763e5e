"""The visto bueno of a plantel's director: what they decide, and the option of the Directora."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import context
from dashboard.texts import clearing as texts
from publisher.app import Actor, App
from publisher.editorial import clear
from publisher.queries.post import Story


def form(app: App, actor: Actor, story: Story) -> None:
    """Draw what the director decides on: yes, or back to who wrote it with a reason."""
    st.header(texts.TITLE, anchor=False)
    st.markdown(texts.INTRO)
    digest = story.content_digest
    agree = partial(clear.clear, app, actor, story.post_id, digest=digest)
    with st.container(horizontal=True):
        if st.button(
            texts.CLEAR,
            type="primary",
            icon=":material/check:",
            key=f"visto_bueno_{digest[:16]}",  # pressed on other content, it is another button
        ) and context.done(agree, texts.CLEARED):
            st.rerun()
        if st.button(texts.OBJECT, key="objetar"):
            st.dialog(texts.OBJECT_TITLE)(objection)(app, actor, story)


def objection(app: App, actor: Actor, story: Story) -> None:
    """Draw the body of the dialog that asks why it goes back."""
    st.markdown(texts.OBJECT_INTRO)
    reason = st.text_area(texts.REASON, key="motivo_objetar")
    verb = partial(
        clear.object_to, app, actor, story.post_id, digest=story.content_digest, reason=reason
    )
    context.button(texts.OBJECT_DO, verb, texts.OBJECTED, type="primary", key="si_objetar")


def option(app: App, actor: Actor) -> None:
    """Draw the option of the institution, with what changing it does."""
    st.header(texts.OPTION_TITLE, anchor=False)
    asked = context.load(partial(clear.is_asked, app))
    st.markdown(texts.OPTION_STATE[asked])
    if st.button(texts.OPTION_DO[asked], key="cambiar_visto_bueno"):
        st.dialog(texts.OPTION_TITLE)(confirm)(app, actor, asked)


def confirm(app: App, actor: Actor, asked: bool) -> None:
    """Draw the body of the dialog that asks once more."""
    st.markdown(texts.OPTION_CONFIRM[asked])
    verb = partial(clear.switch, app, actor, on=not asked)
    context.button(
        texts.OPTION_DO[asked],
        verb,
        texts.OPTION_DONE[not asked],
        type="primary",
        key="si_visto_bueno",
    )

"""Comentarios: what people answered under our posts and nobody attended to yet (rule 16.1)."""

from __future__ import annotations

import streamlit as st

from dashboard import context
from dashboard.components import comments as cards
from dashboard.components import marks
from dashboard.texts import comentarios as texts
from publisher.app import Actor, App
from publisher.queries import comments


def show(app: App, actor: Actor) -> None:
    """Draw the page."""
    st.title(texts.TITLE, anchor=False)
    st.markdown(texts.INTRO)
    inbox = context.load(lambda: comments.waiting(app, actor))
    if not inbox.rows:
        st.html(marks.empty(texts.EMPTY))
        return
    count = len(inbox.rows)
    said = texts.COUNT_ONE if count == 1 else texts.COUNT.format(n=count)
    if inbox.late:
        past = texts.LATE_ONE if inbox.late == 1 else texts.LATE.format(n=inbox.late)
        said = f"{said} · {past}"
    st.markdown(f"**{said}**")
    only_late = bool(inbox.late) and st.toggle(texts.ONLY_LATE, key="solo_tarde")
    for row in inbox.rows:
        if row.is_late or not only_late:
            cards.card(app, actor, row)
    if inbox.more:
        st.html(marks.faint(texts.MORE.format(n=count)))


show(context.house(), context.person())

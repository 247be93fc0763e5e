"""What an operator is reminded of on every page until they have read the manual in force."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import context
from dashboard.components import marks
from dashboard.texts import manual as texts
from publisher import rulebook
from publisher.app import Actor, App


def show(app: App, actor: Actor) -> None:
    """Draw the reminder, with the way to the manual; nothing for whoever owes nothing."""
    due = context.load(partial(rulebook.owes, app, actor))
    if due is None:
        return
    title = texts.OWES_TITLE.format(version=marks.plain(due.version))
    said = texts.OWES.format(summary=marks.plain(due.summary))
    with st.container(key="manual_pendiente"):
        st.info(f"**{title}** {said}", icon=":material/menu_book:")
        st.page_link("views/manual.py", label=texts.OWES_READ, icon=":material/arrow_forward:")


def acknowledge(app: App, actor: Actor) -> None:
    """Draw the button with which an operator says that they read the version in force."""
    due = context.load(partial(rulebook.owes, app, actor))
    if due is None:
        return
    verb = partial(rulebook.acknowledge, app, actor, due.id)
    label = texts.ACKNOWLEDGE.format(version=due.version)
    context.button(
        label,
        verb,
        texts.ACKNOWLEDGED,
        type="primary",
        icon=":material/done_all:",
        key="acuse_manual",
    )

"""What people did with a post on its network, below its send."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from dashboard import context
from dashboard.components import dates, marks
from dashboard.texts import common
from dashboard.texts import publicacion as texts
from publisher.app import Actor, App
from publisher.delivery import survey
from publisher.queries.post import Story
from publisher.queries.sending import DeliveryRow

LISTENERS = ("facebook", "instagram")


def line(row: DeliveryRow) -> str:
    """Return the figures that the network gives, in words; empty without any."""
    told = row.figures
    if told is None:
        return ""
    said = [
        words.format(n=value)
        for name, words in texts.FIGURES.items()
        if (value := getattr(told, name)) is not None
    ]
    when = dates.instant(told.at, row.timezone)
    return texts.FIGURES_AT.format(figures=" · ".join(said), when=when) if said else ""


def show(row: DeliveryRow) -> None:
    """Draw the figures of a send."""
    if said := line(row):
        st.html(marks.faint(said))


def comments(app: App, actor: Actor, story: Story) -> None:
    """Offer to read the comments of each account that gives them."""
    with st.container(horizontal=True):
        for row in story.deliveries:
            label = f"{texts.COMMENTS} ({common.NETWORKS[row.network]} · {row.handle})"
            if (
                row.network in LISTENERS
                and row.group == "published"
                and row.is_public
                and st.button(label, key=f"comentarios_{row.id}", type="tertiary")
            ):
                _read(app, actor, row)


@st.dialog(texts.COMMENTS)
def _read(app: App, actor: Actor, row: DeliveryRow) -> None:
    listing(app, actor, row)


def listing(app: App, actor: Actor, row: DeliveryRow) -> None:
    """Draw the newest comments of a send."""
    st.html(marks.faint(texts.COMMENTS_INTRO))
    found = context.attempt(partial(survey.comments, app, actor, row.id))
    if found is None:
        return
    if not found:
        st.html(marks.empty(texts.COMMENTS_NONE))
    for comment in found:
        head = texts.COMMENT.format(
            author=comment.author or texts.COMMENT_NOBODY,
            when=dates.instant(comment.created_at, row.timezone),
        )
        st.html(f"<div><b>{escape(head)}</b><br>{escape(comment.text)}</div>")

"""The bar that offers, for ten seconds, to take back what one has just decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import streamlit as st

from dashboard import context
from dashboard.components.frontend import source
from dashboard.texts import aprobaciones as texts
from publisher.app import Actor, App
from publisher.editorial import undo

_KEY = "deshacer"
_mount = st.components.v2.component(
    "pregonero_undoing", css=source("undoing.css"), js=source("undoing.js")
)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What may be taken back: the posts, and when the last of them was decided."""

    post_ids: tuple[int, ...]
    at: datetime


def offer(app: App, post_ids: Sequence[int]) -> None:
    """Offer to take back what was just decided on these posts."""
    if post_ids:
        st.session_state[_KEY] = Offer(post_ids=tuple(post_ids), at=app.clock())


def show(app: App, actor: Actor) -> None:
    """Draw the bar while there is something to take back, and obey it."""
    made: Offer | None = st.session_state.get(_KEY)
    if made is None:
        return
    left = undo.WINDOW - (app.clock() - made.at)
    if left.total_seconds() <= 0:
        del st.session_state[_KEY]
        return
    count = len(made.post_ids)
    with st.container(key="barra_deshacer"):
        told = _mount(
            key=f"deshacer_{made.at.timestamp()}",
            data={
                "left": int(left.total_seconds() * 1000),
                "sentence": texts.UNDO_ONE if count == 1 else texts.UNDO_MANY.format(n=count),
                "button": texts.UNDO,
            },
            on_deshacer_change=lambda: None,
        )
    if told.deshacer:
        take(app, actor)


def take(app: App, actor: Actor) -> None:
    """Take back what was offered, whole or not at all, and draw the page anew."""
    made: Offer | None = st.session_state.pop(_KEY, None)
    if made is None:
        context.tell(texts.UNDO_NOTHING, kind="error")
        st.rerun()
    verb = partial(undo.undo, app, actor, made.post_ids)
    refused = context.refusal(verb)
    if refused is not None:
        context.tell(refused, kind="error")
    else:
        count = len(made.post_ids)
        context.tell(texts.UNDONE_ONE if count == 1 else texts.UNDONE.format(n=count))
    st.rerun()

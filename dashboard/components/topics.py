"""The topic of a post, and the office's good examples of it."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from dashboard import context
from dashboard.components import marks
from dashboard.editing import Editor
from dashboard.texts import calidad as texts
from dashboard.texts import common
from dashboard.texts import nueva as nueva_texts
from publisher import access
from publisher.app import Actor, App
from publisher.queries import examples
from publisher.queries.examples import ExampleRow

SHOWN = 3


def choose(app: App, actor: Actor, editor: Editor) -> None:
    """Ask for the topic; once it is chosen, offer what was held up as an example of it."""
    topic = st.segmented_control(
        nueva_texts.TOPIC,
        list(common.TOPICS),
        format_func=lambda name: common.TOPICS[name],
        help=nueva_texts.TOPIC_HELP,
        key=editor.key("tema"),
    )
    if not topic or not access.anywhere(actor, examples.READ):
        return
    found = context.load(partial(examples.chosen, app, actor, topic=topic, limit=SHOWN))
    if not found:
        return
    label = texts.EXAMPLES_ONE if len(found) == 1 else texts.EXAMPLES_MANY.format(n=len(found))
    with st.expander(label, icon=":material/star:"):
        for row in found:
            st.html(card(row))


def card(row: ExampleRow) -> str:
    """Return an example as HTML: where it was, what it says, what is good about it."""
    head = f"{marks.networks(row.networks)} <b>{escape(row.plantel)}</b>"
    if row.reactions:
        head += f" · {escape(texts.REACTIONS.format(n=row.reactions))}"
    note = f"<div class='pg-tenue'>{escape(row.note)}</div>" if row.note else ""
    text = escape(row.text or common.NO_TEXT)
    return f"<div>{head}<div style='white-space:pre-line;margin:4px 0'>{text}</div>{note}</div>"

"""Comments under our posts: drawn alike on their own page and below a post's sends."""

from __future__ import annotations

from functools import partial
from html import escape
from urllib.parse import urlsplit

import streamlit as st

from dashboard import context
from dashboard.components import dates, marks
from dashboard.texts import comentarios as texts
from dashboard.texts import common
from publisher.app import Actor, App
from publisher.delivery import listening
from publisher.queries import comments
from publisher.queries.comments import CommentRow
from publisher.queries.post import Story


def below(app: App, actor: Actor, story: Story) -> None:
    """Draw what people answered to a post, folded unless something waits."""
    found = comments.of_post(app, actor, story.post_id)
    if not found:
        return
    waiting = sum(row.handled_at is None for row in found)
    words = texts.SECTION_WAITING if waiting else texts.SECTION
    with st.expander(
        words.format(n=len(found), waiting=waiting),
        icon=":material/forum:",
        expanded=any(row.is_late for row in found),
    ):
        for row in found:
            card(app, actor, row, here=True)


def card(app: App, actor: Actor, row: CommentRow, *, here: bool = False) -> None:
    """Draw one comment with what may be done; ``here`` says that its post is on this page."""
    author = row.author or texts.NOBODY
    head = texts.HEAD.format(author=author, when=dates.instant(row.created_at, row.timezone))
    with st.container(border=True):
        place = "" if here else f"<b>{escape(row.plantel)}</b> · "
        st.html(
            f"<div>{marks.network(row.network)} {place}{escape(row.handle)}</div>"
            f"<div style='margin-top:4px'><b>{escape(head)}</b></div>"
            f"<div style='overflow-wrap:anywhere;white-space:pre-wrap'>{escape(row.text)}</div>"
            f"{_state(row)}"
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            if row.handled_at is None:
                verb = partial(listening.attend, app, actor, [row.id])
                label, done = texts.ATTEND, texts.ATTENDED
            else:
                verb = partial(listening.reopen, app, actor, [row.id])
                label, done = texts.REOPEN, texts.REOPENED
            context.button(
                label,
                verb,
                done,
                key=f"atender_{row.id}_{row.handled_at is None}",
                icon=":material/done:" if row.handled_at is None else ":material/undo:",
                type="secondary" if row.handled_at is None else "tertiary",
                help=texts.ATTEND_OF.format(author=author) if row.handled_at is None else None,
            )
            if urlsplit(row.permalink).scheme in {"http", "https"}:
                st.link_button(
                    texts.SEE.format(network=common.NETWORKS[row.network]),
                    row.permalink,
                    icon=":material/open_in_new:",
                )
            if not here:
                st.page_link(
                    "views/publicacion.py",
                    label=texts.OPEN,
                    query_params={"id": str(row.post_id)},
                )


def _state(row: CommentRow) -> str:
    if row.handled_at is not None:
        when = dates.instant(row.handled_at, row.timezone)
        return marks.faint(texts.HANDLED.format(name=row.handler, when=when))
    due = dates.instant(row.due_at, row.timezone)
    if not row.is_late:
        return marks.faint(texts.DUE.format(when=due))
    said = escape(texts.PAST.format(when=due))
    return f'<div style="font-size:.88rem;color:#B42318"><b>! {said}</b></div>'

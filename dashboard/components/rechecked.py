"""What the manual in force changed of a post that an older version had judged."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import context
from dashboard.components import findings, marks
from dashboard.texts import manual as texts
from publisher import access
from publisher.app import Actor, App
from publisher.editorial import rejudging
from publisher.queries import rechecks
from publisher.texts.rulebook import rules


def show(app: App, actor: Actor, post_id: int) -> None:
    """Draw what changed of a post; nothing where nothing did."""
    rows = context.load(partial(rechecks.of_post, app, actor, post_id))
    if not rows:
        return
    row = rows[0]
    with st.container(border=True, key=f"revisada_de_nuevo_{post_id}"):
        st.header(texts.RECHECK.format(version=row.version), anchor=False)
        st.markdown(
            texts.RECHECK_WORSE.format(
                before=texts.VERDICTS[row.before], after=texts.VERDICTS[row.after]
            )
        )
        if row.held:
            st.warning(texts.RECHECK_HELD, icon=":material/pause_circle:")
        if row.added:
            st.html(marks.faint(texts.RECHECK_ADDED))
            findings.show(row.added)
        gone = sorted({finding.rule for finding in row.removed})
        if gone:
            st.html(marks.faint(texts.RECHECK_REMOVED.format(rules=rules(gone))))
        if row.seen or not access.anywhere(actor, "post.review"):
            return
        verb = partial(rejudging.see, app, actor, post_id)
        context.button(texts.RECHECK_SEEN, verb, texts.RECHECK_SEEN_DONE, key=f"visto_{post_id}")


def of_tray(app: App, actor: Actor, state: str) -> None:
    """Say which posts of a tray (``in_review``, ``reviewed``) fare otherwise than when sent in."""
    ids = context.load(partial(rechecks.unseen, app, actor, state))
    if ids:
        said = ", ".join(f"[#{id_}](/publicacion?id={id_})" for id_ in ids)
        st.info(texts.RECHECK_QUEUE.format(posts=said), icon=":material/rule:")

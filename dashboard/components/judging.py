"""The pane beside a tray: one post as it will look, with its notes and what may be decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from dashboard import context
from dashboard.components import (
    annotated,
    answers,
    costs,
    dates,
    deciding,
    difference,
    marks,
    rechecked,
    tray,
    undoing,
)
from dashboard.texts import anotada as note_texts
from dashboard.texts import aprobaciones as texts
from dashboard.texts import common
from publisher.app import Actor, App
from publisher.editorial import approve, batch, seen
from publisher.queries import post
from publisher.queries.post import Story
from publisher.queries.queue import QueueRow, Tray

Words = tuple[str, str]
"""What is said of one post, and of many with ``{n}``."""


def draw(app: App, actor: Actor, which: Tray, rows: Sequence[QueueRow], told: tray.Told) -> None:
    """Draw the post under the cursor, and obey the buttons and the list's keys."""
    if told.action == "undo":
        undoing.take(app, actor)
    row = next((row for row in rows if row.post_id == told.cursor), rows[0])
    story = context.load(partial(post.story, app, actor, row.post_id))
    changes = context.load(partial(seen.look, app, actor, row.post_id))
    st.header(story.plantel, anchor=False)
    line = texts.WHEN_WHO if story.local_at else texts.NO_WHEN
    said = line.format(
        when=dates.wall(story.local_at),
        zone=dates.zone_name(story.timezone),
        author=story.author,
    )
    st.html(marks.faint(said))
    chosen = [row for row in rows if row.post_id in told.marked and not row.mine]
    if chosen or story.allowed.judge:
        _actions(app, actor, which, row, chosen, told, story)
    rechecked.show(app, actor, row.post_id)
    if changes is not None:
        if not changes.none:
            st.markdown(f"**{note_texts.CHANGES_TITLE.format(n=changes.since)}**")
        st.html(difference.html(changes))
    costs.show(app, story.costs)
    if not story.findings:
        st.html(marks.faint(texts.CLEAN))
    if row.excepted:
        st.info(texts.EXCEPTED, icon=":material/gavel:")
    annotated.draw(app, actor, story, merged=True)
    names = ", ".join(
        f"{common.NETWORKS[target.network]} {target.handle}" for target in story.targets
    )
    if names:
        st.html(marks.faint(f"{texts.TARGETS}: {names}"))
    if row.mine:
        st.info(texts.OWN, icon=":material/group:")
    if story.allowed.review:
        deciding.dictamen(app, actor, story)
    st.page_link("views/publicacion.py", label=texts.FULL, query_params={"id": str(row.post_id)})


def _actions(
    app: App,
    actor: Actor,
    which: Tray,
    row: QueueRow,
    chosen: Sequence[QueueRow],
    told: tray.Told,
    story: Story,
) -> None:
    """Draw the buttons and obey the list's keys; both act on the marked ones, else on this one.

    A single post in consulta has its own form below, where accounts and time are set.
    """
    count = len(chosen)
    seen_now = hash(tuple((one.post_id, one.digest, one.version) for one in (*chosen, row)))
    verb, verb_n = (
        (texts.APPROVE, texts.APPROVE_N)
        if which == "approve"
        else (texts.REVIEW_GIVE, texts.FAVOUR_N)
    )
    reject = back = go = False
    if which == "approve" or count:
        with st.container(horizontal=True, horizontal_alignment="right", key="botones_bandeja"):
            reject = st.button(
                texts.REJECT,
                key="rechazar",
                type="tertiary",
                disabled=count > 1,
                help=texts.REJECT_ONE if count > 1 else None,
            )
            back = st.button(
                texts.RETURN_N.format(n=count) if count > 1 else texts.RETURN, key="devolver"
            )
            go = st.button(
                verb_n.format(n=count) if count > 1 else verb,
                type="primary",
                icon=":material/check:",
                key=f"aprobar_{seen_now}",  # pressed on other content, it is another button
            )
    targets = list(chosen) or ([row] if story.allowed.judge else [])
    if not targets:
        return
    rules = deciding.rules_of(story)
    if reject or (told.action == "reject" and len(targets) == 1):
        deciding.reject_dialog(app, actor, targets[0].post_id, rules)
    elif told.action == "reject":
        st.warning(texts.REJECT_ONE, icon=":material/info:")
    elif back or told.action == "return":
        names = {one.post_id: one.plantel for one in targets}
        deciding.return_dialog(app, actor, names, rules)
    elif (go or told.action == "approve") and which == "approve":
        _confirm(app, actor, targets)
    elif go or told.action == "approve":
        _favour(app, actor, targets)


def _going(rows: Sequence[QueueRow]) -> list[QueueRow]:
    """Return what may be decided in a batch: what asks for an eye is decided alone."""
    alone = len(rows) == 1
    going = [row for row in rows if alone or row.risk == "none"]
    held = len(rows) - len(going)
    if held:
        many = texts.CONFIRM_FLAGGED.format(n=held)
        st.warning(texts.CONFIRM_FLAGGED_ONE if held == 1 else many, icon=":material/gavel:")
    if not going:
        st.markdown(texts.NOTHING_CLEAN)
    return going


@st.dialog(texts.CONFIRM_TITLE)
def _confirm(app: App, actor: Actor, rows: Sequence[QueueRow]) -> None:
    """Ask once more before approving."""
    _ask_once_more(
        app,
        rows,
        lambda going: approve.approve_many(
            app, actor, [(row.post_id, row.digest) for row in going]
        ),
        asked=(texts.CONFIRM_ONE, texts.CONFIRM_MANY),
        label=(texts.APPROVE, texts.APPROVE_N),
        done=(texts.DONE_ONE, texts.DONE),
        key="si_aprobar",
    )


@st.dialog(texts.FAVOUR_TITLE)
def _favour(app: App, actor: Actor, rows: Sequence[QueueRow]) -> None:
    """Ask once more before a favourable dictamen with what the posts propose."""
    _ask_once_more(
        app,
        rows,
        lambda going: batch.favour_many(app, actor, [(row.post_id, row.version) for row in going]),
        asked=(texts.FAVOUR_ONE, texts.FAVOUR_MANY),
        label=(texts.REVIEW_GIVE, texts.FAVOUR_N),
        done=(texts.FAVOURED_ONE, texts.FAVOURED),
        key="si_favorable",
    )


def _ask_once_more(
    app: App,
    rows: Sequence[QueueRow],
    verb: Callable[[Sequence[QueueRow]], Sequence[approve.Answer]],
    *,
    asked: Words,
    label: Words,
    done: Words,
    key: str,
) -> None:
    """Draw the question, do ``verb`` on what may be decided together, offer to take it back."""
    going = _going(rows)
    if not going:
        return
    many = len(going) > 1
    st.markdown(asked[many].format(n=len(going)))
    if st.button(label[many].format(n=len(going)), type="primary", key=key, shortcut="Enter"):
        given = context.attempt(partial(verb, going))
        if given is not None:
            names = {row.post_id: row.plantel for row in going}
            undoing.offer(app, answers.keep(given, names, one=done[0], many=done[1]))
        st.rerun()

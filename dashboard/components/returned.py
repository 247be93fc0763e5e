"""What reviewers asked of a returned post, beside the text as its author has it now."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from dashboard import context
from dashboard.components import annotated, dates, marks, preview
from dashboard.editing import Editor
from dashboard.texts import anotada as texts
from dashboard.texts import nueva as composer_texts
from publisher.app import Actor, App
from publisher.editorial import remarks
from publisher.editorial.comparison import places
from publisher.editorial.remarks import Remark


def show(app: App, actor: Actor, editor: Editor) -> None:
    """Draw why the post came back, and the comments on it with the fragments that they are about.

    Fragments are looked for in what is saved, so that the marks follow the corrections.
    """
    if editor.returned_reason:
        reason = "  \n".join(marks.plain(line) for line in editor.returned_reason.splitlines())
        st.warning(
            composer_texts.RETURNED.format(name=marks.plain(editor.returned_by), reason=reason),
            icon=":material/undo:",
        )
    if not editor.post_id:
        return
    told = context.load(partial(remarks.listed, app, actor, editor.post_id))
    said = places(editor.saved)
    notes = annotated.gather(said, (), told, editor.revision)
    if not notes.remarks:
        return
    with st.container(border=True, key="comentarios"):
        st.markdown(f"**{texts.RETURNED_TITLE}**")
        _text(said, notes)
        for number, row in sorted(notes.remarks, key=lambda one: one[0] or 10_000):
            _one(app, actor, number, row)


def _text(said: Mapping[str, str], notes: annotated.Notes) -> None:
    for place, text in said.items():
        ones = notes.marks.get(place)
        if ones:
            st.html(f"<div class='pg-cita'>{preview.words(text, ones)}</div>")


def _one(app: App, actor: Actor, number: int, row: Remark) -> None:
    words, act = st.columns([5, 1], vertical_alignment="center")
    gone = ""
    if row.fragment and not number:
        gone = f" · {texts.GONE.format(fragment=row.fragment)}"
    at = dates.instant(row.at, app.institution.timezone)
    lead = f"**{number}** · " if number else ""
    words.markdown(
        f"{lead}**{marks.plain(row.author)}** · {at}{marks.plain(gone)}  \n{marks.plain(row.text)}"
    )
    if row.resolved_at is not None:
        act.html(marks.faint(texts.RESOLVED_SHORT))
        return
    verb = partial(remarks.resolve, app, actor, row.id)
    if act.button(texts.RESOLVE, key=f"atender_{row.id}") and context.done(verb, texts.RESOLVED):
        st.rerun()

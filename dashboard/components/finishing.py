"""The end of the composer: what the check says of the draft, and the ways to let it go."""

from __future__ import annotations

from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import context, editing
from dashboard.components import findings, marks
from dashboard.editing import Editor
from dashboard.texts import nueva as texts
from publisher.app import Actor, App
from publisher.editorial import draft, submit
from publisher.editorial.checking import Checked
from publisher.editorial.content import DraftContent
from publisher.editorial.exception import ask_exception
from publisher.editorial.posts import is_central
from publisher.queries.variants import said


def stale(app: App, actor: Actor, editor: Editor, content: DraftContent) -> None:
    """Draw the choice that is left to whoever wrote in a draft that somebody else saved since."""
    if not editor.stale:
        return
    st.error(editor.stale, icon=":material/sync_problem:")
    st.markdown(texts.CONFLICT_HINT)
    with st.container(horizontal=True):
        if st.button(texts.CONFLICT_KEEP, key=editor.key("conservar")):
            context.attempt(partial(editing.insist, app, actor, editor, content))
            st.rerun()
        if st.button(texts.CONFLICT_SEE, key=editor.key("ver_guardado")):
            del st.session_state["editor"]
            st.rerun()


def check(app: App, actor: Actor, editor: Editor, content: DraftContent) -> Checked | None:
    """Draw what manual and networks say of the draft, and return it; None where they cannot."""
    st.header(texts.FINDINGS_TITLE, anchor=False)
    if editor.plantel_id is None:
        return None
    verb = partial(submit.check, app, actor, editor.plantel_id, content)
    checked = context.attempt(verb)
    if checked is None:
        return None
    known = st.session_state.get(editor.key("conteo"))
    st.session_state[editor.key("conteo")] = checked
    st.session_state[editor.key("contado")] = {
        name: said(content.texts, content.forms, name) for name in checked.lengths
    }
    if known is None or _limits(known) != _limits(checked):
        st.rerun()  # the counters have just learnt the networks' limits
    if editing.is_empty(content):
        st.html(marks.empty(texts.FINDINGS_WAIT))
    elif not checked.findings:
        st.success(
            texts.FINDINGS_OK.format(version=checked.manual_version),
            icon=":material/check_circle:",
        )
    else:
        st.markdown(f"**{texts.VERDICT[checked.verdict]}**")
        findings.show(checked.findings)
    return checked


def _limits(checked: Checked) -> dict[str, int | None]:
    return {name: limit for name, (_, limit) in checked.lengths.items()}


def finish(app: App, actor: Actor, editor: Editor, checked: Checked | None) -> None:
    """Draw when it was saved, and how to send, discard or ask an exception for it."""
    zone = ZoneInfo(app.institution.timezone)
    if editor.saved_at:
        at = f"{editor.saved_at.astimezone(zone):%H:%M:%S}"
        st.html(marks.faint(texts.SAVED_AT.format(time=at)))
    else:
        st.html(marks.faint(texts.NOT_YET))
    ready = editor.post_id is not None and not editor.stale
    direct = is_central(actor)
    if st.button(
        texts.SUBMIT_DIRECT if direct else texts.SUBMIT,
        type="primary",
        icon=":material/send:",
        disabled=not ready,
        width="stretch",
        key=editor.key("enviar"),
    ):
        _submit(app, actor, editor)
    if checked and checked.verdict == "block" and ready:
        _exception(app, actor, editor)
    if ready and st.button(
        texts.DISCARD, key=editor.key("descartar"), type="tertiary", icon=":material/delete:"
    ):
        _discard(app, actor, editor)


def _submit(app: App, actor: Actor, editor: Editor) -> None:
    post_id = editor.post_id or 0
    done = context.attempt(partial(submit.submit, app, actor, post_id, version=editor.version))
    if done is None:
        return
    del st.session_state["editor"]
    context.tell(texts.SUBMITTED)
    st.switch_page("views/publicacion.py", query_params={"id": str(post_id)})


def _exception(app: App, actor: Actor, editor: Editor) -> None:
    with st.expander(texts.EXCEPTION_TITLE, icon=":material/gavel:"):
        st.markdown(texts.EXCEPTION_INTRO)
        reason = st.text_area(texts.EXCEPTION_REASON, key=editor.key("motivo_excepcion"))

        def ask() -> bool:
            ask_exception(app, actor, editor.post_id or 0, reason=reason)
            return True

        if st.button(texts.EXCEPTION_ASK, key=editor.key("pedir")) and context.attempt(ask):
            st.success(texts.EXCEPTION_ASKED)


@st.dialog(texts.DISCARD)
def _discard(app: App, actor: Actor, editor: Editor) -> None:
    st.markdown(texts.DISCARD_ASK)

    def discard() -> bool:
        draft.discard(app, actor, editor.post_id or 0)
        return True

    if st.button(texts.DISCARD_YES, type="primary", key="si_descartar") and context.attempt(
        discard
    ):
        del st.session_state["editor"]
        st.query_params.clear()
        context.tell(texts.DISCARDED)
        st.rerun()

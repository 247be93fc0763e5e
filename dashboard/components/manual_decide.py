"""Two manuals compared on screen, and what is decided on a project: proposed, approved, back."""

from __future__ import annotations

from datetime import date
from functools import partial
from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import context
from dashboard.components import dates, marks, sheet
from dashboard.texts import manual as texts
from publisher import access, rulebook
from publisher.app import Actor, App
from publisher.manual.comparison import Change, Comparison, compare
from publisher.rulebook import Draft, adopting
from publisher.texts import manual_words as words

_TONES: dict[str, sheet.Tone] = {"added": "ok", "removed": "bad", "changed": "info"}


def difference(found: Comparison) -> str:
    """Return a comparison as HTML: what changes, rule by rule, before and after."""
    pieces = []
    if found.head:
        pieces.append(_piece(texts.HEAD_CHANGES, "", found.head))
    for rule in found.rules:
        chip = sheet.chip(words.CHANGES[rule.kind], _TONES[rule.kind])
        pieces.append(_piece(f"{rule.id} {rule.title}", chip, rule.changes))
    if not pieces:
        return marks.empty(texts.SAME)
    many = len(found.rules)
    count = texts.CHANGE_ONE if many == 1 else texts.CHANGE_COUNT.format(n=many)
    return f'{marks.faint(count)}<div class="pg-manual pg-cambio">{"".join(pieces)}</div>'


def propose(app: App, actor: Actor, draft: Draft) -> None:
    """Draw what changes in an open project, and the form that proposes it."""
    found = compare(draft.base, draft.manual)
    st.html(marks.faint(texts.AGAINST.format(version=draft.base.version)))
    st.html(difference(found))
    if found.equal:
        st.info(texts.NOTHING_YET.format(version=draft.base.version), icon=":material/info:")
    else:
        with st.container(border=True):
            st.header(texts.PROPOSE_TITLE, anchor=False)
            today = app.clock().astimezone(ZoneInfo(app.institution.timezone)).date()
            left, right = st.columns([1, 3])
            on = left.date_input(
                texts.PROPOSE_DATE,
                today,
                min_value=today,
                format="DD/MM/YYYY",
                key="manual_fecha",
                persist_state="session",
            )
            summary = right.text_input(
                texts.PROPOSE_SUMMARY,
                draft.summary,
                placeholder=texts.PROPOSE_HINT,
                key=f"manual_resumen_{draft.id}",
                persist_state="session",
            )
            verb = partial(
                rulebook.propose,
                app,
                actor,
                lock=draft.lock,
                in_force_from=on if isinstance(on, date) else today,
                summary=summary or "",
            )
            pressed = st.button(
                texts.PROPOSE, type="primary", icon=":material/send:", key="proponer_manual"
            )
            if pressed and context.done(verb, texts.PROPOSED):
                st.rerun()
    _discard(app, actor, draft)


def decide(app: App, actor: Actor, draft: Draft) -> None:
    """Draw a proposal: what it changes, and what the person who looks may do with it."""
    zone = app.institution.timezone
    when = dates.instant(draft.in_force_from, zone)
    st.info(
        texts.WAITING.format(name=marks.plain(draft.proposer), when=when),
        icon=":material/hourglass_top:",
    )
    st.markdown(texts.SUMMARY.format(summary=marks.plain(draft.summary)))
    own = actor.person_id in {draft.edited_by, draft.proposed_by}
    if access.allows(actor, "manual.approve"):
        if own:
            st.html(marks.faint(texts.OWN))
        else:
            _approve(app, actor, draft)
    context.button(
        texts.RECALL,
        partial(rulebook.recall, app, actor, lock=draft.lock),
        texts.RECALLED,
        icon=":material/undo:",
        key="recuperar_manual",
    )
    st.header(texts.AGAINST.format(version=draft.base.version), anchor=False)
    st.html(difference(compare(draft.base, draft.manual)))


def _approve(app: App, actor: Actor, draft: Draft) -> None:
    version = draft.manual.version
    with st.container(border=True):
        approve = partial(adopting.approve, app, actor, lock=draft.lock)
        if st.button(
            texts.APPROVE.format(version=version),
            type="primary",
            icon=":material/check:",
            key=f"aprobar_manual_{draft.lock}",  # pressed on another text, it is another button
        ) and context.done(approve, texts.APPROVED.format(version=version)):
            st.rerun()
        reason = st.text_input(texts.SEND_BACK_REASON, key="manual_motivo")
        back = partial(rulebook.send_back, app, actor, lock=draft.lock, reason=reason or "")
        context.button(
            texts.SEND_BACK, back, texts.SENT, icon=":material/undo:", key="devolver_manual"
        )


def _discard(app: App, actor: Actor, draft: Draft) -> None:
    if st.button(texts.DISCARD, type="tertiary", icon=":material/delete:", key="descartar"):
        _sure(app, actor, draft)


@st.dialog(texts.DISCARD)
def _sure(app: App, actor: Actor, draft: Draft) -> None:
    st.markdown(texts.DISCARD_BODY)
    verb = partial(rulebook.discard, app, actor, lock=draft.lock)
    context.button(texts.DISCARD_CONFIRM, verb, texts.DISCARDED, type="primary", key="si_descartar")


def _piece(title: str, chip: str, changes: tuple[Change, ...]) -> str:
    body = ""
    if changes:
        rows = [
            (
                sheet.head(escape(words.field(change.name))),
                sheet.cell(_side(change.name, change.before, "del")),
                sheet.cell(_side(change.name, change.after, "ins")),
            )
            for change in changes
        ]
        heads = (texts.HEAD_FIELD, texts.HEAD_BEFORE, texts.HEAD_AFTER)
        body = sheet.table(heads, rows)
    return f'<article class="pg-regla"><h3>{escape(title)} {chip}</h3>{body}</article>'


def _side(name: str, shown: tuple[str, ...], mark: str) -> str:
    if not shown:
        return "—"
    told = (escape(words.value(name, line)) for line in shown)
    return "<br>".join(f"<{mark}>{line}</{mark}>" for line in told)

"""Correcting what is public: the form that proposes it, the decision on it, what came of it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from html import escape
from urllib.parse import urlsplit

import streamlit as st

from dashboard import context
from dashboard.components import dates, findings, marks
from dashboard.texts import common
from dashboard.texts import correcciones as texts
from publisher.app import Actor, App
from publisher.delivery import correction
from publisher.editorial import comparison
from publisher.queries import changes
from publisher.queries.changes import CorrectionRow, ProposedRow
from publisher.queries.post import Story
from publisher.queries.sending import DeliveryRow

_QUIET = frozenset({correction.WITHDRAWN, correction.SUPERSEDED})


def show(row: DeliveryRow) -> None:
    """Say below a send what became of its corrections, and what each changed."""
    for one in row.corrected:
        st.markdown(marks.plain(_done(one, row.timezone)))
        with st.expander(f"{texts.COMPARE} · {texts.SAYS.format(reason=one.reason)}"):
            st.html(compared(one.before, one.text))
    last = next(iter(row.corrections[-1:]), None)
    if last is None or last.done_at or last.code in _QUIET:
        return
    if last.state == "proposed":
        when = dates.instant(last.asked_at, row.timezone)
        st.html(marks.faint(texts.WAITING.format(person=last.person, when=when)))
    elif last.state != "failed":
        st.html(marks.faint(texts.APPLYING))
    elif last.code == correction.REJECTED:
        said = texts.REFUSED.format(refuser=last.refuser, sentence=last.sentence)
        st.html(marks.faint(said))
    else:
        st.markdown(marks.plain(texts.NOT_DONE.format(sentence=last.sentence)))
        if last.shown:
            st.html(marks.faint(texts.SHOWN.format(text=last.shown)))


def waiting(app: App, actor: Actor, story: Story) -> None:
    """Draw, on a post's page, what waits of its corrections: for others, or for who proposed."""
    mine = {one.correction.id: one for one in changes.proposed(app, actor)}
    for row in story.deliveries:
        for one in row.corrections:
            if one.state != "proposed":
                continue
            decidable = mine.get(one.id)
            if decidable is None and one.person_id != actor.person_id:
                continue
            st.header(texts.DECIDE_TITLE, anchor=False)
            _case(one, row.network, row.handle)
            if decidable is not None:
                _decide(app, actor, decidable)
            if one.person_id == actor.person_id and st.button(
                texts.WITHDRAW, key=f"retirar_correccion_{one.id}", icon=":material/undo:"
            ):
                verb = partial(correction.withdraw_correction, app, actor, one.id)
                if context.done(verb, texts.WITHDRAWN):
                    st.rerun()


def tray(app: App, actor: Actor) -> None:
    """Draw, above the trays of posts, the corrections that wait for this person's decision."""
    found = changes.proposed(app, actor)
    if not found:
        return
    with st.expander(texts.TRAY_TITLE.format(n=len(found)), icon=":material/edit_note:"):
        for one in found:
            with st.container(border=True):
                _case(one.correction, one.network, one.handle, plantel=one.plantel)
                _decide(app, actor, one)
                st.page_link(
                    "views/publicacion.py",
                    label=texts.FULL,
                    query_params={"id": str(one.post_id)},
                )


def compared(before: str, after: str) -> str:
    """Return both texts as one, what was removed struck out and what was added underlined.

    Marked by shape and by words that screen readers say, not by colour alone.
    """
    drawn = []
    for piece in comparison.pieces(before, after):
        text = escape(piece.text)
        if piece.kind == "same":
            drawn.append(text)
            continue
        tag, words, look = (
            ("ins", texts.ADDED, "color:#067647;background:#EBF8F1")
            if piece.kind == "added"
            else ("del", texts.REMOVED, "color:#B42318;background:#FEF1F0")
        )
        drawn.append(f'<{tag} style="{look}" aria-label="{words}">{text}</{tag}>')
    return f'<div style="white-space:pre-wrap;overflow-wrap:anywhere">{"".join(drawn)}</div>'


@st.dialog(texts.CORRECT, width="large")
def ask(app: App, actor: Actor, story: Story) -> None:
    """Open the form that proposes a correction."""
    form(app, actor, story)


def form(app: App, actor: Actor, story: Story) -> None:
    """Draw the form: which post, its new text, what is held against it, and why."""
    st.markdown(texts.INTRO)
    public = {
        row.id: row
        for row in story.deliveries
        if row.is_public and not row.is_leaving and row.group != "publishing"
    }
    if not public:
        st.html(marks.empty(texts.NOTHING))
        return
    allowing = [id_ for id_, row in public.items() if correction.offered(app, row.connector)]
    chosen = st.selectbox(
        texts.WHERE,
        [*allowing, *(id_ for id_ in public if id_ not in allowing)],
        format_func=lambda id_: (
            f"{common.NETWORKS[public[id_].network]} · {public[id_].plantel} ({public[id_].handle})"
        ),
        key="envio_corregir",
    )
    row = public[chosen]
    if chosen not in allowing:
        network = "" if row.connector.endswith("_assisted") else row.network
        st.info(correction.not_offered(network), icon=":material/info:")
        return
    said = dict(context.attempt(partial(changes.public_texts, app, actor, chosen)) or ())
    part = _part(list(said)) if len(said) > 1 else next(iter(said), None)
    if part is None:
        return
    text = st.text_area(
        texts.TEXT, value=said[part], height=180, key=f"texto_corregir_{chosen}_{part}"
    )
    if text.strip() and text.strip() != said[part].strip():
        st.html(marks.faint(texts.COMPARE) + compared(said[part], text.strip()))
        judging = partial(correction.judge_correction, app, actor, chosen, part=part, text=text)
        judged = context.attempt(judging)
        if judged is not None:
            findings.show(judged.findings)
            if not judged.findings:
                st.html(marks.faint(texts.CLEAN))
    reason = st.text_input(texts.WHY, key="motivo_corregir", help=texts.WHY_HELP)
    verb = partial(
        correction.propose_correction, app, actor, chosen, part=part, text=text, reason=reason
    )
    context.button(texts.PROPOSE, verb, texts.PROPOSED, type="primary", key="si_corregir")


def steps(story: Story) -> list[tuple[datetime, str, str, str]]:
    """Return who did what about corrections: instant, person, what, reason."""
    found = []
    for row in story.deliveries:
        where = common.NETWORKS[row.network]
        for one in row.corrections:
            said = texts.STEP_PROPOSED.format(network=where)
            found.append((one.asked_at, one.person, said, one.reason))
            if one.approved_at is not None:
                given = texts.STEP_GIVEN.format(name=one.on_behalf_of) if one.on_behalf_of else ""
                found.append((one.approved_at, one.approver, texts.STEP_APPROVED + given, ""))
            if one.refused_at is not None:
                found.append((one.refused_at, one.refuser, texts.STEP_REFUSED, one.sentence))
            if one.done_at is not None:
                done = texts.STEP_DONE.format(network=where)
                found.append((one.done_at, texts.STEP_SYSTEM, done, ""))
    return found


def _part(parts: list[int]) -> int | None:
    return st.selectbox(
        texts.PART["post"],
        parts,
        format_func=lambda n: texts.PART["later"].format(n=n) if n else texts.PART["post"],
        key="parte_corregir",
        label_visibility="collapsed",
    )


def _case(one: CorrectionRow, network: str, handle: str, *, plantel: str = "") -> None:
    head = texts.PROPOSES.format(person=one.person, network=common.NETWORKS[network], handle=handle)
    st.html(
        f"<div>{f'<b>{escape(plantel)}</b> · ' if plantel else ''}{escape(head)}</div>"
        f"<div class='pg-tenue'>{escape(texts.SAYS.format(reason=one.reason))}</div>"
    )
    st.html(compared(one.before, one.text))
    findings.show(one.findings)
    if not one.findings:
        st.html(marks.faint(texts.CLEAN))


def _decide(app: App, actor: Actor, one: ProposedRow) -> None:
    if not one.may_decide:
        st.html(marks.faint(texts.OWN))
        return
    change = one.correction
    with st.container(horizontal=True):
        approving = partial(
            correction.approve_correction, app, actor, change.id, digest=change.digest
        )
        context.button(
            texts.APPROVE,
            approving,
            texts.APPROVED,
            type="primary",
            icon=":material/check:",
            key=f"autorizar_correccion_{change.id}_{change.digest[:12]}",
        )
        if st.button(texts.REJECT, key=f"rechazar_correccion_{change.id}", type="tertiary"):
            _reject(app, actor, change.id)
        if urlsplit(one.permalink).scheme in {"http", "https"}:
            st.link_button(texts.SEE, one.permalink, icon=":material/open_in_new:")


@st.dialog(texts.REJECT_TITLE)
def _reject(app: App, actor: Actor, change_id: int) -> None:
    reject_form(app, actor, change_id)


def reject_form(app: App, actor: Actor, change_id: int) -> None:
    """Draw the form that rejects a correction, with its reason."""
    st.markdown(texts.REJECT_INTRO)
    reason = st.text_area(texts.REASON, key="motivo_rechazar_correccion")
    verb = partial(correction.reject_correction, app, actor, change_id, reason=reason)
    context.button(
        texts.CONFIRM, verb, texts.REJECTED, type="primary", key="si_rechazar_correccion"
    )


def _done(one: CorrectionRow, zone: str) -> str:
    words = texts.DONE_DELEGATED if one.on_behalf_of else texts.DONE
    return words.format(
        when=dates.instant(one.done_at, zone) if one.done_at else "",
        person=one.person,
        approver=one.approver,
        giver=one.on_behalf_of,
    )

"""Publicación: what it says, who decided what, where it went, and the proof of each send."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape

import streamlit as st

from dashboard import context
from dashboard.components import (
    annotated,
    answers,
    clearing,
    comments,
    corrections,
    costs,
    dates,
    deciding,
    figures,
    findings,
    hours,
    marks,
    receipts,
    rechecked,
    removals,
    undoing,
)
from dashboard.texts import aprobaciones as decide_texts
from dashboard.texts import by_mail as mail_texts
from dashboard.texts import common
from dashboard.texts import correcciones as correction_texts
from dashboard.texts import publicacion as texts
from publisher import localtime
from publisher.app import Actor, App
from publisher.delivery import removal
from publisher.editorial import approve, by_mail, plan, review
from publisher.queries import post
from publisher.queries.post import Story

WATCH_SECONDS = 3


def show(app: App, actor: Actor) -> None:
    """Draw the page."""
    raw = st.query_params.get("id", "")
    if not raw.isdecimal() or len(raw) > 12:
        st.title(common.PAGE_PUBLICACION, anchor=False)
        st.html(marks.empty(texts.MISSING))
        return
    story = context.load(partial(post.story, app, actor, int(raw)))
    _head(story)
    answers.show()
    undoing.show(app, actor)
    _buttons(app, actor, story)
    left, right = st.columns([3, 2], gap="large")
    with left:
        rechecked.show(app, actor, story.post_id)
        corrections.waiting(app, actor, story)
        if story.allowed.resolve_exception:
            deciding.exception(app, actor, story)
        if story.allowed.clear:
            clearing.form(app, actor, story)
        if story.allowed.approve:
            _approve(app, actor, story)
        if story.allowed.review:
            deciding.dictamen(app, actor, story)
        _sent(app, actor, story)
        st.header(texts.CONTENT_TITLE, anchor=False)
        if story.corrected:
            st.html(marks.faint(correction_texts.CONTENT_NOTE))
        annotated.draw(app, actor, story, when=dates.wall(story.local_at) if story.local_at else "")
        for number, picture in enumerate(story.pictures, 1):
            if picture.captions is not None:
                said = texts.CAPTIONED if picture.captions else texts.NOT_CAPTIONED
                st.html(marks.faint(said.format(n=number)))
    with right:
        _findings(story)
        st.header(texts.STORY_TITLE, anchor=False)
        st.html(marks.rows(_steps(app, story)))


def _head(story: Story) -> None:
    st.title(texts.TITLE.format(id=story.post_id), anchor=False)
    when = (
        texts.WHEN.format(when=dates.wall(story.local_at), zone=dates.zone_name(story.timezone))
        if story.local_at
        else texts.NO_WHEN
    )
    line = texts.LINE.format(plantel=story.plantel, author=story.author)
    topic = common.TOPICS.get(story.topic, "")
    facts = [when, texts.REVISION.format(n=story.revision)]
    if topic:
        facts.append(texts.TOPIC.format(topic=topic))
    waiting = [row for row in story.deliveries if row.group == "waiting"]
    by_hand = bool(waiting) and all(row.by_hand for row in waiting)
    following = texts.NEXT_RESPONSIBLE.get("by_hand" if by_hand else story.phase, "")
    following = following.format(plantel=story.plantel)
    st.html(
        f"<div>{marks.phase(story.phase, texts.BY_HAND * by_hand)}"
        f"{marks.corrected() if story.corrected else ''} &nbsp;{escape(line)}</div>"
        f"<div class='pg-tenue' style='margin-top:4px'>{escape(' · '.join(facts))}</div>"
        f"<div style='margin-top:4px'>{escape(following)}</div>"
    )


def _buttons(app: App, actor: Actor, story: Story) -> None:
    allowed = story.allowed
    with st.container(horizontal=True):
        if allowed.edit:
            label = texts.EDIT if story.state == "returned" else texts.CONTINUE
            st.page_link(
                "views/nueva.py",
                label=label,
                icon=":material/edit_square:",
                query_params={"id": str(story.post_id)},
            )
        if allowed.withdraw and st.button(
            texts.WITHDRAW, key="retirar_consulta", icon=":material/undo:"
        ):
            _withdraw(app, actor, story)
        if by_mail.may_ask(
            app, actor, plantel_id=story.plantel_id, state=story.state
        ) and st.button(mail_texts.ASK, key="pedir_por_correo", icon=":material/mail:"):
            asked = context.attempt(partial(by_mail.ask, app, actor, story.post_id))
            if asked is not None:
                context.tell(mail_texts.ASKED.format(n=asked))
                st.rerun()
        if allowed.move and st.button(texts.MOVE, key="mover", icon=":material/schedule:"):
            _move(app, actor, story)
        if allowed.ratify and st.button(
            texts.RATIFY, key="ratificar", icon=":material/verified:", type="primary"
        ):
            verb = partial(removal.ratify, app, actor, story.post_id)
            _finish(verb, texts.RATIFIED)
        if allowed.remove and st.button(
            texts.REMOVE, key="retirar_redes", icon=":material/delete_forever:"
        ):
            removals.ask(app, actor, story)
        if allowed.correct and st.button(
            correction_texts.CORRECT, key="corregir_texto", icon=":material/edit_note:"
        ):
            corrections.ask(app, actor, story)
        if allowed.pull_back and st.button(
            texts.PULL_BACK, key="retirar", icon=":material/front_hand:"
        ):
            _pull_back(app, actor, story)


def _finish(verb: Callable[[], object], sentence: str) -> None:
    if context.done(verb, sentence):
        st.rerun()


@st.dialog(texts.WITHDRAW)
def _withdraw(app: App, actor: Actor, story: Story) -> None:
    st.markdown(texts.WITHDRAW_INTRO)
    reason = st.text_input(texts.REASON, key="motivo_retirar_consulta")
    if st.button(texts.CONFIRM, type="primary", key="si_retirar_consulta"):
        verb = partial(review.withdraw, app, actor, story.post_id, reason=reason)
        _finish(verb, texts.WITHDRAWN)


@st.dialog(texts.PULL_BACK)
def _pull_back(app: App, actor: Actor, story: Story) -> None:
    st.markdown(texts.PULL_INTRO)
    reason = st.text_input(texts.REASON, key="motivo_retirar")
    if st.button(texts.CONFIRM, type="primary", key="si_retirar"):
        pulled = context.attempt(partial(plan.pull_back, app, actor, story.post_id, reason=reason))
        if pulled is not None:
            said = texts.PULLED_GONE if pulled.gone else texts.PULLED
            context.tell(said.format(stopped=pulled.stopped, gone=pulled.gone))
            st.rerun()


@st.dialog(texts.MOVE)
def _move(app: App, actor: Actor, story: Story) -> None:
    agreed = story.approval
    if agreed is None or story.local_at is None:
        return
    st.markdown(texts.MOVE_INTRO.format(n=agreed.tolerance_min, when=dates.wall(agreed.local_at)))
    asked = st.datetime_input(
        texts.MOVE_WHEN.format(zone=dates.zone_name(story.timezone)),
        value=localtime.parse_wall(story.local_at),
        step=deciding.STEP,
        format="DD/MM/YYYY",
        key="nueva_hora",
    )
    local = story.time_mode == "local"
    zones = [target.timezone for target in story.targets] if local else [story.timezone]
    fold = hours.ask_fold(asked, {*zones, story.timezone}, key="vez_mover", index=story.fold)
    hours.show(asked, zones, home=story.timezone, mode=story.time_mode, fold=fold)
    if st.button(texts.MOVE_DO, type="primary", key="si_mover") and asked:
        wall = asked.strftime(deciding.WALL)
        verb = partial(plan.move, app, actor, story.post_id, local_at=wall, fold=fold)
        _finish(verb, texts.MOVED)


def _approve(app: App, actor: Actor, story: Story) -> None:
    st.header(texts.APPROVE_TITLE, anchor=False)
    st.markdown(texts.APPROVE_INTRO)
    costs.show(app, story.costs)
    said = deciding.grounds(story)
    verb = partial(approve.approve, app, actor, story.post_id, digest=story.digest, grounds=said)
    with st.container(horizontal=True):
        if st.button(
            texts.APPROVE,
            type="primary",
            icon=":material/check:",
            key=f"autorizar_{story.digest[:16]}",  # pressed on other content, it is another button
        ) and context.done(verb, texts.APPROVED):
            undoing.offer(app, [story.post_id])
            st.rerun()
        if st.button(decide_texts.RETURN, key="devolver"):
            names, rules = {story.post_id: story.plantel}, deciding.rules_of(story)
            deciding.return_dialog(app, actor, names, rules)
        if st.button(decide_texts.REJECT, key="rechazar", type="tertiary"):
            deciding.reject_dialog(app, actor, story.post_id, deciding.rules_of(story))


def _sent(app: App, actor: Actor, story: Story) -> None:
    st.header(texts.SENT_TITLE, anchor=False)
    if not story.deliveries:
        st.html(marks.empty(texts.SENT_EMPTY))
        return
    watching = not story.settled and story.phase != "scheduled"
    near = story.due_at is not None and (story.due_at - app.clock()).total_seconds() < 300

    @st.fragment(run_every=WATCH_SECONDS if watching or (near and not story.settled) else None)
    def deliveries() -> None:
        now = context.load(partial(post.story, app, context.person(), story.post_id))
        if now.phase != story.phase:
            st.rerun()
        receipts.show(now)

    deliveries()
    removals.by_hand(app, actor, story)
    comments.below(app, actor, story)
    figures.comments(app, actor, story)


def _findings(story: Story) -> None:
    st.header(texts.FINDINGS_TITLE, anchor=False)
    if not story.verdict:
        st.html(marks.faint(texts.FINDINGS_NOT_YET))
        return
    counted = [row.severity for row in story.findings if not row.dismissed]
    chips = findings.summary(counted.count("block"), counted.count("warn"))
    if chips:
        st.html(f"{chips} {texts.FINDINGS_BESIDE}")
    elif not story.findings:
        st.html(marks.faint(texts.FINDINGS_NONE))
    st.html(marks.faint(texts.FINDINGS_VERSION.format(version=story.manual_version)))


def _steps(app: App, story: Story) -> list[str]:
    zone = app.institution.timezone
    steps = [
        (step.at, step.person, texts.STEPS[step.what] + texts.UNDONE * step.undone, step.reason)
        for step in story.steps
    ]
    steps += [
        (
            receipt.published_at,
            texts.STEP_SYSTEM,
            texts.STEP_PUBLISHED.format(network=common.NETWORKS[delivery.network]),
            "",
        )
        for delivery in story.deliveries
        for receipt in delivery.receipts
        if receipt.part == 0
    ]
    steps += corrections.steps(story)
    approval = story.approval
    if approval and approval.on_behalf_of:
        given = texts.DELEGATED.format(name=approval.on_behalf_of)
        steps = [
            (at, who, f"{what} {given}" if what == texts.STEPS["approved"] else what, reason)
            for at, who, what, reason in steps
        ]
    return [
        marks.row(
            title=f"<b>{escape(what)}</b> · {escape(who)}",
            text=f"«{reason}»" if reason else "",
            side=escape(dates.instant(at, zone)),
        )
        for at, who, what, reason in sorted(steps, key=lambda step: step[0])
    ]


show(context.house(), context.person())

"""The forms with which somebody decides on a post: return, reject, dictamen, exception."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import context
from dashboard.components import answers, dates, hours, marks, reasons, undoing
from dashboard.texts import aprobaciones as texts
from dashboard.texts import common
from publisher import localtime
from publisher.app import Actor, App
from publisher.editorial import batch, review, veda
from publisher.editorial.exception import resolve_exception
from publisher.queries import places
from publisher.queries.post import Story
from publisher.texts import editorial as verb_texts

STEP = timedelta(minutes=5)
WALL = "%Y-%m-%dT%H:%M"


@st.dialog(texts.RETURN_TITLE)
def return_dialog(app: App, actor: Actor, posts: Mapping[int, str], rules: Sequence[str]) -> None:
    """Ask why and return posts, given as id → plantel; each is answered on its own.

    ``rules`` are those of the findings: phrases that cite them are offered first.
    """
    st.markdown(texts.RETURN_INTRO)
    why = reasons.ask(app, rules=rules, key="devolver")
    if st.button(texts.CONFIRM_RETURN, type="primary", key="si_devolver"):
        if not why.phrases and len(why.text.strip()) < review.REASON_MIN:
            st.error(verb_texts.RETURN_REASON, icon=":material/error:")
            return
        verb = partial(
            batch.return_many, app, actor, list(posts), reason=why.text, phrases=why.phrases
        )
        given = context.attempt(verb)
        if given is not None:
            good = answers.keep(given, posts, one=texts.RETURNED_ONE, many=texts.RETURNED)
            undoing.offer(app, good)
            st.rerun()


@st.dialog(texts.REJECT_TITLE)
def reject_dialog(app: App, actor: Actor, post_id: int, rules: Sequence[str]) -> None:
    """Ask why and reject one post for good."""
    st.markdown(texts.REJECT_INTRO)
    why = reasons.ask(app, rules=rules, key="rechazar")
    verb = partial(batch.end_where_it_waits, app, actor, post_id, "rejected", why.text, why.phrases)
    if st.button(texts.CONFIRM_REJECT, type="primary", key="si_rechazar") and context.done(
        verb, texts.REJECTED
    ):
        undoing.offer(app, [post_id])
        st.rerun()


def dictamen(app: App, actor: Actor, story: Story) -> None:
    """Draw the coordinador's form: accounts and time, favourable, return or reject."""
    st.header(texts.REVIEW_TITLE, anchor=False)
    key = f"{story.post_id}_{story.version}"
    planteles = {story.plantel_id}
    options = {
        row.id: row
        for row in places.accounts(app, actor, planteles, action="post.review")
        if row.usable
    }
    proposed = [target.account_id for target in story.targets]
    for target in story.targets:
        options.setdefault(
            target.account_id,
            places.AccountRow(
                id=target.account_id,
                plantel_id=0,
                plantel=target.plantel,
                network=target.network,
                handle=target.handle,
                state="active",
                timezone=target.timezone,
            ),
        )
    chosen = st.multiselect(
        texts.REVIEW_ACCOUNTS,
        list(options),
        default=[id_ for id_ in proposed if id_ in options],
        format_func=lambda id_: f"{common.NETWORKS[options[id_].network]} · {options[id_].plantel}",
        key=f"cuentas_{key}",
    )
    when = _time(app, story, key)
    mode, fold = hours.choose(
        when,
        [options[id_].timezone for id_ in chosen],
        home=story.timezone,
        key=f"modo_{key}",
        mode=story.time_mode,
        fold=story.fold,
    )
    note = st.text_input(texts.REVIEW_NOTE, key=f"nota_{key}")
    give = partial(
        review.give,
        app,
        actor,
        story.post_id,
        decision="reviewed",
        reason=note,
        account_ids=tuple(chosen),
        local_at=when.strftime(WALL) if when else None,
        time_mode=mode,
        fold=fold,
        version=story.version,
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(texts.REJECT, key=f"rechazar_{key}", type="tertiary"):
            reject_dialog(app, actor, story.post_id, rules_of(story))
        if st.button(texts.RETURN, key=f"devolver_{key}"):
            return_dialog(app, actor, {story.post_id: story.plantel}, rules_of(story))
        if st.button(
            texts.REVIEW_GIVE, type="primary", icon=":material/check:", key=f"dictamen_{key}"
        ) and context.done(give, texts.REVIEW_DONE):
            undoing.offer(app, [story.post_id])
            st.rerun()


def rules_of(story: Story) -> tuple[str, ...]:
    """Return the rules that the findings of a post name, most serious first."""
    found = (row.rule for row in story.findings if row.source == "manual" and not row.dismissed)
    return tuple(dict.fromkeys(found))


def _time(app: App, story: Story, key: str) -> datetime | None:
    proposed = localtime.parse_wall(story.local_at) if story.local_at else None
    now = app.clock().astimezone(ZoneInfo(story.timezone)).replace(tzinfo=None)
    asked: datetime | None = st.datetime_input(
        texts.REVIEW_WHEN.format(zone=dates.zone_name(story.timezone)),
        value=proposed,
        min_value=min(now, proposed or now).replace(second=0, microsecond=0),
        step=STEP,
        format="DD/MM/YYYY",
        key=f"hora_{key}",
    )
    return asked


def exception(app: App, actor: Actor, story: Story) -> None:
    """Draw the Directora's answer to an open request for an exception."""
    st.header(texts.EXCEPTION_TITLE, anchor=False)
    st.warning(texts.EXCEPTION_SAID.format(reason=story.exception_reason), icon=":material/gavel:")
    reason = st.text_input(texts.EXCEPTION_REASON, key=f"resolucion_{story.post_id}")
    basis = ""
    if veda.needs_legal_basis(story.findings):
        st.warning(texts.EXCEPTION_VEDA, icon=":material/how_to_vote:")
        basis = st.text_area(
            texts.EXCEPTION_BASIS,
            placeholder=texts.EXCEPTION_BASIS_HINT,
            key=f"fundamento_{story.post_id}",
        )
    with st.container(horizontal=True):
        for grant, label in ((True, texts.EXCEPTION_GRANT), (False, texts.EXCEPTION_DENY)):
            verb = partial(
                resolve_exception,
                app,
                actor,
                story.post_id,
                grant=grant,
                reason=reason,
                legal_basis=basis,
            )
            pressed = st.button(label, key=f"excepcion_{grant}_{story.post_id}")
            if pressed and context.done(verb, texts.EXCEPTION_DONE[grant]):
                st.rerun()


def grounds(story: Story) -> str:
    """Draw what a post of an electoral window rests on, and ask for the reason that it lacks."""
    if story.legal_basis:
        st.info(texts.LEGAL_BASIS.format(text=marks.plain(story.legal_basis)))
    if not story.needs_grounds:
        return ""
    return st.text_input(texts.GROUNDS, help=texts.GROUNDS_HELP, key=f"motivo_veda_{story.post_id}")

"""The ways out of one delivery that waits: publish, another hour, it is public, discard, return."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

import streamlit as st

from dashboard import context
from dashboard.components import dates, deciding, hours
from dashboard.texts import decisiones as texts
from publisher import localtime
from publisher.app import Actor, App
from publisher.delivery import decide
from publisher.editorial import plan
from publisher.queries.decision_case import Agreed, Case
from publisher.queries.decisions import MANUAL

_OTHER = ""
_EXCERPT = 60


def show(app: App, actor: Actor, case: Case, *, leave: Callable[[], None]) -> None:
    """Draw the ways out; what was typed stays until one of them succeeds."""
    id_ = case.delivery.id
    st.header(texts.DECIDE_TITLE, anchor=False)
    reason = st.text_area(texts.REASON, help=texts.REASON_HINT, key=f"motivo_{id_}", height=90)
    first = [_confirm, _resume] if case.doubtful else [_resume, _confirm]
    ways = [*first, _move, _discard]
    ways += [_return] if case.returnable else []
    for start in range(0, len(ways), 2):
        for column, way in zip(st.columns(2), ways[start : start + 2], strict=False):
            with column, st.container(border=True, height="stretch"):
                way(app, actor, case, reason, leave)


def _key(name: str, case: Case) -> str:
    """Return a button's key: pressed on a case that changed, it is another button."""
    return f"{name}_{case.delivery.id}_{case.seen[:16]}"


def _resume(app: App, actor: Actor, case: Case, reason: str, leave: Callable[[], None]) -> None:
    st.markdown(f"**{texts.RESUME_TITLE}**")
    by_manual = case.delivery.hold_reason == MANUAL
    intro = texts.RESUME_INTRO_MANUAL if by_manual else texts.RESUME_INTRO
    st.markdown(texts.RESUME_INTRO_DOUBT if case.doubtful else intro)
    verb = partial(decide.resume, app, actor, case.delivery.id, reason=reason, seen=case.seen)
    if st.button(
        texts.RESUME,
        icon=":material/send:",
        type="secondary" if case.doubtful or by_manual else "primary",
        key=_key("publicar", case),
    ) and context.done(verb, texts.RESUMED):
        leave()


def _move(app: App, actor: Actor, case: Case, reason: str, leave: Callable[[], None]) -> None:
    st.markdown(f"**{texts.MOVE_TITLE}**")
    row, agreed = case.delivery, case.agreed
    if agreed is None or agreed.window is None:
        st.markdown(texts.MOVE_VOID)
        return
    zone = localtime.zone(row.timezone)
    st.markdown(_bounds(agreed, row.timezone))
    now = app.clock().astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
    when: datetime | None = st.datetime_input(
        texts.MOVE_WHEN.format(zone=dates.zone_name(row.timezone)),
        value=None,
        min_value=now,
        max_value=agreed.window.last.astimezone(zone).replace(tzinfo=None),
        step=deciding.STEP,
        format="DD/MM/YYYY",
        key=f"hora_{row.id}",
    )
    fold = hours.ask_fold(when, [row.timezone], key=f"vez_{row.id}")
    hours.show(when, [row.timezone], home=row.timezone, fold=fold)
    verb = partial(
        decide.reschedule,
        app,
        actor,
        row.id,
        local_at=when.strftime(hours.WALL) if when else "",
        fold=fold,
        reason=reason,
        seen=case.seen,
    )
    if st.button(texts.MOVE, icon=":material/schedule:", key=_key("reprogramar", case)):
        if when is None:
            st.error(texts.BULK_NEEDS_WHEN, icon=":material/error:")
        elif context.done(verb, texts.MOVED):
            leave()


def _bounds(agreed: Agreed, zone: str) -> str:
    window = agreed.window
    if window is None:
        return ""
    last = dates.instant(window.last, zone)
    if not window.kept:
        return texts.MOVE_LATE.format(last=last)
    return texts.MOVE_KEPT.format(first=dates.instant(window.first, zone), last=last)


def _confirm(app: App, actor: Actor, case: Case, reason: str, leave: Callable[[], None]) -> None:
    id_, zone = case.delivery.id, case.delivery.timezone
    st.markdown(f"**{texts.CONFIRM_TITLE}**")
    found = {
        post.remote_id: texts.CONFIRM_ONE.format(
            when=dates.instant(post.at, zone), text=" ".join(post.text.split())[:_EXCERPT]
        )
        for post in (case.look.shown if case.look else ())
        if not post.taken
    }
    remote = _OTHER
    if found:
        like = [post.remote_id for post in (case.look.shown if case.look else ()) if post.like]
        options = [*found, _OTHER]
        remote = st.selectbox(
            texts.CONFIRM_WHICH,
            options,
            index=options.index(next((one for one in like if one in found), _OTHER)),
            format_func=lambda one: found.get(one, texts.CONFIRM_OTHER),
            key=_key("cual", case),
        )
    address = ""
    if remote == _OTHER:
        st.markdown(texts.CONFIRM_INTRO)
        address = st.text_input(texts.LINK, key=f"enlace_{id_}")
    verb = partial(
        decide.confirm,
        app,
        actor,
        id_,
        permalink=address,
        remote_id=remote,
        reason=reason,
        seen=case.seen,
    )
    if st.button(
        texts.CONFIRM,
        icon=":material/check:",
        type="primary" if case.doubtful and remote else "secondary",
        key=_key("confirmar", case),
    ) and context.done(verb, texts.CONFIRMED):
        leave()


def _discard(app: App, actor: Actor, case: Case, reason: str, leave: Callable[[], None]) -> None:
    st.markdown(f"**{texts.DISCARD_TITLE}**")
    st.markdown(texts.DISCARD_INTRO)
    verb = partial(decide.discard, app, actor, case.delivery.id, reason=reason, seen=case.seen)
    if st.button(
        texts.DISCARD, icon=":material/delete:", key=_key("descartar", case)
    ) and context.done(verb, texts.DISCARDED):
        leave()


def _return(app: App, actor: Actor, case: Case, reason: str, leave: Callable[[], None]) -> None:
    st.markdown(f"**{texts.RETURN_TITLE}**")
    st.markdown(texts.RETURN_INTRO)
    verb = partial(plan.pull_back, app, actor, case.post_id, reason=reason)
    if st.button(texts.RETURN, icon=":material/undo:", key=_key("devolver", case)) and context.done(
        verb, texts.RETURNED
    ):
        leave()

"""The emergency stop: what is stopped now, by whom and why, and the way to stop and to go on.

Each ``…_form`` is the body of the dialog of the same name.
"""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import context
from dashboard.components import dates, marks
from dashboard.texts import common
from dashboard.texts import decisiones as texts
from publisher import access
from publisher.app import Actor, App
from publisher.delivery import stopping as verbs
from publisher.queries import places, stops
from publisher.queries.places import PlantelRow
from publisher.queries.stops import StopRow


def show(app: App, actor: Actor) -> None:
    """Draw the stops in force that the actor may see, and the buttons to stop."""
    rows = context.load(partial(stops.stops, app, actor))
    st.html(marks.faint(texts.STOP_INTRO))
    for row in rows:
        _stop(app, actor, row)
    if not rows:
        st.html(marks.faint(texts.STOP_NONE))
    with st.container(horizontal=True):
        everywhere = access.allows(actor, "queue.pause")
        whole = any(row.plantel_id is None for row in rows)
        if (
            everywhere
            and not whole
            and st.button(texts.STOP_ALL, icon=":material/front_hand:", key="detener_todo")
        ):
            stop_all_dialog(app, actor)
        if st.button(texts.STOP_ONE, icon=":material/pause:", key="detener_plantel"):
            found = context.load(partial(places.planteles, app, actor, action="queue.pause"))
            stopped = {row.plantel_id for row in rows}
            stop_one_dialog(app, actor, [row for row in found if row.id not in stopped])


def _stop(app: App, actor: Actor, row: StopRow) -> None:
    head = texts.STOPPED_ONE.format(plantel=row.plantel) if row.plantel_id else texts.STOPPED_ALL
    when = dates.instant(row.at, app.institution.timezone)
    by = texts.STOPPED_BY.format(person=row.person, when=when)
    why = texts.STOPPED_WHY.format(reason=row.reason)
    with st.container(key=f"paro_{row.id}"):
        st.warning(
            f"**{marks.plain(head)}.** {marks.plain(by)}  \n{marks.plain(why)}",
            icon=":material/pause:",
        )
        if row.may_lift and st.button(
            texts.LIFT, icon=":material/play_arrow:", key=f"reanudar_paro_{row.id}"
        ):
            lift_dialog(app, actor, row)


def stop_all_form(app: App, actor: Actor) -> None:
    """Ask why and stop everything."""
    st.markdown(texts.STOP_ALL_INTRO)
    _ask(app, actor, None, key="todo")


def stop_one_form(app: App, actor: Actor, planteles: list[PlantelRow]) -> None:
    """Ask which plantel and why, and stop it."""
    st.markdown(texts.STOP_ONE_INTRO)
    names = {row.id: row.name for row in planteles}
    chosen = st.selectbox(
        texts.STOP_PLANTEL,
        list(names),
        index=0 if len(names) == 1 else None,
        format_func=lambda id_: names[id_],
        placeholder=texts.STOP_PLANTEL_HINT,
        key="plantel_paro",
    )
    _ask(app, actor, chosen, key="uno", ready=chosen is not None)


def _ask(app: App, actor: Actor, plantel_id: int | None, *, key: str, ready: bool = True) -> None:
    reason = st.text_area(texts.STOP_REASON, key=f"motivo_paro_{key}", help=texts.REASON_HINT)
    stop = partial(verbs.stop, app, actor, plantel_id=plantel_id, reason=reason)
    pressed = st.button(texts.STOP_DO, type="primary", disabled=not ready, key=f"si_detener_{key}")
    # without a plantel chosen, None would mean everything
    if pressed and ready and context.done(stop, texts.STOP_DONE):
        st.rerun()


def lift_form(app: App, actor: Actor, row: StopRow) -> None:
    """Ask why and lift a stop."""
    st.markdown(texts.LIFT_INTRO.format(place=marks.plain(row.plantel or texts.EVERYTHING)))
    reason = st.text_area(
        common.REASON, key=f"motivo_reanudar_paro_{row.id}", help=texts.REASON_HINT
    )
    lift = partial(verbs.lift, app, actor, plantel_id=row.plantel_id, reason=reason)
    context.button(texts.LIFT, lift, texts.LIFT_DONE, type="primary", key="si_reanudar_paro")


stop_all_dialog = st.dialog(texts.STOP_ALL)(stop_all_form)
stop_one_dialog = st.dialog(texts.STOP_ONE)(stop_one_form)
lift_dialog = st.dialog(texts.LIFT_TITLE)(lift_form)

"""What became of taking a post down from its network, below its send."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import context
from dashboard.components import dates, marks
from dashboard.texts import common
from dashboard.texts import publicacion as texts
from publisher import access
from publisher.app import Actor, App
from publisher.delivery import removal
from publisher.queries.changes import RemovalRow
from publisher.queries.post import Story
from publisher.queries.sending import DeliveryRow


def show(row: DeliveryRow) -> None:
    """Say what became of each removal of a delivery, the last one of each part."""
    last = {one.part: one for one in row.removals}
    for one in last.values():
        st.markdown(marks.plain(_line(one, row.timezone)))
        st.html(marks.faint(texts.REMOVAL_WHY.format(person=one.person, reason=one.reason)))
        if one.ratified_at is None:
            st.html(marks.faint(texts.NOT_RATIFIED))


def by_hand(app: App, actor: Actor, story: Story) -> None:
    """Offer to note what a person took down where the network did not do it for us."""
    if not story.allowed.remove:
        return
    for row in story.deliveries:
        failed = any(one.sentence and not one.under_way and not one.done_at for one in row.removals)
        if (
            failed
            and row.is_public
            and st.button(f"{texts.NOTE_REMOVED} ({row.handle})", key=f"a_mano_{row.id}")
        ):
            _by_hand(app, actor, row.id)


@st.dialog(texts.NOTE_REMOVED)
def _by_hand(app: App, actor: Actor, delivery_id: int) -> None:
    hand_form(app, actor, delivery_id)


def hand_form(app: App, actor: Actor, delivery_id: int) -> None:
    """Draw the form that notes what was taken down by hand."""
    st.markdown(texts.BY_HAND_INTRO)
    reason = st.text_input(texts.REASON, key="motivo_a_mano")
    verb = partial(removal.note_by_hand, app, actor, delivery_id, reason=reason)
    context.button(texts.CONFIRM, verb, texts.BY_HAND_DONE, type="primary", key="si_a_mano")


@st.dialog(texts.REMOVE)
def ask(app: App, actor: Actor, story: Story) -> None:
    """Open the form that takes a post down."""
    form(app, actor, story)


def form(app: App, actor: Actor, story: Story) -> None:
    """Draw the form that takes a post down: from which accounts, and why."""
    st.markdown(texts.REMOVE_INTRO)
    public = {
        row.id: f"{common.NETWORKS[row.network]} · {row.plantel} ({row.handle})"
        for row in story.deliveries
        if row.is_public and not row.is_leaving
    }
    chosen = st.multiselect(
        texts.REMOVE_WHERE,
        list(public),
        default=list(public),
        format_func=lambda id_: public[id_],
        key="cuentas_retirar_redes",
    )
    reason = st.text_area(texts.REASON, key="motivo_retirar_redes")
    if not access.allows(actor, "post.ratify"):
        st.html(marks.faint(texts.REMOVE_RATIFY))
    verb = partial(removal.remove, app, actor, chosen, reason=reason)
    context.button(
        texts.REMOVE_DO,
        verb,
        texts.REMOVE_ASKED,
        type="primary",
        key="si_retirar_redes",
        disabled=not chosen,
    )


def _line(one: RemovalRow, zone: str) -> str:
    if one.done_at is not None:
        said = texts.REMOVED.format(when=dates.instant(one.done_at, zone))
        return f"{said} {texts.REMOVED_BY.get(one.found_by, '')}".strip()
    if one.under_way:
        return texts.REMOVING.format(when=dates.instant(one.asked_at, zone))
    return texts.NOT_REMOVED.format(sentence=one.sentence)

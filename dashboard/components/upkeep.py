"""Looking after custody: who holds an account, the word of each quarter, incidents that end."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dashboard import context
from dashboard.components import dates, marks
from dashboard.texts import custodia as texts
from publisher import access
from publisher.app import Actor, App
from publisher.custody import confirmations, duties, incidents, terms
from publisher.queries import transfers
from publisher.queries.custody import CustodyLine
from publisher.queries.custody_history import DutyRow, IncidentRow
from publisher.queries.custody_sheet import CustodySheet
from vault.custody import PASSWORD


def show(app: App, actor: Actor, found: CustodySheet) -> None:
    """Draw what the person who looks may say about an account's custody."""
    _confirm(app, actor, found)
    if found.may_direct and not found.line.assigned:
        with st.expander(texts.ASSIGN, icon=":material/badge:"):
            _assign(app, actor, found)


def confirm_many(app: App, actor: Actor, rows: Sequence[CustodyLine]) -> None:
    """Offer to give one's word for the quarter on all of ``rows`` that lack it, by part."""
    mine = {part: confirmable(actor, rows, part) for part in confirmations.ACTIONS}
    if not any(mine.values()):
        return
    with st.expander(texts.CONFIRM_MANY, icon=":material/fact_check:"):
        for part, ids in mine.items():
            if not ids:
                continue
            st.html(marks.faint(texts.CONFIRM_INTRO_MANY[part]))
            verb = partial(confirmations.confirm, app, actor, ids, part=part)
            many = texts.CONFIRM_N_ONE if len(ids) == 1 else texts.CONFIRM_N.format(n=len(ids))
            context.button(
                many, verb, texts.CONFIRMED, icon=":material/check:", key=f"todas_{part}"
            )


def confirmable(actor: Actor, rows: Sequence[CustodyLine], part: str) -> list[int]:
    """Return the accounts of ``rows`` on which the actor may give this part's word now."""
    action = confirmations.ACTIONS[part]
    return [
        row.id
        for row in rows
        if part in row.missing
        and PASSWORD in row.holds
        and access.allows(actor, action, plantel_id=row.plantel_id)
        and (part != "custodian" or row.custodian_id == actor.person_id)
    ]


def incident(app: App, actor: Actor, found: CustodySheet, row: IncidentRow) -> None:
    """Draw an incident that goes on, with the way to end it where the actor may."""
    when = dates.instant(row.opened_at, app.institution.timezone)
    said = texts.INCIDENT.format(sentence=marks.plain(row.sentence), when=when)
    st.error(said, icon=":material/report:")
    if not found.may_close:
        return
    with st.expander(texts.CLOSE_INCIDENT, icon=":material/task_alt:"):
        words = st.text_area(texts.RESOLUTION, height=90, key=f"resolucion_{row.id}")
        verb = partial(incidents.close_incident, app, actor, row.id, resolution=words or "")
        context.button(texts.CLOSE_DO, verb, texts.CLOSED, type="primary", key=f"cerrar_{row.id}")


def discharge(app: App, actor: Actor, row: DutyRow) -> None:
    """Draw the way to close what an account that ended still owes: nobody can change it there."""
    with st.expander(texts.DISCHARGE, icon=":material/task_alt:"):
        st.html(marks.faint(texts.DISCHARGE_INTRO))
        reason = st.text_input(
            texts.REASON, placeholder=texts.DISCHARGE_HINT, key=f"dispensa_motivo_{row.id}"
        )
        verb = partial(duties.discharge, app, actor, row.id, reason=reason or "")
        if st.button(texts.DISCHARGE_DO, key=f"dispensar_{row.id}") and context.done(
            verb, texts.DISCHARGED
        ):
            # with nothing left to do the account is no longer shown: back to the list
            st.query_params.clear()
            st.rerun()


def _confirm(app: App, actor: Actor, found: CustodySheet) -> None:
    for part in confirmations.ACTIONS:
        if not confirmable(actor, [found.line], part):
            continue
        with st.container(border=True, key=f"confirmar_{part}"):
            st.html(marks.faint(texts.CONFIRM_INTRO[part]))
            note = st.text_input(texts.CONFIRM_NOTE, key=f"nota_{part}_{found.line.id}")
            verb = partial(
                confirmations.confirm, app, actor, [found.line.id], part=part, note=note or ""
            )
            label = texts.CONFIRM.format(quarter=found.quarter)
            context.button(label, verb, texts.CONFIRMED, icon=":material/check:", key=f"si_{part}")


def _assign(app: App, actor: Actor, found: CustodySheet) -> None:
    st.html(marks.faint(texts.ASSIGN_INTRO))
    people = {one.id: one.name for one in transfers.keepers(app, actor, found.line.plantel_id)}
    if not people:
        st.html(marks.empty(texts.HELD_BY_NOBODY))
        return
    ids = list(people)
    holder = found.line.custodian_id
    who = st.selectbox(
        texts.LABEL_CUSTODIAN,
        ids,
        index=ids.index(holder) if holder in people else 0,
        format_func=lambda one: people[one],
        key=f"custodio_{found.line.id}",
    )
    reason = st.text_input(texts.REASON, key=f"custodio_motivo_{found.line.id}")
    verb = partial(terms.assign, app, actor, found.line.id, who, reason=reason or "")
    context.button(texts.ASSIGN_DO, verb, texts.ASSIGNED, key=f"asignar_{found.line.id}")

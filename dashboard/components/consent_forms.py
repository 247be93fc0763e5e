"""The forms of the register: write one down, revoke one, take down what it still shows."""

from __future__ import annotations

from datetime import date
from functools import partial

import streamlit as st

from dashboard import context
from dashboard.components import dates, marks
from dashboard.texts import common
from dashboard.texts import consentimientos as texts
from publisher.app import Actor, App
from publisher.consents import register
from publisher.consents.covers import SCOPES
from publisher.consents.given import GUARDIANS, Given
from publisher.delivery import removal
from publisher.queries import places
from publisher.queries.consents import ConsentFile


def new(app: App, actor: Actor) -> None:
    """Draw the form of a new consent; what was typed stays until it is registered."""
    key = f"consentimiento_{st.session_state.get('consentimientos_hechos', 0)}"
    options = {row.id: row.name for row in places.planteles(app, actor, action="consent.keep")}
    st.html(marks.faint(texts.NEW_INTRO))
    plantel_id = next(iter(options), 0)
    if len(options) > 1:
        plantel_id = st.selectbox(
            texts.PLANTEL, list(options), format_func=lambda id_: options[id_], key=f"{key}_plantel"
        )
    today = register.today(app)
    left, right = st.columns(2)
    with left:
        subject = st.text_input(
            texts.SUBJECT,
            placeholder=texts.SUBJECT_HINT,
            max_chars=80,
            key=f"{key}_persona",
        )
        minor = st.checkbox(texts.MINOR, value=True, key=f"{key}_menor")
        guardian, opinion = "", False
        if minor:
            guardian = (
                st.segmented_control(
                    texts.GUARDIAN,
                    list(GUARDIANS),
                    format_func=lambda one: texts.GUARDIANS[one],
                    key=f"{key}_firma",
                )
                or ""
            )
            opinion = st.checkbox(texts.OPINION, key=f"{key}_opinion")
        kept = st.text_input(
            texts.KEPT, placeholder=texts.KEPT_HINT, max_chars=200, key=f"{key}_lugar"
        )
    with right:
        scopes = st.pills(
            texts.SCOPES,
            list(SCOPES),
            selection_mode="multi",
            default=["image"],
            format_func=lambda one: texts.SCOPE[one],
            key=f"{key}_cubre",
        )
        networks = st.pills(
            texts.NETWORKS,
            list(common.NETWORKS),
            selection_mode="multi",
            format_func=lambda one: common.NETWORKS[one],
            key=f"{key}_redes",
        )
        begin, end = st.columns(2)
        first = begin.date_input(texts.FIRST, today, format="DD/MM/YYYY", key=f"{key}_desde")
        last = end.date_input(
            texts.LAST, _in_a_year(today), format="DD/MM/YYYY", key=f"{key}_hasta"
        )
        note = st.text_input(texts.NOTE, max_chars=200, key=f"{key}_nota")
        folio = st.text_input(texts.FOLIO, help=texts.FOLIO_HELP, max_chars=40, key=f"{key}_folio")
    if not st.button(texts.SAVE, type="primary", icon=":material/save:", key=f"{key}_guardar"):
        return
    given = Given(
        subject=subject or "",
        valid_from=first,
        valid_until=last,
        scopes=tuple(scopes),
        networks=tuple(networks),
        minor=minor,
        guardian=guardian,
        opinion=opinion,
        kept_at=kept or "",
        note=note or "",
        folio=folio or "",
    )
    made = context.attempt(partial(register.register, app, actor, plantel_id, given))
    if made is not None:
        context.tell(texts.SAVED.format(folio=made))
        st.session_state.consentimientos_hechos = (
            st.session_state.get("consentimientos_hechos", 0) + 1
        )
        st.rerun()


def revoke(app: App, actor: Actor, folio: str) -> None:
    """Draw the revocation of a consent."""
    st.warning(texts.REVOKE_INTRO, icon=":material/warning:")
    reason = st.text_area(texts.REVOKE_REASON, height=90, key=f"revocar_motivo_{folio}")
    if not st.button(texts.REVOKE_DO, type="primary", key=f"revocar_{folio}"):
        return
    reached = context.attempt(partial(register.revoke, app, actor, folio, reason=reason or ""))
    if reached is not None:
        live, held = reached.count("live"), reached.count("ahead")
        words = texts.REVOKED if live + held else texts.REVOKED_CLEAR
        context.tell(words.format(live=live, held=held))
        st.rerun()


def take_down(app: App, actor: Actor, file: ConsentFile) -> None:
    """Offer to take down what a revoked consent still shows, to whoever may."""
    live = [use for use in file.uses if use.kind == "live"]
    if not live or file.until is None:
        return
    late = app.clock() > file.until
    until = dates.instant(file.until, app.institution.timezone)
    sentence = (texts.TAKE_DOWN_LATE if late else texts.TAKE_DOWN_INTRO).format(until=until)
    (st.error if late else st.warning)(sentence, icon=":material/visibility_off:")
    may = {use.delivery_id: use for use in file.removable}
    if not may:
        st.html(marks.faint(texts.TAKE_DOWN_OTHERS))
        return
    chosen = st.multiselect(
        texts.TAKE_DOWN_WHERE,
        list(may),
        default=list(may),
        format_func=lambda id_: texts.USE.format(
            network=common.NETWORKS[may[id_].network],
            plantel=may[id_].plantel,
            handle=may[id_].handle,
        ),
        key=f"retirar_{file.row.folio}",
    )
    st.html(marks.faint(texts.TAKE_DOWN_NOTE))
    label = texts.TAKE_DOWN_ONE if len(chosen) == 1 else texts.TAKE_DOWN_DO.format(n=len(chosen))
    reason = texts.TAKE_DOWN_REASON.format(folio=file.row.folio)
    verb = partial(removal.remove, app, actor, chosen, reason=reason)
    context.button(
        label,
        verb,
        texts.TAKING_DOWN,
        type="primary",
        icon=":material/delete:",
        disabled=not chosen,
        key=f"si_retirar_{file.row.folio}",
    )


def _in_a_year(day: date) -> date:
    return day.replace(year=day.year + 1, day=min(day.day, 28))

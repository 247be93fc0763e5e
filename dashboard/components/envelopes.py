"""The sealed envelope on screen: print its sheet, tell its seal, tell that it was opened."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import context
from dashboard.components import custody as parts
from dashboard.components import dates, factor, marks, sheet
from dashboard.texts import custodia as custody_texts
from dashboard.texts import sobres as texts
from publisher.app import Actor, App
from publisher.custody import envelopes as verbs
from publisher.queries import transfers
from publisher.queries.custody_history import EnvelopeRow
from publisher.queries.custody_sheet import CustodySheet
from vault.custody import FIELDS
from vault.disclosure import REASON_LENGTH

TONES: dict[str, sheet.Tone] = {"printed": "warn", "sealed": "ok", "opened": "plain"}


def show(app: App, actor: Actor, found: CustodySheet) -> None:
    """Draw the envelopes that are kept, and for whoever keeps them the next one."""
    st.header(texts.TITLE, anchor=False)
    kept = [row for row in found.envelopes if row.state in {"printed", "sealed"}]
    if not kept:
        st.html(marks.empty(texts.NONE))
    for row in kept:
        with st.container(border=True, key=f"sobre_{row.id}"):
            _one(app, actor, found, row)
    if found.may_print and found.line.holds:
        with st.expander(texts.PRINT, icon=":material/print:"):
            _print(app, actor, found)


def _one(app: App, actor: Actor, found: CustodySheet, row: EnvelopeRow) -> None:
    zone = app.institution.timezone
    chip = sheet.chip(texts.STATES[row.state], TONES[row.state])
    stale = "" if row.current else sheet.chip(texts.STALE, "warn")
    printed = texts.PRINTED_BY.format(
        name=row.printed.name, when=dates.instant(row.printed.at, zone)
    )
    lines = [texts.HOLDS.format(fields=parts.fields(row.fields)), printed]
    if row.sealed:
        lines.append(
            texts.SEALED_BY.format(
                seal=row.seal_number,
                place=row.place,
                name=row.sealed.name,
                when=dates.instant(row.sealed.at, zone),
            )
        )
    said = "".join(f"<div class='pg-dicho'>{escape(line)}</div>" for line in lines)
    st.html(f"<div><b>{escape(row.folio)}</b> {chip} {stale}</div>{said}")
    if row.state == "printed" and found.may_print:
        with st.expander(texts.SEAL, icon=":material/inventory_2:", expanded=True):
            _seal(app, actor, found, row)
    if row.state == "sealed" and (found.may_keep or found.may_open):
        with st.expander(texts.OPEN, icon=":material/drafts:"):
            _open(app, actor, row)
    if found.may_keep:
        with st.expander(texts.VOID, icon=":material/delete:"):
            _void(app, actor, row)


def _print(app: App, actor: Actor, found: CustodySheet) -> None:
    """Ask what goes on the sheet and why; the sheet itself comes once, by a route of its own."""
    account_id = found.line.id
    # what was filled in serves for one sheet: the next begins with an empty form
    key = f"{account_id}_{found.envelopes[0].id if found.envelopes else 0}"
    st.html(marks.faint(texts.PRINT_INTRO))
    held = [name for name in FIELDS if name in found.line.holds]
    chosen = st.pills(
        texts.FIELDS,
        held,
        selection_mode="multi",
        default=held,
        format_func=lambda one: custody_texts.FIELDS[one],
        key=f"sobre_datos_{key}",
    )
    reason = " ".join((st.text_input(texts.REASON, key=f"sobre_motivo_{key}") or "").split())
    if not chosen or len(reason) < REASON_LENGTH:
        st.html(marks.faint(texts.NEEDS.format(length=REASON_LENGTH)))
        return
    if factor.ask(app, actor, key=f"sobre_codigo_{key}"):
        hidden = "".join(
            f'<input type="hidden" name="{name}" value="{escape(value, quote=True)}">'
            for name, value in (
                ("cuenta", str(account_id)),
                *(("dato", one) for one in chosen),
                ("motivo", reason),
            )
        )
        st.html(
            f'<form class="pg-imprimir" method="post" action="/custodia/sobre" target="_blank">'
            f"{hidden}<button type='submit'>{escape(texts.PRINT_DO)}</button></form>"
        )
        st.html(marks.faint(texts.PRINT_AFTER))
        st.button(texts.REFRESH, icon=":material/refresh:", key=f"sobre_hecho_{key}")


def _seal(app: App, actor: Actor, found: CustodySheet, row: EnvelopeRow) -> None:
    people = {one.id: one.name for one in transfers.keepers(app, actor, found.line.plantel_id)}
    st.html(marks.faint(texts.SEAL_INTRO))
    number = st.text_input(texts.SEAL_NUMBER, key=f"sello_{row.id}")
    place = st.text_input(texts.PLACE, placeholder=texts.PLACE_HINT, key=f"lugar_{row.id}")
    ids = list(people)
    holder = found.line.custodian_id
    who = st.selectbox(
        texts.RESPONSIBLE,
        ids,
        index=ids.index(holder) if holder in people else None,
        format_func=lambda one: people[one],
        key=f"responsable_{row.id}",
    )
    today = datetime.now(ZoneInfo(app.institution.timezone)).date()
    day = st.date_input(
        texts.SEALED_ON,
        value=today,
        max_value=today,
        format="DD/MM/YYYY",
        key=f"dia_{row.id}",
    )
    if not st.button(texts.SEAL_DO, type="primary", key=f"sellar_{row.id}"):
        return
    if who is None:
        st.error(texts.NEEDS_RESPONSIBLE, icon=":material/error:")
        return
    verb = partial(
        verbs.seal_envelope,
        app,
        actor,
        row.id,
        seal_number=number or "",
        place=place or "",
        responsible_id=who,
        sealed_on=day,
    )
    if context.done(verb, texts.SEALED):
        st.rerun()


def _open(app: App, actor: Actor, row: EnvelopeRow) -> None:
    st.html(marks.faint(texts.OPEN_INTRO))
    reason = st.text_input(texts.OPEN_REASON, key=f"abrir_motivo_{row.id}")
    witness = st.text_input(texts.WITNESS, key=f"abrir_testigo_{row.id}")
    verb = partial(
        verbs.open_envelope, app, actor, row.id, reason=reason or "", witness=witness or ""
    )
    context.button(texts.OPEN_DO, verb, texts.OPENED, type="primary", key=f"abrir_sobre_{row.id}")


def _void(app: App, actor: Actor, row: EnvelopeRow) -> None:
    st.html(marks.faint(texts.VOID_INTRO))
    lost = st.checkbox(texts.LOST, key=f"perdido_{row.id}")
    reason = st.text_input(texts.VOID_REASON, key=f"anular_motivo_{row.id}")
    verb = partial(verbs.void, app, actor, row.id, reason=reason or "", lost=lost)
    context.button(texts.VOID_DO, verb, texts.VOIDED, key=f"anular_{row.id}")

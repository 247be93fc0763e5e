"""Handing custody over on screen: open an acta, its steps, and who signs next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from html import escape

import streamlit as st

from dashboard import context
from dashboard.components import dates, marks, sheet
from dashboard.texts import common
from dashboard.texts import entregas as texts
from publisher.app import Actor, App
from publisher.custody import transfers as verbs
from publisher.queries import places, transfers
from publisher.queries.transfers import HandedAccount, TransferRow

FORM = "entrega"


def chip(row: TransferRow) -> str:
    """Return the label of where a handing over stands."""
    tone: sheet.Tone = "warn" if row.live else "plain"
    return sheet.chip(texts.STATES[row.state], "ok" if row.state == "complete" else tone)


def lines(rows: Sequence[TransferRow], zone: str, *, open_one: Callable[[int], None]) -> None:
    """Draw the handings over that go on, each with its button."""
    for row in rows:
        with st.container(border=True, key=f"entrega_{row.id}"):
            words, action = st.columns([6, 1], vertical_alignment="center")
            said = texts.FROM_TO.format(giver=row.giver or texts.NOBODY, receiver=row.receiver)
            when = dates.instant(row.opened_at, zone)
            words.html(
                f"<div><b>{escape(texts.FOLIO.format(folio=row.folio))}</b> {chip(row)}</div>"
                f"<div class='pg-texto'>{escape(said)}</div>"
                f"{marks.faint(f'{row.plantel} · {when}')}"
            )
            action.button(
                common.OPEN,
                key=f"abrir_entrega_{row.id}",
                help=texts.OPEN_ONE.format(folio=row.folio),
                on_click=partial(open_one, row.id),
                width="stretch",
            )


def form(app: App, actor: Actor, *, done: Callable[[int], None]) -> None:
    """Draw the form of a new acta, for whoever may open one."""
    planteles = {
        row.id: row.name for row in places.planteles(app, actor, action="custody.transfer")
    }
    with st.expander(texts.NEW, icon=":material/handshake:"):
        st.html(marks.faint(texts.NEW_INTRO))
        plantel_id = st.selectbox(
            texts.PLANTEL,
            list(planteles),
            index=0 if len(planteles) == 1 else None,
            format_func=lambda one: planteles[one],
            placeholder=texts.PLANTEL_HINT,
            key=f"{FORM}_plantel",
        )
        people = {
            one.id: f"{one.name} · {common.ROLES[one.role]}"
            for one in (transfers.keepers(app, actor, plantel_id) if plantel_id else ())
        }
        accounts = {
            one.id: texts.ACCOUNT_LABEL.format(
                network=common.NETWORKS[one.network], handle=one.handle
            )
            for one in (
                places.accounts(app, actor, [plantel_id], action="custody.transfer")
                if plantel_id
                else ()
            )
        }
        if plantel_id and not people:
            st.html(marks.empty(texts.NO_KEEPERS))
            return
        to_id = st.selectbox(
            texts.TO,
            list(people),
            index=None,
            format_func=lambda one: people[one],
            placeholder=texts.TO_HINT,
            key=f"{FORM}_recibe_{plantel_id}",
        )
        chosen = st.multiselect(
            texts.ACCOUNTS,
            list(accounts),
            default=list(accounts),
            format_func=lambda one: accounts[one],
            key=f"{FORM}_cuentas_{plantel_id}",
        )
        cause = st.text_input(texts.CAUSE, placeholder=texts.CAUSE_HINT, key=f"{FORM}_causa")
        witness = st.text_input(
            texts.WITNESS, placeholder=texts.WITNESS_HINT, key=f"{FORM}_testigo"
        )
        if not st.button(texts.NEW_DO, type="primary", key=f"{FORM}_abrir"):
            return
        if not plantel_id or to_id is None:
            st.error(texts.NEEDS, icon=":material/error:")
            return
        made = context.attempt(
            partial(
                verbs.open_transfer,
                app,
                actor,
                plantel_id,
                to_id,
                chosen,
                cause=cause or "",
                witness=witness or "",
            )
        )
    if made is not None:
        context.tell(texts.OPENED)
        for name in [one for one in st.session_state if str(one).startswith(f"{FORM}_")]:
            del st.session_state[name]
        done(made)


def show(app: App, actor: Actor, row: TransferRow, *, open_account: Callable[[int], None]) -> None:
    """Draw one acta: its steps, its accounts, and what the person who looks may sign."""
    zone = app.institution.timezone
    st.title(texts.FOLIO.format(folio=row.folio), anchor=False)
    said = texts.FROM_TO.format(giver=row.giver or texts.NOBODY, receiver=row.receiver)
    why = texts.WHY.format(cause=row.cause, witness=row.witness)
    st.html(f"<div>{escape(row.plantel)} {chip(row)}</div><div>{escape(said)}</div>")
    st.html(marks.faint(why))
    with st.container(border=True):
        st.html(_steps(row, zone))
        _sign(app, actor, row)
    st.html(_accounts(row))
    st.html(marks.faint(texts.PRINTS))
    _change_first(row, actor, open_account)
    if row.live or row.state == "complete":
        st.html(
            f'<a class="pg-enlace" href="/custodia/acta/{row.id}" target="_blank">'
            f"{escape(texts.PRINT)}</a>"
        )
    if row.may_cancel:
        _cancel(app, actor, row)


def _steps(row: TransferRow, zone: str) -> str:
    at = partial(dates.instant, zone=zone)
    giver = row.giver or texts.NOBODY
    old = [_name(account) for account in row.accounts if not account.changed]
    made = [(True, texts.STEP_OPENED.format(name=row.opener, when=at(row.opened_at)))]
    for done, said, lacking in (
        (
            row.delivered_at is not None,
            texts.STEP_DELIVERED.format(name=giver, when=at(row.delivered_at)),
            texts.STEP_NOT_DELIVERED.format(name=giver),
        ),
        (
            not old,
            texts.STEP_CHANGED,
            texts.STEP_NOT_CHANGED.format(accounts=", ".join(old)),
        ),
        (
            row.received_at is not None,
            texts.STEP_RECEIVED.format(name=row.receiver, when=at(row.received_at)),
            texts.STEP_NOT_RECEIVED.format(name=row.receiver),
        ),
        (
            row.completed_at is not None,
            texts.STEP_CLOSED.format(when=at(row.completed_at)),
            texts.STEP_NOT_CLOSED,
        ),
    ):
        made.append((done, said if done else lacking))
    if row.cancelled_at is not None:
        ended = texts.CANCELLED.format(when=at(row.cancelled_at), reason=row.cancel_reason)
        made = [*(step for step in made if step[0]), (True, ended)]
    return sheet.steps(made)


def _accounts(row: TransferRow) -> str:
    def one(account: HandedAccount) -> tuple[str, ...]:
        done = sheet.chip(texts.CHANGED, "ok")
        return (
            sheet.head(f"{marks.network(account.network)} {escape(account.handle)}"),
            sheet.cell(f"<code>{escape(account.before)}</code>"),
            sheet.cell(f"<code>{escape(account.after)}</code>" if account.after else "—"),
            sheet.cell(done if account.changed else sheet.chip(texts.UNCHANGED, "warn")),
        )

    headers = (texts.HEAD_ACCOUNT, texts.HEAD_BEFORE, texts.HEAD_AFTER, texts.HEAD_CHANGED)
    return sheet.table(headers, [one(account) for account in row.accounts], narrow=True)


def _name(account: HandedAccount) -> str:
    """Return what tells an account from the plantel's others: they often share their handle."""
    network = common.NETWORKS[account.network]
    return texts.ACCOUNT_LABEL.format(network=network, handle=account.handle)


def _sign(app: App, actor: Actor, row: TransferRow) -> None:
    ways = {
        "deliver": (texts.DELIVER, texts.DELIVERED, verbs.deliver),
        "receive": (texts.RECEIVE, texts.RECEIVED, verbs.receive),
        "close": (texts.CLOSE, texts.CLOSED, verbs.complete),
    }
    if row.step not in ways:
        return
    label, sentence, verb = ways[row.step]
    pressed = st.button(label, type="primary", icon=":material/draw:", key=f"firmar_{row.step}")
    if pressed and context.done(partial(verb, app, actor, row.id), sentence):
        st.rerun()


def _change_first(row: TransferRow, actor: Actor, open_account: Callable[[int], None]) -> None:
    old = [account for account in row.accounts if not account.changed]
    if row.state != "delivered" or actor.person_id == row.giver_id or not old:
        return
    st.html(marks.faint(texts.CHANGE_FIRST))
    with st.container(horizontal=True):
        for account in old:
            st.button(
                _name(account),
                icon=":material/lock_reset:",
                key=f"cambiar_{account.id}",
                on_click=partial(open_account, account.id),
            )


def _cancel(app: App, actor: Actor, row: TransferRow) -> None:
    with st.expander(texts.CANCEL, icon=":material/cancel:"):
        reason = st.text_input(texts.CANCEL_REASON, key=f"cancelar_motivo_{row.id}")
        verb = partial(verbs.cancel, app, actor, row.id, reason=reason or "")
        context.button(texts.CANCEL, verb, texts.CANCELLED_DONE, key=f"cancelar_{row.id}")

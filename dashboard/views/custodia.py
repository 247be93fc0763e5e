"""Custodia: each account's credentials as the procedure wants them kept, the urgent ones first."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from html import escape

import streamlit as st

from dashboard import context
from dashboard.components import (
    cards,
    dates,
    envelopes,
    handing,
    marks,
    reading,
    recording,
    sheet,
    upkeep,
)
from dashboard.components import custody as parts
from dashboard.texts import common
from dashboard.texts import custodia as texts
from dashboard.texts import entregas as transfer_texts
from publisher import access
from publisher.app import Actor, App
from publisher.queries import custody, custody_sheet, transfers
from publisher.queries.custody import CustodyLine
from publisher.queries.custody_sheet import CustodySheet

PAGE = 12
DIGITS = 12
ACCOUNT, TRANSFER = "cuenta", "entrega"


def show(app: App, actor: Actor) -> None:
    """Draw the list, or the one account or handing over that the address names."""
    sheet.style()
    account, transfer = (st.query_params.get(name, "") for name in (ACCOUNT, TRANSFER))
    if transfer:
        _transfer(app, actor, transfer)
        return
    if account:
        _one(app, actor, account)
        return
    st.title(texts.TITLE, anchor=False)
    st.markdown(texts.INTRO)
    rows = context.load(partial(custody.lines, app, actor))
    if not rows:
        st.html(marks.empty(texts.NONE))
        return
    _transfers(app, actor)
    now = app.clock()
    kept = _filtered(rows, now)
    upkeep.confirm_many(app, actor, kept)
    st.html(marks.faint(_count(kept, now)))
    if not kept:
        st.html(marks.empty(texts.EMPTY))
        st.button(texts.CLEAR, key="quitar_filtros", on_click=_clear)
    _list(app, kept, now)


def _count(rows: Sequence[CustodyLine], now: datetime) -> str:
    count = texts.COUNT_ONE if len(rows) == 1 else texts.COUNT.format(n=len(rows))
    owed = sum(row.urgency(now) < 3 for row in rows)
    if not owed:
        return count
    sentence = texts.COUNT_OWED_ONE if owed == 1 else texts.COUNT_OWED
    return sentence.format(count=count, n=owed)


def _filtered(rows: Sequence[CustodyLine], now: datetime) -> list[CustodyLine]:
    networks = {common.NETWORKS[name]: name for name in dict.fromkeys(row.network for row in rows)}
    tests: dict[str, Callable[[CustodyLine], bool]] = {
        texts.URGENT: lambda row: row.urgency(now) == 0,
        texts.OWED: lambda row: bool(row.duties),
        texts.PENDING: lambda row: row.pending,
        texts.PAPER: lambda row: bool(row.holds) and row.paper != custody.CURRENT,
        texts.NOTHING_HELD: lambda row: not row.holds,
        texts.UNCONFIRMED: lambda row: bool(row.missing),
        texts.SETTLED: lambda row: row.urgency(now) == custody.NOTHING_OWED,
    }
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        wanted = st.text_input(
            texts.SEARCH,
            placeholder=texts.SEARCH_HINT,
            icon=":material/search:",
            key="buscar_custodia",
            live=True,
            width=280,
        )
        network = st.selectbox(
            texts.NETWORK, [texts.ALL, *networks], key="red", bind="query-params", width=160
        )
        shown = st.selectbox(
            texts.SHOW, [texts.ALL, *tests], key="ver", bind="query-params", width=270
        )
    seen = (wanted, network, shown)
    if st.session_state.get("custodia_vista") != seen:
        st.session_state.custodia_vista = seen
        st.session_state.pop("pagina_custodia", None)
    passes = tests.get(shown, _any)
    return [
        row
        for row in rows
        if _bare(wanted) in _bare(f"{row.handle} {row.plantel} {row.custodian}")
        and networks.get(network, row.network) == row.network
        and passes(row)
    ]


def _any(_row: CustodyLine) -> bool:
    return True


def _clear() -> None:
    # Set, not popped: a parameter of the address that is bound to a widget cannot be taken off.
    st.session_state.buscar_custodia = ""
    st.session_state.red = st.session_state.ver = texts.ALL


def _list(app: App, rows: Sequence[CustodyLine], now: datetime) -> None:
    pages = max(1, -(-len(rows) // PAGE))
    number = min(st.session_state.get("pagina_custodia", 1), pages)
    for row in rows[(number - 1) * PAGE : number * PAGE]:
        cards.account(
            account_id=row.id,
            network=row.network,
            handle=row.handle,
            plantel=row.plantel,
            chips=parts.chips(row, now),
            line=_line(app, row),
            hint=texts.OPEN_ONE,
            on_open=partial(_go, ACCOUNT, row.id),
        )
    if pages > 1:
        st.pagination(pages, key="pagina_custodia")


def _line(app: App, row: CustodyLine) -> str:
    who = texts.HELD_BY.format(name=row.custodian) if row.custodian else texts.HELD_BY_NOBODY
    if row.ended:
        who = texts.OUT_OF_USE
    changed = texts.NEVER_CHANGED
    if row.changed_at is not None:
        when = dates.instant(row.changed_at, app.institution.timezone)
        changed = texts.CHANGED.format(when=when)
    return f"{who} · {changed}"


def _transfers(app: App, actor: Actor) -> None:
    """Draw the handings over that go on, and the way to open one."""
    rows = context.load(partial(transfers.listed, app, actor))
    live = [row for row in rows if row.live]
    may_open = access.anywhere(actor, "custody.transfer")
    if live:
        st.header(transfer_texts.TITLE, anchor=False)
        handing.lines(live, app.institution.timezone, open_one=partial(_go, TRANSFER))
    if may_open:
        handing.form(app, actor, done=_opened)


def _opened(transfer_id: int) -> None:
    _go(TRANSFER, transfer_id)
    st.rerun()


def _go(name: str, number: int) -> None:
    _back()
    st.query_params[name] = str(number)


def _back() -> None:
    for name in (ACCOUNT, TRANSFER):
        st.query_params.pop(name, None)


def _number(raw: str, sentence: str) -> int:
    """Return the number in the address; anything else says ``sentence`` and ends the page."""
    st.button(texts.BACK, icon=":material/arrow_back:", key="volver", on_click=_back)
    if not raw.isdecimal() or len(raw) > DIGITS:
        st.html(marks.empty(sentence))
        st.stop()
    return int(raw)


def _transfer(app: App, actor: Actor, raw: str) -> None:
    number = _number(raw, transfer_texts.BAD_LINK)
    row = context.load(partial(transfers.one, app, actor, number))
    handing.show(app, actor, row, open_account=partial(_go, ACCOUNT))


def _one(app: App, actor: Actor, raw: str) -> None:
    number = _number(raw, texts.BAD_LINK)
    found = context.load(partial(custody_sheet.sheet, app, actor, number))
    handed = context.load(partial(transfers.listed, app, actor, plantel_id=found.line.plantel_id))
    mine = [row for row in handed if number in {account.id for account in row.accounts}]
    line, now, zone = found.line, app.clock(), app.institution.timezone
    st.title(marks.plain(line.handle), anchor=False)
    st.html(
        f"<div>{marks.network(line.network)} {escape(line.plantel)} {parts.chips(line, now)}</div>"
    )
    _owed(app, actor, found)
    live = [row for row in mine if row.live]
    if live:
        handing.lines(live, zone, open_one=partial(_go, TRANSFER))
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.header(texts.CHANGE_TITLE, anchor=False)
        recording.standing(app, actor, found)
        if found.may_change:
            recording.form(app, actor, found)
        envelopes.show(app, actor, found)
    with right:
        st.header(texts.FACTS_TITLE, anchor=False)
        st.html(parts.facts(line, found, zone))
        upkeep.show(app, actor, found)
        if found.may_read and line.holds:
            reading.own(app, actor, found)
    st.header(texts.HISTORY_TITLE, anchor=False)
    parts.history(found, mine, zone)


def _owed(app: App, actor: Actor, found: CustodySheet) -> None:
    now, zone = app.clock(), app.institution.timezone
    for incident in found.incidents:
        if not incident.closed:
            upkeep.incident(app, actor, found, incident)
    for duty in found.duties:
        if duty.fulfilled_at is not None:
            continue
        late = duty.due_at <= now
        words = texts.DUTY_LATE if late else texts.DUTY if found.may_change else texts.DUTY_WAIT
        if found.line.ended:
            words = texts.DUTY_ENDED
        said = words.format(due=dates.instant(duty.due_at, zone), cause=texts.DUTIES[duty.cause])
        (st.error if late else st.warning)(said, icon=":material/lock_reset:")
        if found.may_discharge:
            upkeep.discharge(app, actor, duty)


def _bare(words: str | None) -> str:
    spread = unicodedata.normalize("NFD", (words or "").casefold())
    return "".join(mark for mark in spread if not unicodedata.combining(mark))


show(context.house(), context.person())

"""Requerimientos: who asks to see a credential, who allows it, and what was seen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape

import streamlit as st

from dashboard import context
from dashboard.components import asking, dates, marks, reading, sheet
from dashboard.components.custody import fields as named
from dashboard.texts import requerimientos as texts
from publisher import access
from publisher.app import Actor, App
from publisher.custody import disclosures as verbs
from publisher.queries import disclosures
from publisher.queries.disclosures import DisclosureRow
from vault.disclosure import REASON_LENGTH

ONE = "requerimiento"


def show(app: App, actor: Actor) -> None:
    """Draw the list, or the one request that the address names."""
    sheet.style()
    raw = st.query_params.get(ONE, "")
    if raw:
        _one(app, actor, raw)
        return
    asks = disclosures.may_ask(app, actor)
    st.title(texts.TITLE, anchor=False)
    st.markdown(texts.INTRO if asks else texts.INTRO_OTHERS)
    rows = context.load(partial(disclosures.listed, app, actor))
    if asks:
        _forms(app, actor, rows)
    st.header(texts.WAITING, anchor=False)
    waiting = [row for row in rows if row.step != "done"]
    if not waiting:
        st.html(marks.empty(texts.WAITING_EMPTY))
    for row in waiting:
        _card(app, actor, row)
    st.header(texts.PAST, anchor=False)
    past = [row for row in rows if row.step == "done"]
    st.html(_table(app, past) if past else marks.empty(texts.PAST_EMPTY))


def _forms(app: App, actor: Actor, rows: Sequence[DisclosureRow]) -> None:
    accounts = context.load(partial(disclosures.askable, app, actor))
    with st.expander(texts.ASK, icon=":material/contact_support:"):
        if not accounts:
            st.html(marks.empty(texts.NOTHING_HELD))
        else:
            _ask(app, actor, accounts)
    if accounts and access.allows(actor, "disclosure.break_glass"):
        with st.expander(texts.GLASS, icon=":material/e911_emergency:"):
            # what was filled in serves for one opening: the next begins with an empty form
            last = max((row.id for row in rows if row.break_glass), default=0)
            _glass(app, actor, accounts, key=f"emergencia_{last}")


def _ask(app: App, actor: Actor, accounts: Sequence[disclosures.Askable]) -> None:
    st.html(marks.faint(texts.ASK_INTRO))
    filled = asking.fill(accounts, kind="request", key="requerir")
    if not st.button(texts.ASK_DO, type="primary", icon=":material/send:", key="requerir_enviar"):
        return
    if not filled.account_id:
        st.error(texts.NEEDS_ACCOUNT, icon=":material/error:")
        return
    verb = partial(
        verbs.ask,
        app,
        actor,
        filled.account_id,
        filled.fields,
        reason_code=filled.code,
        reason=filled.reason,
    )
    if context.done(verb, texts.ASKED):
        asking.forget("requerir")
        st.rerun()


def _glass(app: App, actor: Actor, accounts: Sequence[disclosures.Askable], *, key: str) -> None:
    st.warning(texts.GLASS_INTRO, icon=":material/warning:")
    filled = asking.fill(accounts, kind="break_glass", key=key)
    sure = st.checkbox(texts.GLASS_BOX, key=f"{key}_seguro")
    if not (filled.complete and sure):
        st.html(marks.faint(texts.GLASS_NEEDS.format(length=REASON_LENGTH)))
        return
    verb = partial(
        verbs.break_glass,
        app,
        actor,
        filled.account_id,
        filled.fields,
        filled.reason,
        reason_code=filled.code,
    )
    reading.once(app, actor, verb, key=key, label=texts.GLASS_DO)


def _card(app: App, actor: Actor, row: DisclosureRow) -> None:
    now = app.clock()
    with st.container(border=True, key=f"requerimiento_{row.id}"):
        st.html(f"{asking.head(row, now)}{asking.told(app, row)}")
        asking.duty(app, row)
        if row.step == "decide":
            asking.decide(app, actor, row)
        elif row.step == "review":
            asking.review(app, actor, row)
        elif row.step == "open":
            verb = partial(verbs.open_once, app, actor, row.id)
            reading.once(app, actor, verb, key=f"requerimiento_{row.id}", label=texts.OPEN)
        if row.own and row.kind == "request" and row.step != "done":
            asking.withdraw(app, actor, row)


def _one(app: App, actor: Actor, raw: str) -> None:
    st.title(texts.TITLE, anchor=False)
    st.button(texts.BACK, icon=":material/arrow_back:", key="volver", on_click=_back)
    if not raw.isdecimal() or len(raw) > 12:
        st.html(marks.empty(texts.BAD_LINK))
        return
    row = context.load(partial(disclosures.one, app, actor, int(raw)))
    _card(app, actor, row)
    st.page_link(
        "views/custodia.py",
        label=texts.CUSTODY,
        icon=":material/verified_user:",
        query_params={"cuenta": str(row.account_id)},
    )


def _table(app: App, rows: Sequence[DisclosureRow]) -> str:
    zone, now = app.institution.timezone, app.clock()
    body = []
    for row in rows:
        address = f"/requerimientos?{ONE}={row.id}"
        label = escape(texts.SEE.format(handle=row.handle), quote=True)
        when = escape(dates.instant(row.asked_at, zone))
        body.append(
            (
                sheet.head(f'<a href="{address}" target="_self" aria-label="{label}">{when}</a>'),
                sheet.cell(
                    "<span style='white-space:nowrap'>"
                    f"{marks.network(row.network)} {escape(row.handle)}</span>"
                ),
                sheet.cell(escape(row.asker)),
                sheet.cell(f"{escape(texts.KINDS[row.kind])}: {escape(named(row.fields))}"),
                sheet.cell(asking.chip(row, now)),
            )
        )
    headers = (
        texts.HEAD_WHEN,
        texts.HEAD_ACCOUNT,
        texts.HEAD_WHO,
        texts.HEAD_WHAT,
        texts.HEAD_STATE,
    )
    return sheet.table(headers, body, wide=True)


def _back() -> None:
    st.query_params.pop(ONE, None)


show(context.house(), context.person())

"""Cuentas: each account with the worth of its credential, and the way to renew it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from html import escape

import streamlit as st

from dashboard import context
from dashboard.components import cards, connecting, dates, entering, marks, replacing, sheet
from dashboard.components.people import day_of
from dashboard.texts import common
from dashboard.texts import cuentas as texts
from publisher import access, connections
from publisher.app import Actor, App
from publisher.queries import accounts
from publisher.queries.accounts import AccountLine, AccountSheet
from publisher.texts.connections import FIELDS, OUTCOMES

PAGE = 12
BAD = frozenset({"expired", "revoked", "checkpoint", "permission"})


def show(app: App, actor: Actor) -> None:
    """Draw the page."""
    sheet.style()
    rows = context.load(partial(accounts.lines, app, actor))
    st.title(texts.TITLE, anchor=False)
    st.markdown(texts.INTRO)
    if not rows:
        st.html(marks.empty(texts.NONE))
        return
    entering.bar(app, actor)
    if access.anywhere(actor, "account.verify") and st.button(
        texts.CHECK_ALL, icon=":material/sync:", key="comprobar_todas"
    ):
        _check_all(app, actor, rows)
    now = app.clock()
    kept = _filtered(rows, now)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.html(marks.faint(_count(kept, now)))
        if not kept:
            st.html(marks.empty(texts.EMPTY))
            st.button(texts.CLEAR, key="quitar_filtros", on_click=_clear)
        _list(app, kept, now)
    chosen = _chosen(rows)
    with right, st.container(border=True, key="detalle_cuenta"):
        if chosen is None:
            st.html(marks.empty(texts.PICK))
        else:
            _detail(app, actor, context.load(partial(accounts.sheet, app, actor, chosen)), now)


def chip(line: AccountLine, now: datetime) -> str:
    """Return the label that says what an account's state means for whoever looks after it."""
    if line.state == "paused":
        return sheet.chip(texts.CHIP_PAUSED, "plain")
    if line.by_hand and line.state == "active":
        return sheet.chip(texts.CHIP_BY_HAND, "info")
    if line.outcome in BAD:
        return sheet.chip(OUTCOMES[line.outcome], "bad")
    if line.state == "reauth":
        return sheet.chip(texts.CHIP_REAUTH, "bad")
    if line.outcome in {"missing", "unreachable"}:
        return sheet.chip(OUTCOMES[line.outcome], "warn")
    if line.ends_soon(now):
        return sheet.chip(texts.CHIP_SOON, "warn")
    if line.outcome == "ok":
        return sheet.chip(texts.CHIP_ACTIVE, "ok")
    return sheet.chip(texts.CHIP_UNPROVEN, "plain")


def _count(rows: Sequence[AccountLine], now: datetime) -> str:
    count = texts.COUNT_ONE if len(rows) == 1 else texts.COUNT.format(n=len(rows))
    care = sum(row.needs_care(now) for row in rows)
    if not care:
        return count
    sentence = texts.COUNT_CARE_ONE if care == 1 else texts.COUNT_CARE
    return sentence.format(count=count, n=care)


def _filtered(rows: Sequence[AccountLine], now: datetime) -> list[AccountLine]:
    networks = {common.NETWORKS[name]: name for name in dict.fromkeys(row.network for row in rows)}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        wanted = st.text_input(
            texts.SEARCH,
            placeholder=texts.SEARCH_HINT,
            icon=":material/search:",
            key="buscar_cuenta",
            live=True,
            width=280,
        )
        network = st.selectbox(
            texts.NETWORK, [texts.ALL, *networks], key="red", bind="query-params", width=160
        )
        state = st.selectbox(
            texts.STATE,
            [texts.ALL, texts.CARE, texts.ACTIVE, texts.STOPPED],
            key="estado",
            bind="query-params",
            width=190,
        )
    seen = (wanted, network, state)
    if st.session_state.get("cuentas_vistas") != seen:
        st.session_state.cuentas_vistas = seen
        st.session_state.pop("pagina_cuentas", None)
    return [
        row
        for row in rows
        if _bare(wanted) in _bare(f"{row.handle} {row.plantel}")
        and networks.get(network, row.network) == row.network
        and _is_in(row, state, now)
    ]


def _is_in(row: AccountLine, state: str, now: datetime) -> bool:
    return {
        texts.CARE: row.needs_care(now),
        texts.ACTIVE: row.state == "active",
        texts.STOPPED: row.state == "paused",
    }.get(state, True)


def _clear() -> None:
    # Set, not popped: a parameter of the address that is bound to a widget cannot be taken off.
    st.session_state.buscar_cuenta = ""
    st.session_state.red = st.session_state.estado = texts.ALL


def _list(app: App, rows: Sequence[AccountLine], now: datetime) -> None:
    pages = max(1, -(-len(rows) // PAGE))
    number = min(st.session_state.get("pagina_cuentas", 1), pages)
    for row in rows[(number - 1) * PAGE : number * PAGE]:
        cards.account(
            account_id=row.id,
            network=row.network,
            handle=row.handle,
            plantel=row.plantel,
            chips=chip(row, now),
            line=_when(app, row),
            hint=texts.OPEN_ONE,
            on_open=partial(_open, row.id),
            pictured=row.pictured,
        )
    if pages > 1:
        st.pagination(pages, key="pagina_cuentas")


def _when(app: App, row: AccountLine) -> str:
    zone = app.institution.timezone
    proven = texts.NEVER
    if row.proven_at is not None:
        proven = texts.PROVEN.format(when=dates.instant(row.proven_at, zone))
    if row.expires_at is None or row.renews_itself:
        return proven
    return f"{proven} · {texts.ENDS.format(day=day_of(row.expires_at, zone))}"


def _open(account_id: int) -> None:
    st.session_state.cuenta_abierta = account_id
    st.query_params["cuenta"] = str(account_id)


def _chosen(rows: Sequence[AccountLine]) -> int | None:
    """Return the open account: the one in the address, or the only one there is."""
    asked = st.query_params.get("cuenta", "")
    wanted = int(asked) if asked.isdigit() else st.session_state.get("cuenta_abierta")
    return next((row.id for row in rows if row.id == wanted), None)


def _detail(app: App, actor: Actor, found: AccountSheet, now: datetime) -> None:
    line = found.line
    st.header(marks.plain(line.handle), anchor=False)
    picture = cards.portrait(line.id) if line.pictured else ""
    st.html(
        f"<div class='pg-cuenta'>{picture}<div>{marks.network(line.network)}"
        f" {escape(line.plantel)} {chip(line, now)}</div></div>"
    )
    if line.state == "reauth" or line.outcome not in {"ok", "unproven"}:
        sentence = found.sentence or found.state_reason
        if sentence:
            st.warning(marks.plain(sentence), icon=":material/key_off:")
    if line.state == "paused":
        st.info(marks.plain(texts.PAUSED.format(reason=found.state_reason)))
    if found.waiting:
        many = texts.WAITING_ONE if found.waiting == 1 else texts.WAITING.format(n=found.waiting)
        st.html(marks.faint(many))
    st.html(_facts(app, found))
    if (
        found.may_verify
        and found.stored
        and st.button(texts.CHECK, icon=":material/sync:", key=f"comprobar_{line.id}")
    ):
        _check(app, actor, line)
    if found.may_install:
        connecting.show(app, actor, found)
    replacing.show(app, actor, found)


def _facts(app: App, found: AccountSheet) -> str:
    zone, line = app.institution.timezone, found.line
    proven = dates.instant(line.proven_at, zone) if line.proven_at else texts.NEVER
    ends = day_of(line.expires_at, zone) if line.expires_at else texts.NO_END
    ends = texts.SELF_RENEWED if line.renews_itself and line.expires_at else ends
    stored = texts.STORED_NONE
    if found.stored:
        stored = texts.STORED.format(
            fields=", ".join(FIELDS.get(name, name) for name in found.stored),
            when=dates.instant(found.renewed_at, zone),
        )
    seen = dict.fromkeys((found.seen_name, found.seen_handle))
    facts = [
        (texts.LABEL_WAY, texts.CONNECTORS.get(line.connector, line.connector)),
        (texts.LABEL_ID, found.external_id),
        (texts.LABEL_SEEN, " · ".join(filter(None, seen))),
        (texts.LABEL_PROVEN, proven),
        (texts.LABEL_ENDS, ends),
        (texts.LABEL_SCOPES, ", ".join(found.scopes)),
        (texts.LABEL_STORED, stored),
        (texts.LABEL_CUSTODIANS, ", ".join(found.custodians) or texts.NOBODY),
    ]
    if found.risk_accepted_at is not None:
        accepted = texts.RISK_BY.format(
            person=found.risk_accepted_by, when=dates.instant(found.risk_accepted_at, zone)
        )
        facts.append((texts.LABEL_RISK, accepted))
    body = [
        (sheet.head(escape(label)), sheet.cell(escape(value))) for label, value in facts if value
    ]
    return sheet.table((), body, narrow=True)


def _check(app: App, actor: Actor, line: AccountLine) -> None:
    with st.spinner(texts.CHECKING_ONE):
        found = context.attempt(partial(connections.verify_accounts, app, actor, [line.id]))
    if found:
        if found[0].outcome == "ok":
            context.tell(texts.CHECKED_OK)
        st.rerun()


def _check_all(app: App, actor: Actor, rows: Sequence[AccountLine]) -> None:
    mine = [
        row.id for row in rows if access.allows(actor, "account.verify", plantel_id=row.plantel_id)
    ]
    bar = st.progress(0.0)

    def progress(done: int, total: int) -> None:
        words = texts.CHECKING.format(done=done, total=total)
        bar.progress(done / total if total else 1.0, text=words)

    verb = partial(connections.verify_accounts, app, actor, mine, progress=progress)
    found = context.attempt(verb)
    if found is not None:
        counts = Counter(one.outcome for one in found)
        shown = ", ".join(f"{OUTCOMES[name].lower()} {n}" for name, n in counts.most_common())
        context.tell(texts.CHECKED_ALL.format(n=len(found), counts=shown or "0"))
        st.rerun()


def _bare(words: str | None) -> str:
    spread = unicodedata.normalize("NFD", (words or "").casefold())
    return "".join(mark for mark in spread if not unicodedata.combining(mark))


show(context.house(), context.person())

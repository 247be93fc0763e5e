"""Consentimientos: the register, what cites each consent, and what a revocation reaches."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from dashboard import context
from dashboard.components import consent_files, consent_forms, dates, marks, sheet
from dashboard.components.sheet import Tone
from dashboard.texts import common
from dashboard.texts import consentimientos as texts
from publisher import access
from publisher.app import Actor, App
from publisher.consents.using import Use
from publisher.queries import consents, places
from publisher.queries.consents import PAGE, STANDINGS, ConsentFile, ConsentRow, Standing

ONE = "folio"
_TONES: dict[str, Tone] = {
    "active": "ok",
    "soon": "warn",
    "ahead": "info",
    "expired": "plain",
    "revoked": "bad",
}


def show(app: App, actor: Actor) -> None:
    """Draw the register, or the one consent that the address names."""
    sheet.style()
    folio = st.query_params.get(ONE, "")
    if folio:
        _one(app, actor, folio)
        return
    keeps = access.anywhere(actor, "consent.keep")
    st.title(texts.TITLE, anchor=False)
    st.markdown(texts.INTRO + (texts.INTRO_KEEP if keeps else ""))
    counted = context.load(partial(consents.counts, app, actor))
    if keeps:
        with st.expander(texts.NEW, icon=":material/add:", expanded=not any(counted.values())):
            consent_forms.new(app, actor)
    _list(app, actor, counted)
    with st.expander(texts.FILES, icon=":material/swap_vert:"):
        consent_files.show(app, actor, keeps=keeps)


def _list(app: App, actor: Actor, counted: dict[Standing, int]) -> None:
    if not any(counted.values()):
        st.html(marks.empty(texts.EMPTY))
        return
    names = {
        texts.COUNTED.format(name=texts.STANDINGS[name], n=counted[name]): name
        for name in STANDINGS
        if counted[name]
    }
    picked = st.segmented_control(
        texts.SHOW, [texts.ALL, *names], default=texts.ALL, required=True, key="estado"
    )
    left, right = st.columns([3, 2])
    words = left.text_input(texts.SEARCH, key="buscar") or ""
    plantel_id = _plantel(app, actor, right)
    standing = names.get(picked or "")
    page = int(st.session_state.get("pagina_consentimientos") or 1)
    found = context.load(
        partial(
            consents.listed,
            app,
            actor,
            standing=standing,
            plantel_id=plantel_id,
            words=words,
            page=page,
        )
    )
    if not found.total:
        st.html(marks.empty(texts.EMPTY_FILTERED))
        return
    st.html(sheet.table(texts.HEADERS, map(_cells, found.rows), caption=texts.CAPTION, wide=True))
    if found.total > PAGE:
        st.pagination(-(-found.total // PAGE), key="pagina_consentimientos")


def _plantel(app: App, actor: Actor, place: object) -> int | None:
    options = {row.id: row.name for row in places.planteles(app, actor, action="consent.read")}
    if len(options) < 2:
        return None
    picked: int | None = place.selectbox(  # type: ignore[attr-defined]
        texts.PLANTEL,
        list(options),
        index=None,
        format_func=lambda id_: options[id_],
        placeholder=common.ALL_PLANTELES,
        key="plantel_consentimientos",
    )
    return picked


def _cells(row: ConsentRow) -> tuple[str, ...]:
    label = escape(texts.SEE.format(folio=row.folio), quote=True)
    used = texts.USED.format(live=row.live, planned=row.planned)
    return (
        sheet.head(
            f'<a href="/consentimientos?{ONE}={escape(row.folio, quote=True)}" target="_self"'
            f' aria-label="{label}" style="white-space:nowrap">{escape(row.folio)}</a>'
        ),
        sheet.cell(
            f"{escape(row.subject or texts.PURGED)}"
            f"<div class='pg-tenue' style='font-size:.85rem'>{escape(row.plantel)}</div>"
        ),
        sheet.cell(escape(_covers(row))),
        sheet.cell(escape(texts.UNTIL.format(day=_day(row.valid_until)))),
        sheet.cell(_chip(row)),
        sheet.cell(escape(used if row.live + row.planned else texts.UNUSED)),
    )


def _one(app: App, actor: Actor, folio: str) -> None:
    st.title(texts.TITLE, anchor=False)
    st.button(texts.BACK, icon=":material/arrow_back:", key="volver", on_click=_back)
    file = context.load(partial(consents.one, app, actor, folio))
    row = file.row
    st.html(
        "<div style='display:flex;gap:10px;align-items:center;flex-wrap:wrap'>"
        f"<h2 style='margin:0'>{escape(row.folio)}</h2>{_chip(row)}</div>"
    )
    st.html(_facts(app, row))
    if row.standing == "revoked":
        consent_forms.take_down(app, actor, file)
    _uses(file)
    if file.may_keep and row.standing != "revoked":
        with st.expander(texts.REVOKE, icon=":material/block:"):
            consent_forms.revoke(app, actor, row.folio)


def _facts(app: App, row: ConsentRow) -> str:
    zone = app.institution.timezone
    signed = texts.GUARDIANS.get(row.guardian, texts.PURGED) if row.minor else texts.ADULT
    told = {
        "plantel": row.plantel,
        "subject": row.subject or texts.PURGED,
        "signed": signed,
        "covers": _covers(row),
        "networks": ", ".join(common.NETWORKS[name] for name in row.networks) or texts.EVERYWHERE,
        "validity": texts.BETWEEN.format(first=_day(row.valid_from), last=_day(row.valid_until)),
        "kept": row.kept_at or texts.PURGED,
        "note": row.note,
        "registered": texts.BY_AT.format(
            name=row.registered_by, when=dates.instant(row.registered_at, zone)
        ),
    }
    if row.revoked_at is not None:
        when = dates.instant(row.revoked_at, zone)
        told["revoked"] = texts.BY_AT.format(name=row.revoked_by, when=when)
        told["reason"] = row.revoked_reason or texts.PURGED
    return sheet.table(
        (),
        (
            (sheet.head(escape(texts.FACTS[name])), sheet.cell(escape(words)))
            for name, words in told.items()
            if words
        ),
        narrow=True,
    )


def _uses(file: ConsentFile) -> None:
    for kind, title, empty in (
        ("live", texts.LIVE, texts.LIVE_EMPTY),
        ("leaving", texts.LEAVING, ""),
        ("ahead", texts.AHEAD, texts.AHEAD_EMPTY),
        ("doubtful", texts.DOUBTFUL, ""),
    ):
        rows = [use for use in file.uses if use.kind == kind]
        if not rows and not empty:
            continue
        st.header(title, anchor=False)
        if not rows:
            st.html(marks.empty(empty))
            continue
        st.html(marks.rows(_use(use, file.links.get(use.delivery_id, "")) for use in rows))
    if file.drafted:
        st.header(texts.DRAFTED, anchor=False)
        st.html(
            marks.rows(
                marks.row(
                    lead=marks.phase(one.state),
                    title=escape(one.plantel),
                    side=_link(f"/publicacion?id={one.post_id}", texts.SEE_POST),
                )
                for one in file.drafted
            )
        )


def _use(use: Use, address: str) -> str:
    side = _link(f"/publicacion?id={use.post_id}", texts.SEE_POST)
    if address and use.kind in {"live", "leaving"}:
        side += " · " + _link(address, texts.SEE_LIVE, outside=True)
    return marks.row(
        lead=marks.network(use.network),
        title=escape(f"{use.plantel} ({use.handle})"),
        below=marks.faint(dates.instant(use.at, use.timezone)),
        side=side,
    )


def _link(address: str, words: str, *, outside: bool = False) -> str:
    target = 'target="_blank" rel="noopener"' if outside else 'target="_self"'
    return f'<a href="{escape(address, quote=True)}" {target}>{escape(words)}</a>'


def _chip(row: ConsentRow) -> str:
    return sheet.chip(texts.STANDING[row.standing], _TONES[row.standing])


def _covers(row: ConsentRow) -> str:
    return ", ".join(texts.SCOPE[scope].lower() for scope in row.scopes)


def _day(day: object) -> str:
    return f"{dates.short(day)} {day.year}"  # type: ignore[attr-defined,arg-type]


def _back() -> None:
    st.query_params.pop(ONE, None)


show(context.house(), context.person())

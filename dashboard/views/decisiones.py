"""Decisiones: what waits for a person, its evidence side by side, and the emergency stop."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from dashboard import context
from dashboard.components import dates, deciding, evidence, marks, preview, sheet, stopping
from dashboard.components.composer import Face
from dashboard.texts import common
from dashboard.texts import decisiones as texts
from dashboard.texts import publicacion as send_texts
from publisher import access
from publisher.app import Actor, App
from publisher.delivery import decide
from publisher.queries import decisions
from publisher.queries.decisions import Case, Cursor, WaitingPage, WaitingRow
from publisher.texts.delivery import STATES

PICTURES = 3


def show(app: App, actor: Actor) -> None:
    """Draw the list, or the one delivery that the address names."""
    sheet.style()
    deciding_here = access.anywhere(actor, "delivery.decide")
    raw = st.query_params.get("envio", "")
    if deciding_here and raw:
        _one(app, actor, raw)
        return
    st.title(texts.TITLE if deciding_here else texts.TITLE_STOP, anchor=False)
    if deciding_here:
        _list(app, actor)
        st.header(texts.STOP_TITLE, anchor=False)
    stopping.show(app, actor)


def _list(app: App, actor: Actor) -> None:
    cursors: list[Cursor | None] = st.session_state.setdefault("paginas_decisiones", [None])
    page = context.load(partial(decisions.waiting, app, actor, after=cursors[-1]))
    if not page.rows and len(cursors) > 1:
        cursors[:] = [None]
        st.rerun()
    if not page.rows:
        st.html(marks.empty(texts.EMPTY))
        return
    st.markdown(texts.COUNT_ONE if page.total == 1 else texts.COUNT.format(n=page.total))
    for row in page.rows:
        _row(row)
    _pager(page, cursors)


def _row(row: WaitingRow) -> None:
    why = _why(row.state, row.hold_reason, row.reason)
    chip = _cause(row.state, row.hold_reason)
    with st.container(border=True, key=f"envio_{row.id}"):
        words, link = st.columns([5, 1], vertical_alignment="center")
        words.html(
            f"{_head(row.network, row.plantel, row.handle, chip)}"
            f"{marks.faint(_due(row.local_at, row.timezone))}"
            f"<div style='margin:4px 0'>{escape(why)}</div>"
            "<div style='display:flex;gap:8px;align-items:center'>"
            f"{_thumbnails(row)}"
            f"<div class='pg-texto'>{escape(row.text or common.NO_TEXT)}</div></div>"
        )
        # a button, not a link: a link to the page where one is leaves the address as it was
        link.button(
            texts.DECIDE,
            icon=":material/gavel:",
            key=f"decidir_{row.id}",
            help=texts.DECIDE_ONE.format(plantel=row.plantel, network=common.NETWORKS[row.network]),
            on_click=partial(_open, row.id),
        )


def _head(network: str, plantel: str, handle: str, chip: str) -> str:
    return (
        "<div style='display:flex;gap:8px;align-items:center;flex-wrap:wrap'>"
        f"<span>{marks.network(network)} <b>{escape(plantel)}</b></span>"
        f"<span class='pg-tenue'>{escape(handle)}</span> {chip}</div>"
    )


def _cause(state: str, hold_reason: str) -> str:
    """Return the chip that names why a delivery waits."""
    if state == "needs_decision":
        return sheet.chip(texts.CAUSE_DOUBT, "bad")
    return sheet.chip(texts.CAUSES.get(hold_reason, texts.CAUSES[""]), "warn")


def _due(local_at: str, zone: str) -> str:
    return texts.DUE.format(when=dates.wall(local_at), zone=dates.zone_name(zone))


def _why(state: str, hold_reason: str, reason: str) -> str:
    """Return the sentence that was written when it stopped, else the one of its cause."""
    return reason or (
        texts.DOUBT if state == "needs_decision" else send_texts.HOLDS.get(hold_reason, "")
    )


def _thumbnails(row: WaitingRow) -> str:
    images = "".join(
        f'<img src="/imagen/{sha256}?w=96" alt="" width="44" height="44"'
        ' style="object-fit:cover;border-radius:6px;flex:none">'
        for sha256 in row.pictures[:PICTURES]
    )
    more = len(row.pictures) - PICTURES
    rest = f"<span class='pg-tenue'>{texts.MORE_PICTURES.format(n=more)}</span>" if more > 0 else ""
    return images + rest


def _pager(page: WaitingPage, cursors: list[Cursor | None]) -> None:
    if len(cursors) == 1 and page.next is None:
        return
    with st.container(horizontal=True):
        if st.button(common.PREVIOUS, disabled=len(cursors) == 1, key="anteriores"):
            cursors.pop()
            st.rerun()
        if st.button(common.NEXT, disabled=page.next is None, key="siguientes"):
            cursors.append(page.next)
            st.rerun()


def _one(app: App, actor: Actor, raw: str) -> None:
    st.title(texts.TITLE, anchor=False)
    st.button(texts.BACK, icon=":material/arrow_back:", key="volver", on_click=_back)
    if not raw.isdecimal() or len(raw) > 12:
        st.html(marks.empty(texts.BAD_LINK))
        return
    case = context.load(partial(decisions.case, app, actor, int(raw)))
    row = case.delivery
    if not case.waiting:
        st.html(marks.empty(texts.GONE.format(state=STATES[row.state])))
        _full(case)
        return
    chip = _cause(row.state, row.hold_reason)
    st.html(
        "<div style='font-size:1.1rem'>"
        f"{_head(row.network, row.plantel, row.handle, chip)}</div>"
        f"{marks.faint(_due(row.local_at, row.timezone))}"
    )
    why = marks.plain(_why(row.state, row.hold_reason, row.reason))
    st.warning(f"**{texts.WHY_TITLE}.** {why}", icon=":material/help:")
    content, known = st.columns([1, 2], gap="large")
    with content:
        st.header(texts.CONTENT_TITLE, anchor=False)
        face = Face(name=row.plantel, handle=row.handle)
        st.html(preview.single(row.network, case.text, face, case.pictures))
        if case.pictures:
            st.html(
                "".join(
                    marks.faint(texts.ALT.format(n=number, text=picture.alt_text))
                    for number, picture in enumerate(case.pictures, 1)
                )
            )
        _full(case)
    with known:
        tried, seen = st.columns(2, gap="medium")
        with tried:
            st.header(texts.ATTEMPTS_TITLE, anchor=False)
            st.html(evidence.attempts(row))
        with seen:
            st.header(texts.LOOK_TITLE, anchor=False)
            st.html(evidence.look(case.look, looks=case.looks, zone=row.timezone))
        _decide(app, actor, case)


def _full(case: Case) -> None:
    st.page_link(
        "views/publicacion.py",
        label=texts.FULL,
        icon=":material/article:",
        query_params={"id": str(case.post_id)},
    )


def _open(delivery_id: int) -> None:
    st.query_params["envio"] = str(delivery_id)


def _back() -> None:
    st.query_params.clear()


def _decide(app: App, actor: Actor, case: Case) -> None:
    """Draw the three ways out; what was typed stays until one of them succeeds."""
    id_ = case.delivery.id
    pressed = f"{id_}_{case.seen}"  # pressed on a case that changed, it is another button
    st.header(texts.DECIDE_TITLE, anchor=False)
    reason = st.text_area(texts.REASON, help=texts.REASON_HINT, key=f"motivo_{id_}", height=90)
    go, link, drop = st.columns([4, 5, 3], gap="small")
    with go, st.container(border=True, height="stretch"):
        st.markdown(texts.RESUME_INTRO_DOUBT if case.doubtful else texts.RESUME_INTRO)
        if st.button(
            texts.RESUME,
            icon=":material/send:",
            type="secondary" if case.doubtful else "primary",
            key=f"publicar_{pressed}",
        ) and deciding.done(partial(decide.resume, app, actor, id_, reason=reason), texts.RESUMED):
            _leave()
    with link, st.container(border=True, height="stretch"):
        st.markdown(texts.CONFIRM_INTRO)
        address = st.text_input(texts.LINK, key=f"enlace_{id_}")
        confirm = partial(decide.confirm, app, actor, id_, permalink=address, reason=reason)
        if st.button(
            texts.CONFIRM, icon=":material/link:", key=f"confirmar_{pressed}"
        ) and deciding.done(confirm, texts.CONFIRMED):
            _leave()
    with drop, st.container(border=True, height="stretch"):
        st.markdown(texts.DISCARD_INTRO)
        discard = partial(decide.discard, app, actor, id_, reason=reason)
        if st.button(
            texts.DISCARD, icon=":material/delete:", key=f"descartar_{pressed}"
        ) and deciding.done(discard, texts.DISCARDED):
            _leave()


def _leave() -> None:
    st.query_params.clear()
    st.rerun()


show(context.house(), context.person())

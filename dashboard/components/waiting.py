"""The deliveries that wait, by post or by plantel, with boxes to choose those of one answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from html import escape

import streamlit as st

from dashboard.components import dates, marks, sheet
from dashboard.texts import common
from dashboard.texts import decisiones as texts
from dashboard.texts import publicacion as send_texts
from publisher.queries.decisions import DOUBT, Cursor, Filters, WaitingPage, WaitingRow

PICTURES = 3


def filters(page: WaitingPage) -> None:
    """Draw the filters, with what there is to choose from, and the way of grouping."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        if len(page.causes) > 1:
            total = sum(page.causes.values())
            st.pills(
                texts.FILTER_CAUSE,
                ["", *page.causes],
                format_func=lambda name: _cause_option(name, page.causes, total),
                default="",
                key="causa",
            )
        if len(page.planteles) > 1:
            st.selectbox(
                texts.FILTER_PLANTEL,
                [None, *page.planteles],
                format_func=lambda id_: page.planteles.get(id_ or 0, common.ALL_PLANTELES),
                key="plantel",
                width=280,
            )
        st.segmented_control(
            texts.GROUP_BY,
            list(texts.GROUPS),
            default="post",
            format_func=lambda name: texts.GROUPS[name],
            required=True,
            key="agrupar",
        )


def chosen_filters() -> Filters:
    """Return what the filters said on their last run."""
    state = st.session_state
    return Filters(plantel_id=state.get("plantel"), cause=state.get("causa") or "")


def draw(rows: Sequence[WaitingRow], *, open_one: Callable[[int], None]) -> list[WaitingRow]:
    """Draw the rows in their groups; returns those that are chosen."""
    pickable = [row for row in rows if not row.doubtful]
    # after a downtime nearly all have one reason: it is said once, above
    common_why, count = Counter(_why(row) for row in rows).most_common(1)[0]
    said = common_why if count > 1 else ""
    if said:
        st.html(f"<div>{escape(said)}</div>")
    _pick_page(pickable)
    by_post = st.session_state.get("agrupar", "post") == "post"
    groups: dict[int, list[WaitingRow]] = {}
    for row in rows:
        groups.setdefault(row.post_id if by_post else row.plantel_id, []).append(row)
    for key, members in groups.items():
        with st.container(border=True, key=f"grupo_{'p' if by_post else 'l'}{key}", gap="small"):
            shared = _group(members, by_post=by_post, said=said)
            alone = by_post and len({row.plantel_id for row in members}) == 1
            for row in members:
                _row(row, by_post=by_post, alone=alone, shared=shared, open_one=open_one)
    return [row for row in pickable if st.session_state.get(_box(row))]


def head(network: str, plantel: str, handle: str, chip: str) -> str:
    """Return where a delivery goes and why it waits, as one line of HTML."""
    return (
        "<div style='display:flex;gap:8px;align-items:center;flex-wrap:wrap'>"
        f"<span>{marks.network(network)} <b>{escape(plantel)}</b></span>"
        f"<span class='pg-tenue'>{escape(handle)}</span> {chip}</div>"
    )


def chip(state: str, hold_reason: str) -> str:
    """Return the chip that names why a delivery waits."""
    if state == "needs_decision":
        return sheet.chip(texts.CAUSE_DOUBT, "bad")
    return sheet.chip(texts.CAUSES.get(hold_reason, texts.CAUSES[""]), "warn")


def due(local_at: str, zone: str) -> str:
    """Return when it should have gone out, in words."""
    return texts.DUE.format(when=dates.wall(local_at), zone=dates.zone_name(zone))


def why(state: str, hold_reason: str, reason: str) -> str:
    """Return the sentence that was written when it stopped, else the one of its cause."""
    return reason or (
        texts.DOUBT if state == "needs_decision" else send_texts.HOLDS.get(hold_reason, "")
    )


def pager(page: WaitingPage, cursors: list[Cursor | None]) -> None:
    """Draw the buttons to the pages before and after, where there are any."""
    if len(cursors) == 1 and page.next is None:
        return
    with st.container(horizontal=True):
        if st.button(common.PREVIOUS, disabled=len(cursors) == 1, key="anteriores"):
            cursors.pop()
            st.rerun()
        if st.button(common.NEXT, disabled=page.next is None, key="siguientes"):
            cursors.append(page.next)
            st.rerun()


def _cause_option(name: str, causes: Mapping[str, int], total: int) -> str:
    if not name:
        return texts.FILTER_ALL.format(n=total)
    words = texts.CAUSE_DOUBT_SHORT if name == DOUBT else texts.CAUSES.get(name, name)
    return texts.FILTER_ONE.format(cause=words, n=causes[name])


def _pick_page(rows: Sequence[WaitingRow]) -> None:
    if len(rows) < 2:
        return
    with st.container(horizontal=True):
        st.button(
            texts.PICK_ALL.format(n=len(rows)),
            icon=":material/done_all:",
            key="elegir_todos",
            on_click=partial(_pick, rows, True),
        )
        if any(st.session_state.get(_box(row)) for row in rows):
            st.button(
                texts.PICK_NONE,
                type="tertiary",
                key="elegir_ninguno",
                on_click=partial(_pick, rows, False),
            )


def _group(members: Sequence[WaitingRow], *, by_post: bool, said: str) -> bool:
    """Draw what the members share; returns whether that includes their hour and cause.

    ``said`` is the reason that stands above the list already.
    """
    first = members[0]
    pickable = [row for row in members if not row.doubtful]
    shared = len({(row.cause, row.local_at, row.timezone) for row in members}) == 1
    facts = f"{chip(first.state, first.hold_reason)} {_due(first)}" if shared else ""
    planteles = {row.plantel for row in members}
    if by_post:
        place = (
            escape(first.plantel)
            if len(planteles) == 1
            else texts.PLANTELES.format(n=len(planteles))
        )
        st.html(
            "<div style='display:flex;gap:10px;align-items:flex-start;flex-wrap:wrap'>"
            f"{_thumbnails(first)}<div style='min-width:220px;flex:1'><b>{place}</b> "
            f"<span class='pg-tenue'>{escape(texts.POST.format(id=first.post_id))}</span> {facts}"
            f"<div class='pg-texto'>{escape(first.text or common.NO_TEXT)}</div></div></div>"
        )
    else:
        st.html(f"<b>{escape(first.plantel)}</b> {facts}")
    reasons = {_why(row) for row in members}
    if len(reasons) == 1 and said not in reasons:
        st.html(f"<div style='font-size:.92rem'>{escape(reasons.pop())}</div>")
    if len(pickable) > 1:
        st.button(
            texts.PICK_GROUP.format(n=len(pickable)),
            key=f"elegir_grupo_{first.id}",
            type="tertiary",
            icon=":material/done_all:",
            help=texts.PICK_GROUP_HELP.format(n=len(pickable)),
            on_click=partial(_toggle, pickable),
        )
    return shared


def _row(
    row: WaitingRow,
    *,
    by_post: bool,
    alone: bool,
    shared: bool,
    open_one: Callable[[int], None],
) -> None:
    network = common.NETWORKS[row.network]
    whole = texts.PICK_ROW.format(plantel=marks.tight(row.plantel), network=network)
    name = texts.PICK_ALONE.format(network=network, handle=row.handle) if alone else whole
    if not by_post:
        name = texts.PICK_IN_PLANTEL.format(network=network, id=row.post_id)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if row.doubtful:
            st.html(f"<div>{escape(name)}</div>{marks.faint(texts.DOUBT_ALONE)}", width="stretch")
        else:
            st.checkbox(marks.plain(name), key=_box(row), width="stretch")
        # a button, not a link: a link to the page where one is leaves the address as it was
        st.button(
            texts.DECIDE,
            key=f"decidir_{row.id}",
            type="tertiary",
            icon=":material/gavel:",
            help=texts.DECIDE_ONE.format(plantel=row.plantel, network=network),
            on_click=partial(open_one, row.id),
        )
    if not shared:
        said = (
            "" if by_post else f"<div class='pg-texto'>{escape(row.text or common.NO_TEXT)}</div>"
        )
        st.html(f"<div>{chip(row.state, row.hold_reason)} {_due(row)}</div>{said}")


def _due(row: WaitingRow) -> str:
    words = due(row.local_at, row.timezone)
    return f'<span class="pg-tenue" style="font-size:.88rem">{escape(words)}</span>'


def _why(row: WaitingRow) -> str:
    return why(row.state, row.hold_reason, row.reason)


def _thumbnails(row: WaitingRow) -> str:
    images = "".join(
        f'<img src="/imagen/{sha256}?w=96" alt="" width="44" height="44"'
        ' style="object-fit:cover;border-radius:6px;flex:none">'
        for sha256 in row.pictures[:PICTURES]
    )
    more = len(row.pictures) - PICTURES
    rest = f"<span class='pg-tenue'>{texts.MORE_PICTURES.format(n=more)}</span>" if more > 0 else ""
    return images + rest


def _box(row: WaitingRow) -> str:
    """Return the key of a row's box: of a delivery that changed, it is another box, unchosen."""
    return f"elegir_{row.id}_{row.seen[:12]}"


def _pick(rows: Iterable[WaitingRow], chosen: bool) -> None:
    for row in rows:
        st.session_state[_box(row)] = chosen


def _toggle(rows: Sequence[WaitingRow]) -> None:
    _pick(rows, not all(st.session_state.get(_box(row)) for row in rows))

"""Aprobaciones: the trays of consulta (dictamen) and of the Directora, by deadline."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dashboard import context
from dashboard.components import corrections, costs, dates, deciding, findings, marks, preview, tray
from dashboard.texts import aprobaciones as texts
from dashboard.texts import common
from publisher.app import Actor, App
from publisher.editorial import approve
from publisher.queries import post, queue
from publisher.queries.queue import Filters, QueuePage, QueueRow, Tray


def show(app: App, actor: Actor) -> None:
    """Draw the page."""
    st.title(texts.TITLE, anchor=False)
    heading = st.container()
    corrections.tray(app, actor)
    which = _tray(app, actor)
    if which is None:
        st.html(marks.empty(common.PAGE_FORBIDDEN))
        return
    filters = _filters()
    cursors: list[queue.Cursor | None] = st.session_state.setdefault(f"paginas_{which}", [None])
    if st.session_state.get("filtros_vistos") != (which, filters):
        cursors[:] = [None]
        st.session_state.filtros_vistos = (which, filters)
    page = context.load(partial(queue.tray, app, actor, which, filters=filters, after=cursors[-1]))
    soon = texts.SOON_ONE if page.soon == 1 else texts.SOON.format(soon=page.soon)
    soon = soon if page.soon else ""
    heading.markdown(texts.COUNT[which].format(total=page.total) + soon)
    _answers()
    if not page.rows:
        _nothing(filters, cursors)
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        told = tray.draw(
            page.rows,
            key=f"bandeja_{which}",
            version=_version(page.rows),
            batch=which == "approve",
            now=app.clock(),
        )
        _pager(page, cursors)
    with right, st.container(border=True, key="detalle"):
        if told.outdated:
            st.warning(texts.OUTDATED, icon=":material/sync_problem:")
        _detail(app, actor, page.rows, told)


def _tray(app: App, actor: Actor) -> Tray | None:
    mine: list[Tray] = [name for name in ("approve", "review") if queue.may_open(app, actor, name)]
    if len(mine) < 2:
        return mine[0] if mine else None
    picked = st.segmented_control(
        texts.TRAY_LABEL,
        mine,
        default="review" if "DIRV" not in actor.roles else "approve",
        format_func=lambda name: texts.TRAYS[name],
        required=True,
        key="bandeja",
    )
    return "review" if picked == "review" else "approve"


def _filters() -> Filters:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        due = st.segmented_control(
            texts.DUE,
            list(texts.DUE_OPTIONS),
            default=list(texts.DUE_OPTIONS)[-1],
            required=True,
            key="salen",
            bind="query-params",
        )
        network = st.pills(
            texts.NETWORK,
            list(common.NETWORKS.values()),
            key="red",
            bind="query-params",
        )
        risky = st.toggle(texts.RISK, key="riesgo", bind="query-params")
    names = {label: name for name, label in common.NETWORKS.items()}
    return Filters(
        hours=texts.DUE_OPTIONS.get(due or ""),
        network=names.get(network or "", ""),
        risk_only=risky,
    )


def _nothing(filters: Filters, cursors: list[queue.Cursor | None]) -> None:
    filtered = filters != Filters() or len(cursors) > 1
    st.html(marks.empty(texts.EMPTY_FILTERED if filtered else texts.EMPTY))
    if filtered:
        st.button(texts.CLEAR, key="quitar_filtros", on_click=_clear, args=(cursors,))


def _clear(cursors: list[queue.Cursor | None]) -> None:
    # Set, not popped: a parameter of the address that is bound to a widget cannot be taken off.
    st.session_state.salen = list(texts.DUE_OPTIONS)[-1]
    st.session_state.red = None
    st.session_state.riesgo = False
    cursors[:] = [None]


def _version(rows: Sequence[QueueRow]) -> str:
    return ",".join(f"{row.post_id}.{row.version}" for row in rows)


def _pager(page: QueuePage, cursors: list[queue.Cursor | None]) -> None:
    if len(cursors) == 1 and page.next is None:
        return
    with st.container(horizontal=True):
        if st.button(common.PREVIOUS, disabled=len(cursors) == 1, key="anteriores"):
            cursors.pop()
            st.rerun()
        if st.button(common.NEXT, disabled=page.next is None, key="siguientes"):
            cursors.append(page.next)
            st.rerun()


def _detail(app: App, actor: Actor, rows: Sequence[QueueRow], told: tray.Told) -> None:
    row = next((row for row in rows if row.post_id == told.cursor), rows[0])
    story = context.load(partial(post.story, app, actor, row.post_id))
    st.header(story.plantel, anchor=False)
    line = texts.WHEN_WHO if story.local_at else texts.NO_WHEN
    said = line.format(
        when=dates.wall(story.local_at),
        zone=dates.zone_name(story.timezone),
        author=story.author,
    )
    st.html(marks.faint(said))
    chosen = [row for row in rows if row.post_id in told.marked and not row.mine]
    if story.allowed.approve:
        _actions(app, actor, row, chosen, told)
    costs.show(app, story.costs)
    findings.show(story.findings)
    if not story.findings:
        st.html(marks.faint(texts.CLEAN))
    if row.excepted:
        st.info(texts.EXCEPTED, icon=":material/gavel:")
    st.html(preview.cards(story, merged=True))
    names = ", ".join(
        f"{common.NETWORKS[target.network]} {target.handle}" for target in story.targets
    )
    if names:
        st.html(marks.faint(f"{texts.TARGETS}: {names}"))
    if row.mine:
        st.info(texts.OWN, icon=":material/group:")
    if story.allowed.review:
        deciding.dictamen(app, actor, story)
    st.page_link("views/publicacion.py", label=texts.FULL, query_params={"id": str(row.post_id)})


def _actions(
    app: App, actor: Actor, row: QueueRow, chosen: Sequence[QueueRow], told: tray.Told
) -> None:
    """Draw the Directora's buttons and obey the list's keys; both act on the marked ones."""
    count = len(chosen)
    seen = hash(tuple((one.post_id, one.digest) for one in (*chosen, row)))
    with st.container(horizontal=True, horizontal_alignment="right"):
        reject = st.button(
            texts.REJECT,
            key="rechazar",
            type="tertiary",
            disabled=count > 1,
            help=texts.REJECT_ONE if count > 1 else None,
        )
        back = st.button(
            texts.RETURN_N.format(n=count) if count > 1 else texts.RETURN, key="devolver"
        )
        go = st.button(
            texts.APPROVE_N.format(n=count) if count > 1 else texts.APPROVE,
            type="primary",
            icon=":material/check:",
            key=f"aprobar_{seen}",  # pressed on other content, it is another button
        )
    targets = list(chosen) or [row]
    if reject:
        deciding.reject_dialog(app, actor, targets[0].post_id, targets[0].state)
    elif back or told.action == "return":
        deciding.return_dialog(app, actor, [(one.post_id, one.state) for one in targets])
    elif go or told.action == "approve":
        _confirm(app, actor, targets)


@st.dialog(texts.CONFIRM_TITLE)
def _confirm(app: App, actor: Actor, rows: Sequence[QueueRow]) -> None:
    """Ask once more; in a batch, what carries warnings is left to be seen one by one."""
    alone = len(rows) == 1
    going = [row for row in rows if alone or not (row.warnings or row.blocks)]
    held = len(rows) - len(going)
    if going:
        many = texts.CONFIRM_MANY.format(n=len(going))
        st.markdown(texts.CONFIRM_ONE if len(going) == 1 else many)
    else:
        st.markdown(texts.NOTHING_CLEAN)
    if held:
        many = texts.CONFIRM_FLAGGED.format(n=held)
        st.warning(texts.CONFIRM_FLAGGED_ONE if held == 1 else many, icon=":material/gavel:")
    if not going:
        return
    label = texts.APPROVE_N.format(n=len(going)) if len(going) > 1 else texts.APPROVE
    if st.button(label, type="primary", key="si_aprobar", shortcut="Enter"):
        _approve(app, actor, going)
        st.rerun()


def _approve(app: App, actor: Actor, rows: Sequence[QueueRow]) -> None:
    items = [(row.post_id, row.digest) for row in rows]
    answers = context.attempt(partial(approve.approve_many, app, actor, items))
    if answers is None:
        return
    names = {row.post_id: row.plantel for row in rows}
    good = sum(answer.ok for answer in answers)
    if good:
        context.tell(texts.DONE_ONE if good == 1 else texts.DONE.format(n=good))
    st.session_state.respuestas = [
        texts.NOT_DONE.format(
            plantel=names[answer.post_id], id=answer.post_id, sentence=answer.sentence
        )
        for answer in answers
        if not answer.ok
    ]


def _answers() -> None:
    for sentence in st.session_state.pop("respuestas", []):
        st.error(marks.plain(sentence), icon=":material/error:")


show(context.house(), context.person())

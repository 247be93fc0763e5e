"""Manual: what the house may publish, as rules to read, to change, and to say that one has read."""

from __future__ import annotations

from datetime import date
from functools import partial
from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import context
from dashboard.components import (
    dates,
    manual_banner,
    manual_decide,
    manual_draft,
    manual_shelf,
    marks,
    sheet,
)
from dashboard.texts import manual as texts
from publisher import access, rulebook
from publisher.app import Actor, App
from publisher.manual import document
from publisher.manual.comparison import compare
from publisher.manual.document import Manual
from publisher.rulebook import VersionRow


def show(app: App, actor: Actor) -> None:
    """Draw the page."""
    sheet.style()
    manual_shelf.style()
    st.title(texts.TITLE, anchor=False)
    rows = context.load(partial(rulebook.versions, app, actor))
    parts = ["leer", "versiones"]
    if access.allows(actor, "manual.edit"):
        parts.insert(1, "proyecto")
    if access.anywhere(actor, "learning.read"):
        parts.append("acuses")
    names = {texts.PARTS[part]: part for part in parts}
    picked = st.segmented_control(
        texts.PARTS_LABEL,
        list(names),
        default=texts.PARTS["leer"],
        required=True,
        key="parte",
        bind="query-params",
        label_visibility="collapsed",
    )
    {"leer": _read, "proyecto": _draft, "versiones": _versions, "acuses": _readers}[
        names.get(picked or "", "leer")
    ](app, actor, rows)


def _read(app: App, actor: Actor, rows: tuple[VersionRow, ...]) -> None:
    asked = st.query_params.get("version", "")
    row = next((one for one in rows if str(one.id) == asked), None)
    row = row or next((one for one in rows if one.current), None)
    if row is None:
        st.html(marks.empty(texts.NO_MANUAL))
        return
    manual = context.load(partial(rulebook.stored, app, row.id))
    _head(app, row, manual)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(
            f'<a class="pg-enlace" href="/manual/pdf/{row.id}" target="_blank">'
            f"{escape(texts.PDF)}</a>",
            width="content",
        )
        st.download_button(
            texts.EXPORT,
            document.dump(manual),
            file_name=texts.FILE.format(version=row.version),
            mime="application/toml",
            icon=":material/download:",
            key="bajar_manual",
        )
        if row.current:
            manual_banner.acknowledge(app, actor)
    manual_shelf.show(manual)


def _head(app: App, row: VersionRow, manual: Manual) -> None:
    zone = app.institution.timezone
    state = _state(row)
    chip = sheet.chip(texts.STATES[state], "ok" if row.current else "info")
    when = _day(row.in_force_from.astimezone(ZoneInfo(zone)).date())
    said = {"current": texts.SINCE, "future": texts.FUTURE, "past": texts.PAST}[state]
    line = texts.LINE.format(title=manual.title, version=manual.version)
    valid = (
        texts.VALID.format(start=_day(manual.valid_from), end=_day(manual.valid_until))
        if manual.valid_until
        else texts.VALID_OPEN.format(start=_day(manual.valid_from))
    )
    who = (
        texts.APPROVED_BY.format(name=row.approved_by, summary=row.summary)
        if row.approved_by
        else texts.EXAMPLE
    )
    st.html(
        f"<div>{escape(line)} {chip}</div>{marks.faint(f'{said.format(when=when)} {valid}')}"
        f"{marks.faint(who)}"
    )
    today = app.clock().astimezone(ZoneInfo(zone)).date()
    if row.current and manual.valid_until is not None and manual.valid_until < today:
        st.warning(texts.EXPIRED.format(end=_day(manual.valid_until)), icon=":material/event_busy:")


def _draft(app: App, actor: Actor, _rows: tuple[VersionRow, ...]) -> None:
    draft = context.load(partial(rulebook.draft, app, actor))
    if draft is None:
        st.markdown(texts.NO_DRAFT)
        verb = partial(rulebook.open_draft, app, actor)
        context.button(
            texts.OPEN,
            verb,
            texts.OPENED,
            type="primary",
            icon=":material/edit_note:",
            key="abrir_proyecto",
        )
        manual_draft.file(app, actor, None)
        return
    when = dates.instant(draft.edited_at, app.institution.timezone)
    st.html(
        marks.faint(
            texts.DRAFT_LINE.format(version=draft.manual.version, editor=draft.editor, when=when)
        )
    )
    if draft.state == "proposed":
        manual_decide.decide(app, actor, draft)
        return
    if draft.reason:
        sent = texts.SENT_BACK.format(reason=marks.plain(draft.reason))
        st.warning(sent, icon=":material/undo:")
    names = {label: name for name, label in texts.STEPS.items()}
    step = st.segmented_control(
        texts.STEPS_LABEL,
        list(names),
        default=texts.STEPS["reglas"],
        required=True,
        key="paso",
        bind="query-params",
        label_visibility="collapsed",
    )
    {
        "reglas": manual_draft.rules,
        "datos": manual_draft.head,
        "comparar": manual_decide.propose,
        "archivo": manual_draft.file,
    }[names.get(step or "", "reglas")](app, actor, draft)


def _versions(app: App, _actor: Actor, rows: tuple[VersionRow, ...]) -> None:
    zone = app.institution.timezone
    st.html(marks.faint(texts.VERSIONS_INTRO))
    heads = (
        texts.HEAD_VERSION,
        texts.HEAD_STATE,
        texts.HEAD_SINCE,
        texts.HEAD_WHO,
        texts.HEAD_WHAT,
    )
    st.html(sheet.table(heads, [_line(row, zone) for row in rows], wide=True))
    labels = {row.id: texts.VERSION.format(version=row.version) for row in rows}
    if len(rows) < 2:
        return
    st.header(texts.COMPARE, anchor=False)
    left, right = st.columns(2)
    ids = list(labels)
    older = left.selectbox(
        texts.COMPARE_FROM, ids, index=1, format_func=labels.__getitem__, key="comparar_de"
    )
    newer = right.selectbox(
        texts.COMPARE_TO, ids, index=0, format_func=labels.__getitem__, key="comparar_a"
    )
    before, after = (
        context.load(partial(rulebook.stored, app, id_ or ids[0])) for id_ in (older, newer)
    )
    st.html(manual_decide.difference(compare(before, after)))


def _line(row: VersionRow, zone: str) -> tuple[str, ...]:
    state = _state(row)
    since = _day(row.in_force_from.astimezone(ZoneInfo(zone)).date())
    return (
        sheet.head(f'<a href="/manual?version={row.id}" target="_self">{escape(row.version)}</a>'),
        sheet.cell(sheet.chip(texts.STATES[state], "ok" if row.current else "plain")),
        sheet.cell(escape(since)),
        sheet.cell(escape(row.approved_by or "—")),
        sheet.cell(escape(row.summary or "—")),
    )


def _readers(app: App, actor: Actor, _rows: tuple[VersionRow, ...]) -> None:
    readers = context.load(partial(rulebook.owing, app, actor))
    st.html(marks.faint(texts.READERS_INTRO))
    if not readers:
        st.html(marks.empty(texts.READERS_NONE))
        return
    done = sum(reader.at is not None for reader in readers)
    st.markdown(texts.READERS_COUNT.format(done=done, total=len(readers)))
    rows = []
    for reader in readers:
        when = dates.instant(reader.at, app.institution.timezone)
        said = texts.READER_DONE.format(when=when) if reader.at else texts.READER_PENDING
        rows.append(
            (
                sheet.head(escape(reader.name)),
                sheet.cell(escape(", ".join(reader.planteles))),
                sheet.cell(sheet.chip(said, "ok" if reader.at else "warn")),
            )
        )
    heads = (texts.HEAD_PERSON, texts.HEAD_PLANTELES, texts.HEAD_READ)
    st.html(sheet.table(heads, rows))


def _state(row: VersionRow) -> str:
    return "current" if row.current else "future" if row.future else "past"


def _day(value: date) -> str:
    return f"{dates.short(value)} {value.year}"


show(context.house(), context.person())

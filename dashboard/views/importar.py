"""Importar y exportar: a file is looked at row by row before anything of it is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from html import escape
from typing import Final

import streamlit as st

from dashboard import context
from dashboard.components import marks, sheet
from dashboard.components.sheet import Tone
from dashboard.texts import importar as texts
from publisher import institution
from publisher.app import Actor, App
from publisher.documents import table
from publisher.institution import Preview, PreviewRow
from publisher.institution.exporting import Format
from publisher.institution.sheet import Outcome

SHOWN: Final = 200
MAX_MB: Final = 5
FORMS: Final[tuple[Format, ...]] = ("xlsx", "csv")
MIMES: Final[dict[Format, str]] = {"xlsx": table.XLSX_MIME, "csv": table.CSV_MIME}
TONES: Final[dict[Outcome, Tone]] = {
    "created": "ok",
    "updated": "info",
    "unchanged": "plain",
    "error": "bad",
}


def show(app: App, actor: Actor) -> None:
    """Draw the page."""
    sheet.style()
    st.title(texts.TITLE, anchor=False)
    st.markdown(texts.INTRO)
    picked = st.segmented_control(
        texts.KIND,
        list(texts.KINDS),
        default=next(iter(texts.KINDS)),
        required=True,
        key="clase",
        bind="query-params",
    )
    kind = texts.KINDS[picked or next(iter(texts.KINDS))]
    st.markdown(texts.ABOUT[kind])
    _files(app, actor, kind)
    upload = st.file_uploader(
        texts.UPLOAD.format(kind=(picked or "").lower()),
        type=["csv", "xlsx"],
        max_upload_size=MAX_MB,
        help=texts.UPLOAD_HINT,
        key=f"archivo_{kind}_{st.session_state.get('cargas', 0)}",
    )
    if upload is None:
        st.html(marks.empty(texts.NOTHING))
        return
    content = upload.getvalue()
    told = _preview(app, actor, kind, content, upload.name)
    if told is None:
        return
    _counts(told)
    _apply(app, actor, kind, content, upload.name, told)
    _rows(told)


def _files(app: App, actor: Actor, kind: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        for form in FORMS:
            empty = institution.template(kind, form)
            st.download_button(
                texts.TEMPLATE.format(form=form.upper()),
                empty.content,
                file_name=f"plantilla-{empty.name}",
                mime=empty.mime,
                key=f"plantilla_{kind}_{form}",
                icon=":material/draft:",
                on_click="ignore",
            )
        for form in FORMS:
            # A function, so that the file is made and its entry written only when somebody asks.
            st.download_button(
                texts.EXPORT.format(form=form.upper()),
                partial(_export, app, actor, kind, form),
                file_name=f"{kind}.{form}",
                mime=MIMES[form],
                key=f"exportar_{kind}_{form}",
                icon=":material/download:",
                on_click="ignore",
            )
    st.html(marks.faint(texts.FILES_NOTE))


def _export(app: App, actor: Actor, kind: str, form: Format) -> bytes:
    return institution.export(app, actor, kind, form).content


def _preview(app: App, actor: Actor, kind: str, content: bytes, name: str) -> Preview | None:
    """Return the dry run; kept while the file is the same, so that a click does not repeat it."""
    mark = (kind, name, hashlib.sha256(content).hexdigest())
    if st.session_state.get("revision_de") != mark:
        st.session_state.pop("revision", None)
        told = context.attempt(partial(institution.preview, app, actor, kind, content, name))
        if told is None:
            return None
        st.session_state.revision = told
        st.session_state.revision_de = mark
    kept: Preview = st.session_state.revision
    return kept


def _counts(told: Preview) -> None:
    for column, outcome in zip(st.columns(4), TONES, strict=True):
        column.metric(texts.COUNTS[outcome], told.count(outcome), border=True)
    if told.ignored:
        st.info(
            texts.IGNORED.format(names=marks.plain(", ".join(told.ignored))),
            icon=":material/info:",
        )


def _apply(app: App, actor: Actor, kind: str, content: bytes, name: str, told: Preview) -> None:
    wrong = told.count("error")
    if wrong:
        counted = texts.FIX_ONE if wrong == 1 else texts.FIX_MANY.format(n=wrong)
        st.error(counted + texts.FIX, icon=":material/error:")
        return
    changes = told.count("created") + told.count("updated")
    if not changes:
        st.success(texts.NOTHING_TO_DO, icon=":material/check:")
        return
    label = texts.APPLY_ONE if changes == 1 else texts.APPLY.format(n=changes)
    if not st.button(label, type="primary", icon=":material/check:", key="aplicar"):
        return
    verb = partial(institution.apply, app, actor, kind, content, name, expected=told.digest)
    done = context.attempt(verb)
    st.session_state.pop("revision_de", None)
    if done:
        context.tell(
            texts.APPLIED.format(created=done.count("created"), updated=done.count("updated"))
        )
        st.session_state.cargas = st.session_state.get("cargas", 0) + 1
        st.rerun()


def shown(told: Preview) -> dict[str, tuple[Outcome, ...]]:
    """Return what the rows can be kept to, what matters most first."""
    groups: dict[str, tuple[Outcome, ...]] = {
        texts.COUNTS["error"]: ("error",),
        texts.SHOW_CHANGES: ("created", "updated"),
        texts.SHOW_ALL: tuple(TONES),
    }
    return {
        label: outcomes
        for label, outcomes in groups.items()
        if label == texts.SHOW_ALL or any(told.count(outcome) for outcome in outcomes)
    }


def _rows(told: Preview) -> None:
    groups = shown(told)
    first = next(iter(groups))
    picked = st.segmented_control(
        texts.SHOW,
        list(groups),
        default=first,
        required=True,
        key=f"mostrar_{told.digest[:12]}",
    )
    kept = [row for row in told.rows if row.outcome in groups[picked or first]]
    st.html(sheet.table(texts.HEADERS, (_row(row) for row in kept[:SHOWN]), caption=texts.CAPTION))
    if len(kept) > SHOWN:
        st.html(marks.faint(texts.SHOWN.format(n=SHOWN, total=len(kept))))


def _row(row: PreviewRow) -> Sequence[str]:
    lines = [
        *(texts.ERROR.format(column=one.column, sentence=one.sentence) for one in row.errors),
        *(
            texts.CHANGE.format(column=one.column, before=one.before, after=one.after)
            for one in row.changes
        ),
        *row.notes,
    ]
    return (
        sheet.head(str(row.number)),
        sheet.cell(escape(row.key)),
        sheet.cell(sheet.chip(texts.OUTCOMES[row.outcome], TONES[row.outcome])),
        sheet.cell("<br>".join(escape(line) for line in lines)),
    )


show(context.house(), context.person())

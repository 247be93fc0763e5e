"""Importar y exportar: a file is looked at row by row before anything of it is stored."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Final

import streamlit as st

from dashboard import context
from dashboard.components import downloads, marks, previewing, procedure, sheet
from dashboard.texts import importar as texts
from publisher import institution
from publisher.app import Actor, App
from publisher.institution import Preview
from publisher.institution.exporting import Format

MAX_MB: Final = 5


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
        procedure.show(app, actor)
        return
    content = upload.getvalue()
    told = _preview(app, actor, kind, content, upload.name)
    if told is None:
        return
    previewing.counts(told)
    _apply(app, actor, kind, content, upload.name, told)
    previewing.rows(told)


def _files(app: App, actor: Actor, kind: str) -> None:
    downloads.draw(
        kind,
        templates=[institution.template(kind, form) for form in downloads.FORMS],
        export=partial(_export, app, actor, kind),
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


show(context.house(), context.person())

"""The register's files: an empty sheet, what there is now, and a file that is looked at first."""

from __future__ import annotations

import hashlib
from functools import partial

import streamlit as st

from dashboard import context
from dashboard.components import downloads, marks
from dashboard.components.previewing import counts, rows
from dashboard.texts import consentimientos as texts
from dashboard.texts import importar as words
from publisher.app import Actor, App
from publisher.consents import exchange
from publisher.institution import Preview
from publisher.institution.exporting import Format

_KEPT, _OF = "consentimientos_revision", "consentimientos_revision_de"
MAX_MB = 5


def show(app: App, actor: Actor, *, keeps: bool) -> None:
    """Draw what can be taken out, and for whoever keeps the register what can be brought in."""
    st.html(marks.faint(texts.FILES_INTRO if keeps else words.FILES_NOTE))
    downloads.draw(
        "consentimientos",
        templates=[exchange.template(form) for form in downloads.FORMS] if keeps else (),
        export=partial(_export, app, actor),
        name=exchange.KIND,
    )
    if keeps:
        _import(app, actor)


def _export(app: App, actor: Actor, form: Format) -> bytes:
    return exchange.export(app, actor, form).content


def _import(app: App, actor: Actor) -> None:
    upload = st.file_uploader(
        texts.UPLOAD,
        type=["csv", "xlsx"],
        max_upload_size=MAX_MB,
        help=words.UPLOAD_HINT,
        key=f"consentimientos_archivo_{st.session_state.get('consentimientos_cargas', 0)}",
    )
    if upload is None:
        return
    content = upload.getvalue()
    told = _preview(app, actor, content, upload.name)
    if told is None:
        return
    counts(told)
    _apply(app, actor, content, upload.name, told)
    rows(told)


def _preview(app: App, actor: Actor, content: bytes, name: str) -> Preview | None:
    """Return the dry run; kept while the file is the same, so that a click does not repeat it."""
    mark = (name, hashlib.sha256(content).hexdigest())
    if st.session_state.get(_OF) != mark:
        st.session_state.pop(_KEPT, None)
        told = context.attempt(partial(exchange.preview, app, actor, content, name))
        if told is None:
            return None
        st.session_state[_KEPT], st.session_state[_OF] = told, mark
    kept: Preview = st.session_state[_KEPT]
    return kept


def _apply(app: App, actor: Actor, content: bytes, name: str, told: Preview) -> None:
    wrong, made = told.count("error"), told.count("created")
    if wrong:
        counted = words.FIX_ONE if wrong == 1 else words.FIX_MANY.format(n=wrong)
        st.error(counted + words.FIX, icon=":material/error:")
        return
    if not made:
        st.success(words.NOTHING_TO_DO, icon=":material/check:")
        return
    label = words.APPLY_ONE if made == 1 else words.APPLY.format(n=made)
    if not st.button(label, type="primary", icon=":material/check:", key="consentimientos_aplicar"):
        return
    verb = partial(exchange.apply, app, actor, content, name, expected=told.digest)
    done = context.attempt(verb)
    st.session_state.pop(_OF, None)
    if done:
        context.tell(words.APPLIED.format(created=done.count("created"), updated=0))
        st.session_state.consentimientos_cargas = (
            st.session_state.get("consentimientos_cargas", 0) + 1
        )
        st.rerun()

"""The project of a manual on screen: its rules in forms, its general data, its file.

What somebody types is kept when a save is refused: the keys of the fields change only after a save
that worked, and the lock is the one with which the form was first drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from dashboard import context
from dashboard.components import marks, rule_fields
from dashboard.texts import manual as texts
from publisher import rulebook
from publisher.app import Actor, App
from publisher.errors import Invalid
from publisher.manual import document, editing
from publisher.manual.comparison import order
from publisher.manual.document import InvalidManual, Manual, to_data
from publisher.manual.proving import failures_of
from publisher.rulebook import Draft
from publisher.texts.rulebook import faults

_ROUND = "manual_vuelta"
_NEW = ""


def rules(app: App, actor: Actor, draft: Draft) -> None:
    """Draw the choice of a rule and its form."""
    rows = {rule["id"]: rule for rule in to_data(draft.manual)["rules"]}
    titles = {id_: f"{id_} {row['title']}" for id_, row in rows.items()}
    options = [_NEW, *sorted(rows, key=order)]
    asked = st.query_params.get("regla", "")
    chosen = st.selectbox(
        texts.RULE,
        options,
        index=options.index(asked) if asked in rows else 1,
        format_func=lambda id_: titles.get(id_, texts.NEW_RULE),
        key="regla_elegida",
    )
    key = _key(chosen or "nueva")
    lock = _lock(draft, key)
    row = rows.get(chosen or _NEW) or {
        "id": _number(key),
        "title": "",
        "text": "",
        "kind": "human",
        "severity": "advertencia",
    }
    made = rule_fields.read(row, key=key)
    with st.container(horizontal=True):
        save = st.button(
            texts.SAVE_RULE, type="primary", icon=":material/save:", key=f"guardar_{key}"
        )
        proof = st.button(texts.TRY_RULE, icon=":material/rule:", key=f"probar_{key}")
        drop = bool(chosen) and st.button(
            texts.REMOVE_RULE, type="tertiary", key=f"quitar_regla_{key}"
        )
    if save:
        change = partial(_with_rule, draft.manual, made, fresh=not chosen)
        _save(app, actor, lock, change, texts.SAVED_RULE.format(id=made["id"]))
    if proof:
        _try(draft.manual, made)
    if drop and chosen:
        change = partial(editing.without_rule, draft.manual, chosen)
        _save(app, actor, lock, change, texts.REMOVED_RULE.format(id=chosen), leave=True)


def head(app: App, actor: Actor, draft: Draft) -> None:
    """Draw the form of what stands before the rules."""
    key = _key("datos")
    lock = _lock(draft, key)
    manual = draft.manual
    left, middle, right = st.columns([3, 1, 1])
    title = left.text_input(texts.HEAD_TITLE, manual.title, key=f"manual_titulo_{key}")
    version = middle.text_input(texts.HEAD_NUMBER, manual.version, key=f"manual_version_{key}")
    until = right.date_input(
        texts.HEAD_UNTIL, manual.valid_until, format="DD/MM/YYYY", key=f"manual_hasta_{key}"
    )
    signers = st.text_area(
        texts.HEAD_SIGNERS,
        "\n".join(f"{function} | {name}" for function, name in manual.signers),
        key=f"manual_firmas_{key}",
    )
    sections = st.text_area(
        texts.HEAD_SECTIONS,
        "\n".join(f"{section.id} | {section.title}" for section in manual.sections),
        key=f"manual_secciones_{key}",
        height=260,
    )
    if st.button(texts.SAVE_HEAD, type="primary", icon=":material/save:", key=f"guardar_{key}"):
        change = partial(
            editing.with_head,
            manual,
            title=title or "",
            version=version or "",
            valid_until=until,
            signers=[(row["a"], row["b"]) for row in rule_fields.table(signers, ("a", "b"))],
            sections=[(row["a"], row["b"]) for row in rule_fields.table(sections, ("a", "b"))],
        )
        _save(app, actor, lock, change, texts.SAVED_HEAD)


def file(app: App, actor: Actor, draft: Draft | None) -> None:
    """Draw the way in from a file and out to one."""
    if draft is not None:
        st.download_button(
            texts.EXPORT_DRAFT,
            document.dump(draft.manual),
            file_name=texts.FILE.format(version=draft.manual.version),
            mime="application/toml",
            icon=":material/download:",
            key="bajar_proyecto",
        )
    if draft is not None and draft.state != "open":
        return
    st.header(texts.IMPORT_TITLE, anchor=False)
    st.html(marks.faint(texts.IMPORT_INTRO))
    given = st.file_uploader(
        texts.IMPORT_FILE, type=["toml"], key=f"manual_archivo_{_round()}", max_upload_size=2
    )
    if given is None or not st.button(texts.IMPORT, type="primary", key="cargar_manual"):
        return

    def take() -> int:
        try:
            text = given.getvalue().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Invalid(texts.NOT_TEXT) from None
        return rulebook.import_draft(app, actor, text)

    if context.done(take, texts.IMPORTED):
        _next()
        st.rerun()


def _number(key: str) -> str:
    typed = st.text_input(texts.NUMBER, placeholder=texts.NUMBER_HINT, key=f"numero_{key}")
    return (typed or "").strip()


def _with_rule(manual: Manual, row: dict[str, Any], *, fresh: bool) -> Manual:
    if fresh and any(rule.id == row["id"] for rule in manual.rules):
        raise InvalidManual([texts.NUMBER_USED.format(id=row["id"])])
    return editing.with_rule(manual, row)


def _try(manual: Manual, row: dict[str, Any]) -> None:
    """Say whether the rule on the screen does what its examples say, saved or not."""
    try:
        changed = editing.with_rule(manual, row)
    except InvalidManual as error:
        st.error(faults(error.problems), icon=":material/error:")
        return
    found = failures_of(changed, row["id"])
    for failure in found:
        st.error(failure.sentence, icon=":material/error:")
    tried = len(row.get("examples", ())) if row["kind"] != "human" else 0
    if not tried:
        st.info(texts.TRIED_NONE, icon=":material/info:")
    elif not found:
        st.success(texts.TRIED_FINE.format(n=tried), icon=":material/check:")


def _save(
    app: App,
    actor: Actor,
    lock: int,
    change: Callable[[], Manual],
    sentence: str,
    *,
    leave: bool = False,
) -> None:
    def run() -> int:
        try:
            manual = change()
        except InvalidManual as error:
            raise Invalid(faults(error.problems)) from error
        return rulebook.save_draft(app, actor, manual, lock=lock)

    if context.done(run, sentence):
        _next()
        if leave:
            st.session_state.pop("regla_elegida", None)
        st.rerun()


def _round() -> int:
    return int(st.session_state.setdefault(_ROUND, 0))


def _next() -> None:
    """Let the fields be drawn anew from what was saved."""
    st.session_state[_ROUND] = _round() + 1


def _key(name: str) -> str:
    return f"{name.replace('.', '_')}_{_round()}"


def _lock(draft: Draft, key: str) -> int:
    """Return the lock that the form began with: a save by somebody else must not go unnoticed."""
    return int(st.session_state.setdefault(f"candado_{draft.id}_{key}", draft.lock))

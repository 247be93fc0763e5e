"""Why a post is returned or rejected: phrases that cite a rule, and words of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from dashboard import context
from dashboard.components import marks
from dashboard.texts import aprobaciones as texts
from publisher import access, rulebook
from publisher.app import Actor, App
from publisher.editorial import phrases
from publisher.editorial.phrases import Phrase


@dataclass(frozen=True, kw_only=True)
class Reason:
    """What was chosen and written."""

    text: str
    phrases: tuple[int, ...]


def ask(app: App, *, rules: Sequence[str] = (), key: str) -> Reason:
    """Draw the choice of phrases and the field; those on the rules of the findings come first."""
    found = {phrase.id: phrase for phrase in phrases.listed(app)}
    order = sorted(found, key=lambda id_: found[id_].rule not in rules)
    chosen = st.multiselect(
        texts.PHRASES,
        order,
        format_func=lambda id_: _said(found[id_]),
        placeholder=texts.PHRASES_CHOOSE,
        key=f"frases_{key}",
    )
    text = st.text_area(texts.REASON, help=texts.REASON_HELP, key=f"motivo_{key}")
    return Reason(text=text, phrases=tuple(chosen))


def _said(phrase: Phrase) -> str:
    return texts.PHRASE.format(text=phrase.text, rule=phrase.rule) if phrase.rule else phrase.text


def button(app: App, actor: Actor) -> None:
    """Draw the way to the phrases for who keeps them."""
    if access.anywhere(actor, "phrase.manage") and st.button(
        texts.PHRASES_KEEP, key="frases", icon=":material/format_quote:", type="tertiary"
    ):
        _dialog(app, actor)


@st.dialog(texts.PHRASES_TITLE, width="large")
def _dialog(app: App, actor: Actor) -> None:
    st.markdown(texts.PHRASES_INTRO)
    rules = {rule.id: rule.title for rule in rulebook.in_force(app).rules}
    with st.form("frase_nueva", clear_on_submit=False):
        text = st.text_input(texts.PHRASE_TEXT, key="frase_texto")
        rule = st.selectbox(
            texts.PHRASE_RULE,
            ["", *rules],
            format_func=lambda id_: f"{id_} {rules[id_]}" if id_ else texts.PHRASE_NO_RULE,
            key="frase_regla",
        )
        pressed = st.form_submit_button(texts.PHRASE_ADD, icon=":material/add:")
    if pressed:
        verb = partial(phrases.add, app, actor, text=text, rule=rule or "")
        if context.attempt(verb) is not None:
            st.success(texts.PHRASE_ADDED, icon=":material/check_circle:")
    for phrase in phrases.listed(app):
        words, act = st.columns([5, 1], vertical_alignment="center")
        words.markdown(marks.plain(_said(phrase)))
        act.button(
            texts.PHRASE_RETIRE,
            key=f"retirar_frase_{phrase.id}",
            type="tertiary",
            on_click=_retire,
            args=(app, actor, phrase.id),
        )


def _retire(app: App, actor: Actor, phrase_id: int) -> None:
    context.attempt(partial(phrases.retire, app, actor, phrase_id), quiet=True)

"""The manual to read: its index, and each rule with number, severity, examples and parameters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

import streamlit as st

from dashboard.components import marks, sheet
from dashboard.components.frontend import source
from dashboard.texts import manual as texts
from publisher.manual.comparison import facts
from publisher.manual.comparison import words as value_words
from publisher.manual.document import Example, Manual, Rule
from publisher.texts import manual_words as words

TONES: Final[dict[str, sheet.Tone]] = {
    "bloqueo": "bad",
    "advertencia": "warn",
    "informativa": "plain",
}
_STYLE: Final = f"<style>{source('manual.css')}</style>"
_NUMBER: Final = re.compile(r"\d{1,2}(\.\d{1,2})?$")


def style() -> None:
    """Bring the style of the manual's pieces; once a page."""
    st.html(_STYLE)


def show(manual: Manual) -> None:
    """Draw the search, the index and the rules that the search leaves."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        wanted = st.text_input(
            texts.SEARCH,
            placeholder=texts.SEARCH_HINT,
            icon=":material/search:",
            key="buscar_manual",
            live=True,
            width=300,
        )
        severity = st.pills(
            texts.SEVERITY,
            list(words.SEVERITIES.values()),
            key="severidad",
            bind="query-params",
        )
    kept = found(manual, wanted or "", severity or "")
    st.html(marks.faint(texts.COUNT_ONE if len(kept) == 1 else texts.COUNT.format(n=len(kept))))
    if not kept:
        st.html(marks.empty(texts.EMPTY))
        return
    left, right = st.columns([1, 3], gap="large")
    left.container(key="indice_manual").html(index(manual, kept))
    right.html(rules(manual, kept))


def found(manual: Manual, wanted: str, severity: str = "") -> list[Rule]:
    """Return the rules that a search and a severity (its word) leave, in their order.

    A number alone is a rule's or a section's.
    """
    number = wanted.strip()
    if _NUMBER.match(number):
        return [rule for rule in manual.rules if number in (rule.id, rule.section)]
    sought = _bare(wanted).split()
    kept = []
    for rule in manual.rules:
        heap = _bare(
            " ".join(
                (
                    rule.id,
                    manual.section_titles[rule.section],
                    rule.title,
                    rule.text,
                    *(example.text for example in rule.examples),
                )
            )
        )
        if severity and words.SEVERITIES[rule.severity] != severity:
            continue
        if all(piece in heap for piece in sought):
            kept.append(rule)
    return kept


def index(manual: Manual, kept: Sequence[Rule]) -> str:
    """Return the index of the sections that hold one of the rules."""
    held = {rule.section for rule in kept}
    lines = "".join(
        f'<li><a href="#seccion-{section.id}">{section.id}. {escape(section.title)}</a></li>'
        for section in manual.sections
        if section.id in held
    )
    label = escape(texts.INDEX)
    return f'<nav class="pg-indice" aria-label="{label}"><b>{label}</b><ol>{lines}</ol></nav>'


def rules(manual: Manual, kept: Sequence[Rule]) -> str:
    """Return the rules under the titles of their sections."""
    drawn, section = [], ""
    for rule in kept:
        if rule.section != section:
            section = rule.section
            title = escape(f"{section}. {manual.section_titles[section]}")
            drawn.append(f'<h2 id="seccion-{section}">{title}</h2>')
        drawn.append(_rule(rule))
    return f'<div class="pg-manual">{"".join(drawn)}</div>'


def _rule(rule: Rule) -> str:
    chip = sheet.chip(words.SEVERITIES[rule.severity], TONES[rule.severity])
    line = [words.KINDS[rule.kind]]
    if rule.category:
        line.append(words.CATEGORIES[rule.category])
    return (
        f'<article class="pg-regla" id="regla-{rule.id}">'
        f"<h3>{rule.id} {escape(rule.title)} {chip}</h3>"
        f"<p>{escape(rule.text)}</p>{marks.faint(' · '.join(line))}{_details(rule)}</article>"
    )


def _details(rule: Rule) -> str:
    pairs = [(words.parameter(name), _value(value)) for name, value in rule.parameters.items()]
    for matches, label in ((True, texts.MATCHES), (False, texts.MATCHES_NOT)):
        told = [_example(one) for one in rule.examples if one.matches is matches]
        if told:
            pairs.append((label, "<br>".join(told)))
    if not pairs:
        return ""
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{value}</dd>" for name, value in pairs)
    return f"<details><summary>{texts.DETAILS}</summary><dl>{rows}</dl></details>"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return escape(", ".join(f"{key} → {one}" for key, one in value.items()))
    if isinstance(value, list | tuple):
        rows = any(isinstance(one, Mapping) for one in value)
        shown = [escape(value_words(one)) for one in value]
        return ("<br>" if rows else ", ").join(shown) or texts.NONE
    return escape(value_words(value))


def _example(example: Example) -> str:
    told = facts(example.facts)
    return escape(f"«{example.text}»" + (f" ({texts.FACTS.format(facts=told)})" if told else ""))


def _bare(text: str) -> str:
    spread = unicodedata.normalize("NFD", text.casefold())
    return "".join(mark for mark in spread if not unicodedata.combining(mark))

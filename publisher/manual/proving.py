"""Whether a manual does what it says: each rule's examples run, each added word read.

A draft is proposed only when nothing is returned here. Rules of kind ``human`` are not evaluated
and neither are their examples.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from publisher.manual import document_texts, lexicon, pattern
from publisher.manual.check import BadLine, check_line
from publisher.manual.document import Example, Manual, Rule
from publisher.manual.review import pattern_of
from publisher.manual.symbols import PatternError, Symbols


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A rule that does not do what it says; ``text`` is the example's, or the word's."""

    rule: str
    text: str
    sentence: str


def failures(manual: Manual) -> tuple[Failure, ...]:
    """Return every word that cannot be read; where there is none, every example that fails."""
    unread = tuple(_unread(manual))
    if unread:
        return unread
    return tuple(failure for rule in manual.rules for failure in _of_rule(manual, rule))


def failures_of(manual: Manual, rule_id: str) -> tuple[Failure, ...]:
    """Return what ``failures`` would say of one rule."""
    unread = tuple(failure for failure in _unread(manual) if failure.rule == rule_id)
    rule = manual.rule(rule_id)
    return unread or (() if rule is None else tuple(_of_rule(manual, rule)))


def _of_rule(manual: Manual, rule: Rule) -> Iterator[Failure]:
    for example in rule.examples if rule.kind != "human" else ():
        failure = _run(manual, rule, example)
        if failure is not None:
            yield failure


def _unread(manual: Manual) -> list[Failure]:
    classes = lexicon.shipped().classes
    found = []
    for rule in manual.rules:
        for word in rule.parameters.get("palabras", ()) if rule.kind != "human" else ():
            try:
                pattern.parse(pattern_of(word), Symbols(), classes)
            except PatternError:
                sentence = document_texts.word_unread(rule.id, word)
                found.append(Failure(rule=rule.id, text=word, sentence=sentence))
    return found


def _run(manual: Manual, rule: Rule, example: Example) -> Failure | None:
    line = {"text": example.text, **_plain(example.facts)}
    try:
        judged = check_line(line, manual, weigh=len)
    except BadLine as error:
        return Failure(rule=rule.id, text=example.text, sentence=str(error))
    if any(finding["rule"] == rule.id for finding in judged["findings"]) == example.matches:
        return None
    sentence = document_texts.example_fails(rule.id, example.text, must=example.matches)
    return Failure(rule=rule.id, text=example.text, sentence=sentence)


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts as the check reads them: a date in TOML is a date, in a line a text."""
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in facts.items()
    }

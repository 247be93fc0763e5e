from __future__ import annotations

import dataclasses

import pytest

from publisher.manual import lexicon
from publisher.manual.document import shipped
from publisher.manual.findings import CATEGORIES, Facts
from publisher.manual.review import review
from publisher.manual.symbols import PatternError
from publisher.manual.texts import reasons

ENTRIES = [entry for document in lexicon.documents() for entry in document.get("entry", ())]


def test_every_entry_names_a_rule_a_sentence_and_a_category() -> None:
    for entry in ENTRIES:
        assert shipped().rule(entry["rule"]) is not None, entry["rule"]
        assert entry["reason"] in reasons()
        assert entry.get("category") in {None, *CATEGORIES}


def test_patterns_are_written_as_folded_text_is() -> None:
    accented = set("áéíóúü")
    blocks = [value for entry in ENTRIES for value in entry.values() if isinstance(value, str)]
    lines = [line for block in blocks for line in block.splitlines()]
    assert not [line for line in lines if accented & set(line)]


def test_an_unknown_context_or_severity_is_refused() -> None:
    entry = {"rule": "3.1", "reason": "insulto", "severity": "bloqueo", "patterns": "hola"}
    with pytest.raises(PatternError, match="contexto"):
        lexicon.build([{"entry": [entry | {"unless": "@nadie"}]}])
    with pytest.raises(PatternError, match="severidad"):
        lexicon.build([{"entry": [entry | {"severity": "grave"}]}])


def test_an_office_adds_words_to_a_rule_and_they_are_undisguised_too() -> None:
    rules = tuple(
        dataclasses.replace(rule, parameters={**rule.parameters, "palabras": ["zurumato/o"]})
        if rule.id == "3.4"
        else rule
        for rule in shipped().rules
    )
    manual = dataclasses.replace(shipped(), rules=rules)
    for text in ("Qué zurumato.", "Qué zurumatas.", "Qué zurum4to."):
        found = [f for f in review(text, Facts(), manual).findings if f.rule == "3.4"]
        assert [f.severity for f in found] == ["advertencia"], text
    assert review("Qué zurumato.", Facts(), shipped()).verdict == "ok"


def test_an_office_allows_a_phrase() -> None:
    rules = tuple(
        dataclasses.replace(rule, parameters={**rule.parameters, "frases_permitidas": ["La Neta"]})
        if rule.id == "3.4"
        else rule
        for rule in shipped().rules
    )
    manual = dataclasses.replace(shipped(), rules=rules)
    assert review("Revista estudiantil La Neta.", Facts(), manual).verdict == "ok"
    assert review("Revista estudiantil La Neta.", Facts(), shipped()).verdict == "flag"


def test_the_lexicons_hash_tells_versions_apart() -> None:
    assert lexicon.shipped().hash == lexicon.build(lexicon.documents()).hash
    assert lexicon.shipped().hash != lexicon.build(lexicon.documents()[:1]).hash

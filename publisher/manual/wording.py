"""Rules that the lexicon decides: language, private life, taste, politics, commerce, rumours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from publisher.manual import politics
from publisher.manual.findings import Hit, Severity
from publisher.manual.scene import Scene

_STARRED = re.compile(r"(?<![\w*])[a-z][*•✱]{2,}[a-z]{0,3}(?![\w*])")
_GRAWLIX = re.compile(r"(?<![\w/.:=&?])[@#$%&*!¡¿?^]{4,}(?![\w/])")
_GRAWLIX_KINDS = 3
_LEET = re.compile(r"(?<![\w@#./:-])[a-zñ]+(?:[013457][a-zñ]+)+[013457]?[a-zñ]*(?![\w@./:-])")
_LEET_MIN = 5
# never eased by what the text around resembles (``judgement``)
_FIRM = frozenset(
    [
        "groseria",
        "coloquial",
        "primera_persona",
        "partidista",
        "cadena",
        "proselitismo",
        "falso_remedio",
        "palabra_del_manual",
    ]
)
_VEDA = frozenset({"7.2", "7.3"})


def evaluate(scene: Scene) -> Iterator[Hit]:
    """Yield a hit for every phrase of the lexicon that its contexts allow."""
    veda = politics.window(scene) is not None
    for found in scene.lexicon.matches(scene.text, scene.words):
        entry = found.entry
        first, last = scene.tokens[found.first], scene.tokens[found.last - 1]
        if found.last - found.first == 1 and _surname(scene, found.first):
            continue
        severity = entry.severity
        if found.softened and severity == "bloqueo":
            severity = "advertencia"
        if entry.rule == "7.3" and not veda:
            continue
        if entry.rule == "7.2" and veda:
            severity = "bloqueo"
        yield Hit(
            rule=entry.rule,
            reason=entry.reason,
            severity=severity,
            start=first.start,
            end=max(last.end, first.end),
            category=entry.category,
            soft=entry.reason not in _FIRM and not (veda and entry.rule in _VEDA),
        )
    yield from _signs(scene)
    yield from _digits_in_words(scene)


def _surname(scene: Scene, at: int) -> bool:
    """Say whether a word that is also a surname follows, in capitals, a name or a title."""
    token, has = scene.tokens[at], scene.lexicon.has_class
    if at == 0 or not token.title or token.disguised or not has(token.word, "apellido_posible"):
        return False
    before = scene.tokens[at - 1]
    return before.title and (has(before.word, "nombre_pila") or has(before.word, "titulo_adulto"))


def _digits_in_words(scene: Scene) -> Iterator[Hit]:
    """Warn of words with digits for letters, whatever they say; codes in capitals are none."""
    folded = scene.text.folded
    for found in _LEET.finditer(folded.text):
        start, end = folded.span(*found.span())
        raw = scene.original[start:end]
        if len(raw) >= _LEET_MIN and sum(map(str.islower, raw)) * 2 > len(raw):
            yield Hit(
                rule="3.1",
                reason="posible_disfraz",
                severity="advertencia",
                start=start,
                end=end,
                category="lenguaje_ofensivo",
            )


def _signs(scene: Scene) -> Iterator[Hit]:
    """Find swear words of which only a letter is left (``p***``) or none (``#@%&!``)."""
    folded = scene.text.folded
    for expression, severity in ((_STARRED, "bloqueo"), (_GRAWLIX, "advertencia")):
        for found in expression.finditer(folded.text):
            if expression is _GRAWLIX and len(set(found.group()) - set("!¡¿?")) < _GRAWLIX_KINDS:
                continue
            start, end = folded.span(*found.span())
            yield Hit(
                rule="3.1",
                reason="signos_de_groseria",
                severity=cast("Severity", severity),
                start=start,
                end=end,
                category="lenguaje_ofensivo",
            )

"""The one entry point: judge a text against a manual."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from publisher.manual import (
    accessibility,
    agenda,
    campus,
    civic,
    judgement,
    lexicon,
    likeness,
    media,
    names,
    politics,
    press,
    privacy,
    rolls,
    style,
    texts,
    topics,
    veracity,
    wording,
)
from publisher.manual.document import ENGINE_VERSION, Manual, Rule
from publisher.manual.findings import SEVERITIES, Facts, Finding, Hit, Review, Severity, Verdict
from publisher.manual.judgement import Judgement
from publisher.manual.lexicon import Lexicon
from publisher.manual.likeness import Model
from publisher.manual.normalise import plain
from publisher.manual.scene import Scene

TEXT_MAX = 10_000
_FINDINGS_MAX = 200
_WORD = re.compile(r"[a-zñ]{4,}$")

_FAMILIES: tuple[Callable[[Scene], Iterator[Hit]], ...] = (
    wording.evaluate,
    privacy.evaluate,
    names.evaluate,
    rolls.evaluate,
    politics.evaluate,
    veracity.evaluate,
    civic.evaluate,
    campus.evaluate,
    agenda.evaluate,
    style.evaluate,
    accessibility.evaluate,
    press.evaluate,
    topics.evaluate,
    media.evaluate,
)


def review(
    text: str,
    facts: Facts,
    manual: Manual,
    *,
    model: Model | None = None,
    weights: Judgement | None = None,
) -> Review:
    """Judge ``text`` with what is known around it.

    ``model`` and ``weights`` stand for the shipped ones, to measure what they would do.

    Deterministic and offline. Text beyond 10,000 characters is not read; a finding of rule 11.4
    says so and stops it. At most 200 findings are kept, the gravest first.
    """
    scene = scene_of(text, facts, manual)
    hits = list(
        judgement.settle(
            scene, told_by_rules(scene), model or likeness.shipped(), weights or judgement.shipped()
        )
    )
    if len(text) > TEXT_MAX:
        hits.append(
            Hit(rule="11.4", reason="sin_leer", severity="bloqueo", start=TEXT_MAX, end=len(text))
        )
    findings = tuple(_findings(text, hits, manual))
    return Review(
        verdict=_verdict(findings),
        findings=findings,
        manual_version=manual.version,
        manual_hash=manual.hash,
        lexicon_hash=scene.lexicon.hash,
        engine_version=ENGINE_VERSION,
    )


def scene_of(text: str, facts: Facts, manual: Manual) -> Scene:
    """Read ``text``, as far as it is read at all, for the rules."""
    used = lexicon_of(manual)
    read = used.read(text[:TEXT_MAX])
    return Scene(text=read, words=used.words(read), facts=facts, manual=manual, lexicon=used)


def told_by_rules(scene: Scene) -> Iterator[Hit]:
    """Yield what rules find, before likeness: of rules that the manual has, as it weighs them."""
    for hit in (hit for family in _FAMILIES for hit in family(scene)):
        rule = scene.manual.rule(hit.rule)
        if rule is not None and not _allowed(rule, scene.original, hit):
            yield replace(
                hit,
                category=hit.category or rule.category,
                severity=_lower(hit.severity, rule.severity),
            )


def lexicon_of(manual: Manual) -> Lexicon:
    """Return the shipped lexicon with the words that ``manual`` adds to its rules."""
    return lexicon.extended(
        tuple(
            (
                rule.id,
                "palabra_del_manual",
                rule.severity,
                rule.category,
                "\n".join(map(pattern_of, extra)),
            )
            for rule in manual.rules
            if rule.kind != "human" and (extra := rule.parameters.get("palabras"))
        )
    )


def pattern_of(words: str) -> str:
    """Return an office's word or phrase as a pattern: without accents or capitals, plurals too.

    A piece that is no plain word (``vender/v``) is a pattern already.
    """
    pieces = plain(words).split()
    return " ".join(f"{piece}/n" if _WORD.match(piece) else piece for piece in pieces)


def _verdict(findings: Iterable[Finding]) -> Verdict:
    found = {finding.severity for finding in findings}
    if "bloqueo" in found:
        return "block"
    return "flag" if "advertencia" in found else "ok"


def _allowed(rule: Rule, text: str, hit: Hit) -> bool:
    """Say whether a phrase that the office allows stands where the hit does."""
    phrases = [phrase.strip().lower() for phrase in rule.parameters.get("frases_permitidas", ())]
    lowered = text.lower() if phrases else ""
    for phrase in phrases:
        at = lowered.find(phrase) if phrase else -1
        while at >= 0:
            if at < hit.end and hit.start < at + len(phrase):
                return True
            at = lowered.find(phrase, at + 1)
    return False


def _findings(text: str, hits: Iterable[Hit], manual: Manual) -> list[Finding]:
    """Give hits their rule, cap their severity, drop those inside a graver one of their rule."""
    kept: list[Finding] = []
    by_rule: dict[str, list[Finding]] = {}
    for hit in sorted(hits, key=lambda h: (-SEVERITIES.index(h.severity), h.start, -h.end)):
        rule = manual.rule(hit.rule)
        if rule is None or len(kept) >= _FINDINGS_MAX or _allowed(rule, text, hit):
            continue
        finding = Finding(
            rule=hit.rule,
            section=rule.section,
            severity=_lower(hit.severity, rule.severity),
            category=hit.category or rule.category,
            fragment=text[hit.start : hit.end],
            start=hit.start,
            end=hit.end,
            explanation=texts.explanation(hit, text[hit.start : hit.end]),
            suggestion=texts.suggestion(hit),
        )
        siblings = by_rule.setdefault(hit.rule, [])
        if not any(_overlap(finding, other) for other in siblings):
            siblings.append(finding)
            kept.append(finding)
    return sorted(kept, key=lambda f: (-SEVERITIES.index(f.severity), f.start, f.rule))


def _lower(one: Severity, other: Severity) -> Severity:
    return min(one, other, key=SEVERITIES.index)


def _overlap(one: Finding, other: Finding) -> bool:
    if one.start == one.end or other.start == other.end:
        return one.explanation == other.explanation
    return one.start < other.end and other.start < one.end

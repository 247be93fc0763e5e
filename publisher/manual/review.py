"""The one entry point: judge a text against a manual."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from publisher.manual import (
    accessibility,
    lexicon,
    likeness,
    media,
    names,
    politics,
    press,
    privacy,
    style,
    texts,
    topics,
    veracity,
    wording,
)
from publisher.manual.document import ENGINE_VERSION, Manual
from publisher.manual.findings import SEVERITIES, Facts, Finding, Hit, Review, Severity, Verdict
from publisher.manual.lexicon import Lexicon
from publisher.manual.scene import Scene

TEXT_MAX = 10_000
_FINDINGS_MAX = 200

_FAMILIES: tuple[Callable[[Scene], Iterator[Hit]], ...] = (
    wording.evaluate,
    privacy.evaluate,
    names.evaluate,
    politics.evaluate,
    veracity.evaluate,
    style.evaluate,
    accessibility.evaluate,
    press.evaluate,
    topics.evaluate,
    media.evaluate,
)


def review(text: str, facts: Facts, manual: Manual) -> Review:
    """Judge ``text`` with what is known around it.

    Deterministic and offline. Text beyond 10,000 characters is not read; a finding of rule 11.4
    says so and stops it. At most 200 findings are kept, the gravest first.
    """
    used = lexicon_of(manual)
    read = used.read(text[:TEXT_MAX])
    scene = Scene(text=read, words=used.words(read), facts=facts, manual=manual, lexicon=used)
    hits = [hit for family in _FAMILIES for hit in family(scene)]
    hits.extend([like for like in likeness.evaluate(scene) if not _told(like, hits)])
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
        lexicon_hash=used.hash,
        engine_version=ENGINE_VERSION,
    )


def lexicon_of(manual: Manual) -> Lexicon:
    """Return the shipped lexicon with the words that ``manual`` adds to its rules."""
    return lexicon.extended(
        tuple(
            (rule.id, "palabra_del_manual", rule.severity, rule.category, "\n".join(extra))
            for rule in manual.rules
            if rule.kind != "human" and (extra := rule.parameters.get("palabras"))
        )
    )


def _verdict(findings: Iterable[Finding]) -> Verdict:
    found = {finding.severity for finding in findings}
    if "bloqueo" in found:
        return "block"
    return "flag" if "advertencia" in found else "ok"


def _findings(text: str, hits: Iterable[Hit], manual: Manual) -> list[Finding]:
    """Give hits their rule, cap their severity, drop those inside a graver one of their rule."""
    kept: list[Finding] = []
    by_rule: dict[str, list[Finding]] = {}
    for hit in sorted(hits, key=lambda h: (-SEVERITIES.index(h.severity), h.start, -h.end)):
        rule = manual.rule(hit.rule)
        if rule is None or len(kept) >= _FINDINGS_MAX:
            continue
        allowed = rule.parameters.get("frases_permitidas", ())
        if any(phrase.lower() in text[hit.start : hit.end].lower() for phrase in allowed):
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


def _told(like: Hit, hits: Iterable[Hit]) -> bool:
    """Say whether a rule already stops, as gravely, words of the stretch that ``like`` is about."""
    grave = SEVERITIES.index(like.severity)
    return any(
        hit.start < like.end and like.start < hit.end and SEVERITIES.index(hit.severity) >= grave
        for hit in hits
    )


def _lower(one: Severity, other: Severity) -> Severity:
    return min(one, other, key=SEVERITIES.index)


def _overlap(one: Finding, other: Finding) -> bool:
    if one.start == one.end or other.start == other.end:
        return one.explanation == other.explanation
    return one.start < other.end and other.start < one.end

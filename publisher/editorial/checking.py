"""What a check of a content says: findings, the verdict, and what an exception to it holds for.

``evaluation`` asks the manual and the networks; their answers become one list here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from publisher.editorial.snapshot import BASE, Snapshot, digest_of
from publisher.manual.document import Manual
from publisher.manual.findings import Finding

NEVER_EXCEPTED: Final = frozenset({"6.3", "6.4"})
SEVERITIES: Final = {"bloqueo": "block", "advertencia": "warn", "informativa": "info"}
_WEIGHTS: Final = ("info", "warn", "block")

Length = tuple[int, int | None]
"""How long a text is as its network counts, and the most that it takes."""


@dataclass(frozen=True, kw_only=True)
class FindingView:
    """One finding, of the manual or of a network; ``start`` and ``end`` index that text.

    ``network`` is ``base``, a network, ``alt:N`` for an alt text, ``x:2`` for the second part of
    what X shows, ``facebook:link`` for the link that it previews.
    """

    source: str
    network: str
    rule: str
    section: str
    severity: str
    category: str
    fragment: str
    start: int | None
    end: int | None
    explanation: str
    suggestion: str


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The verdict on a content: ``ok``, ``flag`` (a person decides) or ``block``.

    ``lengths`` maps each target network to (used, maximum or None) as that network counts,
    ``following`` those that have any to the same of each part after the post.
    """

    verdict: str
    findings: tuple[FindingView, ...]
    lengths: Mapping[str, Length]
    following: Mapping[str, tuple[Length, ...]]
    manual_version: str
    manual_hash: str
    lexicon_hash: str
    engine_version: str

    @property
    def blocks(self) -> tuple[FindingView, ...]:
        """The findings that stop submission."""
        return tuple(finding for finding in self.findings if finding.severity == "block")


def exception_digest(snapshot: Snapshot, checked: Checked) -> str:
    """Return what an exception holds for: this content, and the rules that it breaks now.

    Another topic, date or version of the manual that brings another *bloqueo* is another request.
    """
    return rules_digest(snapshot, {finding.rule for finding in checked.blocks})


def rules_digest(snapshot: Snapshot, rules: Collection[str]) -> str:
    """Return what an exception holds for, given the rules that the content breaks."""
    return digest_of({"content": snapshot.content_digest, "rules": sorted(rules)})


def of_rule(
    manual: Manual, rule_id: str, severity: str, explanation: str, suggestion: str
) -> FindingView:
    """Return a finding about the whole post; it weighs no more than its rule does."""
    rule = manual.rule(rule_id)
    most = SEVERITIES[rule.severity] if rule else severity
    return FindingView(
        source="manual",
        network=BASE,
        rule=rule_id,
        section=rule.section if rule else "",
        severity=min(severity, most, key=_WEIGHTS.index),
        category=(rule.category if rule else None) or "",
        fragment="",
        start=None,
        end=None,
        explanation=explanation,
        suggestion=suggestion,
    )


def of_network(network: str, code: str, severity: str, sentence: str) -> FindingView:
    """Return a finding of a connector's check; ``network`` may name a part as well (``x:2``)."""
    return FindingView(
        source="connector",
        network=network,
        rule=code,
        section="",
        severity=severity,
        category="",
        fragment="",
        start=None,
        end=None,
        explanation=sentence,
        suggestion="",
    )


def of_manual(finding: Finding, network: str) -> FindingView:
    """Return what the manual found in the text that stands at ``network``, a place."""
    located = bool(finding.fragment)
    return FindingView(
        source="manual",
        network=network,
        rule=finding.rule,
        section=finding.section,
        severity=SEVERITIES[finding.severity],
        category=finding.category or "",
        fragment=finding.fragment,
        start=finding.start if located else None,
        end=finding.end if located else None,
        explanation=finding.explanation,
        suggestion=finding.suggestion,
    )

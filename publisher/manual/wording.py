"""Rules that the lexicon decides: language, private life, taste, politics, commerce, rumours."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.manual import politics
from publisher.manual.findings import Hit
from publisher.manual.scene import Scene


def evaluate(scene: Scene) -> Iterator[Hit]:
    """Yield a hit for every phrase of the lexicon that its contexts allow."""
    veda = politics.window(scene) is not None
    for found in scene.lexicon.matches(scene.text, scene.words):
        entry = found.entry
        first, last = scene.tokens[found.first], scene.tokens[found.last - 1]
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
        )

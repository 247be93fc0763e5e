"""What is declared about images and video: consent (6.1), captions (12.4), credit (14.1)."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.manual import texts
from publisher.manual.findings import Hit
from publisher.manual.scene import Scene


def evaluate(scene: Scene) -> Iterator[Hit]:
    """Yield a hit for every declared fact that a rule refuses."""
    for number, item in enumerate(scene.facts.media or (), start=1):
        where = texts.medium(item.kind, number)
        if item.person and item.consent is not None and not item.consent.strip():
            yield Hit(rule="6.1", reason="sin_consentimiento", severity="bloqueo", values=where)
        if item.credit is not None and not item.credit.strip():
            yield Hit(rule="14.1", reason="sin_credito", severity="bloqueo", values=where)
        if item.kind == "video" and item.captions is False:
            yield Hit(rule="12.4", reason="sin_subtitulos", severity="advertencia", values=where)

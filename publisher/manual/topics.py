"""Section 1.2: every post declares one permitted topic."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.manual.findings import Hit
from publisher.manual.normalise import plain
from publisher.manual.scene import Scene


def evaluate(scene: Scene) -> Iterator[Hit]:
    """Stop a post whose topic is known to be missing or not permitted."""
    topic = scene.facts.topic
    if topic is None:
        return
    allowed = {plain(name).replace("_", " ") for name in scene.manual.parameter("1.2", "temas", ())}
    if not topic.strip():
        yield Hit(rule="1.2", reason="sin_tema", severity="bloqueo")
    elif allowed and plain(topic).strip().replace("_", " ") not in allowed:
        yield Hit(
            rule="1.2", reason="tema_no_permitido", severity="bloqueo", values=(("tema", topic),)
        )

"""Section 15: only Difusión publishes comunicados de prensa."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.manual.findings import Hit
from publisher.manual.scene import Scene
from publisher.manual.veracity import host_of

_TITLE = re.compile(
    r"\b(?:comunicado|boletin|nota)\s+(?:oficial\s+)?(?:de|a la|para la|para)?\s*"
    r"(?:prensa|medios|los medios)\b"
    r"|(?:^|\n)\W{0,6}(?:comunicado|boletin)(?:\s+(?:oficial|informativo|urgente|escolar|"
    r"institucional|interno))?\s*(?:(?:no|num|numero|n)?\s*[.:#º]?\s*\d{1,4})?\s*(?:[:.\-–—/|!]|\n|$)"
)
_SHARED = re.compile(
    r"\b(?:consult\w+|lee|lean|conoce|conozca\w*|compart\w+|descarg\w+|difundi\w+)\b"
)


def evaluate(scene: Scene) -> Iterator[Hit]:
    """Stop a plantel's text that calls itself a press release; sharing the official one passes."""
    if not scene.facts.author_is_plantel:
        return
    folded = scene.text.folded
    found = _TITLE.search(folded.text)
    if found is None or _shares_official(scene, folded.text):
        return
    begin = found.start() + len(found.group()) - len(found.group().lstrip())
    start, end = folded.span(begin, found.end() if found.end() > begin else begin + 1)
    yield Hit(rule="15.1", reason="comunicado", severity="bloqueo", start=start, end=end)


def _shares_official(scene: Scene, text: str) -> bool:
    official = tuple(scene.manual.parameter("15.1", "dominios_oficiales", ()))
    linked = any(
        token.kind == "url"
        and any(
            host == domain or host.endswith("." + domain)
            for domain in official
            for host in (host_of(scene.original[token.start : token.end]),)
        )
        for token in scene.tokens
    )
    return linked and bool(_SHARED.search(text))

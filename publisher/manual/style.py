"""Section 11: capitals, punctuation, repetition, length; decorative letters are 12.5."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from publisher.manual.findings import Hit
from publisher.manual.scene import Scene
from publisher.manual.tokens import is_laugh

_PUNCTUATION = re.compile(r"([!¡?¿.,;:…*_~=+\-])\1{3,}|[!?¡¿]{5,}")
_LETTERS = re.compile(r"([^\W\d_])\1{3,}", re.IGNORECASE)
_CLOSED = re.compile(r"[?!]+")
_BEGINS = "¿?!¡.\n"
_UNOPENED_MIN, _UNOPENED_MAX = 2, 300
_ACRONYM_MAX = 6


def evaluate(scene: Scene) -> Iterator[Hit]:
    """Yield hits about how the text is written."""
    yield from _capitals(scene)
    yield from _repetition(scene)
    yield from _openings(scene)
    yield from _accents(scene)
    yield from _length(scene)


def _capitals(scene: Scene) -> Iterator[Hit]:
    """More than 60 % capitals, acronyms excepted, where there are letters enough to tell."""
    share = float(scene.manual.parameter("11.1", "proporcion", 0.6))
    least = int(scene.manual.parameter("11.1", "letras_minimas", 20))
    words = [token for token in scene.tokens if token.kind == "word"]
    shouted = sum(token.upper for token in words)
    # a lone acronym is no shouting; in a text that is all capitals it counts
    aloud = shouted * 2 >= len(words)
    said = "".join(
        scene.original[token.start : token.end]
        for token in words
        if aloud or not token.upper or token.end - token.start > _ACRONYM_MAX
    )
    upper, letters = sum(map(str.isupper, said)), sum(map(str.isalpha, said))
    if letters > least and upper / letters > share:
        yield Hit(
            rule="11.1",
            reason="mayusculas",
            severity="advertencia",
            start=words[0].start,
            end=words[-1].end,
        )


def _repetition(scene: Scene) -> Iterator[Hit]:
    for found in _PUNCTUATION.finditer(scene.original):
        if found.group(1) and found.group(1) in ".…-_=*" and _is_rule(scene.original, found):
            continue
        yield Hit(
            rule="11.3",
            reason="puntuacion_repetida",
            severity="advertencia",
            start=found.start(),
            end=found.end(),
        )
    for token in scene.tokens if _LETTERS.search(scene.original) else ():
        if token.kind == "word" and not is_laugh(token):
            raw = scene.original[token.start : token.end]
            if _LETTERS.search(raw):
                yield Hit(
                    rule="11.3",
                    reason="letras_repetidas",
                    severity="advertencia",
                    start=token.start,
                    end=token.end,
                )


def _is_rule(text: str, found: re.Match[str]) -> bool:
    """Say whether the run is a line drawn with characters, alone on its line."""
    before = text[: found.start()].rsplit("\n", 1)[-1]
    after = text[found.end() :].split("\n", 1)[0]
    return not before.strip() and not after.strip()


def _openings(scene: Scene) -> Iterator[Hit]:
    text = scene.original
    for found in _CLOSED.finditer(text):
        opener = "¿" if found.group()[-1] == "?" else "¡"
        least = max(0, found.start() - _UNOPENED_MAX)
        first = max(least, *(text.rfind(mark, least, found.start()) + 1 for mark in _BEGINS))
        if found.start() - first < _UNOPENED_MIN or (first and text[first - 1] in "¿¡"):
            continue
        piece = text[first : found.end()]
        if any(map(str.isalpha, piece)) and "://" not in piece:
            begin = first + len(piece) - len(piece.lstrip())
            yield Hit(
                rule="11.2",
                reason="sin_apertura",
                severity="informativa",
                start=begin,
                end=found.end(),
                values=(("signo", opener),),
            )


def _accents(scene: Scene) -> Iterator[Hit]:
    common: dict[str, str] = scene.manual.parameter("11.2", "acentos", {})
    for token in scene.tokens:
        right = common.get(token.word) if token.kind == "word" and not token.disguised else None
        if right and not token.upper:
            written = unicodedata.normalize("NFC", scene.original[token.start : token.end]).lower()
            if written != right and written == token.word:
                yield Hit(
                    rule="11.2",
                    reason="sin_acento",
                    severity="informativa",
                    start=token.start,
                    end=token.end,
                    values=(("palabra", right),),
                )


def _length(scene: Scene) -> Iterator[Hit]:
    weighed, limit = scene.facts.weighted_length, scene.facts.length_limit
    if weighed is not None and limit is not None and weighed > limit:
        yield Hit(
            rule="11.4",
            reason="demasiado_largo",
            severity="bloqueo",
            values=(("largo", str(weighed)), ("limite", str(limit))),
        )

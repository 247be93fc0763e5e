"""Words behind a disguise: letters apart, drawn out, starred out or put as digits."""

from __future__ import annotations

import re
from collections.abc import Callable

from publisher.manual import normalise

_CHUNK = re.compile(r"[^\s«»“”\"¿(),;]+")
_CHUNK_MAX = 48
_STRETCHED = re.compile(r"(.)\1\1|([aeiou])\2")
_ORDINARY = re.compile(
    r"^(?:\d[\d.,:/%ºª°-]*[a-z]{0,3}|[a-zñ]{1,3}\d{1,4}|[a-zñ]+(?:[-/][a-zñ]+)?|[a-zñ]+['][a-zñ]+)$"
)
_SPACED = re.compile(r"(?<![^\W_])(?:[a-zñ0-9@$][\s.\-_*·•~/,|]{1,3}){2,23}[a-zñ0-9@$](?![^\W_])")


def hidden(
    text: str, known: Callable[[str], bool], masked: Callable[[str], str]
) -> list[tuple[int, int, str]]:
    """Return the disguised words of a folded text in order: begin, end, and the word meant.

    ``known`` and ``masked`` are those of ``tokens.read``.
    """
    found: list[tuple[int, int, str]] = []
    for spaced in _SPACED.finditer(text):
        found.extend(_spaced(spaced, known))
    for chunk in _CHUNK.finditer(text):
        piece = chunk.group()
        if len(piece) < 3 or len(piece) > _CHUNK_MAX or "://" in piece:
            continue
        if piece.isalpha() and not _STRETCHED.search(piece):
            continue  # the most of them: nothing to undo
        behind = _chunk(piece, known, masked)
        if behind:
            offset, size, word = behind
            found.append((chunk.start() + offset, chunk.start() + offset + size, word))
    return sorted(found)


def _chunk(
    piece: str, known: Callable[[str], bool], masked: Callable[[str], str]
) -> tuple[int, int, str] | None:
    body = piece.lstrip("¡#*_~-.'")
    offset = len(piece) - len(body)
    if body.startswith("@") and body[1:].isalnum():
        return None
    variants = [body.rstrip("!?.:…*_~-'"), body.rstrip("?.:…")]
    for core in dict.fromkeys(variants):
        if len(core) >= 3 and (word := _behind(core, known, masked)):
            return offset, len(core), word
    return None


def _behind(core: str, known: Callable[[str], bool], masked: Callable[[str], str]) -> str:
    """Return the word that ``core`` disguises, or an empty string."""
    if core.isalpha():
        stretched = normalise.readings(core)[1:] if _STRETCHED.search(core) else ()
        return next((word for word in stretched if known(word)), "")
    mixed = core.isascii() and any(map(str.isdigit, core)) and any(map(str.isalpha, core))
    if _ORDINARY.match(core) and not mixed:
        return ""
    return next((word for word in normalise.readings(core) if known(word)), "") or masked(core)


def _spaced(found: re.Match[str], known: Callable[[str], bool]) -> list[tuple[int, int, str]]:
    """Find words in letters that stand apart; the longest that is known at each place."""
    text = found.string
    places = [
        index for index in range(found.start(), found.end()) if text[index].isalnum()
        or text[index] in "@$"
    ]  # fmt: skip
    out: list[tuple[int, int, str]] = []
    at = 0
    while at < len(places):
        for size in range(min(14, len(places) - at), 2, -1):
            chunk = "".join(text[index] for index in places[at : at + size])
            if sum(map(str.isalpha, chunk)) * 2 < size:
                continue
            word = next((word for word in normalise.readings(chunk) if known(word)), "")
            if word:
                out.append((places[at], places[at + size - 1] + 1, word))
                at += size - 1
                break
        at += 1
    return out

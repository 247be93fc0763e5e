"""What two versions of a text differ in, word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal, cast

from publisher.editorial.content import DraftContent

Kind = Literal["same", "added", "removed"]

_WORDS: Final = re.compile(r"\d+(?:[:.,/]\d+)+|\w+|\s+|[^\w\s]")
_LINES: Final = re.compile(r"[^\n]*\n|[^\n]+")
_MOST_WORDS: Final = 4_000
"""Beyond this a comparison of words takes seconds; lines are compared then."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A run of text that both versions have, or only the newer or the older one."""

    kind: Kind
    text: str


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Return ``after`` with what was added to and removed from ``before``, in reading order.

    Without the removed pieces it reads as ``after``, without the added ones as ``before``.
    """
    if before == after:
        return (Piece(kind="same", text=after),) if after else ()
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > _MOST_WORDS:
        old, new = _LINES.findall(before), _LINES.findall(after)
    return tuple(_joined(_changes(old, new)))


def places(content: DraftContent) -> dict[str, str]:
    """Return every text of a content by its place, named as in a finding.

    ``base`` and networks with a text of their own, ``alt:N``, ``x:2`` for what follows a post,
    ``facebook:link`` for the link that it previews; those that are empty are left out.
    """
    found = {name: text for name, text in content.texts.items() if text}
    found |= {f"alt:{n}": use.alt_text for n, use in enumerate(content.media, 1) if use.alt_text}
    for network, extras in content.extras.items():
        found |= {f"{network}:{n}": part.text for n, part in enumerate(extras.following, 2)}
        if extras.link:
            found[f"{network}:link"] = extras.link
    return found


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> Mapping[str, tuple[Piece, ...]]:
    """Return the places whose text is not the same in both, with its pieces."""
    names = list(dict.fromkeys([*after, *before]))
    return {
        name: pieces(before.get(name, ""), after.get(name, ""))
        for name in names
        if before.get(name, "") != after.get(name, "")
    }


def _changes(old: list[str], new: list[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            yield Piece(kind="same", text="".join(new[k:m]))
            continue
        if i < j:
            yield Piece(kind="removed", text="".join(old[i:j]))
        if k < m:
            yield Piece(kind="added", text="".join(new[k:m]))


def _joined(found: Iterator[Piece]) -> Iterator[Piece]:
    """Yield the pieces with replacements that only a space parts made one, as a person reads."""
    held: list[Piece] = []
    for piece in found:
        blank = piece.kind == "same" and not piece.text.strip() and "\n" not in piece.text
        if piece.kind != "same" or (blank and held):
            held.append(piece)
            continue
        yield from _closed(held)
        held = []
        yield piece
    yield from _closed(held)


def _closed(held: list[Piece]) -> Iterator[Piece]:
    last = held[-1:] if held and held[-1].kind == "same" else []
    run = held[: len(held) - len(last)]
    if {piece.kind for piece in run} >= {"added", "removed"}:
        for kind, other in (("removed", "added"), ("added", "removed")):
            text = "".join(piece.text for piece in run if piece.kind != other)
            yield Piece(kind=cast("Kind", kind), text=text)
    else:
        yield from run
    yield from last

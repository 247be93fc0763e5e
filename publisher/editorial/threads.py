"""A long text as a thread: cut where sentences end, pure.

A sentence that alone is too long is cut between words, and a word that alone is too long wherever
it must be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

_SENTENCE: Final = re.compile(r".*?(?:[.!?…]+[»”\"')\]]*(?=\s)|\n\s*\n|\Z)\s*", re.DOTALL)
_WORD: Final = re.compile(r"\S+\s*")

Weigh = Callable[[str], int]


def split(text: str, weigh: Weigh, most: int) -> tuple[str, ...]:
    """Return ``text`` in pieces of at most ``most`` as ``weigh`` counts, blanks at the cuts gone.

    All words come back, in their order. Linear: only pieces that are about to be full are weighed.
    """
    pieces: list[str] = []
    current = ""
    for bit in _bits(text.strip(), weigh, most):
        if current and weigh((current + bit).strip()) > most:
            pieces.append(current.strip())
            current = ""
        current += bit
    if current.strip():
        pieces.append(current.strip())
    return tuple(pieces)


def _bits(text: str, weigh: Weigh, most: int) -> Iterator[str]:
    """Yield sentences, or words, or letters: whatever alone is not too long."""
    for sentence in _SENTENCE.findall(text):
        if weigh(sentence.strip()) <= most:
            yield sentence
            continue
        for word in _WORD.findall(sentence):
            if weigh(word.strip()) <= most:
                yield word
            else:
                yield from word

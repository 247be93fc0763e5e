"""Rule 13.1: the name of a plantel is written as the institution writes it.

The names are those of the institution (``Facts.planteles``), else the shipped list's. A name one
letter or an accent away from one of them, right after the word that announces it, is a slip.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from rapidfuzz.distance import Levenshtein

from publisher import data
from publisher.manual.findings import Hit
from publisher.manual.normalise import plain
from publisher.manual.scene import Scene
from publisher.manual.tokens import Token

_KINDS = frozenset({"cecyte", "emsad", "plantel"})
_LINKS = frozenset({"de", "del", "la", "las", "los", "el", "y"})
_WORDS_MAX = 5
_LETTERS_MIN = 6
_ASIDE = re.compile(r"\s*\([^)]*\)|\s+\d+\b|\s+[IVX]+$")


def evaluate(scene: Scene) -> Iterator[Hit]:
    """Yield a hit for each plantel's name that is written almost as it is."""
    known = _names(scene.facts.planteles) if scene.facts.planteles else _shipped()
    for at, token in enumerate(scene.tokens):
        if token.word in _KINDS:
            hit = _slip(scene, _run(scene, at), known)
            if hit is not None:
                yield hit


def _run(scene: Scene, at: int) -> list[Token]:
    """Return the capitalised words right after the token at ``at``."""
    run: list[Token] = []
    last = scene.tokens[at]
    for token in scene.tokens[at + 1 : at + 1 + _WORDS_MAX]:
        between = scene.original[last.end : token.start]
        if token.kind != "word" or between.strip() or "\n" in between:
            break
        if not token.title and token.word not in _LINKS:
            break
        run.append(token)
        last = token
    while run and run[-1].word in _LINKS:
        run.pop()
    return run


def _slip(scene: Scene, run: list[Token], known: Mapping[str, str]) -> Hit | None:
    for size in range(len(run), 0, -1):
        written = scene.original[run[0].start : run[size - 1].end]
        right = known.get(plain(written))
        if right is not None:
            same = _composed(written) == _composed(right) or written.isupper()
            return None if same else _hit(run, size, right)
    for size in range(len(run), 0, -1):
        written = plain(scene.original[run[0].start : run[size - 1].end])
        for name, right in known.items():
            close = min(len(name), len(written)) >= _LETTERS_MIN
            if close and Levenshtein.distance(name, written, score_cutoff=1) == 1:
                return _hit(run, size, right)
    return None


def _hit(run: list[Token], size: int, right: str) -> Hit:
    return Hit(
        rule="13.1",
        reason="nombre_plantel",
        severity="advertencia",
        start=run[0].start,
        end=run[size - 1].end,
        values=(("nombre", right),),
    )


def _composed(words: str) -> str:
    return " ".join(unicodedata.normalize("NFC", words).casefold().split())


@lru_cache(maxsize=4)
def _names(names: tuple[str, ...]) -> Mapping[str, str]:
    """Return folded name → name, without the word that announces it, numbers and asides."""
    out: dict[str, str] = {}
    for name in names:
        words = _ASIDE.sub("", name).split()
        while words and plain(words[0]) in _KINDS | _LINKS:
            words.pop(0)
        if words:
            out.setdefault(plain(" ".join(words)), " ".join(words))
    return MappingProxyType(out)


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, str]:
    rows = csv.DictReader(io.StringIO(data.read("planteles.csv").decode("utf-8-sig")))
    return _names(tuple(_each(rows)))


def _each(rows: Iterable[Mapping[str, str]]) -> Iterator[str]:
    for row in rows:
        yield row["municipality"]
        yield row["name"]

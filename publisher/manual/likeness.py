"""What a post resembles: a linear model over its words, learned from labelled posts of ours.

The lexicon finds what somebody thought of; this knows much of what nobody did. Every word and
pair of words, and the look of the text, weighs for or against the categories of the labelled
posts and for how grave they are. The weights are data (``data/likeness.json``), written by
``learning`` from posts that stand in the project, so that anyone can check or repeat them. A text
is weighed in stretches of a few sentences; each costs one look-up a feature. What follows from a
likeness, and what rules have to say in it, is decided in ``judgement``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import groupby

from publisher.manual import tokens
from publisher.manual.lexicon import Lexicon
from publisher.manual.pattern import Word
from publisher.manual.tokens import Token

HARMLESS = "ok"
GRAVE = "grave"  # the last column of the weights: bloqueo rather than advertencia
SHARPNESS = 4.0  # a stretch of n features weighs SHARPNESS · Σ / √n
SCALE = 100  # weights are stored as whole hundredths

_STEM, _SUFFIX, _SUFFIX_OF = 5, 3, 5
_STRETCH_MAX = 30  # words; a sentence that harms is lost in a longer notice
WORDS_MIN = 9  # of fewer words nothing is said
_KNOWN_MIN = 15  # nor with fewer known features
_WORDS_SHOWN = 3
_GROUP_DIGITS = 3
_FIRST_PERSON = frozenset({"yo", "me", "mi", "mis", "mio", "mia", "conmigo"})
_WE = frozenset({"nos", "nuestro", "nuestra", "nuestros", "nuestras", "nosotros"})
_SPOKEN_TO = frozenset({"ustedes", "tu", "usted", "tus", "ti", "te", "contigo"})


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of every known feature, in hundredths: a column for each of ``columns``.

    The columns are ``ok``, the categories, and last ``grave``.
    """

    columns: tuple[str, ...]
    bias: tuple[float, ...]
    weights: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a stretch resembles: how likely harm is, how grave it would be, and of what category."""

    harm: float
    grave: float
    category: str


def features(stretch: Sequence[Token], words: Sequence[Word], lexicon: Lexicon) -> dict[str, int]:
    """Return the features of a stretch, each with the place of the word where it first stands.

    They are its words, their stems and endings, pairs of neighbours, the lexicon's classes, and
    its look; first names weigh as one word.
    """
    first_name = lexicon.flags["<nombre>"]
    out: dict[str, int] = {}
    before, sentence = "^", -1
    for at, (token, (symbols, _)) in enumerate(zip(stretch, words, strict=True)):
        name = first_name in symbols
        for named in lexicon.classes_of(symbols):
            out.setdefault(named, at)
        begins = token.sentence != sentence
        sentence = token.sentence
        if begins:
            before = "^"
        word = _word(token, name)
        out.setdefault(f"w:{word}", at)
        if token.kind == "word" and not name:
            if len(word) > _STEM:
                out.setdefault(f"s:{word[:_STEM]}", at)
            if len(word) >= _SUFFIX_OF:
                out.setdefault(f"e:{word[-_SUFFIX:]}", at)
        if begins:
            out.setdefault(f"i:{word}", at)
        if token.disguised:
            out.setdefault("<oculta>", at)
        if tokens.is_laugh(token):
            out.setdefault("<risa>", at)
        capital = token.kind == "word" and token.title and not begins and not name
        if capital:
            out.setdefault(f"b:{before} <may>", at)
        out.setdefault(f"b:{before} {word}", at)
        before = "<may>" if capital else word
    for look in _look(stretch):
        out[f"z:{look}"] = 0
    return out


def _look(stretch: Sequence[Token]) -> Iterator[str]:
    """Say how a stretch looks: length, sentences, questions, persons, hours, emoji, capitals."""
    size = len(stretch)
    yield f"words{min(size // 10, 5)}"
    yield f"sentences{min(len({token.sentence for token in stretch}), 5)}"
    yield f"capitals{min(8 * sum(token.title for token in stretch) // max(size, 1), 5)}"
    said = {token.word for token in stretch}
    for name, words in (("me", _FIRST_PERSON), ("we", _WE), ("you", _SPOKEN_TO)):
        if not words.isdisjoint(said):
            yield name
    emoji = sum(token.kind == "emoji" for token in stretch)
    if emoji:
        yield f"emoji{min(emoji, 3)}"
    kinds = {token.kind for token in stretch}
    yield from (kind for kind in ("hour", "money", "url", "tag") if kind in kinds)
    if any(token.asked for token in stretch):
        yield "asked"
    if any(token.quoted for token in stretch):
        yield "quoted"
    if any(token.kind == "num" and len(token.word) == _GROUP_DIGITS for token in stretch):
        yield "group"
    if stretch and not stretch[0].title:
        yield "small"


def _word(token: Token, name: bool) -> str:
    if name:
        return "<nombre>"
    return token.word if token.kind in {"word", "emoji"} else f"<{token.kind}>"


def weigh(model: Model, found: Mapping[str, int]) -> Likeness | None:
    """Say what a stretch with the features ``found`` resembles; None if it is too unknown."""
    rows = [model.weights[name] for name in found if name in model.weights]
    if len(rows) < _KNOWN_MIN:
        return None
    factor = SHARPNESS / SCALE / math.sqrt(len(rows))
    *sums, grave = (
        bias + factor * sum(column)
        for bias, column in zip(model.bias, zip(*rows, strict=True), strict=True)
    )
    top = max(sums)
    odds = {
        name: math.exp(value - top) for name, value in zip(model.columns[:-1], sums, strict=True)
    }
    total = sum(odds.values())
    harmless = odds.pop(HARMLESS) / total
    return Likeness(1 - harmless, likelihood(grave), max(odds, key=odds.__getitem__))


def likelihood(logit: float) -> float:
    """Return the logistic function of ``logit``."""
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))


def stretches(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Cut a text into runs of whole sentences of at most 45 words (a longer sentence is cut)."""
    first = at = 0
    for _, sentence in groupby(words, key=lambda word: word.sentence):
        size = sum(1 for _ in sentence)
        while size > 0:
            if at > first and at + size - first > _STRETCH_MAX:
                yield first, at
                first = at
            step = min(size, _STRETCH_MAX)
            at += step
            size -= step
    if at > first:
        yield first, at


def telling(model: Model, category: str, found: Mapping[str, int], words: Sequence[Token]) -> str:
    """Return the words that weighed most for ``category`` and against harmless, in order."""
    wanted, harmless = model.columns.index(category), model.columns.index(HARMLESS)
    weights: dict[int, int] = {}
    for name, place in found.items():
        row = model.weights.get(name)
        if row is not None and not name.startswith("z:"):
            weights[place] = weights.get(place, 0) + row[wanted] - row[harmless]
    best = sorted(weights, key=lambda place: (-weights[place], place))[:_WORDS_SHOWN]
    spoken = (words[place].word for place in sorted(best) if weights[place] > 0)
    return ", ".join(f"«{word[:30]}»" for word in dict.fromkeys(spoken))


@lru_cache(maxsize=1)
def shipped() -> Model:
    """Return the model that ships with the package."""
    source = resources.files("publisher.manual") / "data" / "likeness.json"
    raw = json.loads(source.read_text(encoding="utf-8"))
    return Model(
        columns=tuple(raw["columns"]),
        bias=tuple(raw["bias"]),
        weights={name: tuple(row) for name, row in raw["weights"].items()},
    )

"""What a post resembles: a linear model over its words, learned from labelled posts of ours.

The lexicon finds what somebody thought of; this catches much of what nobody did. Every word and
pair of words weighs for or against the classes of the labelled posts (harmless, or a category
with its severity). The weights are data (``data/likeness.json``), written by ``learning`` from
posts that stand in the project, so that anyone can check or repeat them. A text is weighed in
stretches of a few sentences; each costs one look-up a word.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import groupby

from publisher.manual import names, tokens
from publisher.manual.findings import Hit, Severity
from publisher.manual.lexicon import Lexicon
from publisher.manual.pattern import Word
from publisher.manual.scene import Scene
from publisher.manual.tokens import Token

HARMLESS = "ok"
SHARPNESS = 4.0  # a stretch of n features weighs SHARPNESS · Σ / √n
SCALE = 100  # weights are stored as whole hundredths

_STEM, _SUFFIX, _SUFFIX_OF = 5, 3, 5
_STRETCH_MAX = 45  # words; the labelled posts are no longer
_WORDS_MIN = 6  # of fewer words nothing is said
_KNOWN_MIN = 15  # nor with fewer known features
_WORDS_SHOWN = 3

# category → the rule to cite, if it deserves a bloqueo or an advertencia
_RULES: Mapping[str, tuple[str, str]] = {
    "lenguaje_ofensivo": ("3.1", "3.4"),
    "personal": ("4.1", "4.1"),
    "politico_electoral": ("7.1", "7.2"),
    "comercial": ("8.1", "8.2"),
    "datos_personales": ("6.4", "6.2"),
    "mal_gusto": ("5.1", "5.1"),
    "no_verificado": ("9.1", "9.1"),
    "desinformacion_salud": ("9.2", "2.5"),
    "religioso": ("10.1", "10.1"),
}


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of every known feature for each class, in hundredths, and what decides.

    A class is ``ok`` or ``category:flag`` or ``category:block``. ``flag`` and ``block`` are the
    least probability of harm for an advertencia and for a bloqueo.
    """

    classes: tuple[str, ...]
    bias: tuple[float, ...]
    weights: Mapping[str, tuple[int, ...]]
    flag: float
    block: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a stretch resembles most: its likeliest harmful category, and how likely harm is."""

    harm: float
    block: float
    category: str


def features(stretch: Sequence[Token], words: Sequence[Word], lexicon: Lexicon) -> dict[str, int]:
    """Return the features of a stretch, each with the place of the word where it first stands.

    They are its words, their stems and endings, pairs of neighbours, and the lexicon's classes;
    first names weigh as one word.
    """
    first_name = lexicon.flags["<nombre>"]
    out: dict[str, int] = {}
    before, sentence = "^", -1
    for at, (token, (symbols, _)) in enumerate(zip(stretch, words, strict=True)):
        name = first_name in symbols
        for symbol in symbols & lexicon.class_names.keys():
            out.setdefault(lexicon.class_names[symbol], at)
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
    return out


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
    sums = [
        bias + factor * sum(column)
        for bias, column in zip(model.bias, zip(*rows, strict=True), strict=True)
    ]
    top = max(sums)
    odds = [math.exp(value - top) for value in sums]
    total = sum(odds)
    by_category: dict[str, float] = {}
    block = harm = 0.0
    for name, share in zip(model.classes, odds, strict=True):
        if name != HARMLESS:
            category, _, verdict = name.partition(":")
            by_category[category] = by_category.get(category, 0.0) + share
            harm += share / total
            block += share / total * (verdict == "block")
    return Likeness(harm, block, max(by_category, key=by_category.__getitem__))


def evaluate(scene: Scene) -> Iterator[Hit]:
    """Yield a hit for each stretch that resembles posts that the manual does not allow."""
    model = shipped()
    for first, last in stretches(scene.words):
        words = scene.tokens[first:last]
        if len(words) < _WORDS_MIN:
            continue
        found = features(words, scene.words[first:last], scene.lexicon)
        like = weigh(model, found)
        if like is None or like.harm < model.flag:
            continue
        grave = like.block >= model.block
        if like.category == "datos_personales" and not grave and names.consented(scene):
            continue
        severity: Severity = "bloqueo" if grave else "advertencia"
        yield Hit(
            rule=_RULES[like.category][0 if grave else 1],
            reason="parecido" if grave else "posible_parecido",
            severity=severity,
            start=words[0].start,
            end=words[-1].end,
            category=like.category,
            values=(("palabras", _telling(model, like.category, found, words)),),
        )


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


def _telling(model: Model, category: str, found: Mapping[str, int], words: Sequence[Token]) -> str:
    """Return the words that weighed most for ``category`` and against harmless, in order."""
    wanted = [at for at, name in enumerate(model.classes) if name.startswith(category)]
    harmless = model.classes.index(HARMLESS)
    weights: dict[int, int] = {}
    for name, place in found.items():
        row = model.weights.get(name)
        if row is not None:
            gain = max(row[at] for at in wanted) - row[harmless]
            weights[place] = weights.get(place, 0) + gain
    best = sorted(weights, key=lambda place: (-weights[place], place))[:_WORDS_SHOWN]
    spoken = (words[place].word for place in sorted(best) if weights[place] > 0)
    return ", ".join(f"«{word[:30]}»" for word in dict.fromkeys(spoken))


@lru_cache(maxsize=1)
def shipped() -> Model:
    """Return the model that ships with the package."""
    source = resources.files("publisher.manual") / "data" / "likeness.json"
    raw = json.loads(source.read_text(encoding="utf-8"))
    return Model(
        classes=tuple(raw["classes"]),
        bias=tuple(raw["bias"]),
        weights={name: tuple(row) for name, row in raw["weights"].items()},
        flag=raw["flag"],
        block=raw["block"],
    )

"""What rules and likeness say together of a stretch of text, and what that does to the findings.

A rule of words knows a phrase and not what it is said for; a likeness (``likeness``) knows the
company of words and no rule. ``outlook`` weighs both: how likely it is that a person would let
the stretch pass, warn, or stop it. The few weights are data (``data/judgement.json``), learned by
``learning`` from posts that neither the rules nor the likeness had seen. Then

- a finding of words graver than what is likeliest is eased to it, and says so: nothing is hidden;
- where nothing found is as grave as what is likeliest, a finding by likeness is added.

Data of persons, links, dates, swear words, an office's own words and whatever hangs on facts
(``Hit.soft`` is false) are never eased.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources

from publisher.manual import likeness, names
from publisher.manual.findings import SEVERITIES, Hit, Severity
from publisher.manual.likeness import Likeness, Model
from publisher.manual.scene import Scene

_SECTIONS = ("3", "4", "5", "6", "7", "8", "9", "10")
_SURE = 1e-3  # smaller likelihoods weigh no more
# found by form and not by words: no sign of what the words around are about
_FORM = frozenset({"6.3", "9.3", "9.4"})

# category → the rule to cite, if it deserves a bloqueo or an advertencia
_RULES: Mapping[str, tuple[str, str]] = {
    "lenguaje_ofensivo": ("3.1", "3.4"),
    "personal": ("4.3", "4.1"),
    "politico_electoral": ("7.1", "7.2"),
    "comercial": ("8.1", "8.2"),
    "datos_personales": ("6.4", "6.2"),
    "mal_gusto": ("5.1", "5.1"),
    "no_verificado": ("9.1", "9.1"),
    "desinformacion_salud": ("9.2", "2.5"),
    "religioso": ("10.1", "10.1"),
}

INPUTS = (
    "own",  # the logarithm of what likeness gives to that very severity
    "always",
    "only_warned",
    "blocked",
    "several_warned",
    "several_blocked",
    "same_category",
    *(f"{section}_{severity}" for section in _SECTIONS for severity in SEVERITIES[1:]),
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The weight of every input for each severity, from informativa (let pass) to bloqueo.

    ``lean`` is how much rather a text is stopped than let pass, ``most`` the most that a likeness
    alone may do.
    """

    weights: tuple[tuple[float, ...], ...]
    lean: float = 0.0
    most: Severity = "bloqueo"


@lru_cache(maxsize=1)
def shipped() -> Judgement:
    """Return the weights that ship with the package."""
    source = resources.files("publisher.manual") / "data" / "judgement.json"
    raw = json.loads(source.read_text(encoding="utf-8"))
    return Judgement(
        weights=tuple(tuple(raw[name][given] for given in INPUTS) for name in SEVERITIES),
        lean=raw["lean"],
        most=raw["most"],
    )


def settle(scene: Scene, hits: Iterable[Hit], model: Model, judgement: Judgement) -> Iterator[Hit]:
    """Yield the hits, eased where their stretch is likely less grave, and the likenesses."""
    spans = list(likeness.stretches(scene.words))
    starts = [scene.tokens[first].start for first, _ in spans]
    inside: list[list[Hit]] = [[] for _ in spans]
    for hit in hits:
        place = bisect_right(starts, hit.start) - 1
        if hit.end > hit.start and place >= 0:
            inside[place].append(hit)
        else:
            yield hit
    for (first, last), told in zip(spans, inside, strict=True):
        yield from _stretch(scene, first, last, told, model, judgement)


def _stretch(
    scene: Scene, first: int, last: int, told: Sequence[Hit], model: Model, judgement: Judgement
) -> Iterator[Hit]:
    """Yield the hits ``told`` of the words ``[first:last]`` as they weigh there."""
    words = scene.tokens[first:last]
    found = likeness.features(words, scene.words[first:last], scene.lexicon)
    like = likeness.weigh(model, found) if len(words) >= likeness.WORDS_MIN else None
    if like is None:
        yield from told
        return
    odds = outlook(judgement, inputs(like, told))
    level = SEVERITIES[max(range(len(odds)), key=odds.__getitem__)]
    settled = [_eased(hit, level) for hit in told]
    yield from settled
    level = min(level, judgement.most, key=SEVERITIES.index)
    if level == SEVERITIES[0] or any(_as_grave(hit, level) for hit in settled):
        return
    category = _category(like, told)
    grave = level == "bloqueo"
    if category == "datos_personales" and not grave and names.consented(scene):
        return
    strict, lenient = _RULES[category]
    yield Hit(
        rule=strict if grave and scene.manual.rule(strict) else lenient,
        reason="parecido" if grave else "posible_parecido",
        severity=level,
        start=words[0].start,
        end=words[-1].end,
        category=category,
        values=(("palabras", likeness.telling(model, category, found, words)),),
    )


def inputs(like: Likeness, hits: Sequence[Hit]) -> tuple[float, ...]:
    """Return what is weighed of a stretch.

    First the logarithms of how likely each severity is by likeness alone, then the ``INPUTS``
    after the first.
    """
    told = {
        (hit.rule, hit.severity)
        for hit in hits
        if hit.rule not in _FORM and hit.severity != SEVERITIES[0]
    }
    told = {pair for pair in told if pair[0].partition(".")[0] in _SECTIONS}
    warned = sum(severity == "advertencia" for _, severity in told)
    blocked = len(told) - warned
    by_section = {(rule.partition(".")[0], severity) for rule, severity in told}
    return (
        _log(1 - like.harm),
        _log(like.harm * (1 - like.grave)),
        _log(like.harm * like.grave),
        1.0,
        float(warned > 0 and not blocked),
        float(blocked > 0),
        float(warned > 1),
        float(blocked > 1),
        float(any(hit.category == like.category for hit in hits)),
        *(
            float((section, severity) in by_section)
            for section in _SECTIONS
            for severity in SEVERITIES[1:]
        ),
    )


def outlook(judgement: Judgement, given: Sequence[float]) -> list[float]:
    """Return how likely each severity is, from informativa (let it pass) to bloqueo."""
    signs = given[len(SEVERITIES) :]
    sums = [
        row[0] * own + sum(weight * value for weight, value in zip(row[1:], signs, strict=True))
        for row, own in zip(judgement.weights, given, strict=False)
    ]
    sums[0] -= judgement.lean
    top = max(sums)
    odds = [math.exp(value - top) for value in sums]
    return [share / sum(odds) for share in odds]


def _log(share: float) -> float:
    return math.log(max(_SURE, share))


def _as_grave(hit: Hit, level: Severity) -> bool:
    return SEVERITIES.index(hit.severity) >= SEVERITIES.index(level)


def _eased(hit: Hit, level: Severity) -> Hit:
    if not hit.soft or not _as_grave(hit, level) or hit.severity == level:
        return hit
    return replace(hit, severity=level, eased=True)


def _category(like: Likeness, hits: Sequence[Hit]) -> str:
    """Return the likeliest category; where harm is known by rules alone, that of the gravest."""
    told = [hit for hit in hits if hit.category in _RULES and hit.severity != SEVERITIES[0]]
    if like.harm < 0.5 and told:
        return str(max(told, key=lambda hit: SEVERITIES.index(hit.severity)).category)
    return like.category

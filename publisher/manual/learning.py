"""Write ``data/likeness.json`` and ``data/judgement.json``: learn weights from labelled posts.

``python -m publisher.manual.learning tests/publisher/manual/cases.jsonl tests/data/manual/*.jsonl``
wrote the shipped weights of likeness. Lines hold ``id``, ``text``, ``expected`` (ok, flag, block)
and ``categories`` (the first counts). The same posts and lexicon give the same file: logistic
regression by stochastic gradient descent with AdaGrad steps, in an order that a seed fixes; one
model of the category over all posts, one of the gravity over those that are not harmless. Half a
minute; nothing at run time needs this module.

``judge`` learns how rules and likeness weigh together. It must be given what they said of posts
that neither had seen: of posts by which a rule was mended it would learn to trust rules too much.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from publisher.manual import lexicon
from publisher.manual.findings import SEVERITIES, Severity
from publisher.manual.judgement import INPUTS, Judgement, outlook
from publisher.manual.likeness import GRAVE, HARMLESS, SCALE, SHARPNESS, Model, features

ROUNDS = 10
RATE = 0.09
SHRINK = 1e-5
DATA = Path(__file__).with_name("data")

_JUDGE_ROUNDS = 60
_JUDGE_RATE = 0.05
_JUDGE_SHRINK = 1.0


def label(row: Mapping[str, Any]) -> str:
    """Return the category of a labelled post, ``ok`` if it is harmless."""
    return str(row["categories"][0]) if row["expected"] != "ok" and row["categories"] else HARMLESS


def features_of(text: str) -> dict[str, int]:
    """Return the features of a whole text, read as the review reads it."""
    used = lexicon.shipped()
    read = used.read(text)
    return features(read.tokens, used.words(read), used)


def learn(rows: Sequence[Mapping[str, Any]], posts: Sequence[Sequence[str]] | None = None) -> Model:
    """Return the model of ``rows``; ``posts`` are their features, if they are known already."""
    found = posts or [list(features_of(row["text"])) for row in rows]
    labels = [label(row) for row in rows]
    classes = sorted(set(labels))
    harmful = [at for at, name in enumerate(labels) if name != HARMLESS]
    kinds, kinds_bias = _fit(found, [classes.index(name) for name in labels], len(classes))
    graver, graver_bias = _fit(
        [found[at] for at in harmful], [int(rows[at]["expected"] == "block") for at in harmful], 2
    )
    none = [0.0, 0.0]
    weights = {
        name: (*kinds[name], graver.get(name, none)[1] - graver.get(name, none)[0])
        for name in sorted(kinds)
    }
    return Model(
        columns=(*classes, GRAVE),
        bias=tuple(round(value, 4) for value in (*kinds_bias, graver_bias[1] - graver_bias[0])),
        weights={
            name: whole
            for name, row in weights.items()
            if any(whole := tuple(round(value * SCALE) for value in row))
        },
    )


def _fit(
    posts: Sequence[Sequence[str]], targets: Sequence[int], size: int
) -> tuple[dict[str, list[float]], list[float]]:
    """Return the weights of every feature for ``size`` classes, and the classes' start."""
    weights = {name: [0.0] * size for found in posts for name in found}
    squares = {name: [1e-6] * size for name in weights}
    bias = [0.0] * size
    order = list(range(len(posts)))
    chance = random.Random(1)  # noqa: S311 - an order that repeats, no secret
    for _ in range(ROUNDS):
        chance.shuffle(order)
        for place in order:
            _step(posts[place], targets[place], weights, squares, bias, SHRINK * len(posts))
    return weights, bias


def _step(
    found: Sequence[str],
    target: int,
    weights: Mapping[str, list[float]],
    squares: Mapping[str, list[float]],
    bias: list[float],
    shrink: float,
) -> None:
    """Move the weights of one post's features against its error."""
    if not found:
        return
    factor = SHARPNESS / math.sqrt(len(found))
    rows = [weights[name] for name in found]
    sums = [
        start + factor * sum(column)
        for start, column in zip(bias, zip(*rows, strict=True), strict=True)
    ]
    errors = _shares(sums)
    errors[target] -= 1
    for at, error in enumerate(errors):
        bias[at] -= 0.01 * error
    slopes = [error * factor for error in errors]
    columns = list(enumerate(slopes))
    for name, row in zip(found, rows, strict=True):
        square = squares[name]
        for at, slope in columns:
            move = slope + shrink * row[at]
            square[at] += move * move
            row[at] -= RATE * move / math.sqrt(square[at])


def _shares(sums: Sequence[float]) -> list[float]:
    top = max(sums)
    odds = [math.exp(value - top) for value in sums]
    total = sum(odds)
    return [share / total for share in odds]


def judge(samples: Sequence[tuple[Sequence[float], Severity]], lean: float = 0.0) -> Judgement:
    """Return the weights of ``judgement``, from inputs and what a person would have decided."""
    weights = [[0.0] * len(INPUTS) for _ in SEVERITIES]
    squares = [[1e-6] * len(INPUTS) for _ in SEVERITIES]
    order = list(range(len(samples)))
    chance = random.Random(1)  # noqa: S311 - an order that repeats, no secret
    for _ in range(_JUDGE_ROUNDS):
        chance.shuffle(order)
        for place in order:
            given, wanted = samples[place]
            shares = outlook(Judgement(tuple(map(tuple, weights))), given)
            signs = given[len(SEVERITIES) :]
            for level, (row, square) in enumerate(zip(weights, squares, strict=True)):
                error = shares[level] - (SEVERITIES[level] == wanted)
                for at, value in enumerate((given[level], *signs)):
                    move = error * value + _JUDGE_SHRINK * row[at] / len(samples)
                    square[at] += move * move
                    row[at] -= _JUDGE_RATE * move / math.sqrt(square[at])
    return Judgement(tuple(tuple(round(value, 3) for value in row) for row in weights), lean)


def digest(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the SHA-256 of what is learned from, to tell a model of other posts."""
    lines = [
        json.dumps([row["text"], row["expected"], label(row)], ensure_ascii=False) for row in rows
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def read(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Return the labelled posts of the files, in order."""
    return [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]


def write(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Learn from ``rows`` and write the weights, one feature a line."""
    model = learn(rows)
    head = {
        "posts": len(rows),
        "sha256": digest(rows),
        "columns": model.columns,
        "bias": model.bias,
    }
    lines = ",\n".join(
        f"{json.dumps(name, ensure_ascii=False)}:{json.dumps(row, separators=(',', ':'))}"
        for name, row in model.weights.items()
    )
    start = json.dumps(head, ensure_ascii=False)[:-1]
    path.write_text(f'{start}, "weights": {{\n{lines}\n}}}}\n', "utf-8")


if __name__ == "__main__":
    write(read([Path(name) for name in sys.argv[1:]]), DATA / "likeness.json")

"""Write ``data/likeness.json``: learn the weights of ``likeness`` from labelled posts.

``python -m publisher.manual.learning tests/publisher/manual/cases.jsonl tests/data/manual/*.jsonl``
wrote the shipped file. Lines hold ``text``, ``expected`` (ok, flag, block) and ``categories`` (the
first counts). The same posts and lexicon give the same file: multinomial logistic regression by
stochastic gradient descent with AdaGrad steps, in an order that a seed fixes. Some ten seconds;
nothing at run time needs this module.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from publisher.manual import lexicon
from publisher.manual.likeness import HARMLESS, SCALE, SHARPNESS, Model, features

ROUNDS = 20
RATE = 0.09
SHRINK = 1e-5
SEEN_MIN = 2  # posts that must hold a feature for it to be kept
FLAG, BLOCK = 0.5, 0.55
DATA = Path(__file__).with_name("data")


def label(row: Mapping[str, Any]) -> str:
    """Return the class of a labelled post."""
    if row["expected"] == "ok" or not row["categories"]:
        return HARMLESS
    return f"{row['categories'][0]}:{row['expected']}"


def features_of(text: str) -> dict[str, int]:
    """Return the features of a whole text, read as the review reads it."""
    used = lexicon.shipped()
    read = used.read(text)
    return features(read.tokens, used.words(read), used)


def learn(rows: Sequence[Mapping[str, Any]]) -> Model:
    """Return the model of ``rows``."""
    posts = [features_of(row["text"]) for row in rows]
    seen = Counter(name for found in posts for name in found)
    classes = sorted({label(row) for row in rows})
    size = len(classes)
    kept = [[name for name in found if seen[name] >= SEEN_MIN] for found in posts]
    targets = [classes.index(label(row)) for row in rows]
    weights = {name: [0.0] * size for found in kept for name in found}
    squares = {name: [1e-6] * size for name in weights}
    bias = [0.0] * size
    order = list(range(len(kept)))
    chance = random.Random(1)  # noqa: S311 - an order that repeats, no secret
    for _ in range(ROUNDS):
        chance.shuffle(order)
        for place in order:
            _step(kept[place], targets[place], weights, squares, bias, SHRINK * len(kept))
    return Model(
        classes=tuple(classes),
        bias=tuple(round(value, 4) for value in bias),
        weights={
            name: tuple(round(value * SCALE) for value in weights[name]) for name in sorted(weights)
        },
        flag=FLAG,
        block=BLOCK,
    )


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
    sums = [
        start + factor * sum(column)
        for start, column in zip(bias, zip(*(weights[n] for n in found), strict=True), strict=True)
    ]
    top = max(sums)
    odds = [math.exp(value - top) for value in sums]
    total = sum(odds)
    errors = [share / total - (at == target) for at, share in enumerate(odds)]
    for at, error in enumerate(errors):
        bias[at] -= 0.01 * error
    slopes = [error * factor for error in errors]
    for name in found:
        row, square = weights[name], squares[name]
        for at, slope in enumerate(slopes):
            move = slope + shrink * row[at]
            square[at] += move * move
            row[at] -= RATE * move / math.sqrt(square[at])


def digest(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the SHA-256 of what is learned from, to tell a model of other posts."""
    lines = [json.dumps([row["text"], label(row)], ensure_ascii=False) for row in rows]
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
        "flag": model.flag,
        "block": model.block,
        "classes": model.classes,
        "bias": model.bias,
    }
    lines = ",\n".join(
        f"{json.dumps(name, ensure_ascii=False)}:{json.dumps(row, separators=(',', ':'))}"
        for name, row in model.weights.items()
        if any(row)
    )
    start = json.dumps(head, ensure_ascii=False)[:-1]
    path.write_text(f'{start}, "weights": {{\n{lines}\n}}}}\n', "utf-8")


if __name__ == "__main__":
    write(read([Path(name) for name in sys.argv[1:]]), DATA / "likeness.json")

"""Measured by hands that nobody learned from: each author's posts judged without that author.

What the shipped weights say of the posts that taught them means nothing. Here the weights of
likeness are learned anew without the posts of one author (or one fold), those of the judgement
from what such weights say of the other authors, and only then are that author's posts judged. The
rules of words are the shipped ones: those who mended them have read these posts, so that rules
count better here than before posts that nobody has read.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from publisher.manual import learning, likeness
from publisher.manual.document import shipped
from publisher.manual.findings import Facts, Severity
from publisher.manual.judgement import INPUTS, Judgement, inputs
from publisher.manual.judgement import shipped as shipped_judgement
from publisher.manual.likeness import Model
from publisher.manual.review import review, scene_of, told_by_rules
from tests.manual_report.scoring import Judged

Row = Mapping[str, Any]
Samples = list[tuple[Sequence[float], Severity]]

_SEVERITY: Mapping[str, Severity] = {"ok": "informativa", "flag": "advertencia", "block": "bloqueo"}
# Whose posts are judged; what the team of the rules wrote (the other ids) only teaches.
AUTHORS = ("B", "C", "E", "F", "H", "J")
# Of the first author's posts the rules had seen all but these when the judgement was learned.
_UNSEEN = {"B": "spent.jsonl"}


def labelled(cases: Path, folder: Path) -> list[dict[str, Any]]:
    """Return every labelled post that may teach, each with its ``author`` (empty: the team)."""
    out: list[dict[str, Any]] = []
    for path in (cases, *sorted(folder.glob("*.jsonl"))):
        for row in learning.read([path]):
            mark = row["id"][0]
            by = mark if path.name in _FILES.get(mark, ()) else ""
            out.append({"network": "facebook", "note": "", **row, "author": by, "file": path.name})
    return out


_FILES: Mapping[str, tuple[str, ...]] = {
    "B": ("tune.jsonl", "spent.jsonl"),
    **dict.fromkeys(AUTHORS[1:], ("blind.jsonl", "blind2.jsonl")),
}


def held_out(rows: Sequence[Row]) -> dict[str, set[int]]:
    """Return, by author, the places of the posts that are judged without all of that author's."""
    return {
        author: found
        for author in AUTHORS
        if (found := {at for at, row in enumerate(rows) if row["author"] == author})
    }


def folds(rows: Sequence[Row], count: int) -> dict[str, set[int]]:
    """Return ``count`` random parts of the authors' posts."""
    places = [at for at, row in enumerate(rows) if row["author"]]
    random.Random(1).shuffle(places)
    return {f"{part + 1}/{count}": set(places[part::count]) for part in range(count)}


def judged(
    rows: Sequence[Row], parts: Mapping[str, set[int]]
) -> Iterator[tuple[str, list[Judged]]]:
    """Yield each part's name with its posts as judged by what was learned without it."""
    models = _models(rows, parts)
    samples = {name: _samples(rows, parts[name], models[name]) for name in parts}
    for name, places in parts.items():
        others = [pair for other, pairs in samples.items() if other != name for pair in pairs]
        weights = learning.judge(others, shipped_judgement().lean)
        yield name, [_judged(rows[at], models[name], weights) for at in sorted(places)]


def weights(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the judgement's weights from all authors, each as seen by a model without it."""
    parts = held_out(rows)
    models = _models(rows, parts)
    found = learning.judge(
        [pair for name in parts for pair in _samples(rows, parts[name], models[name])],
        shipped_judgement().lean,
    )
    return {
        "lean": found.lean,
        "most": found.most,
        **{
            name: dict(zip(INPUTS, row, strict=True))
            for name, row in zip(_SEVERITY.values(), found.weights, strict=True)
        },
    }


def _models(rows: Sequence[Row], parts: Mapping[str, set[int]]) -> dict[str, Model]:
    posts = [list(learning.features_of(row["text"])) for row in rows]
    out: dict[str, Model] = {}
    for name, places in parts.items():
        kept = [at for at in range(len(rows)) if at not in places]
        out[name] = learning.learn([rows[at] for at in kept], [posts[at] for at in kept])
    return out


def _samples(rows: Sequence[Row], places: set[int], model: Model) -> Samples:
    out: Samples = []
    for at in sorted(places):
        row = rows[at]
        if row["file"] != _UNSEEN.get(row["author"], row["file"]):
            continue
        scene = scene_of(row["text"], Facts(), shipped())
        found = likeness.features(scene.tokens, scene.words, scene.lexicon)
        like = likeness.weigh(model, found)
        if like is not None and len(scene.tokens) >= likeness.WORDS_MIN:
            given = inputs(like, list(told_by_rules(scene)))
            out.append((given, _SEVERITY[row["expected"]]))
    return out


def _judged(row: Row, model: Model, judgement: Judgement) -> Judged:
    found = review(row["text"], Facts(), shipped(), model=model, weights=judgement)
    weighty = [one for one in found.findings if one.severity != "informativa"]
    return Judged(
        id=row["id"],
        text=row["text"],
        expected=row["expected"],
        verdict=found.verdict,
        main=next(iter(row["categories"]), ""),
        found=tuple(dict.fromkeys(one.category for one in weighty if one.category)),
        rules=tuple(dict.fromkeys(one.rule for one in weighty)),
        note=row["note"],
    )

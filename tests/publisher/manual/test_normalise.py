from __future__ import annotations

import pytest

from publisher.manual.normalise import collapse, fold, mask, plain, readings


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ÁRBOL", "arbol"),
        ("año", "año"),
        ("an\u0303o", "año"),
        ("рutо", "puto"),  # two Cyrillic letters
        ("ｍｉｅｒｄａ", "mierda"),
        ("𝓶𝓲𝓮𝓻𝓭𝓪", "mierda"),
        ("p\u200bu\u200bt\u00ado", "puto"),
        ("🅿🆄🆃🅾", "puto"),
        ("pu\u0301to", "puto"),
    ],
)
def test_disguises_fold_to_plain_letters(written: str, folded: str) -> None:
    assert plain(written) == folded


def test_a_folded_slice_maps_back_to_the_exact_original() -> None:
    original = "¡Qué p\u200bu\u0301t\u200bo día!"
    folded = fold(original)
    at = folded.text.index("puto")
    start, end = folded.span(at, at + 4)
    assert original[start:end] == "p\u200bu\u0301t\u200bo"


def test_digits_and_symbols_are_read_as_letters() -> None:
    assert "mierda" in readings("m13rd@")
    assert "cabron" in readings("c4br0n")
    assert "pinche" in readings("p.i.n.c.h.e")
    assert readings("abc×") == ()


def test_runs_of_a_letter_are_shortened() -> None:
    assert collapse("pinnncheee") == "pinche"
    assert collapse("perrooo", 2) == "perroo"


def test_starred_out_places_hold_any_letter() -> None:
    assert mask("p*t@") == ("p", "", "t", "ao")
    assert mask("hola") == ()
    assert mask("****") == ()

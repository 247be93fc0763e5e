"""A long text becomes a thread: cut at sentences, nothing lost, nothing too long."""

from __future__ import annotations

import time

import pytest

from connectors.weight import weigh
from publisher.editorial.threads import split

LONG = (
    "El plantel abre sus inscripciones el lunes. El trámite es gratuito y se hace en línea."
    " ¿Dudas? Escriba a Control Escolar… «Le esperamos.» Gracias."
)


def test_a_text_is_cut_where_its_sentences_end() -> None:
    assert split(LONG, len, 60) == (
        "El plantel abre sus inscripciones el lunes.",
        "El trámite es gratuito y se hace en línea. ¿Dudas?",
        "Escriba a Control Escolar… «Le esperamos.» Gracias.",
    )


def test_what_fits_stays_whole() -> None:
    assert split(LONG, len, 280) == (LONG,)
    assert split("  \n", len, 280) == ()


@pytest.mark.parametrize("most", [12, 40, 90])
@pytest.mark.parametrize(
    "text", [LONG, "palabra " * 60, "x" * 500, "Uno.\n\nDos.\n\n" * 20, f"{LONG}\n{LONG}"]
)
def test_no_word_is_lost_and_no_piece_is_too_long(text: str, most: int) -> None:
    pieces = split(text, len, most)
    assert all(0 < len(piece) <= most for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_an_address_is_counted_as_x_counts_it_and_kept_whole() -> None:
    link = "https://example.edu.mx/" + "a" * 300
    pieces = split(f"{'Aviso a las familias. ' * 12}{link}", weigh, 280)
    assert any(link in piece for piece in pieces)
    assert all(weigh(piece) <= 280 for piece in pieces)


def test_the_longest_text_is_cut_at_once() -> None:
    began = time.monotonic()
    split("Aviso a las familias del plantel. " * 2000, weigh, 280)
    split("x" * 20_000, weigh, 280)
    assert time.monotonic() - began < 5

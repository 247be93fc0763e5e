from __future__ import annotations

import pytest

from tests.publisher.manual.reviews import fragments, severity, verdict


@pytest.mark.parametrize(
    "word",
    ["puto", "p u t o", "p.u.t.o", "pu70", "PUUUTO", "рutо", "p\u200buto", "𝓹𝓾𝓽𝓸", "p*to", "p***"],
)
def test_an_insult_is_stopped_in_every_disguise(word: str) -> None:
    text = f"Qué {word} frío hace."
    assert severity(text, "3.1") == "bloqueo"
    assert any(word.startswith(piece) or piece in word for piece in fragments(text, "3.1"))


@pytest.mark.parametrize(
    "text",
    [
        "La disputa se resolvió y la diputada lo celebró.",
        "Se computó el cómputo del curso de cómputo.",
        "La ponente Vergara Culebro visitó el taller.",
        "El burro y la cabra del módulo pecuario ya comieron.",
        "Chile piquín, huevo y pan de nuez.",
        "La ganancia neta y la masa neta del producto.",
        "Trazamos con compás y escuadra.",
        "Todxs, tod@s y todes: guía de lenguaje incluyente.",
        "Compramos un ESP8266, un R2D2 de juguete y medimos CO2, h2o y mp3.",
    ],
)
def test_the_same_letters_in_other_uses_pass(text: str) -> None:
    assert verdict(text) == "ok"


def test_signs_for_a_swear_word_are_a_warning_and_digits_in_a_word_too() -> None:
    assert severity("Qué #$%&! frío.", "3.1") == "advertencia"
    assert severity("Son unos t0ntuel0s raros.", "3.1") in {"advertencia", "bloqueo"}


def test_quoted_speech_in_the_first_person_is_nobodys_private_life() -> None:
    assert verdict("«Quiero ser ingeniera», dice una egresada.") == "ok"
    assert verdict("Hoy quiero dormir todo el día.") == "flag"

from __future__ import annotations

import pytest

from tests.publisher.manual.reviews import rules, verdict


@pytest.mark.parametrize(
    "text",
    [
        "COMUNICADO DE PRENSA. El plantel informa a los medios.",
        "Comunicado: la nueva carrera inicia en agosto.",
        "Boletín de prensa 12 sobre la feria.",
        "Comunicado oficial no. 4\nEl plantel informa",
    ],
)
def test_a_plantels_comunicado_is_stopped(text: str) -> None:
    assert verdict(text, plantel="P27", author_is_plantel=True) == "block"
    assert "15.1" not in rules(text, author_is_plantel=False)
    assert "15.1" not in rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "Consulta el comunicado de prensa oficial en https://cecytec.edu.mx/comunicado-12",
        "Las habilidades de comunicación se practican en el taller de radio.",
        "El boletín escolar de la biblioteca reúne reseñas.",
    ],
)
def test_sharing_the_official_one_and_other_words_pass(text: str) -> None:
    assert "15.1" not in rules(text, author_is_plantel=True)

"""The names of planteles, as the institution writes them."""

from __future__ import annotations

import pytest

from publisher.manual.document import shipped
from publisher.manual.findings import Facts
from publisher.manual.review import review


def slips(text: str, *planteles: str) -> list[str]:
    facts = Facts(planteles=planteles or None)
    found = review(text, facts, shipped()).findings
    return [one.fragment for one in found if one.rule == "13.1"]


@pytest.mark.parametrize(
    ("text", "fragments"),
    [
        ("El CECyTE Saltillo invita a su feria.", []),
        ("El CECyTE Torreon invita a su feria.", ["Torreon"]),
        ("El plantel Piedra Negras abre inscripciones.", ["Piedra Negras"]),
        ("El plantel Ramos Arispe abre inscripciones.", ["Ramos Arispe"]),
        ("EL PLANTEL TORREON INVITA", []),
        ("El plantel abre inscripciones el lunes.", []),
        ("El plantel Piedras Negras y el plantel Cuatro Ciénegas participan.", []),
        ("La alumna del plantel Sofía Lara ganó.", []),
        ("El CECyTE Durango nos visita.", []),
    ],
)
def test_a_name_almost_right_is_a_slip_and_another_name_is_not(
    text: str, fragments: list[str]
) -> None:
    assert slips(text) == fragments


def test_the_institution_s_own_names_win_over_the_shipped_ones() -> None:
    own = ("Dependencia Obras Públicas", "Plantel Bosque Real 02 (provisional)")
    assert slips("El plantel Bosque Reál invita.", *own) == ["Bosque Reál"]
    assert slips("El plantel Bosque Real 02 invita.", *own) == []
    assert slips("El plantel Torreon invita.", *own) == []

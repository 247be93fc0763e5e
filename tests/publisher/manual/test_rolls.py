from __future__ import annotations

import pytest

from tests.publisher.manual.reviews import rules


@pytest.mark.parametrize(
    "text",
    [
        "Segundo parcial de Física: Rangel 8, Ibarra 5, Coronado 10.",
        "Acta del extraordinario: Peña 6.5; Lozano 7; Villa 4.",
        "Todavía deben la cooperación: Mario Lugo, Elisa Ponce y Rosa Guerra.",
    ],
)
def test_a_list_of_students_with_marks_or_debts_is_found(text: str) -> None:
    assert "6.5" in rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "Medallas del examen regional: Saltillo 6, Torreón 4.",
        "Tabla de goleo: Rangel 8, Ibarra 5, Coronado 10.",
        "Quienes deben la cooperación pasen a caja; atiende Mario Lugo.",
    ],
)
def test_what_only_looks_like_a_list_is_not(text: str) -> None:
    assert "6.5" not in rules(text)

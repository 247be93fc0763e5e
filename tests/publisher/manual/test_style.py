from __future__ import annotations

import pytest

from tests.publisher.manual.reviews import fragments, rules, severity, verdict


def test_shouting_is_a_warning_and_acronyms_are_not_shouting() -> None:
    assert severity("ATENCIÓN ALUMNOS MAÑANA NO HAY CLASES", "11.1") == "advertencia"
    assert "11.1" not in rules("El IMSS, la SEP y el DIF visitan el CECyTE.")
    assert "11.1" not in rules("AVISO: SIN CLASES")


@pytest.mark.parametrize("text", ["¡Ganamos!!!!!", "Buenoooo, empezamos.", "¿Listos?????"])
def test_repetition_is_a_warning(text: str) -> None:
    assert severity(text, "11.3") == "advertencia"


@pytest.mark.parametrize("text", ["Hoy… mañana…", "Temas\n----------\nUno", "Acción y reacción"])
def test_ellipsis_rules_and_double_letters_pass(text: str) -> None:
    assert "11.3" not in rules(text)


def test_missing_signs_and_accents_are_told_and_stop_nothing() -> None:
    text = "Que bonito dia! Ven mañana."
    assert fragments(text, "11.2") == ["Que bonito dia!"]
    assert fragments("Mañana hay reunion.", "11.2") == ["reunion"]
    assert verdict(text) == "ok"


def test_a_text_longer_than_its_network_takes_is_stopped() -> None:
    assert severity("Hola.", "11.4", weighted_length=281, length_limit=280) == "bloqueo"
    assert "11.4" not in rules("Hola.", weighted_length=280, length_limit=280)
    assert "11.4" not in rules("Hola.", weighted_length=281)

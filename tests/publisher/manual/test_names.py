from __future__ import annotations

import pytest

from publisher.manual.findings import MediaFacts
from tests.publisher.manual.reviews import fragments, rules, severity

NAMED = "Felicidades a nuestra alumna Mariana Torres Villarreal por su medalla."


def test_a_students_full_name_is_a_warning_at_its_exact_place() -> None:
    assert severity(NAMED, "6.2") == "advertencia"
    assert fragments(NAMED, "6.2") == ["Mariana Torres Villarreal"]


def test_a_students_full_name_with_its_group_is_stopped() -> None:
    assert severity("La alumna Mariana Torres Villarreal, del grupo 302, ganó.", "6.2") == "bloqueo"


def test_consent_for_every_person_shown_lets_the_name_pass() -> None:
    consented = (MediaFacts(person=True, consent="C-12"),)
    assert "6.2" not in rules(NAMED, media=consented)
    missing = (*consented, MediaFacts(person=True, consent=""))
    assert "6.2" in rules(NAMED, media=missing)


@pytest.mark.parametrize(
    "text",
    [
        "La doctora Mariana Torres Villarreal dio una conferencia a estudiantes.",
        "Estudiantes leyeron a Juan Rulfo y a Rosario Castellanos.",
        "El grupo visitó San Juan de Sabinas.",
        "Felicidades, Mariana, por tu medalla.",
        "Torneo en la unidad deportiva Francisco I. Madero, con alumnos de tres planteles.",
    ],
)
def test_adults_figures_places_and_first_names_pass(text: str) -> None:
    assert "6.2" not in rules(text)

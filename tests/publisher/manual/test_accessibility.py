from __future__ import annotations

import pytest

from tests.publisher.manual.reviews import fragments, rules, severity, verdict

TEXT = "Ceremonia de inicio de semestre."
GOOD = "Estudiantes en la explanada durante los honores a la bandera."


@pytest.mark.parametrize(
    ("alt", "expected"),
    [
        ("", "bloqueo"),
        ("   ", "bloqueo"),
        ("Foto", "advertencia"),
        ("IMG_20260224.jpg", "advertencia"),
        ("Dos alumnas", "advertencia"),
        ("a" * 251, "advertencia"),
        (GOOD, None),
    ],
)
def test_alt_texts(alt: str, expected: str | None) -> None:
    assert severity(TEXT, "12.1", alt_texts=(GOOD, alt)) == expected


def test_an_unknown_alt_text_is_not_judged() -> None:
    assert verdict(TEXT) == "ok"


def test_hashtags_are_few_and_in_camel_case() -> None:
    assert "12.2" not in rules("Orgullo #TodosSomosCECyTE #Coahuila #CECyTE")
    assert fragments("Orgullo #todossomoscecytecoahuila", "12.2") == ["#todossomoscecytecoahuila"]
    assert severity("#Uno #Dos #Tres #Cuatro #Cinco #Seis", "12.2") == "advertencia"


def test_emojis_are_few_and_outside_words() -> None:
    assert "12.3" not in rules("Feria de ciencias 🔬🧪")
    assert "12.3" not in rules("Bandera 🇲🇽 y familia 👨‍👩‍👧‍👦")
    assert severity("Feria 🎉📚🎓🏫", "12.3") == "advertencia"
    assert severity("Fer🎉ia", "12.3") == "advertencia"
    assert severity("🎉 Feria 🎉 hoy 🎉", "12.3") == "advertencia"


def test_decorative_letters_are_a_warning() -> None:
    assert fragments("𝓑𝓲𝓮𝓷𝓿𝓮𝓷𝓲𝓭𝓸𝓼 todos", "12.5") == ["𝓑𝓲𝓮𝓷𝓿𝓮𝓷𝓲𝓭𝓸𝓼"]
    assert "12.5" not in rules("Área de 5 m² y 3.º A")

from __future__ import annotations

import pytest

from tests.publisher.manual.reviews import fragments, line, rules, severity, verdict

TEXT = "Ceremonia de inicio de semestre."
OTHER = "La banda de guerra del plantel ensaya en el patio por la tarde."
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
    assert severity(TEXT, "12.1", alt_texts=(OTHER, alt)) == expected


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


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("Celebramos con #diadelabandera", True),
        ("Feria vocacional del plantel #feriavocacional", True),
        ("Nuestra #semanadelarte", True),
        ("Somos #orgullocecyte", True),
        ("Nuestra #SemanaDelArte", False),
        ("Vive la #robotica", False),
        ("Vive la #mecatronica con nosotros", False),
        ("Gran #desarrollo", False),
        ("#coahuila", False),
    ],
)
def test_a_tag_of_words_run_together_is_told_however_short(text: str, joined: bool) -> None:
    found = line({"text": text})["findings"]
    assert any(one["rule"] == "12.2" for one in found) is joined


def test_alt_texts_that_repeat_or_announce_themselves_are_told() -> None:
    scene = "Estudiantes en la explanada durante los honores a la bandera."
    twice = line({"text": "Honores.", "alt_texts": [scene, scene]})["findings"]
    assert [(one["rule"], one["severity"]) for one in twice] == [("12.1", "informativa")]
    named = line({"text": "Honores.", "alt_texts": ["Foto de " + scene.lower()]})["findings"]
    assert [(one["rule"], one["severity"]) for one in named] == [("12.1", "informativa")]

from __future__ import annotations

import pytest

from publisher.manual.privacy import is_clabe, national_number
from tests.publisher.manual.reviews import fragments, rules, severity


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("Su CURP es PEGA080315MCLRRNA4.", "PEGA080315MCLRRNA4"),
        ("RFC de la maestra: PEGA800315AB1", "PEGA800315AB1"),
        ("NSS 43078912345 de la alumna", "43078912345"),
        ("Transfiere a la CLABE 032180000118359719", "032180000118359719"),
        ("Tarjeta 4152 3137 8899 0015", "4152 3137 8899 0015"),
        ("El celular de la mamá es 844-555-0101", "844-555-0101"),
        ("Escríbeme a ana.perez@gmail.com", "ana.perez@gmail.com"),
        ("La alumna vive en la calle Aldama 34", "calle Aldama 34"),
        ("El dueño del carro con placas FKD-123-A", "FKD-123-A"),
    ],
)
def test_a_personal_datum_is_stopped_at_its_exact_place(text: str, fragment: str) -> None:
    assert severity(text, "6.3") == "bloqueo"
    assert fragment in fragments(text, "6.3")


@pytest.mark.parametrize(
    "text",
    [
        "Requisitos: CURP, NSS y comprobante de domicilio.",
        "Conmutador 844 555 0101, extensión 12.",
        "Línea de la Vida: 800 911 2000.",
        "Escribe a control.escolar@cecytec.edu.mx o a becas@sep.gob.mx.",
        "El plantel está en bulevar Fundadores 1500, colonia Mirasierra.",
        "Ciclo 2026-2027, oficio 0123456789, licitación 2026.",
        "Recaudamos $12,500.00 y sembramos 1,200 árboles.",
        "Del 3 al 7 de febrero, de 8:00 a 14:00 h.",
        "La obra se presenta a las 18:00 h en el Teatro de la Ciudad.",
    ],
)
def test_an_institutions_data_and_plain_numbers_pass(text: str) -> None:
    assert "6.3" not in rules(text)


def test_a_telephone_of_nobody_in_particular_is_a_warning() -> None:
    assert severity("Más detalles en el 844 555 0101.", "6.3") == "advertencia"


def test_a_clabe_is_recognised_by_its_check_digit() -> None:
    assert is_clabe("032180000118359719")
    assert not is_clabe("032180000118359718")
    assert not is_clabe("123")


@pytest.mark.parametrize(
    ("digits", "national"),
    [
        ("8445550101", "8445550101"),
        ("528445550101", "8445550101"),
        ("5218445550101", "8445550101"),
        ("12345", ""),
    ],
)
def test_mexican_numbers_are_read_with_and_without_prefix(digits: str, national: str) -> None:
    assert national_number(digits) == national

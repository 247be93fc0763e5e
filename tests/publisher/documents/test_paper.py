from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from publisher.documents import acta, sobre
from publisher.documents.acta import ActaSheet, HandedAccount
from publisher.documents.paper import kind_of
from publisher.documents.sobre import EnvelopeSheet, HeldValue
from tests.publisher.documents.test_comprobante import shown
from vault.secret import Secret

AT = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
NAME = "María de los Ángeles Guadalupe Ñáñez-Villarreal y Fernández de Córdoba"


def held(label: str, value: str) -> HeldValue:
    return HeldValue(label=label, value=Secret(value), version=3, since_words="20 nov 2026")


ENVELOPE = EnvelopeSheet(
    institution="Colegio de Estudios de Coahuila",
    procedure_code="PI-DV-DI-02",
    folio="SOB-2026-000012",
    plantel="CECyTE Ciudad Acuña (P01)",
    network="Facebook",
    account="cecyte.acuña",
    custodian=NAME,
    reason="Cambio de contraseña del trimestre",
    printed_by=NAME,
    printed_words="23 nov 2026, 10:00",
    next_rotation_words="22 may 2027",
    entry_id="00000000-0000-4000-8000-000000001234",
    digest="0123456789abcdef" * 4,
    values=(held("Contraseña", "Xk7ñÑZ"),),
    made_at=AT,
)
LINE = HandedAccount(
    network="Facebook",
    account="cecyte_acuña",
    before="K7M2QX",
    after="P9TW4A",
    changed_words="24 nov 2026, 09:15",
    changed_by="Ana Núñez",
)
ACTA = ActaSheet(
    institution="Colegio de Estudios de Coahuila",
    procedure_code="PI-DV-DI-02",
    folio="ACT-2026-000003",
    plantel="CECyTE Ciudad Acuña (P01)",
    state="complete",
    cause="Fin de la designación",
    witness="José Ángel Muñoz",
    opened_by="Dra. Sofía Ibáñez",
    opened_words="23 nov 2026, 10:00",
    holder=NAME,
    delivered_by=NAME,
    delivered_words="23 nov 2026, 10:05",
    receiver="Ana Núñez",
    received_words="24 nov 2026, 09:20",
    completed_by="Dra. Sofía Ibáñez",
    completed_words="24 nov 2026, 09:30",
    accounts=(LINE,),
    entry_id="00000000-0000-4000-8000-000000001234",
    seq=10482,
    head="0123456789abcdef" * 4,
    made_at=AT,
    made_words="24 nov 2026, 10:00",
)


def pages(pdf: bytes) -> list[str]:
    """Return what each page draws."""
    text = shown(pdf)
    cut = [match.end() for match in re.finditer(r"Página \d+ de \d+", text)]
    return [text[start:end] for start, end in zip([0, *cut], cut, strict=False)]


def boxed(page: str) -> str:
    """Return the single characters that stand in boxes of their own, in order."""
    return "".join(line for line in page.split("\n") if len(line) == 1)


def test_the_outside_shows_all_but_the_values_and_the_inside_shows_them() -> None:
    outside, inside = pages(sobre.render(ENVELOPE))

    for value in (NAME, "SOB-2026-000012", "cecyte.acuña, en Facebook", ENVELOPE.entry_id):
        assert value in outside
    for label in ("Número de sello", "Registro de aperturas", "Testigo", "22 may 2027", "Solapa"):
        assert label in outside
    assert boxed(outside) == ""
    assert "XkñÑZ" in re.sub(r"[\d]", "", boxed(inside))
    assert "Xk7" not in outside


def test_the_code_on_the_paper_never_holds_a_value() -> None:
    assert sobre.code(ENVELOPE).split("\n") == [
        "SOB-2026-000012",
        ENVELOPE.entry_id,
        ENVELOPE.digest,
    ]
    other = replace(ENVELOPE, values=(held("Contraseña", "otra"),))
    assert sobre.code(other) == sobre.code(ENVELOPE)


@pytest.mark.parametrize(
    ("mark", "kind"),
    [
        ("O", "may"),
        ("Ñ", "may"),
        ("l", "min"),
        ("ñ", "min"),
        ("0", "núm"),
        ("|", "sím"),
        ("€", "sím"),
        (" ", "esp"),
        ("\u00a0", "cód"),
        ("\u00ad", "cód"),
        ("\u0301", "cód"),
        ("\u200b", "cód"),
        ("🎓", "cód"),
        ("\u0430", "cód"),
    ],
)
def test_each_character_says_what_it_is(mark: str, kind: str) -> None:
    assert kind_of(mark) == kind


def test_what_the_font_lacks_is_given_by_its_code_and_nothing_is_composed() -> None:
    inside = pages(sobre.render(replace(ENVELOPE, values=(held("Contraseña", "e\u0301🎓"),))))[1]

    assert "0301" in inside
    assert "1F393" in inside
    assert "é" not in boxed(inside)


def test_a_sealed_sheet_printed_with_its_seal_has_it_written_on_its_lines() -> None:
    known = replace(ENVELOPE, seal_number="A-0042", place="Caja fuerte", responsible=NAME)

    outside = pages(sobre.render(known))[0]

    assert "A-0042" in outside
    assert "Caja fuerte" in outside


def test_ten_recovery_codes_and_all_fields_keep_the_outside_on_one_page() -> None:
    values = (
        held("Usuario", "redes.acuña@cecytecoahuila.edu.mx"),
        held("Contraseña", "correcto-caballo-batería-grapa-2026!"),
        held("Clave de la verificación en dos pasos", "JBSWY3DPEHPK3PXP" * 2),
        held("Códigos de recuperación", "\n".join(f"{n}821 93{n}7" for n in range(10))),
        held("Correo de recuperación", "vinculacion@cecytecoahuila.edu.mx"),
    )

    found = pages(sobre.render(replace(ENVELOPE, values=values)))

    assert len(found) == 3
    assert "Solapa" in found[0]
    assert "Contenido del sobre" in found[1]


def test_the_same_sheet_is_the_same_file_and_shows_no_secret_by_accident() -> None:
    assert sobre.render(ENVELOPE) == sobre.render(ENVELOPE)
    assert "Xk7" not in repr(ENVELOPE)


def test_the_acta_names_both_the_witness_and_every_account_with_its_proof() -> None:
    text = " ".join(shown(acta.render(ACTA)).split("\n"))

    for value in (
        NAME,
        "Ana Núñez",
        "José Ángel Muñoz",
        "Fin de la designación",
        "K7M2QX",
        "P9TW4A",
        "10482",
        ACTA.head[:32],
        "no conserva copia",
        "Firmó en Pregonero el 24 nov 2026, 09:20",
    ):
        assert value in text
    assert "no está cerrada" not in text
    assert acta.code(ACTA) == f"ACT-2026-000003\n{ACTA.entry_id}\n10482\n{ACTA.head}"


def test_an_acta_that_is_not_closed_says_what_is_missing() -> None:
    waiting = replace(
        ACTA,
        state="delivered",
        received_words="",
        completed_by="",
        completed_words="",
        accounts=(replace(LINE, after="", changed_words=""),),
    )

    text = shown(acta.render(waiting))

    assert "Esta acta no está cerrada: falta cambiar las contraseñas" in text
    assert text.count("pendiente") == 2
    assert "Sin firma en Pregonero" in text
    assert "Vo. Bo." not in text


def test_an_acta_in_somebody_s_absence_says_who_handed_over_instead() -> None:
    text = shown(acta.render(replace(ACTA, delivered_by="Dra. Sofía Ibáñez")))

    assert "Dra. Sofía Ibáñez, en ausencia de María" in text
    assert "no firma esta acta" in text
    nobody = shown(acta.render(replace(ACTA, holder="", delivered_by="Dra. Sofía Ibáñez")))
    assert "Nadie tenía la custodia" in nobody
    assert "en ausencia" not in nobody


def test_a_cancelled_acta_says_why_and_is_not_signed() -> None:
    cancelled = replace(
        ACTA, state="cancelled", cancelled_words="24 nov 2026", cancel_reason="Cambió de plantel."
    )

    text = shown(acta.render(cancelled))

    assert "se canceló el 24 nov 2026. Motivo: Cambió de plantel." in text
    assert "Vo. Bo." not in text


def test_twelve_accounts_keep_their_header_and_all_signatures_on_one_page() -> None:
    found = pages(acta.render(replace(ACTA, accounts=(LINE,) * 12)))

    assert len(found) > 1
    signed = [page for page in found if "Vo. Bo." in page]
    assert len(signed) == 1
    assert "Recibe" in signed[0]

from __future__ import annotations

import io
import re
import zlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PIL import Image

from publisher.documents.comprobante import (
    CorrectionLine,
    MediaLine,
    ReceiptSheet,
    file_name,
    render,
)
from publisher.documents.pdf import Document, Header, encodable

AT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
SHEET = ReceiptSheet(
    institution="Colegio de Estudios de Coahuila",
    procedure_code="PI-DV-DI-02",
    folio="PUB-2026-000123",
    plantel="CECyTE Acuña (P01)",
    network="Facebook",
    handle="cecyte_p01",
    scheduled_words="24 nov 2026, 09:00",
    published_words="24 nov 2026, 09:00",
    permalink="https://example.mx/p/1",
    remote_id="900_1",
    text="¡Ñandú! ¿Sí? Pingüino – «fin»…",
    media=(),
    author="María José Ñáñez",
    reviewer="",
    approver="Ana Núñez",
    on_behalf_of="",
    approved_words="23 nov 2026, 18:30",
    post_id=123,
    revision=2,
    digest="0123456789abcdef" * 4,
    manual="1.0",
    audit_ids=("a-1", "a-2"),
    made_at=AT,
    made_words="24 nov 2026, 10:00",
)


def shown(pdf: bytes) -> str:
    """Return the text that a PDF draws, line by line, in its own encoding."""
    lines = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            # a stream that ends in a return loses it to the pattern: no checksum is asked
            drawn = zlib.decompressobj().decompress(stream)
        except zlib.error:
            continue
        for block in re.findall(rb"BT (.*?) ET", drawn, re.DOTALL):
            found = re.findall(rb"\(((?:\\.|[^()\\])*)\) Tj", block, re.DOTALL)
            raw = re.sub(rb"\\(.)", rb"\1", b"".join(found))
            lines.append(raw.decode("windows-1252"))
    return "\n".join(lines)


def thumbnail() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (80, 60), "navy").save(buffer, "JPEG")
    return buffer.getvalue()


def test_the_receipt_shows_all_that_it_was_given_with_its_accents() -> None:
    text = shown(render(SHEET))

    for value in (
        SHEET.institution,
        SHEET.plantel,
        SHEET.text,
        SHEET.author,
        SHEET.approver,
        SHEET.permalink,
        SHEET.digest,
        "123, revisión 2",
        "a-1",
        "a-2",
        "Procedimiento PI-DV-DI-02  ·  Folio PUB-2026-000123",
        "Página 1 de 1",
    ):
        assert value in text


def test_what_is_not_known_has_no_row() -> None:
    text = shown(render(SHEET))

    assert "Dictaminó" not in text
    assert "por delegación" not in text
    delegated = shown(render(replace(SHEET, on_behalf_of="Dra. Sofía Ibáñez")))
    assert "Ana Núñez, por delegación de Dra. Sofía Ibáñez" in delegated


def test_the_same_receipt_is_the_same_file() -> None:
    assert render(SHEET) == render(SHEET)


def test_what_the_font_lacks_is_named_and_a_note_says_so() -> None:
    text = shown(render(replace(SHEET, text="Hola 🎓👩‍🎓")))

    assert "Hola [U+1F393][U+1F469][U+1F393]" in text
    assert "código Unicode" in text
    assert "código Unicode" not in shown(render(SHEET))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("n\u0303", "ñ"),
        ("a\tb", "a    b"),
        ("a\r\nb", "a\nb"),
        ("a\x07b", "ab"),
        ("€ “x” – …", "€ “x” – …"),
        ("日", "[U+65E5]"),
    ],
)
def test_text_is_composed_before_it_is_drawn(given: str, expected: str) -> None:
    assert encodable(given) == expected


def test_a_long_receipt_numbers_its_pages_and_repeats_its_header() -> None:
    media = tuple(
        MediaLine(
            position=number,
            file_name=f"graduación_{number}.jpg",
            sha256="ab" * 32,
            alt_text="Alumnas con toga." if number else "",
            thumbnail=thumbnail() if number < 4 else None,
        )
        for number in range(10)
    )
    text = shown(render(replace(SHEET, text="Línea larga de texto. " * 300, media=media)))

    pages = re.findall(r"Página (\d) de (\d)", text)
    assert len(pages) >= 2
    assert [int(page) for page, _ in pages] == list(range(1, len(pages) + 1))
    assert {total for _, total in pages} == {str(len(pages))}
    assert text.count("Folio PUB-2026-000123") == len(pages)
    assert "(sin texto alternativo)" in text


def test_only_a_web_address_becomes_a_link() -> None:
    assert b"/URI (https://example.mx/p/1)" in render(SHEET)
    assert b"/URI" not in render(replace(SHEET, permalink="javascript:alert(1)"))


def test_what_was_corrected_is_shown_after_what_it_replaced_and_by_whom() -> None:
    line = CorrectionLine(
        when="25 nov 2026, 12:00",
        part=0,
        text="El taller abre a las 11:00 h.",
        reason="La hora publicada era otra.",
        person="Luz Peña",
        approver="Ana Núñez",
        on_behalf_of="Dra. Sofía Ibáñez",
        digest="fedcba98" * 8,
    )
    sheet = replace(SHEET, corrections=(line,), by_hand="Luz Peña", removed_words="1 dic 2026")
    text = shown(render(sheet))

    assert text.index(SHEET.text) < text.index(line.text)
    for value in (
        "Corregida después de publicarse",
        line.reason,
        "Ana Núñez, por delegación de Dra. Sofía Ibáñez",
        "Publicada a mano por Luz Peña, que anotó su enlace",
        "Retirada de la red",
    ):
        assert value in text
    assert "orregida" not in shown(render(SHEET))


def test_an_empty_text_is_said_to_be_empty() -> None:
    assert "(sin texto)" in shown(render(replace(SHEET, text="")))


def test_the_file_s_name_is_plain_ascii() -> None:
    assert file_name(SHEET) == "comprobante-PUB-2026-000123.pdf"
    assert file_name(replace(SHEET, folio="../Ñ\n1")) == "comprobante-1.pdf"
    assert file_name(replace(SHEET, folio="")) == "comprobante-123.pdf"


def test_the_document_says_its_language_and_title() -> None:
    document = Document(Header(institution="C", title="Título"), made_at=AT, made_words="hoy")
    document.table(("a", "b"), [("1", "2")])

    pdf = document.finish()

    assert b"/Lang (es-MX)" in pdf
    assert pdf.startswith(b"%PDF-1.")

"""The manual on paper: every rule, and an index that names its page."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from publisher.documents.manual import ManualSheet, file_name, render
from publisher.manual import editing
from publisher.manual.document import from_data, shipped, to_data
from tests.publisher.documents.test_comprobante import shown

SHEET = ManualSheet(
    institution="Colegio de Estudios de Coahuila",
    manual=shipped(),
    state="En vigor",
    since_words="1 dic 2026, 00:00",
    approved_by="Sofía Lara",
    summary="Se agregan los periodos electorales de 2027.",
    made_at=datetime(2026, 11, 23, 16, 0, tzinfo=UTC),
    made_words="23 nov 2026, 10:00",
)


def test_every_rule_is_printed_and_the_index_names_its_page() -> None:
    text = shown(render(SHEET))
    for rule in shipped().rules:
        assert text.count(f"{rule.id} {rule.title}") == 2, rule.id
    assert "Sofía Lara" in text
    assert SHEET.manual.hash in text.replace("\n", "")
    pages = re.findall(r"16\.3 Correcciones\n(\d+)", text)
    total = max(int(one) for one in re.findall(r"Página (\d+) de", text))
    assert 3 < int(pages[0]) <= total


def test_an_index_of_many_pages_finds_its_room() -> None:
    row = {"text": "Texto.", "kind": "human", "severity": "informativa"}
    rules = [row | {"id": f"1.{number}", "title": f"Regla {number}"} for number in range(1, 100)]
    data = to_data(shipped())
    manual = from_data(data | {"sections": data["sections"][:1], "rules": rules})
    drawn = render(replace(SHEET, manual=manual))
    assert "1.99 Regla 99" in shown(drawn)
    assert drawn == render(replace(SHEET, manual=manual))


def test_the_file_has_a_safe_name() -> None:
    odd = editing.renumbered(shipped(), "2/0 ñ")
    assert file_name(odd) == "manual-2-0.pdf"

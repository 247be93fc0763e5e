"""The page of prices and errors says what is in force."""

from __future__ import annotations

from pathlib import Path

from connectors import prices, refusals, table

PAGE = Path(__file__).parents[2] / "docs" / "redes.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == table.text(), "run: python -m connectors.table"


def test_the_page_has_every_price_and_error() -> None:
    rows = [line for line in table.text().splitlines() if line.startswith("| ")]
    assert len(rows) == 2 + len(prices.rows()) + len(refusals.entries())


def test_it_writes_where_it_is_told(tmp_path: Path) -> None:
    assert table.main([str(tmp_path / "redes.md")]) == 0
    assert (tmp_path / "redes.md").read_text("utf-8") == table.text()

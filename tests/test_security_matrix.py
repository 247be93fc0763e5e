"""Each row of docs/seguridad.md names a requirement, its control and tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROWS = [
    line
    for line in (ROOT / "docs" / "seguridad.md").read_text().splitlines()
    if re.match(r"\| \d", line)
]


def test_every_test_that_the_matrix_names_exists() -> None:
    assert len(ROWS) > 45
    missing = []
    for row in ROWS:
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row)
        assert named, f"without a test: {row}"
        for file, name in named:
            path = ROOT / file
            if not path.is_file() or f"def {name}(" not in path.read_text():
                missing.append(f"{file}::{name}")
    assert missing == []


def test_every_row_names_its_requirements_and_says_what_is_done() -> None:
    for row in ROWS:
        items, control, _ = (cell.strip() for cell in row.strip("|").split("|"))
        assert all(re.fullmatch(r"\d+\.\d+\.\d+", one.strip()) for one in items.split(",")), row
        assert control.endswith("."), row

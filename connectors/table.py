"""Writes ``docs/redes.md``: what networks bill and what their errors mean, from the data in force.

    python -m connectors.table [docs/redes.md]

What connectors can do and their limits are in ``docs/conectores.md`` (``connectors.catalogue``).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from connectors import prices, refusals, texts

DEFAULT = Path("docs/redes.md")


def text() -> str:
    """Return the whole page."""
    return "\n".join(
        [
            f"# {texts.PAGE_TITLE}",
            "",
            texts.PAGE_INTRO,
            "",
            f"## {texts.PAGE_PRICES}",
            "",
            *_table(texts.PAGE_PRICES_HEAD, _prices()),
            "",
            f"## {texts.PAGE_ERRORS}",
            "",
            texts.PAGE_ERRORS_INTRO,
            "",
            *_table(texts.PAGE_ERRORS_HEAD, _errors()),
            "",
        ]
    )


def _prices() -> Iterable[Sequence[object]]:
    for row in prices.rows():
        dollars = f"{row.micros / prices.MICROS:.3f}"
        yield texts.NAMES[row.network], row.item, dollars, row.since, row.source, row.date


def _errors() -> Iterable[Sequence[object]]:
    for row in refusals.entries():
        unsure = texts.PAGE_UNSURE if row.unsure else ""
        yield row.network, row.signs, row.name, row.meaning, unsure, row.sentence


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows:
        cells = (str(cell).replace("|", "\\|").replace("\n", " ") for cell in row)
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def main(arguments: Sequence[str]) -> int:
    """Write the page to the path given, or to its place."""
    path = Path(arguments[0]) if arguments else DEFAULT
    path.write_text(text(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

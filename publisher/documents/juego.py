"""One sheet of the recovery kit: a half of the master key, to be typed back by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from publisher.documents.paper import Paper
from publisher.documents.pdf import Header
from publisher.texts import kit as texts
from vault.kit import Half


@dataclass(frozen=True, kw_only=True)
class KitSheet:
    """Everything that a sheet shows; ``keys`` are the ids of what the kit opens."""

    institution: str
    half: Half
    keys: tuple[str, ...]
    entry_id: str
    printed_by: str
    made_at: datetime
    made_words: str


def render(sheet: KitSheet) -> bytes:
    """Return the sheet as PDF, one page."""
    code = sheet.half.code
    head = Header(
        institution=sheet.institution,
        title=texts.TITLE.format(half=code.half),
        folio=f"{code.kit}-{code.half}",
        subject=texts.SUBJECT,
    )
    paper = Paper(head, made_at=sheet.made_at, made_words=sheet.made_words)
    paper.paragraph(texts.WHAT.format(other=3 - code.half))
    paper.facts(
        [
            (texts.KEYS, ", ".join(sheet.keys)),
            (texts.PRINTED, texts.PRINTED_BY.format(when=sheet.made_words, name=sheet.printed_by)),
            (texts.ENTRY, sheet.entry_id),
        ]
    )
    paper.section(texts.CONTENT)
    paper.typed(
        [
            (texts.CODE, code.text),
            *((str(n), line) for n, line in enumerate(sheet.half.lines, start=1)),
        ],
        code=sheet.half.scanned,
    )
    paper.paragraph(texts.LETTERS, muted=True)
    paper.section(texts.HOW)
    paper.paragraph(texts.STEPS)
    paper.section(texts.CUSTODY)
    paper.blanks([(label, "") for label in texts.BLANKS])
    return paper.finish()

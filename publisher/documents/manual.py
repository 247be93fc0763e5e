"""The manual de contenidos on paper: who answers for it, an index with pages, and every rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.errors import FPDFException
from fpdf.outline import OutlineSection

from publisher.documents.pdf import Document, Header
from publisher.manual.comparison import facts
from publisher.manual.comparison import words as value_words
from publisher.manual.document import Example, Manual, Rule
from publisher.texts import manual_paper as texts
from publisher.texts import manual_words as words

_INK: Final = (31, 41, 55)
_MUTED: Final = (90, 98, 112)
_LINE: Final = 5.2
_ROOM: Final = 34.0
_INDEX_MAX: Final = 12
_INDEX_LINES: Final = 43  # on a page, at least


@dataclass(frozen=True, kw_only=True)
class ManualSheet:
    """A version and what is known of it; times are already words where the institution is."""

    institution: str
    manual: Manual
    state: str
    since_words: str
    approved_by: str
    summary: str
    made_at: datetime
    made_words: str


class _Book(Document):
    """A document with an index of sections and rules, drawn where it was announced."""

    def index(self, pages: int) -> None:
        """Leave so many pages for the index, the first of its own; the rest follows after them."""
        self._pdf.add_page()
        self.section(texts.INDEX)
        self._pdf.insert_toc_placeholder(self._entries, pages=pages)

    def chapter(self, title: str) -> None:
        """Begin a section that the index and the reader's outline name."""
        if self._pdf.will_page_break(_ROOM):
            self._pdf.add_page()
        self._pdf.start_section(self._fit(title), level=0)
        self.section(title, room=_ROOM)

    def rule(self, title: str, facts: str) -> None:
        """Begin a rule: its title, and what it weighs in small letters."""
        pdf = self._pdf
        if pdf.will_page_break(_ROOM):
            pdf.add_page()
        pdf.start_section(self._fit(title), level=1)
        pdf.ln(1.5)
        pdf.set_font("Helvetica", "B", 10.5)
        pdf.set_text_color(*_INK)
        pdf.multi_cell(0, 5.4, self._fit(title), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        pdf.set_font("Helvetica", "", 8.5)
        pdf.set_text_color(*_MUTED)
        pdf.multi_cell(0, 4.4, self._fit(facts), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        pdf.ln(0.8)

    def _entries(self, pdf: FPDF, outline: list[OutlineSection]) -> None:
        for entry in outline:
            link = pdf.add_link(page=entry.page_number)
            top = entry.level == 0
            indent = 0 if top else 6
            pdf.set_font("Helvetica", "B" if top else "", 10 if top else 9.5)
            pdf.set_text_color(*_INK)
            pdf.set_x(pdf.l_margin + indent)
            number = str(entry.page_number)
            width = pdf.epw - indent - 12
            name = _cut(pdf, entry.name, width)
            pdf.cell(width, _LINE, name, link=link)
            pdf.cell(12, _LINE, number, align="R", link=link, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def render(sheet: ManualSheet) -> bytes:
    """Return the manual as PDF, with an index that leads to each rule.

    How many pages the index takes is known when it is drawn: more are left until it fits.
    """
    lines = len(sheet.manual.sections) + len(sheet.manual.rules)
    for pages in range(1 + lines // _INDEX_LINES, _INDEX_MAX):
        try:
            return _draw(sheet, pages)
        except FPDFException:
            continue
    return _draw(sheet, _INDEX_MAX)


def _draw(sheet: ManualSheet, pages: int) -> bytes:
    manual = sheet.manual
    head = Header(
        institution=sheet.institution,
        title=manual.title,
        folio=texts.FOLIO.format(id=manual.id, version=manual.version),
        subject=texts.SUBJECT,
    )
    book = _Book(head, made_at=sheet.made_at, made_words=sheet.made_words)
    _front(book, sheet)
    book.index(pages)
    for section in manual.sections:
        rules = [rule for rule in manual.rules if rule.section == section.id]
        if rules:
            book.chapter(f"{section.id}. {section.title}")
        for rule in rules:
            _rule(book, rule)
    return book.finish()


def file_name(manual: Manual) -> str:
    """Return a safe name for the file."""
    safe = "".join(mark if mark.isascii() and mark.isalnum() else "-" for mark in manual.version)
    return f"manual-{safe.strip('-') or 'contenidos'}.pdf"


def _front(book: _Book, sheet: ManualSheet) -> None:
    manual = sheet.manual
    until = value_words(manual.valid_until) if manual.valid_until else texts.NO_END
    rows = [
        (texts.VERSION, manual.version),
        (texts.STATE, sheet.state),
        (texts.SINCE, sheet.since_words),
        (texts.VALID, texts.FROM_TO.format(start=value_words(manual.valid_from), end=until)),
        (texts.APPROVED_BY, sheet.approved_by or texts.NOBODY),
        *([(texts.SUMMARY, sheet.summary)] if sheet.summary else []),
        (texts.DIGEST, manual.hash),
    ]
    book.facts(rows)
    if manual.signers:
        book.section(texts.SIGNERS)
        book.table(
            (texts.FUNCTION, texts.NAME, texts.SIGNATURE),
            [(function, name, "") for function, name in manual.signers],
            widths=(2, 4, 3),
        )
    book.section(texts.HOW)
    book.paragraph(texts.HOW_BODY)


def _rule(book: _Book, rule: Rule) -> None:
    line = [words.SEVERITIES[rule.severity], words.KINDS[rule.kind]]
    if rule.category:
        line.append(words.CATEGORIES[rule.category])
    book.rule(f"{rule.id} {rule.title}", " · ".join(line))
    book.paragraph(rule.text)
    rows = [
        (words.parameter(name), _value(value))
        for name, value in rule.parameters.items()
        if not _rows(value)
    ]
    for matches, label in ((True, texts.MATCHES), (False, texts.MATCHES_NOT)):
        told = [_example(one) for one in rule.examples if one.matches is matches]
        if told:
            rows.append((label, "\n".join(told)))
    book.facts(rows)
    for name, value in rule.parameters.items():
        if _rows(value):
            _table(book, words.parameter(name), value)


def _rows(value: Any) -> bool:
    return isinstance(value, list | tuple) and any(isinstance(one, Mapping) for one in value)


def _table(book: _Book, label: str, rows: Sequence[Mapping[str, Any]]) -> None:
    names = list(dict.fromkeys(str(name) for row in rows for name in row))
    book.paragraph(label, muted=True)
    cells = [[value_words(row.get(name, "")) for name in names] for row in rows]
    longest = [max(len(line[column]) for line in cells) for column in range(len(names))]
    book.table(
        [words.column(name) for name in names],
        cells,
        widths=[min(max(length, 12), 40) for length in longest],
    )


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {one}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(value_words(one) for one in value) or texts.NONE
    return value_words(value)


def _example(example: Example) -> str:
    told = facts(example.facts)
    return f"«{example.text}»" + (f" ({told})" if told else "")


def _cut(pdf: FPDF, name: str, width: float) -> str:
    """Return ``name`` in one line of the index."""
    if pdf.get_string_width(name) <= width:
        return name
    while name and pdf.get_string_width(name + "…") > width:
        name = name[:-1]
    return name.rstrip() + "…"

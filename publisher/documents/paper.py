"""Sheets that people sign: what a letter page needs besides text when it lives on paper.

QR codes are drawn as rectangles, so that no picture file is made; the letters of a secret stand one
to a box, with what each one is, because l, I and 1 look alike in every font.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import segno
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from publisher.documents.pdf import Document
from publisher.texts import paper as texts

_INK: Final = (31, 41, 55)
_MUTED: Final = (90, 98, 112)
_LINE: Final = (120, 128, 140)
_SHADE: Final = (232, 235, 240)
_QUIET: Final = 4
_BOX_WIDTH: Final = 7.0
_BOX_HEIGHT: Final = 9.0
_BOX_ROW: Final = 16.5
_SIGN_HEIGHT: Final = 33.0
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Zl", "Zp", "Zs"})


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who signs: ``part`` (entrega, testigo…), the name, and what is already known of it."""

    part: str
    name: str
    detail: str = ""


class Paper(Document):
    """A document with boxes for letters, lines to fill in and to sign on, and QR codes."""

    def new_page(self, title: str) -> None:
        """Begin a page with a title of its own."""
        pdf = self._pdf
        pdf.add_page()
        pdf.set_font("Helvetica", "B", 17)
        pdf.set_text_color(*_INK)
        pdf.multi_cell(0, 8, self._fit(title), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        pdf.ln(2)

    def gap(self, height: float = 2.0) -> None:
        """Leave ``height`` millimetres free."""
        self._pdf.ln(height)

    def proof(self, code: str, rows: Sequence[tuple[str, str]], *, size: float = 32.0) -> None:
        """Add a QR of ``code``, ``size`` millimetres wide, with facts at its right."""
        pdf = self._pdf
        if pdf.will_page_break(size + 4):
            pdf.add_page()
        top, margin = pdf.get_y(), pdf.l_margin
        self._qr(code, margin, top, size)
        pdf.set_left_margin(margin + size + 4)
        self.facts(rows)
        pdf.set_left_margin(margin)
        pdf.set_xy(margin, max(pdf.get_y(), top + size + 1))

    def typed(self, rows: Sequence[tuple[str, str]], *, code: str, size: float = 52.0) -> None:
        """Add lines to be typed by hand, each with its label, and a QR of the same at their right.

        Each line is groups of letters; the rows are ruled, so that the eye stays in its own.
        """
        pdf = self._pdf
        height = 6.8
        if pdf.will_page_break(max(size, height * len(rows))):
            pdf.add_page()
        top, right = pdf.get_y(), pdf.l_margin + pdf.epw - size - 4
        self._qr(code, right + 4, top, size)
        for number, (label, line) in enumerate(rows):
            y = top + number * height
            if number % 2 == 0:
                pdf.set_fill_color(*_SHADE)
                pdf.rect(pdf.l_margin, y, right - pdf.l_margin, height, style="F")
            pdf.set_xy(pdf.l_margin + 2, y)
            pdf.set_font("Helvetica", "", 9)
            pdf.set_text_color(*_MUTED)
            pdf.cell(15, height, self._fit(label))
            pdf.set_font("Courier", "B", 14)
            pdf.set_text_color(0, 0, 0)
            pdf.cell(0, height, line)
        pdf.set_xy(pdf.l_margin, top + max(size, height * len(rows)) + 1)

    def letters(self, value: str) -> None:
        """Write ``value`` one character to a box; each box says what it holds.

        Its lines count their own positions; short ones (recovery codes) stand side by side.
        """
        pdf = self._pdf
        across, used = int(pdf.epw // _BOX_WIDTH), 0
        for line in value.replace("\r\n", "\n").split("\n"):
            for start in range(0, len(line), across):
                part = line[start : start + across]
                if used and (start or used + 1 + len(part) > across):
                    pdf.ln(_BOX_ROW)
                    used = 0
                if not used and pdf.will_page_break(_BOX_ROW):
                    pdf.add_page()
                column = used + 1 if used else 0
                self._boxes(part, start, pdf.l_margin + column * _BOX_WIDTH)
                used = column + len(part)
        pdf.ln(_BOX_ROW)

    def blanks(self, rows: Sequence[tuple[str, str]]) -> None:
        """Add lines to fill in by hand; a value that is known is already written on its line."""
        pdf = self._pdf
        for label, value in rows:
            if pdf.will_page_break(8):
                pdf.add_page()
            top = pdf.get_y()
            pdf.set_font("Helvetica", "", 9.5)
            pdf.set_text_color(*_MUTED)
            pdf.cell(48, 7, self._fit(label))
            pdf.set_font("Helvetica", "", 10.5)
            pdf.set_text_color(*_INK)
            pdf.set_x(pdf.l_margin + 50)
            pdf.cell(0, 7, self._fit(value))
            pdf.set_draw_color(*_LINE)
            pdf.line(pdf.l_margin + 50, top + 6, pdf.w - pdf.r_margin, top + 6)
            pdf.set_xy(pdf.l_margin, top + 7.4)

    def log(
        self, headers: Sequence[str], *, widths: Sequence[int], lines: int, height: float = 8.0
    ) -> None:
        """Add an empty table of ``lines`` rows, to be written by hand."""
        pdf = self._pdf
        pdf.set_font("Helvetica", "", 8.5)
        pdf.set_text_color(*_INK)
        pdf.set_draw_color(*_LINE)
        pdf.set_fill_color(255, 255, 255)
        style = FontFace(emphasis="BOLD", color=_INK, fill_color=_SHADE)
        with pdf.table(
            headings_style=style, line_height=4.6, padding=1.2, col_widths=tuple(widths)
        ) as grid:
            head = grid.row()
            for header in headers:
                head.cell(self._fit(header))
            for _ in range(lines):
                row = grid.row(min_height=height)
                for _ in headers:
                    row.cell("")
        pdf.ln(2)

    def signatures(self, title: str, people: Sequence[Signature]) -> None:
        """Add a section with a line to sign on for each person, two side by side, on one page."""
        self.section(title, room=12 + _SIGN_HEIGHT * ((len(people) + 1) // 2))
        pdf = self._pdf
        width = (pdf.epw - 14) / 2
        for start in range(0, len(people), 2):
            top, bottom = pdf.get_y(), 0.0
            for place, person in enumerate(people[start : start + 2]):
                left = pdf.l_margin + place * (width + 14)
                bottom = max(bottom, self._signature(person, left, top, width))
            pdf.set_xy(pdf.l_margin, bottom + 3)

    def strip(self, rule: str, folio: str, code: str, parts: Sequence[str]) -> None:
        """Add the strip to cut out and glue over the flap, signed half on each side of its edge.

        ``rule`` says so above it.
        """
        pdf = self._pdf
        height = 40.0
        if pdf.will_page_break(height + 7):
            pdf.add_page()
        self._small(rule, pdf.l_margin, pdf.get_y(), pdf.epw, align="L", size=8)
        pdf.set_xy(pdf.l_margin, pdf.get_y() + 5)
        left, top, width = pdf.l_margin, pdf.get_y(), pdf.epw
        middle = top + height / 2
        pdf.set_draw_color(*_LINE)
        with self._dashed(2.0):
            pdf.rect(left, top, width, height)
        with self._dashed(0.8):
            pdf.line(left + 34, middle, left + width, middle)
        self._qr(code, left + 2, top + 2, 30)
        self._small(folio, left + 2, top + 33, 30)
        self._small(texts.FLAP, left + 36, top + 1.5, width - 38, align="L")
        self._small(texts.BODY, left + 36, top + height - 5, width - 38, align="L")
        part_width = (width - 38) / len(parts)
        for number, part in enumerate(parts):
            x = left + 36 + number * part_width
            self._small(part, x, top + height - 9.5, part_width - 4)
            if number:
                pdf.line(x - 2, top + 6, x - 2, top + height - 6)
        pdf.set_xy(left, top + height + 2)

    def _signature(self, person: Signature, left: float, top: float, width: float) -> float:
        pdf = self._pdf
        pdf.set_draw_color(*_LINE)
        pdf.set_xy(left, top)
        pdf.set_font("Helvetica", "B", 9)
        pdf.set_text_color(*_MUTED)
        pdf.cell(width, 4.6, self._fit(person.part))
        pdf.line(left, top + 18, left + width, top + 18)
        pdf.set_xy(left, top + 19)
        pdf.set_font("Helvetica", "", 9.5)
        pdf.set_text_color(*_INK)
        pdf.multi_cell(
            width, 4.6, self._fit(person.name), align="L", new_x=XPos.LEFT, new_y=YPos.NEXT
        )
        pdf.set_font("Helvetica", "", 8)
        pdf.set_text_color(*_MUTED)
        if person.detail:
            pdf.multi_cell(
                width, 4, self._fit(person.detail), align="L", new_x=XPos.LEFT, new_y=YPos.NEXT
            )
        return float(pdf.get_y())

    def _boxes(self, part: str, start: int, left: float) -> None:
        pdf = self._pdf
        top = pdf.get_y()
        pdf.set_draw_color(*_LINE)
        for place, mark in enumerate(part):
            x, number = left + place * _BOX_WIDTH, start + place + 1
            kind = kind_of(mark)
            if number == 1 or number % 5 == 0:
                self._small(str(number), x, top, _BOX_WIDTH, size=6)
            shaded = kind == texts.DIGIT
            pdf.set_fill_color(*(_SHADE if shaded else (255, 255, 255)))
            pdf.rect(x, top + 3, _BOX_WIDTH, _BOX_HEIGHT, style="DF")
            if kind == texts.CODE:
                self._small("U+", x, top + 4, _BOX_WIDTH, size=6)
                self._small(f"{ord(mark):04X}", x, top + 7.5, _BOX_WIDTH, size=6)
            elif mark != " ":
                pdf.set_font("Courier", "B", 15)
                pdf.set_text_color(0, 0, 0)
                pdf.set_xy(x, top + 3)
                pdf.cell(_BOX_WIDTH, _BOX_HEIGHT, mark, align="C")
            self._small(kind, x, top + 3 + _BOX_HEIGHT, _BOX_WIDTH, size=6)
        pdf.set_xy(pdf.l_margin, top)

    def _qr(self, data: str, x: float, y: float, size: float) -> None:
        matrix = segno.make(data, error="m", micro=False).matrix
        pitch = size / (len(matrix) + 2 * _QUIET)
        pdf = self._pdf
        pdf.set_fill_color(255, 255, 255)
        pdf.rect(x, y, size, size, style="F")
        pdf.set_fill_color(0, 0, 0)
        for number, row in enumerate(matrix):
            column = 0
            for dark, run in groupby(row, bool):
                length = len(list(run))
                if dark:
                    pdf.rect(
                        x + (column + _QUIET) * pitch,
                        y + (number + _QUIET) * pitch,
                        # a hair over, or viewers show seams between the rows
                        length * pitch,
                        pitch * 1.02,
                        style="F",
                    )
                column += length

    def _small(
        self, text: str, x: float, y: float, width: float, *, size: float = 7.5, align: str = "C"
    ) -> None:
        pdf = self._pdf
        pdf.set_font("Helvetica", "", size)
        pdf.set_text_color(*_MUTED)
        pdf.set_xy(x, y)
        pdf.cell(width, size * 0.5, self._fit(text), align=align)

    @contextmanager
    def _dashed(self, dash: float) -> Iterator[None]:
        self._pdf.set_dash_pattern(dash=dash, gap=dash)
        yield
        self._pdf.set_dash_pattern()


def kind_of(mark: str) -> str:
    """Return the short word that tells what one character is."""
    category = unicodedata.category(mark)
    if mark == " ":
        return texts.SPACE
    if category in _INVISIBLE or not _printable(mark):
        return texts.CODE
    return {"Lu": texts.UPPER, "Ll": texts.LOWER, "Nd": texts.DIGIT}.get(category, texts.SYMBOL)


def _printable(mark: str) -> bool:
    try:
        mark.encode("windows-1252")
    except UnicodeEncodeError:
        return False
    return True

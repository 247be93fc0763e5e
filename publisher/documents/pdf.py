"""The one PDF helper: a letter page with the institution's header, folio and page n of m.

The standard Helvetica of every PDF reader is used with the Windows-1252 encoding: it has every
Spanish letter, and no font file is carried along. What it lacks (emoji, other scripts) is printed
as its code point, ``[U+1F393]``, and a note says so: nothing of a text disappears silently.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final

from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos
from fpdf.fonts import FontFace

from publisher.texts import documents as texts

_ENCODING: Final = "windows-1252"
_FONT: Final = "Helvetica"
_INK: Final = (31, 41, 55)
_MUTED: Final = (90, 98, 112)
_RULE: Final = (200, 205, 213)
_SHADE: Final = (243, 245, 248)
_MARGIN: Final = 20.0
_PAGE_WIDTH: Final = 24.0
_KEY_WIDTH: Final = 48.0
_JOINERS: Final = frozenset({0x200D, 0xFE0E, 0xFE0F})


@dataclass(frozen=True, kw_only=True)
class Header:
    """What stands on every page; ``folio`` and ``procedure`` may be empty."""

    institution: str
    title: str
    folio: str = ""
    procedure: str = ""
    subject: str = ""


class _Page(FPDF):
    """The page's own header and footer; fpdf2 calls them on every page."""

    def __init__(self, head: Header, made: str) -> None:
        super().__init__(orientation="portrait", unit="mm", format="letter")
        self._head = head
        self._made = made

    def header(self) -> None:
        """Draw the institution, the procedure and the folio above a rule."""
        codes = [
            texts.PROCEDURE.format(code=self._head.procedure) if self._head.procedure else "",
            texts.FOLIO.format(folio=self._head.folio) if self._head.folio else "",
        ]
        self.set_y(10)
        self.set_font(_FONT, "B", 9)
        self.set_text_color(*_INK)
        self.multi_cell(
            0,
            4.4,
            encodable(self._head.institution),
            align="L",
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )
        self.set_font(_FONT, "", 8.5)
        self.set_text_color(*_MUTED)
        right = "  ·  ".join(code for code in codes if code)
        self.cell(0, 4.4, encodable(right), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_draw_color(*_RULE)
        self.line(self.l_margin, self.get_y() + 1, self.w - self.r_margin, self.get_y() + 1)
        self.ln(6)

    def footer(self) -> None:
        """Draw when it was made, and page n of m."""
        self.set_y(-15)
        self.set_font(_FONT, "", 8)
        self.set_text_color(*_MUTED)
        self.cell(self.epw - _PAGE_WIDTH, 5, encodable(self._made))
        # Left-aligned in its own width: the total is only known, and set in, at the end.
        self.cell(0, 5, texts.PAGE.format(page=self.page_no(), total="{nb}"))


class Document:
    """A document built from top to bottom; ``finish`` gives its bytes, once.

    The same content and ``made_at`` give the same bytes.
    """

    def __init__(self, head: Header, *, made_at: datetime, made_words: str) -> None:
        self._pdf = _Page(head, texts.GENERATED.format(when=made_words))
        self._replaced = False
        pdf = self._pdf
        pdf.core_fonts_encoding = _ENCODING
        pdf.set_margins(_MARGIN, 24, _MARGIN)
        pdf.c_margin = 0
        pdf.set_auto_page_break(auto=True, margin=22)
        pdf.set_lang("es-MX")
        pdf.set_title(head.title)
        pdf.set_author(head.institution)
        pdf.set_subject(head.subject or head.title)
        pdf.set_creator("Pregonero")
        pdf.set_creation_date(made_at)
        pdf.add_page()
        pdf.set_font(_FONT, "B", 17)
        pdf.set_text_color(*_INK)
        pdf.multi_cell(0, 8, self._fit(head.title), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        pdf.ln(2)

    def section(self, title: str, *, room: float = 24) -> None:
        """Begin a section; its title and ``room`` millimetres under it stand on one page."""
        pdf = self._pdf
        if pdf.will_page_break(room):
            pdf.add_page()
        pdf.ln(3)
        pdf.set_font(_FONT, "B", 11)
        pdf.set_text_color(*_INK)
        pdf.cell(0, 6, self._fit(title), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        pdf.set_draw_color(*_RULE)
        pdf.line(pdf.l_margin, pdf.get_y() + 0.5, pdf.w - pdf.r_margin, pdf.get_y() + 0.5)
        pdf.ln(2.5)

    def paragraph(self, text: str, *, muted: bool = False, boxed: bool = False) -> None:
        """Add running text with its line breaks; ``boxed`` sets a quoted text apart."""
        pdf = self._pdf
        if muted:
            pdf.ln(3)
        pdf.set_font(_FONT, "", 9 if muted else 10.5)
        pdf.set_text_color(*(_MUTED if muted else _INK))
        pdf.set_fill_color(*_SHADE)
        pdf.multi_cell(
            0,
            4.6 if muted else 5.4,
            self._fit(text),
            align="L",
            fill=boxed,
            padding=3 if boxed else 0,
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )
        pdf.ln(1.5)

    def facts(self, rows: Sequence[tuple[str, str]], *, links: Sequence[str] = ()) -> None:
        """Add key and value rows; a value that is one of ``links`` becomes a link."""
        pdf = self._pdf
        for name, value in rows:
            if pdf.will_page_break(10):
                pdf.add_page()
            top = pdf.get_y()
            pdf.set_font(_FONT, "", 9.5)
            pdf.set_text_color(*_MUTED)
            pdf.multi_cell(
                _KEY_WIDTH, 5.2, self._fit(name), align="L", new_x=XPos.RIGHT, new_y=YPos.NEXT
            )
            key_bottom, key_page = pdf.get_y(), pdf.page_no()
            pdf.set_xy(pdf.l_margin + _KEY_WIDTH + 2, top)
            pdf.set_font(_FONT, "", 10)
            pdf.set_text_color(*_INK)
            pdf.multi_cell(
                0,
                5.2,
                self._fit(value),
                align="L",
                link=value if value in links else "",
                wrapmode=WrapMode.CHAR if _unbroken(value) else WrapMode.WORD,
                new_x=XPos.LMARGIN,
                new_y=YPos.NEXT,
            )
            if pdf.page_no() == key_page:
                pdf.set_y(max(pdf.get_y(), key_bottom))
            pdf.ln(0.8)

    def table(
        self,
        headers: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        widths: Sequence[int] | None = None,
    ) -> None:
        """Add a table whose header repeats on every page; ``widths`` are proportions."""
        pdf = self._pdf
        pdf.set_font(_FONT, "", 9)
        pdf.set_text_color(*_INK)
        pdf.set_draw_color(*_RULE)
        pdf.set_fill_color(255, 255, 255)
        style = FontFace(emphasis="BOLD", color=_INK, fill_color=_SHADE)
        with pdf.table(
            headings_style=style,
            line_height=4.8,
            padding=1.4,
            text_align="LEFT",
            col_widths=tuple(widths) if widths else None,
            wrapmode=WrapMode.WORD,
        ) as grid:
            for cells in (headers, *rows):
                row = grid.row()
                for cell in cells:
                    row.cell(self._fit(cell))
        pdf.ln(2)

    def pictures(self, images: Sequence[bytes], *, height: float = 38.0) -> None:
        """Add a row of thumbnails (JPEG or PNG bytes), each at most ``height`` millimetres."""
        pdf = self._pdf
        if not images:
            return
        width = min(60.0, (pdf.epw - 3 * (len(images) - 1)) / len(images))
        if pdf.will_page_break(height + 6):
            pdf.add_page()
        top = pdf.get_y() + 2
        for number, image in enumerate(images):
            pdf.image(
                BytesIO(image),
                x=pdf.l_margin + number * (width + 3),
                y=top,
                w=width,
                h=height,
                keep_aspect_ratio=True,
            )
        pdf.set_xy(pdf.l_margin, top + height + 4)

    def finish(self) -> bytes:
        """Return the PDF."""
        if self._replaced:
            self.paragraph(texts.CODE_POINTS, muted=True)
        return bytes(self._pdf.output())

    def _fit(self, text: str) -> str:
        fitted = encodable(text)
        self._replaced = self._replaced or fitted != _composed(text)
        return fitted


def encodable(text: str) -> str:
    """Return ``text`` with what the font lacks written as ``[U+…]``; invisible joiners go."""
    return "".join(_mark(mark) for mark in _composed(text))


def _unbroken(value: str) -> bool:
    """Tell whether a value (an address, a digest) has nowhere to break but anywhere."""
    return " " not in value and len(value) > 40


def _composed(text: str) -> str:
    normal = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\t", "    ")
    return "".join(
        mark
        for mark in normal
        if ord(mark) not in _JOINERS and (mark == "\n" or unicodedata.category(mark) != "Cc")
    )


def _mark(mark: str) -> str:
    try:
        mark.encode(_ENCODING)
    except UnicodeEncodeError:
        return f"[U+{ord(mark):04X}]"
    return mark

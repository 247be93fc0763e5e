"""Short tables, chips and bars as HTML that keyboards and screen readers walk through."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final, Literal

import streamlit as st

from dashboard import theme
from dashboard.components.frontend import source

Tone = Literal["plain", "ok", "warn", "bad", "info"]

_TONES: Final[dict[Tone, str]] = {
    "plain": "draft",
    "ok": "published",
    "warn": "in_review",
    "bad": "failed",
    "info": "scheduled",
}
_STYLE: Final = f"<style>{source('sheet.css')}</style>"


def style() -> None:
    """Bring the style that this module's pieces need; once a page."""
    st.html(_STYLE)


def chip(words: str, tone: Tone = "plain") -> str:
    """Return a small coloured label; ``words`` are escaped."""
    ink, ground = theme.PHASE_COLORS[_TONES[tone]]
    return f'<span class="pg-ficha" style="color:{ink};background:{ground}">{escape(words)}</span>'


def secret(words: str) -> str:
    """Return what is shown once, large, and selected whole by a click."""
    return f'<code class="pg-clave">{escape(words)}</code>'


def number(value: int) -> str:
    """Return a cell of a count, right-aligned, faint when zero."""
    return f'<td class="num{"" if value else " cero"}">{value}</td>'


def cell(html: str) -> str:
    """Return a cell; ``html`` is trusted."""
    return f"<td>{html}</td>"


def head(html: str) -> str:
    """Return the cell that names its row; ``html`` is trusted."""
    return f'<th scope="row">{html}</th>'


def table(
    headers: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    caption: str = "",
    last: Sequence[str] = (),
    numbers: int = 0,
    narrow: bool = False,
    wide: bool = False,
) -> str:
    """Return a table whose ``rows`` are made of ``head``, ``cell`` and ``number``.

    ``headers`` are trusted HTML, none where each row names itself; ``last`` is a row of sums;
    ``numbers`` says how many of the last columns are counts. It scrolls inside its own frame,
    which the keyboard reaches; a ``wide`` one does so rather than break words on a telephone.
    """
    plain = len(headers) - numbers
    names = "".join(
        f'<th scope="col"{"" if n < plain else " class=num"}>{name}</th>'
        for n, name in enumerate(headers)
    )
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    end = f'<tr class="fin">{"".join(last)}</tr>' if last else ""
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    label = f' aria-label="{escape(caption, quote=True)}"' if caption else ""
    top = f"<thead><tr>{names}</tr></thead>" if names else ""
    kind = f"pg-hoja{' angosta' if narrow else ''}{' ancha' if wide else ''}"
    return (
        f'<div class="{kind}" role="region" tabindex="0"{label}>'
        f"<table>{title}{top}<tbody>{body}{end}</tbody></table></div>"
    )


def steps(items: Iterable[tuple[bool, str]]) -> str:
    """Return a list of steps, each done or still missing; the words are escaped."""
    drawn = "".join(
        f'<li class="{"hecho" if done else "falta"}">{escape(words)}</li>' for done, words in items
    )
    return f'<ol class="pg-pasos">{drawn}</ol>'


def bars(values: Sequence[int], *, label: str) -> str:
    """Return one bar a value, the highest at full height; ``label`` is read instead of them."""
    top = max([*values, 1])
    drawn = "".join(f'<i style="height:{round(100 * value / top)}%"></i>' for value in values)
    return (
        f'<div class="pg-barras" role="img" aria-label="{escape(label, quote=True)}">{drawn}</div>'
    )

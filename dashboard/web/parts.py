"""Pieces of the pages outside Streamlit: every value is escaped here."""

from __future__ import annotations

from html import escape


def said(sentence: str, *, good: bool = False) -> str:
    """Return what is to be heard: an alarm, or good news; nothing for an empty sentence."""
    if not sentence:
        return ""
    kind = "aviso bien" if good else "aviso"
    return f'<p class="{kind}" role="{"status" if good else "alert"}">{escape(sentence)}</p>'


def hidden(name: str, value: str) -> str:
    """Return a value that the form carries."""
    return f'<input type="hidden" name="{name}" value="{escape(value, quote=True)}">'


def link(address: str, words: str) -> str:
    """Return a way elsewhere, in a line of its own."""
    return f'<p class="nota"><a href="{escape(address, quote=True)}">{escape(words)}</a></p>'


def submit(label: str) -> str:
    """Return the form's main button."""
    return f'<button type="submit">{escape(label)}</button>'

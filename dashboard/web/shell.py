"""Streamlit's page in Spanish: derived at start from the installed file, one rule at a time.

The asset names in it are hashed, so it is read where Streamlit keeps it; an upgrade that changes
what a rule looks for stops the start instead of showing English.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Final

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from dashboard.navigation import PATHS
from dashboard.texts import web as texts
from dashboard.web import pages
from publisher.app import App

_FONT: Final = '<link rel="preload" href="/recursos/inter-latin.woff2" as="font" crossorigin />'
_WORDS: Final = '<script src="/recursos/es.js"></script>'
_RULES: Final = (
    (r'<html lang="en">', '<html lang="es-MX" translate="no">'),
    (
        r'<link rel="shortcut icon"[^>]*>',
        '<link rel="icon" href="/recursos/icono.svg" type="image/svg+xml" />',
    ),
    (
        r'<link\s+rel="preload"[^>]*SourceSans[^>]*/>',
        f"{_FONT}{_WORDS}",
    ),
    (r"<title>Streamlit</title>", "<title>{title}</title>"),
    (r'<link rel="service-desc"[^>]*>', ""),
    (r"<noscript>.*?</noscript>", "<noscript><p>{no_script}</p></noscript>"),
    (r'(src|href)="\./', r'\1="/'),
    (r"<!--.*?-->", ""),
)


class ShellChanged(RuntimeError):
    """Streamlit's page no longer has what a rule replaces: the rules need a look."""


def spanish(html: str, *, title: str) -> str:
    """Return Streamlit's page in Spanish. Raises ``ShellChanged``."""
    words = {"{title}": escape(title), "{no_script}": escape(texts.NO_SCRIPT)}
    for pattern, replacement in _RULES:
        html, count = re.subn(pattern, replacement, html, flags=re.DOTALL)
        if not count:
            raise ShellChanged(f"Streamlit's index.html has nothing like {pattern!r}")
    for place, sentence in words.items():
        html = html.replace(place, sentence)
    return html.strip()


def routes(app: App) -> list[Route]:
    """Return a route for each page of the dashboard, and one for any other address."""
    source = Path(streamlit.__file__).parent / "static" / "index.html"
    html = spanish(source.read_text(encoding="utf-8"), title=app.institution.short_name)

    async def shell(_request: Request) -> Response:
        return HTMLResponse(html, headers={"Cache-Control": "no-store"})

    async def missing(_request: Request) -> Response:
        return pages.not_found(app)

    known = [Route(path, shell) for path in PATHS]
    return [*known, Route("/{page}", missing, methods=["GET"])]

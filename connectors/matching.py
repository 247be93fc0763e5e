"""Makes the text we sent and the text a network shows comparable, byte for byte.

Networks rewrite: X replaces links by t.co and appends one for the media, escapes ``&``, and all of
them touch blanks. Both sides go through ``normalise`` before they are compared.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from connectors.weight import links

_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe0e\ufe0f\ufeff]"
)
_BLANKS = re.compile(r"\s+")
_MEDIA_PATH = re.compile(r"/status/\d+/(?:photo|video)/\d+/?\Z")
_TRACKING = ("utm_", "fbclid", "igsh", "igshid", "gclid")


def normalise(text: str) -> str:
    """Return the form in which two copies of one text are equal.

    HTML entities resolved, NFC, invisible characters and variation selectors dropped, blanks
    collapsed, links without scheme, tracking parameters and final slash.
    """
    plain = unicodedata.normalize("NFC", html.unescape(text))
    plain = _INVISIBLE.sub("", plain)
    pieces, at = [], 0
    for start, end in links(plain):
        pieces += [plain[at:start], canonical_link(plain[start:end])]
        at = end
    pieces.append(plain[at:])
    return _BLANKS.sub(" ", "".join(pieces)).strip()


def canonical_link(link: str) -> str:
    """Return ``link`` without scheme, tracking parameters and final slash, host in lower case."""
    parts = urlsplit(link if "://" in link else f"//{link}")
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not name.lower().startswith(_TRACKING)
    ]
    path = parts.path.rstrip("/") if not query and not parts.fragment else parts.path
    tail = f"?{urlencode(query)}" if query else ""
    return f"{parts.netloc.lower()}{path}{tail}" + (f"#{parts.fragment}" if parts.fragment else "")


def expand(text: str, entities: Iterable[Mapping[str, Any]]) -> str:
    """Return a post of X as its author wrote it.

    HTML entities are resolved, t.co links replaced by what they stand for (``entities.urls``), and
    the link that X appends for media is dropped with the blank before it.
    """
    plain = html.unescape(text)
    for entity in entities:
        short, full = str(entity.get("url") or ""), str(entity.get("expanded_url") or "")
        if not short:
            continue
        if "media_key" in entity or _MEDIA_PATH.search(full):
            plain = plain.replace(short, "").rstrip()
        else:
            plain = plain.replace(short, full or short)
    return plain


def has_scheme(link: str) -> bool:
    """Tell whether ``link`` begins with http:// or https://."""
    return link.lower().startswith(("http://", "https://"))


def same_text(sent: str, shown: str) -> bool:
    """Tell whether ``shown`` is the text ``sent``, as far as a network may rewrite it."""
    return normalise(sent) == normalise(shown)

"""How X counts a text, and how it gives it back."""

from __future__ import annotations

import html
import re
from hashlib import sha1
from typing import Any

from connectors.sandbox.records import Account, Post

LINK = re.compile(r"https?://\S+", re.IGNORECASE)
BARE_LINK = re.compile(r"(?<![\w@.])(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
PICTOGRAM = "[\U0001f000-\U0001faff\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff]"
EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}|[0-9#*]\ufe0f?\u20e3"
    f"|{PICTOGRAM}[\ufe0f\U0001f3fb-\U0001f3ff]*(?:\u200d{PICTOGRAM}[\ufe0f\U0001f3fb-\U0001f3ff]*)*"
)
LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))


def weigh(text: str) -> int:
    """Return the weighted length; on doubt the lower one. Not the connector's code, on purpose."""
    total = 0
    text, links = LINK.subn("", text)
    for bare in BARE_LINK.findall(text):
        total += min(23, len(bare))
    text = BARE_LINK.sub("", text)
    text, emojis = EMOJI.subn("", text)
    light = sum(any(low <= ord(c) <= high for low, high in LIGHT) for c in text)
    return total + 23 * links + 2 * emojis + light + 2 * (len(text) - light)


def _short(url: str) -> str:
    return f"https://t.co/{sha1(url.encode(), usedforsecurity=False).hexdigest()[:10]}"


def shown_text(post: Post, account: Account, base_url: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the text as X gives it back, links shortened and escaped, and its URL entities."""
    urls: list[dict[str, Any]] = []

    def shorten(found: re.Match[str]) -> str:
        url = found.group().rstrip(".,;:!?)»”\"'")
        tail = found.group()[len(url) :]
        urls.append(
            {
                "url": _short(url),
                "expanded_url": url,
                "display_url": url.partition("//")[2][:30],
            }
        )
        return _short(url) + html.escape(tail, quote=False)

    parts, end = [], 0
    for found in LINK.finditer(post.text):
        parts += [html.escape(post.text[end : found.start()], quote=False), shorten(found)]
        end = found.end()
    parts.append(html.escape(post.text[end:], quote=False))
    text = "".join(parts)
    if post.media:
        page = f"{base_url}/{account.handle}/status/{post.id}/photo/1"
        text = f"{text} {_short(page)}".strip()
        urls += [
            {
                "url": _short(page),
                "expanded_url": page,
                "display_url": f"pic.twitter.com/{_short(page)[-10:]}",
                "media_key": f"3_{item.upload}",
            }
            for item in post.media
        ]
    for entity in urls:
        entity["start"] = max(0, html.unescape(text).find(entity["url"]))
        entity["end"] = entity["start"] + len(entity["url"])
    return text, urls

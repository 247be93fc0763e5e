"""The README's table: each kind of post of each network, with the limits that are checked for it.

    python -m connectors.kinds [README.md]

writes it between its two marks. What it says is read from ``limits`` alone.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from connectors.contract import Limits, PartForm
from connectors.limits import limits_for
from connectors.texts import NAMES

BEGIN, END = "<!-- kinds: python -m connectors.kinds -->", "<!-- /kinds -->"

_IMAGE: Final = ("image_mimes", "image_bytes_max", "image_width", "image_ratio", "alt_text_max")
_FILM: Final = (
    "video_mimes",
    "video_bytes_max",
    "video_seconds",
    "video_ratio",
    "video_side",
    "video_frame_rate",
    "video_codecs",
)
_TEXT: Final = ("text_max", "hashtags_max")

KINDS: Final[tuple[tuple[str, PartForm, str, tuple[str, ...]], ...]] = (
    ("facebook", "feed", "text, link with preview", _TEXT),
    ("facebook", "feed", "photo, several photos", ("images_max", *_IMAGE)),
    ("facebook", "feed", "video", _FILM),
    ("facebook", "reel", "reel", _FILM),
    ("facebook", "feed", "first comment", ("comment_max",)),
    ("instagram", "feed", "image, carousel", (*_TEXT, "media_max", *_IMAGE)),
    ("instagram", "reel", "reel", _FILM),
    ("instagram", "story", "story", (*_IMAGE, *_FILM)),
    ("instagram", "feed", "first comment", ("comment_max",)),
    ("x", "feed", "text, each post of a thread (weighted count)", _TEXT),
    ("x", "feed", "images", ("images_max", *_IMAGE)),
    ("x", "feed", "animated GIF", ("gif_bytes_max",)),
    ("x", "feed", "video", _FILM),
)


def draw() -> str:
    """Return the table as Markdown."""
    head = ["| network | kind of post | checked before approval |", "|---|---|---|"]
    rows = (
        f"| {NAMES[network]} | {kind} | {'; '.join(_checked(limits_for(network, form), items))} |"
        for network, form, kind, items in KINDS
    )
    return "\n".join([*head, *rows])


def shown(page: str) -> str:
    """Return the table that stands between the marks of ``page``. Raises ``ValueError``."""
    return page[page.index(BEGIN) + len(BEGIN) : page.index(END)].strip()


def put(page: str) -> str:
    """Return ``page`` with the table of the data between its marks. Raises ``ValueError``."""
    before, after = page[: page.index(BEGIN)], page[page.index(END) :]
    return f"{before}{BEGIN}\n{draw()}\n{after}"


def _checked(limits: Limits, items: tuple[str, ...]) -> Iterator[str]:
    for item in items:
        value = getattr(limits, item)
        if value:
            yield _WORDS[item](value)


def _types(value: tuple[str, ...]) -> str:
    return ", ".join(name.partition("/")[2] for name in value)


def _size(value: int) -> str:
    return f"≤ {value / 2**20:,.0f} MB"


def _most(words: str) -> Callable[[int], str]:
    return lambda value: f"≤ {value:,} {words}"


def _between(words: str) -> Callable[[tuple[float, float]], str]:
    return lambda pair: f"{pair[0]:g}–{pair[1]:g} {words}"


_WORDS: Final[dict[str, Callable[[Any], str]]] = {
    "text_max": _most("characters"),
    "hashtags_max": _most("hashtags"),
    "comment_max": _most("characters"),
    "images_max": _most("images"),
    "media_max": _most("media"),
    "alt_text_max": lambda value: f"alt text ≤ {value:,}",
    "image_mimes": _types,
    "image_bytes_max": _size,
    "image_width": _between("px wide"),
    "image_ratio": _between("width / height"),
    "gif_bytes_max": _size,
    "video_mimes": _types,
    "video_bytes_max": _size,
    "video_seconds": _between("s"),
    "video_ratio": _between("width / height"),
    "video_side": _between("px a side"),
    "video_frame_rate": _between("frames a second"),
    "video_codecs": ", ".join,
}


if __name__ == "__main__":
    path = Path(sys.argv[1] if len(sys.argv) > 1 else "README.md")
    path.write_text(put(path.read_text("utf-8")), "utf-8")

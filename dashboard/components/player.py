"""A medium on a page: a picture, a video with its player, an animation that moves when asked to.

Nothing starts by itself: a video waits behind its poster, and a GIF shows one picture until it is
opened, since what moves unasked keeps some people from reading.
"""

from __future__ import annotations

from html import escape

from dashboard.texts import common

STILL = 480


def figure(sha256: str, kind: str, *, alt: str, length: str = "", width: int = STILL) -> str:
    """Return the HTML of a medium; ``length`` is what ``clock`` says of its duration."""
    said = escape(alt, quote=True)
    still = f"/imagen/{sha256}?w={width}"
    if kind == "video":
        name = escape(f"{common.KINDS[kind]} {length}: {alt}".strip(), quote=True)
        return (
            f'<video controls playsinline preload="none" poster="{still}" src="/toma/{sha256}"'
            f' aria-label="{name}" title="{said}"></video>'
        )
    image = f'<img src="{still}" alt="{said}" title="{said}">'
    if kind == "gif":
        moving = f'<img loading="lazy" src="/toma/{sha256}" alt="{said}">'
        return (
            f'<div class="toma">{image}{badge(kind, length)}</div>'
            f"<details><summary>{escape(common.WATCH_GIF)}</summary>{moving}</details>"
        )
    return image


def badge(kind: str, length: str) -> str:
    """Return the small mark of what moves: its kind and how long it lasts."""
    mark = "▶" if kind == "video" else common.KINDS[kind]
    return f'<b aria-hidden="true">{escape(f"{mark} {length}".strip())}</b>'


def clock(seconds: float | None) -> str:
    """Return a duration as players show it: ``0:07``, ``2:30``, ``1:02:03``."""
    if seconds is None:
        return ""
    whole = max(1, round(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

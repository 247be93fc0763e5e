"""Small pieces of HTML: network badges, state chips, rows, empty states. All values are escaped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from html import escape

from dashboard import theme
from dashboard.texts import common as texts
from dashboard.texts import correcciones as corrections

_MARKS = {
    "draft": "✎",
    "returned": "↩",
    "clearing": "◌",
    "in_review": "◔",
    "reviewed": "◑",
    "scheduled": "◷",
    "publishing": "▸",
    "retrying": "↻",
    "waiting": "!",
    "published": "✓",
    "partial": "◐",
    "failed": "✕",
    "rejected": "✕",
    "cancelled": "–",
}


def network(name: str) -> str:
    """Return the square badge of a network; its name is read aloud and shown on hover."""
    label = escape(texts.NETWORKS.get(name, name), quote=True)
    color = theme.NETWORK_COLORS.get(name, theme.MUTED)
    letter = escape(theme.NETWORK_LETTERS.get(name, name[:1].upper()))
    return (
        f'<span class="pg-red" style="background:{color}" role="img" aria-label="{label}"'
        f' title="{label}">{letter}</span>'
    )


def networks(names: Iterable[str]) -> str:
    """Return the badges of several networks."""
    return f'<span class="pg-redes">{"".join(network(name) for name in names)}</span>'


def phase(name: str, words: str = "") -> str:
    """Return the chip of a phase: mark, word and colour; ``words`` instead of its usual ones."""
    ink, ground = theme.PHASE_COLORS[name]
    return (
        f'<span class="pg-estado" style="color:{ink};background:{ground}"'
        f' data-marca="{_MARKS[name]}">{escape(words or texts.PHASES[name])}</span>'
    )


def corrected() -> str:
    """Return the chip of a post whose text was corrected after it was public (rule 16.3)."""
    ink, ground = theme.PHASE_COLORS["partial"]
    return (
        f' <span class="pg-estado" style="color:{ink};background:{ground}" data-marca="✎"'
        f' title="{escape(corrections.HEAD, quote=True)}">{escape(corrections.CHIP)}</span>'
    )


def row(*, lead: str = "", title: str, text: str = "", side: str = "", below: str = "") -> str:
    """Return one list item; ``lead``, ``title``, ``side``, ``below`` are HTML, ``text`` is not."""
    return (
        f"<li>{lead}<div class='pg-cuerpo'><div>{title}</div>"
        + (f"<div class='pg-texto'>{escape(text)}</div>" if text else "")
        + below
        + "</div>"
        + (f"<div class='pg-lado'>{side}</div>" if side else "")
        + "</li>"
    )


def rows(items: Iterable[str]) -> str:
    """Return a bordered list of ``row`` items."""
    return f'<ul class="pg-lista">{"".join(items)}</ul>'


def empty(sentence: str) -> str:
    """Return the empty state: one sentence; its action is a button beside it."""
    return f'<div class="pg-vacio">{escape(sentence)}</div>'


def faint(sentence: str) -> str:
    """Return a secondary sentence; unlike ``st.caption`` its contrast is 5.6:1."""
    return f'<div class="pg-tenue" style="font-size:.88rem">{escape(sentence)}</div>'


def plain(words: str) -> str:
    """Return what a person wrote safe inside Streamlit's markdown."""
    return "".join(f"\\{mark}" if mark in "\\`*_{}[]()<>#+-!|:$~" else mark for mark in words)


def short_names(names: Iterable[str]) -> dict[str, str]:
    """Return each name without what stands in parentheses, where that tells them apart still.

    The first word goes too where every name has the same.
    """
    every = list(dict.fromkeys(names))
    firsts = {name.split(" ", 1)[0] for name in every}
    shared = len(firsts) == 1 and all(" " in name for name in every)
    cut = {name: name.split(" ", 1)[1] if shared else name for name in every}
    bare = {name: _bare(words) for name, words in cut.items()}
    seen = Counter(bare.values())
    return {name: words if seen[words] == 1 else cut[name] for name, words in bare.items()}


def tight(name: str) -> str:
    """Return the telling part of a plantel's name, for chips that carry the whole name beside.

    The first word names the kind of plantel (*CECyTE*, *EMSaD*, *Plantel*).
    """
    words = _bare(name)
    return words.split(" ", 1)[-1]


def _bare(name: str) -> str:
    return re.sub(r"\s*\([^)]*\)", "", name).strip() or name


def accounts(count: int) -> str:
    """Return how many accounts, in words."""
    return texts.ACCOUNTS_ONE if count == 1 else texts.ACCOUNTS.format(n=count)

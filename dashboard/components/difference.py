"""What changed in a post since a person last saw it, drawn so that it needs no colour."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from dashboard.texts import anotada as texts
from dashboard.texts import common
from publisher.editorial.comparison import Piece
from publisher.editorial.seen import Changes


def html(changes: Changes) -> str:
    """Return what changed, place by place."""
    if changes.none:
        return f"<p>{texts.CHANGES_NONE.format(n=changes.since)}</p>"
    rows = [
        f"<div class='lugar'>{escape(place_name(place))}</div><div>{pieces(found)}</div>"
        for place, found in changes.texts.items()
    ]
    facts = [
        (texts.MEDIA_ADDED_ONE if n == 1 else texts.MEDIA_ADDED).format(n=n)
        for n in (changes.media_added,)
        if n
    ]
    facts += [
        (texts.MEDIA_REMOVED_ONE if n == 1 else texts.MEDIA_REMOVED).format(n=n)
        for n in (changes.media_removed,)
        if n
    ]
    for names, sentence in (
        (changes.accounts_added, texts.ACCOUNTS_ADDED),
        (changes.accounts_removed, texts.ACCOUNTS_REMOVED),
    ):
        if names:
            listed = ", ".join(
                f"{common.NETWORKS[network]} {plantel}" for network, plantel in names
            )
            facts.append(sentence.format(names=listed))
    rest = "".join(f"<p>{escape(fact)}</p>" for fact in facts)
    return f"<div class='pg-cambios'>{''.join(rows)}{rest}</div>"


def pieces(found: Sequence[Piece]) -> str:
    """Return the pieces of a text; a screen reader hears which came and which went."""
    return "".join(_piece(piece) for piece in found)


def _piece(piece: Piece) -> str:
    said = escape(piece.text)
    if piece.kind == "same":
        return said
    tag, word = ("ins", texts.ADDED) if piece.kind == "added" else ("del", texts.REMOVED)
    before, after = (f"<span class='pg-oculto'>{mark}</span>" for mark in (f"[{word}: ", "]"))
    return f"<{tag}>{before}{said}{after}</{tag}>"


def place_name(place: str) -> str:
    """Return a place of a post in words."""
    if place == "base":
        return texts.PLACE_BASE
    name, _, part = place.partition(":")
    if name == "alt":
        return texts.PLACE_ALT.format(n=part)
    network = common.NETWORKS.get(name, name)
    if part == "link":
        return texts.PLACE_LINK.format(network=network)
    if part:
        return texts.PLACE_PART.format(network=network, n=part)
    return texts.PLACE_NETWORK.format(network=network)

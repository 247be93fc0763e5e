"""What networks bill for a post, read from ``prices.toml``: one dated row per price."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from connectors import weight

MICROS = 1_000_000
"""Millionths in a US dollar."""


@dataclass(frozen=True, kw_only=True)
class PriceRow:
    """One price in millionths of a US dollar, from when, where it was read and when."""

    network: str
    item: str
    micros: int
    since: date
    source: str
    date: date


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a network bills for everything that one account shows of a post.

    ``micros`` are millionths of a US dollar, ``without_links`` what it would be without any link.
    """

    network: str
    micros: int
    without_links: int

    @property
    def is_raised_by_links(self) -> bool:
        """Tell whether a link makes it dearer."""
        return self.micros > self.without_links


@cache
def rows() -> tuple[PriceRow, ...]:
    """Return every price, as written."""
    document = tomllib.loads(files("connectors").joinpath("prices.toml").read_text("utf-8"))
    return tuple(PriceRow(**row) for row in document["price"])


@cache
def price(network: str, item: str, on: date) -> int | None:
    """Return the price in force on a day, None where the network bills nothing for it."""
    known = [row for row in rows() if (row.network, row.item) == (network, item)]
    past = [row for row in known if row.since <= on]
    return max(past, key=lambda row: row.since).micros if past else None


def bills(network: str) -> bool:
    """Tell whether the network has ever billed anything."""
    return any(row.network == network for row in rows())


def cost(network: str, texts: Sequence[str], on: date) -> Cost | None:
    """Return what the requests with these texts cost on one account; None where nothing."""
    plain, linked = price(network, "post", on), price(network, "post_with_link", on)
    if plain is None:
        return None
    dear = plain if linked is None else linked
    return Cost(
        network=network,
        micros=sum(dear if any(weight.links(text)) else plain for text in texts),
        without_links=plain * len(texts),
    )

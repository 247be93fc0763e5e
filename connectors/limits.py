"""The platforms' limits, read from ``limits.toml``: one dated row per figure."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from connectors.contract import Limits

GRAPH_WARNING_DAYS = 90


@dataclass(frozen=True, kw_only=True)
class LimitRow:
    """One figure, where it was read and when."""

    network: str
    item: str
    value: Any
    unit: str
    source: str
    date: date


@dataclass(frozen=True, kw_only=True)
class Quota:
    """How much an application or an account may do in a window of so many seconds.

    ``unit`` is ``calls`` or ``per cent`` where the network's replies tell the use, ``posts`` where
    they do not and we count.
    """

    capacity: float
    window: float
    unit: str


@dataclass(frozen=True, kw_only=True)
class GraphVersion:
    """A Graph version and the day it stops; the newest has none announced and no row."""

    version: str
    ends: date
    source: str
    date: date


@cache
def _document() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(files("connectors").joinpath("limits.toml").read_text("utf-8"))


@cache
def rows() -> tuple[LimitRow, ...]:
    """Return every limit, as written."""
    return tuple(LimitRow(**row) for row in _document()["limit"])


@cache
def value(network: str, item: str) -> Any:
    """Return one figure; None where the network states none."""
    for row in rows():
        if (row.network, row.item) == (network, item):
            return row.value
    return None


@cache
def quota(connector: str, scope: str) -> Quota | None:
    """Return the quota of ``scope`` (``app``, ``account``); None where none is stated."""
    for row in rows():
        if (row.network, row.item) == (connector, f"{scope}_quota"):
            capacity, window = row.value
            return Quota(capacity=capacity, window=window, unit=row.unit.partition(" /")[0])
    return None


@cache
def limits_for(network: str) -> Limits:
    """Return the limits of ``network`` as the composer shows them."""
    width, ratio = value(network, "image_width"), value(network, "image_ratio")
    return Limits(
        text_max=value(network, "text_max"),
        images_max=value(network, "images_max"),
        alt_text_max=value(network, "alt_text_max"),
        image_bytes_max=value(network, "image_bytes_max"),
        image_mimes=tuple(value(network, "image_mimes")),
        media_required=bool(value(network, "media_required")),
        hashtags_max=value(network, "hashtags_max"),
        hashtags_advised=value(network, "hashtags_advised"),
        image_width=(int(width[0]), int(width[1])) if width else None,
        image_ratio=(float(ratio[0]), float(ratio[1])) if ratio else None,
    )


@cache
def graph_versions() -> tuple[GraphVersion, ...]:
    """Return the Graph versions whose end is announced."""
    return tuple(GraphVersion(**row) for row in _document()["graph_version"])


def graph_version_ends(version: str) -> date | None:
    """Return the last day of ``version`` (``v26.0``), None if none is announced."""
    return next((row.ends for row in graph_versions() if row.version == version), None)


def graph_version_expiring(version: str, today: date) -> bool:
    """Tell whether ``version`` ends within 90 days of ``today``, or has ended."""
    ends = graph_version_ends(version)
    return ends is not None and (ends - today).days <= GRAPH_WARNING_DAYS

"""The platforms' limits, read from ``limits.toml``: one dated row per figure."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from importlib.resources import files
from typing import Any

from connectors.contract import Limits, PartForm

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
def value_for(network: str, form: PartForm, item: str) -> Any:
    """Return one figure of a form of post; that of the feed where the form has none of its own."""
    own = None if form == "feed" else value(network, f"{form}_{item}")
    return value(network, item) if own is None else own


@cache
def limits_for(network: str, form: PartForm = "feed") -> Limits:
    """Return the limits of ``network`` for posts of ``form``, as the composer shows them."""
    row = partial(value_for, network, form)
    return Limits(
        text_max=row("text_max"),
        images_max=row("images_max"),
        alt_text_max=row("alt_text_max"),
        image_bytes_max=row("image_bytes_max"),
        image_mimes=tuple(row("image_mimes")),
        forms=tuple(value(network, "forms") or ("feed",)),
        media_max=row("media_max"),
        media_required=bool(row("media_required")),
        comment_max=row("comment_max"),
        mixed_media=bool(row("mixed_media")),
        hashtags_max=row("hashtags_max"),
        hashtags_advised=row("hashtags_advised"),
        image_width=_whole(row("image_width")),
        image_ratio=_range(row("image_ratio")),
        gif_bytes_max=row("gif_bytes_max"),
        videos_max=row("videos_max") or 0,
        video_bytes_max=row("video_bytes_max"),
        video_mimes=tuple(row("video_mimes") or ()),
        video_seconds=_range(row("video_seconds")),
        video_ratio=_range(row("video_ratio")),
        video_frame_rate=_range(row("video_frame_rate")),
        video_side=_whole(row("video_side")),
        video_codecs=tuple(row("video_codecs") or ()),
        audio_codecs=tuple(row("audio_codecs") or ()),
        video_alt_text=bool(row("video_alt_text")),
    )


def _range(pair: Sequence[float] | None) -> tuple[float, float] | None:
    return (float(pair[0]), float(pair[1])) if pair else None


def _whole(pair: Sequence[int] | None) -> tuple[int, int] | None:
    return (int(pair[0]), int(pair[1])) if pair else None


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

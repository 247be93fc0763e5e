"""X's media: sent in segments, processed by X, and taken up again from the handle.

A handle names for each medium its id and key, and while it is being sent the segment that comes
next; what was sent before a crash is not sent again. A long upload is cut into calls of about
``SLICE_SECONDS``, after each of which the handle can be stored.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, BinaryIO

import tweepy

from connectors.calls import opened
from connectors.contract import MediaItem, Part, Pending, Staged
from connectors.x_client import Client, processing_wait

CHUNK_BYTES = 4 * 1024 * 1024
"""X takes segments of up to 5 MB."""

SLICE_SECONDS = 20.0
STAGED_MARGIN = 600
"""Seconds before a media id expires from which it is uploaded again."""

_EXPIRES_DEFAULT = 86_400
_CATEGORIES = {"image": "tweet_image", "gif": "tweet_gif", "video": "tweet_video"}
DESCRIBED = frozenset({"image", "gif"})
"""Kinds for which X takes an alternative text."""


def stage(client: Client, part: Part, handle: Mapping[str, Any] | None) -> Staged | Pending:
    """Do what is still missing for ``part``: send, wait for X, describe.

    Raises ``MediaFailed`` for a medium that X cannot process, and what the client raises.
    """
    sources = [item.sha256 for item in part.media]
    if handle and handle.get("sources") == sources and time.time() < float(handle.get("until", 0)):
        try:
            return _advance(client, part, _copy(handle))
        except tweepy.NotFound:
            pass  # X has forgotten what was begun.
    until = int(time.time()) + _EXPIRES_DEFAULT - STAGED_MARGIN
    return _advance(client, part, {"media": [], "sources": sources, "until": until})


def _advance(client: Client, part: Part, steps: dict[str, Any]) -> Staged | Pending:
    entries: list[dict[str, Any]] = steps["media"]
    end, wait = time.monotonic() + SLICE_SECONDS, 0.0
    for index, item in enumerate(part.media):
        if index == len(entries) or "next" in entries[index]:
            with opened("x", item) as (source, size):
                if index == len(entries):
                    entries.append(_begin(client, item, size, steps))
                seconds = _send(client, item, source, size, entries[index], end)
            if seconds is None:
                return Pending(handle=steps, wait=0.0)
        elif entries[index]["waiting"]:
            seconds = processing_wait(client.media_status(entries[index]["id"]))
        else:
            seconds = 0.0
        entries[index]["waiting"] = seconds > 0
        wait = max(wait, seconds)
    if wait:
        return Pending(handle=steps, wait=wait)
    for item, entry in zip(part.media, entries, strict=True):
        if entry.pop("describe", False):
            client.describe(entry["id"], item.alt_text)
    return Staged(handle=steps)


def _begin(client: Client, item: MediaItem, size: int, steps: dict[str, Any]) -> dict[str, Any]:
    described = client.initialize(size, item.mime, _CATEGORIES[item.kind])
    lives = float(described.get("expires_after_secs") or _EXPIRES_DEFAULT)
    steps["until"] = min(steps["until"], int(time.time() + lives) - STAGED_MARGIN)
    return {
        "id": str(described["id"]),
        "key": str(described.get("media_key") or ""),
        "next": 0,
        "chunk": CHUNK_BYTES,
        "describe": bool(item.alt_text) and item.kind in DESCRIBED,
    }


def _send(
    client: Client,
    item: MediaItem,
    source: BinaryIO,
    length: int,
    entry: dict[str, Any],
    end: float,
) -> float | None:
    """Send the missing segments; return how long X processes, None if ``end`` came first."""
    size = int(entry["chunk"])
    last = (length - 1) // size
    source.seek(entry["next"] * size)
    while entry["next"] <= last:
        index = entry["next"]
        client.append(entry["id"], index, source.read(size), item.mime)
        entry["next"] = index + 1
        if index < last and time.monotonic() >= end:
            return None
    described = client.finalize(entry["id"])
    del entry["next"], entry["chunk"]
    entry["key"] = str(described.get("media_key") or entry["key"])
    return processing_wait(described)


def _copy(handle: Mapping[str, Any]) -> dict[str, Any]:
    """Copy a stored handle; those of before segments were counted are all sent."""
    waiting = bool(handle.get("waiting"))
    entries = [{"waiting": waiting, **entry} for entry in handle.get("media", ())]
    return {
        "media": entries,
        "sources": list(handle["sources"]),
        "until": int(handle["until"]),
    }

"""A page's feed: its posts as the network lists them, and what of them recognises ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.contract import Seen
from connectors.graph import Graph
from connectors.sighting import Page, moment

FIELDS = (
    "id,message,created_time,permalink_url,"
    "attachments{media_type,target{id},subattachments{media_type,target{id}}}"
)
_PAGE_SIZE = 25


def pages(graph: Graph, page: str) -> Iterator[Page]:
    """Yield the feed of ``page``, newest first."""
    for items, last in graph.pages(page, "feed", fields=FIELDS, limit=_PAGE_SIZE):
        yield Page(items=tuple(seen(item) for item in items), last=last)


def permalink(remote_id: str) -> str:
    """Return the address of a post; Facebook leads from it to the page's own form."""
    return f"https://www.facebook.com/{remote_id}"


def seen(item: Mapping[str, Any]) -> Seen:
    """Return an item of the feed, read by ``FIELDS``."""
    remote_id = str(item["id"])
    return Seen(
        remote_id=remote_id,
        text=str(item.get("message") or ""),
        permalink=str(item.get("permalink_url") or permalink(remote_id)),
        created_at=moment(item.get("created_time")),
        media_keys=tuple(_media_ids(item)),
    )


def _media_ids(item: Mapping[str, Any]) -> Iterator[str]:
    """Yield the photo and film ids of a feed item, also those one level down in an album."""
    attachments = item.get("attachments") or {}
    for attachment in attachments.get("data") or ():
        below = (attachment.get("subattachments") or {}).get("data") or ()
        for entry in (*below, attachment):
            kind = str(entry.get("media_type") or entry.get("type") or "photo")
            target = (entry.get("target") or {}).get("id")
            if target and kind in {"photo", "video"}:
                yield str(target)

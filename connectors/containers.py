"""Instagram's containers: what is made before a post exists, and how far the network is with it.

A post has one container; that of a carousel names one for each of its media. Creating them is
invisible. Fields and states follow the vendor's content publishing guide.
"""

from __future__ import annotations

from typing import Any

from connectors import texts
from connectors.contract import MediaItem, Part, Pending, Staged
from connectors.errors import NotConfigured
from connectors.graph import Graph, GraphFault, container_fault

_WAIT = 2.0
_WAIT_FILM = 10.0
"""Seconds between two looks at a film that is processed; the vendor advises no more than that."""

_NOT_READY = 9007
_DONE = frozenset({"FINISHED", "PUBLISHED"})


def advance(graph: Graph, account: str, part: Part, steps: dict[str, Any]) -> Staged | Pending:
    """Do what is still missing of ``steps`` (children, container), then ask the container.

    ``steps`` is changed, and is the handle of what is returned. Raises ``GraphFault``.
    """
    wait = _WAIT_FILM if any(item.kind == "video" for item in part.media) else _WAIT
    if not steps.get("container"):
        if len(part.media) > 1:
            _create_children(graph, account, part, steps)
            states = _children_states(graph, part, steps)
            if "EXPIRED" in states:
                return Pending(handle={}, wait=0.0)
            if not states <= _DONE:
                return Pending(handle=steps, wait=wait)
        try:
            steps["container"] = _create(graph, account, _fields(part, steps))
        except GraphFault as fault:
            if fault.facts.code != _NOT_READY:
                raise
            return Pending(handle=steps, wait=wait)
    state = state_of(graph, steps["container"])
    if state in _DONE:
        return Staged(handle=steps)
    if state == "EXPIRED":
        return Pending(handle={}, wait=0.0)
    return Pending(handle=steps, wait=wait)


def state_of(graph: Graph, container: str) -> str:
    """Return IN_PROGRESS, FINISHED, EXPIRED or PUBLISHED; raise what a failed one says."""
    reply = graph.get_object(container, fields="status_code,status")
    state = str(reply["status_code"])
    if state == "ERROR":
        raise container_fault(str(reply.get("status") or ""))
    return state


def _create(graph: Graph, account: str, fields: dict[str, Any]) -> str:
    return str(graph.put_object(account, "media", **fields)["id"])


def _create_children(graph: Graph, account: str, part: Part, steps: dict[str, Any]) -> None:
    children: list[str] = steps["children"]
    for item in part.media[len(children) :]:
        fields = {**_medium(item), "is_carousel_item": True}
        if item.kind == "video":
            fields["media_type"] = "VIDEO"
        children.append(_create(graph, account, fields))


def _children_states(graph: Graph, part: Part, steps: dict[str, Any]) -> set[str]:
    """Return the states of the films among the children; images need no waiting."""
    pairs = zip(part.media, steps["children"], strict=True)
    return {state_of(graph, child) for item, child in pairs if item.kind == "video"}


def _fields(part: Part, steps: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of the post's own container."""
    caption = {"caption": part.text} if part.text else {}
    if len(part.media) > 1:
        children = ",".join(steps["children"])
        return {"media_type": "CAROUSEL", "children": children, **caption}
    (item,) = part.media
    medium = _medium(item)
    if part.form == "story":
        medium.pop("alt_text", None)
        return {"media_type": "STORIES", **medium}
    if item.kind == "video":
        # The network knows no other single video; shared to the feed it stands where posts do.
        return {"media_type": "REELS", "share_to_feed": True, **medium, **caption}
    return {**medium, **caption}


def _medium(item: MediaItem) -> dict[str, Any]:
    """Return from where the network fetches ``item``, and what it says to those who do not see."""
    if item.url is None:
        raise NotConfigured(
            "no public address for the media",
            code="settings.media_url",
            sentence=texts.error("instagram", "settings.media_url"),
        )
    if item.kind == "video":
        return {"video_url": item.url()}
    return {"image_url": item.url(), "alt_text": item.alt_text or None}

"""Films on a Facebook page, as posts and as reels: sent first, published by one more request.

A film's id is known before anything is visible; ``find`` asks it, and the feed for its attachment.
A post's film goes up in pieces, each reply naming the next (``/videos``, ``upload_phase``); a
reel's in one (``/video_reels`` and the vendor's upload host), from wherever the host has stopped.
Sources: the vendor's Graph reference of page/videos and its guide to publishing reels, July 2026.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from connectors.calls import call, opened
from connectors.contract import (
    Credential,
    MediaItem,
    Part,
    Pending,
    Receipt,
    Seen,
    Sighting,
    Staged,
)
from connectors.errors import ConnectorError, OutcomeUnknown
from connectors.graph import Graph, GraphFault, facts_of
from connectors.sighting import Page, Wanted, look, moment
from connectors.throttle import usage
from connectors.transport import once
from connectors.verdicts import Facts

NETWORK = "facebook"
SLICE_SECONDS = 20.0
"""A call that sends a film stops about here, so that its handle can be stored."""

_WAIT = 5.0
_POST_PATIENCE = (2.0, 4.0)
_BEGIN_ANEW = frozenset({1363030, 1363033, 1363037, 1363041})
"""Subcodes of an upload session that is over, or is not where we think (assumed)."""

_UNKNOWN_NODE = frozenset({100, 803})
_NODE = "status,post_id,permalink_url"


FILM_FIELDS = "id,description,created_time,permalink_url"


def is_film_id(remote_id: str) -> bool:
    """Tell whether a receipt names a film and not the post that shows it; posts name their page."""
    return "_" not in remote_id


def film_seen(item: Mapping[str, Any]) -> Seen:
    """Return a film, read by ``FILM_FIELDS``, as a post."""
    film = str(item["id"])
    return Seen(
        remote_id=film,
        text=str(item.get("description") or ""),
        permalink=_address(str(item.get("permalink_url") or f"/watch/?v={film}")),
        created_at=moment(item.get("created_time")),
        media_keys=(film,),
    )


def is_film(part: Part) -> bool:
    """Tell whether ``part`` is published the way of this module."""
    return part.kind == "post" and any(item.kind == "video" for item in part.media)


def stage(
    graph: Graph, page: str, part: Part, handle: Mapping[str, Any] | None
) -> Staged | Pending:
    """Send what is still missing of the part's film; a fresh ``handle`` is gone on with."""
    (item,) = part.media
    send = _send_reel if part.form == "reel" else _send_pieces
    begun = bool(handle and handle.get("film"))
    fresh: dict[str, Any] = {"sources": [item.sha256], "at": int(time.time()), "film": {}}
    steps = {**handle, "film": dict(handle["film"])} if handle and begun else fresh
    try:
        return send(graph, page, item, steps)
    except GraphFault as fault:
        if not begun or fault.facts.subcode not in _BEGIN_ANEW:
            raise
        return send(graph, page, item, fresh)


def _send_pieces(
    graph: Graph, page: str, item: MediaItem, steps: dict[str, Any]
) -> Staged | Pending:
    film, path = steps["film"], f"{graph.version}/{page}/videos"
    if film.get("sent"):
        return Staged(handle=steps)
    with opened(NETWORK, item) as (source, size):
        if not film:
            begun = graph.send_film(path, {"upload_phase": "start", "file_size": size})
            film["id"], film["session"] = str(begun["video_id"]), str(begun["upload_session_id"])
            _note_range(film, begun)
        end = time.monotonic() + SLICE_SECONDS
        while film["start"] < film["end"]:
            fields = {
                "upload_phase": "transfer",
                "upload_session_id": film["session"],
                "start_offset": film["start"],
            }
            source.seek(film["start"])
            piece = source.read(film["end"] - film["start"])
            _note_range(film, graph.send_film(path, fields, piece))
            if film["start"] < film["end"] and time.monotonic() >= end:
                return Pending(handle=steps, wait=0.0)
    film["sent"] = True
    return Staged(handle=steps)


def _note_range(film: dict[str, Any], reply: Mapping[str, Any]) -> None:
    film["start"], film["end"] = int(reply["start_offset"]), int(reply["end_offset"])


def _send_reel(graph: Graph, page: str, item: MediaItem, steps: dict[str, Any]) -> Staged | Pending:
    film = steps["film"]
    if film.get("sent"):
        return Staged(handle=steps)
    if not film:
        path = f"{graph.version}/{page}/video_reels"
        film["id"] = str(graph.request(path, post_args={"upload_phase": "start"})["video_id"])
        return Pending(handle=steps, wait=0.0)
    status = _node(graph, film["id"]).get("status") or {}
    uploading = status.get("uploading_phase") or {}
    _refuse_failed(status)
    if uploading.get("status") != "complete":
        # The vendor's own spelling of the field has one "r" too few.
        known = uploading.get("bytes_transfered") or uploading.get("bytes_transferred") or 0
        with opened(NETWORK, item) as (source, size):
            graph.send_reel(film["id"], source, size, int(known))
        return Pending(handle=steps, wait=_WAIT)
    film["sent"] = True
    return Staged(handle=steps)


def _refuse_failed(status: Mapping[str, Any]) -> None:
    """Raise what the network says of a film that it cannot use."""
    phases = [status.get(name) or {} for name in ("uploading_phase", "processing_phase")]
    words = [str((phase.get("error") or {}).get("message") or "") for phase in phases]
    if any(words) or status.get("video_status") == "error":
        raise GraphFault(Facts(status=400, kind="film", text=" · ".join(filter(None, words))))


def _node(graph: Graph, film: str) -> dict[str, Any]:
    node: dict[str, Any] = graph.get_object(film, fields=_NODE)
    return node


def publish(
    graph: Graph, credential: Credential, part: Part, staged: Staged, *, deadline: float
) -> Receipt:
    """Close the upload, which shows the film."""
    film: Mapping[str, Any] = staged.handle["film"]
    page, text = credential.external_id, part.text or None
    reel = {"video_id": film["id"], "video_state": "PUBLISHED"}
    own = reel if part.form == "reel" else {"upload_session_id": film.get("session")}
    fields = {"upload_phase": "finish", "description": text, **own}
    edge = "video_reels" if part.form == "reel" else "videos"
    with once(deadline) as shot:
        reply = call(
            NETWORK,
            "publish",
            credential,
            lambda: graph.send_film(f"{graph.version}/{page}/{edge}", fields),
            facts_of,
            shot=shot,
        )
    if reply.get("success") is not True:
        raise OutcomeUnknown("a success that does not say so", code="facebook.no_id")
    now = datetime.now(UTC)
    receipt = _receipt(film["id"], part, _post_of(graph, credential, film["id"]))
    return replace(receipt, created_at=now, usage=usage(shot.headers, now))


def _post_of(graph: Graph, credential: Credential, film: str) -> Mapping[str, Any]:
    """Read which post shows the film; nothing that goes wrong here undoes a publication."""
    try:
        return call(
            NETWORK,
            "read",
            credential,
            lambda: graph.request(
                f"{graph.version}/{film}", {"fields": _NODE}, timeout=_POST_PATIENCE
            ),
            facts_of,
        )
    except ConnectorError:
        return {}


def _receipt(film: str, part: Part, node: Mapping[str, Any]) -> Receipt:
    """Return the receipt of a film: by its post's id, or by its own while that is not known."""
    path = "reel/" if part.form == "reel" else "watch/?v="
    link = _address(str(node.get("permalink_url") or f"/{path}{film}"))
    return Receipt(remote_id=str(node.get("post_id") or film), permalink=link)


def _address(link: str) -> str:
    """Return the whole address of a film, which the network gives without its host."""
    return link if "://" in link else f"https://www.facebook.com{link}"


def find(
    graph: Graph,
    credential: Credential,
    part: Part,
    handle: Mapping[str, Any],
    pages: Iterable[Page],
    wanted: Wanted,
) -> Sighting:
    """Look for the film in the feed, and ask the film itself whether it is public."""
    film = str((handle.get("film") or {}).get("id") or "")
    known = replace(wanted, media_keys=frozenset({film} if film else ()))

    def read() -> Sighting:
        node = _known_node(graph, film) if film else {}
        listed = look(pages, known, part)
        phase = (node.get("status") or {}).get("publishing_phase") or {}
        listed = replace(listed, evidence={**listed.evidence, "film": dict(phase)})
        receipt = _receipt(film, part, node)
        public = phase.get("status") == "complete" or phase.get("publish_status") == "published"
        if listed.matches or not public or receipt.remote_id in wanted.ignore:
            return listed
        return replace(listed, matches=(receipt,))

    return call(NETWORK, "read", credential, read, facts_of)


def _known_node(graph: Graph, film: str) -> dict[str, Any]:
    try:
        return _node(graph, film)
    except GraphFault as fault:
        if fault.facts.code not in _UNKNOWN_NODE:
            raise
        return {}

"""Posts and photos of a page as the Graph API shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from connectors.sandbox.exchange import Call
from connectors.sandbox.records import Attached, Post
from connectors.sandbox.state import State

NETWORK = "facebook"


def moment_text(moment: float) -> str:
    """Return seconds since the epoch as Graph writes an instant."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def permalink(call: Call, network: str, post_id: str) -> str:
    """Return the address of a post's own page on this sandbox."""
    return f"{call.base_url}/_sandbox/p/{network}/{post_id}"


def as_photo(item: Attached, post: Post, call: Call, fields: dict[str, str]) -> dict[str, Any]:
    """Return a photo of ``post`` with the fields asked for."""
    known = {
        "name": post.text if len(post.media) == 1 else "",
        "created_time": moment_text(post.created),
        "link": permalink(call, NETWORK, post.id),
        "permalink_url": permalink(call, NETWORK, post.id),
        "alt_text_custom": item.alt_text,
        "alt_text": item.alt_text,
        "page_story_id": post.id,
        "images": [{"source": f"{call.base_url}/_sandbox/media/{item.sha256}"}],
    }
    shown = {name: known[name] for name in fields if known.get(name)}
    return {**shown, "id": item.upload}


def as_post(post: Post, call: Call, fields: dict[str, str], state: State) -> dict[str, Any]:
    """Return a post with the fields asked for; what is empty is absent, as on the real one."""
    done = state.engagement(post)
    known: dict[str, Any] = {
        "reactions": _counted(done["likes"]),
        "comments": _counted(len(done["comments"])),
        "shares": {"count": done["shares"]} if done["shares"] else None,
        "message": post.text,
        "created_time": moment_text(post.created),
        "permalink_url": permalink(call, NETWORK, post.id),
        "link": post.link,
        "is_published": True,
        "attachments": _attachments(post, call, state),
        "from": {"id": post.account},
    }
    shown = {name: known[name] for name in fields if known.get(name)}
    return {**shown, "id": post.id}


def _counted(number: int) -> dict[str, Any]:
    return {"data": [], "summary": {"total_count": number}}


def _attachments(post: Post, call: Call, state: State) -> dict[str, Any] | None:
    photos = [
        {
            "media": {"image": {"src": f"{call.base_url}/_sandbox/media/{item.sha256}"}},
            "target": {"id": item.upload, "url": permalink(call, NETWORK, post.id)},
            **_kind(state.mime(item.sha256)),
            "description": item.alt_text,
        }
        for item in post.media
    ]
    if len(photos) > 1:
        album = {"media_type": "album", "type": "album", "subattachments": {"data": photos}}
        return {"data": [album]}
    if photos:
        return {"data": photos}
    return {"data": [{"type": "share", "url": post.link}]} if post.link else None


def _kind(mime: str) -> dict[str, str]:
    if mime.startswith("video/"):
        return {"media_type": "video", "type": "video_inline"}
    return {"media_type": "photo", "type": "photo"}

"""Instagram's official publishing flow: container, its processing, publication."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import requests

from connectors.sandbox.exchange import Ask, Call, Refusal, Reply
from connectors.sandbox.graph_answers import bad_parameter, error, ok, wanted
from connectors.sandbox.graph_page import moment_text, page_of, permalink
from connectors.sandbox.pictures import Picture, look
from connectors.sandbox.records import DAY, Account, Post, Upload
from connectors.sandbox.state import State

NETWORK = "instagram"
CAPTION_MAX = 2200
HASHTAGS_MAX = 30
ALT_TEXT_MAX = 1000
IMAGE_BYTES_MAX = 8 * 1024**2
RATIO = (0.8, 1.91)
# Whole pixels cannot hold 1.91 exactly.
RATIO_SLACK = 0.01
CAROUSEL = (2, 10)
FETCH_SECONDS = 5.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")

Run = Callable[[Account], Reply | Awaitable[Reply]]


def cannot_fetch(url: str) -> Refusal:
    """Return the answer to an address that gives no picture."""
    return error(
        9004,
        "Only photo or video can be accepted as media type.",
        subcode=2207052,
        title="Media download has failed",
        sentence=f"The media could not be fetched from this URI: {url.partition('?')[0]}",
    )


def fetch(url: str) -> bytes:
    """Download a picture, from loopback only. Raises ``Refusal``."""
    if urlsplit(url).scheme not in ("http", "https") or urlsplit(url).hostname not in LOOPBACK:
        raise cannot_fetch(url)
    try:
        with requests.Session() as session:
            session.trust_env = False
            reply = session.get(url, timeout=FETCH_SECONDS, allow_redirects=False)
    except requests.RequestException:
        raise cannot_fetch(url) from None
    if reply.status_code != 200 or not reply.content:
        raise cannot_fetch(url)
    return reply.content


def accept(data: bytes, url: str) -> Picture:
    """Return the picture if Instagram would take it. Raises ``Refusal``."""
    if len(data) > IMAGE_BYTES_MAX:
        raise error(36000, "The image is too large", subcode=2207004, title="Image too large")
    picture = look(data)
    if picture is None:
        raise cannot_fetch(url)
    if picture.format not in ("JPEG", "MPO"):
        raise error(
            36001,
            "The image format is not supported",
            subcode=2207005,
            title="Image format not supported",
            sentence=f"The image is {picture.format}; only JPEG is supported.",
        )
    if not RATIO[0] - RATIO_SLACK <= picture.ratio <= RATIO[1] + RATIO_SLACK:
        raise error(
            36003,
            "The aspect ratio is not supported.",
            subcode=2207009,
            title="Invalid aspect ratio",
            sentence="The submitted image's aspect ratio is not between 4:5 and 1.91:1.",
        )
    return picture


def _inspect(url: str) -> tuple[bytes, Picture]:
    data = fetch(url)
    return data, accept(data, url)


# The account


def _me(ask: Ask) -> Reply:
    value = {
        "id": ask.account.external_id,
        "user_id": ask.account.external_id,
        "username": ask.account.handle,
        "name": ask.account.name,
        "account_type": "BUSINESS",
    }
    fields = wanted(ask.call.fields.get("fields", ""))
    return ok({k: v for k, v in value.items() if k in fields or k == "id"})


def _quota_used(state: State, account: Account) -> int:
    return state.count_since(NETWORK, account.external_id, state.clock() - DAY)


def _quota(ask: Ask) -> Reply:
    config = {"quota_total": ask.state.quota, "quota_duration": int(DAY)}
    return ok({"data": [{"quota_usage": _quota_used(ask.state, ask.account), "config": config}]})


def _caption(fields: dict[str, str]) -> str:
    caption = fields.get("caption", "")
    if len(caption) > CAPTION_MAX or caption.count("#") > HASHTAGS_MAX:
        raise error(
            36004,
            "The caption is too long",
            subcode=2207010,
            title="Caption too long",
            sentence=f"The caption was {len(caption)} characters long; at most {CAPTION_MAX}.",
        )
    return caption


async def _create(ask: Ask) -> Reply:
    fields = ask.call.fields
    caption = _caption(fields)
    if fields.get("media_type", "") == "CAROUSEL":
        return _create_carousel(ask.state, ask.account, caption, fields.get("children", ""))
    if fields.get("media_type", "IMAGE") != "IMAGE" or not fields.get("image_url"):
        raise bad_parameter("The parameter image_url is required")
    if len(fields.get("alt_text", "")) > ALT_TEXT_MAX:
        raise bad_parameter("Param alt_text is too long")
    url = fields["image_url"]
    data, picture = await asyncio.to_thread(_inspect, url)
    digest = ask.state.put_media(data, picture.mime, picture.width, picture.height)
    item = fields.get("is_carousel_item", "false").strip().lower() in ("true", "1")
    container = ask.state.add_upload(
        network=NETWORK,
        account=ask.account.external_id,
        kind="item" if item else "image",
        digest=digest,
        alt_text=fields.get("alt_text", ""),
        text=caption,
    )
    return ok({"id": container})


def _create_carousel(state: State, account: Account, caption: str, children: str) -> Reply:
    ids = [part.strip(' "[]') for part in children.split(",") if part.strip(' "[]')]
    if not CAROUSEL[0] <= len(ids) <= CAROUSEL[1]:
        raise error(
            100,
            "The carousel cannot be published with this number of items",
            subcode=2207028,
            title="Invalid carousel",
            sentence="A carousel needs between 2 and 10 items.",
        )
    for child_id in ids:
        child = state.upload(child_id)
        if child is None or child.account != account.external_id or child.kind != "item":
            raise bad_parameter(f"Invalid carousel item {child_id}")
        if child.used_by is not None or ids.count(child_id) > 1:
            raise bad_parameter(f"Carousel item {child_id} was already used")
    container = state.add_upload(
        network=NETWORK,
        account=account.external_id,
        kind="carousel",
        text=caption,
        children=ids,
    )
    return ok({"id": container})


def status_code(state: State, container: Upload) -> str:
    """Return IN_PROGRESS, FINISHED, EXPIRED or PUBLISHED."""
    if container.used_by is not None:
        return "PUBLISHED"
    age = state.clock() - container.created
    if age > DAY:
        return "EXPIRED"
    return "FINISHED" if age >= state.processing else "IN_PROGRESS"


def _publish(ask: Ask) -> Reply:
    creation_id = ask.call.fields.get("creation_id", "")
    container = ask.state.upload(creation_id)
    if container is None or container.account != ask.account.external_id:
        raise _unavailable()
    if container.kind not in ("image", "carousel"):
        raise _unavailable()
    children = [found for c in container.children if (found := ask.state.upload(c))]
    states = {status_code(ask.state, container)} | {
        status_code(ask.state, child) for child in children
    }
    if states & {"PUBLISHED", "EXPIRED"}:
        raise _unavailable()
    if states != {"FINISHED"}:
        raise error(
            9007,
            "Media ID is not available",
            subcode=2207027,
            title="Media not ready",
            sentence="The media is not ready for publishing, please wait for a moment.",
        )
    if _quota_used(ask.state, ask.account) >= ask.state.quota:
        raise error(9, "(#9) Application request limit reached", subcode=2207042, transient=True)
    post = ask.state.publish(
        network=NETWORK,
        account=ask.account.external_id,
        text=container.text,
        uploads=children or [container],
        consumed=[container.id],
    )
    return ok({"id": post.id})


def _unavailable() -> Refusal:
    return error(
        24,
        "The requested resource does not exist",
        subcode=2207006,
        title="Media not found",
        sentence="No media with this creation id: it does not exist, expired or was published.",
    )


def _get_media(ask: Ask) -> Reply:
    fields = wanted(ask.call.fields.get("fields", ""))
    return page_of(
        ask,
        lambda post: [_as_media(post, ask.call, ask.account, fields, ask.state)],
    )


def _as_media(
    post: Post, call: Call, account: Account, fields: dict[str, str], state: State
) -> dict[str, Any]:
    album = len(post.media) > 1
    done = state.engagement(post)
    known: dict[str, Any] = {
        "caption": post.text,
        "media_type": "CAROUSEL_ALBUM" if album else "IMAGE",
        "media_product_type": "FEED",
        "timestamp": moment_text(post.created),
        "permalink": permalink(call, NETWORK, post.id),
        "shortcode": post.id,
        "username": account.handle,
        "owner": {"id": account.external_id},
        "alt_text": post.media[0].alt_text if post.media else "",
    }
    if post.media:
        known["media_url"] = f"{call.base_url}/_sandbox/media/{post.media[0].sha256}"
    if album and "children" in fields:
        known["children"] = {"data": [{"id": item.upload} for item in post.media]}
    shown = {name: known[name] for name in fields if known.get(name)}
    counts = {"like_count": done["likes"], "comments_count": len(done["comments"])}
    # an account may hide its likes: the field is then missing, which is not nought
    shown |= {name: counts[name] for name in fields if counts.get(name) is not None}
    return {**shown, "id": post.id}


# Containers and media


def object_route(state: State, call: Call, node: str, edge: str) -> tuple[str, Run | None]:
    """Return route and action for a container or a published medium."""
    container, post = state.upload(node), state.post(NETWORK, node)
    fields = wanted(call.fields.get("fields", ""))
    if not edge and call.method == "DELETE" and post is not None:
        return "delete", lambda _: _delete(state, post.id)
    if edge or call.method != "GET":
        return "other", None
    if container is not None:
        return "status", lambda _: ok(_as_container(state, container, fields))
    if post is not None:
        return "read", lambda account: ok(_as_media(post, call, account, fields, state))
    return "other", None


def _delete(state: State, post_id: str) -> Reply:
    state.delete_post(NETWORK, post_id)
    return ok({"success": True})


def _as_container(state: State, container: Upload, fields: dict[str, str]) -> dict[str, Any]:
    code = status_code(state, container)
    words = {
        "IN_PROGRESS": "In Progress: Media is still being processed.",
        "FINISHED": "Finished: Media has been uploaded and it is ready to be published.",
        "PUBLISHED": "Published: Media has been published.",
        "EXPIRED": "Expired: The container was not published within 24 hours.",
    }
    known = {"status_code": code, "status": words[code]}
    return {**{name: known[name] for name in fields if name in known}, "id": container.id}


ACCOUNT_EDGES: dict[
    tuple[str, str],
    tuple[str | Callable[[Call], str], Callable[[Ask], Reply | Awaitable[Reply]]],
] = {
    ("GET", ""): ("verify", _me),
    ("POST", "media"): ("upload", _create),
    ("POST", "media_publish"): ("publish", _publish),
    ("GET", "media"): ("list", _get_media),
    ("GET", "content_publishing_limit"): ("status", _quota),
}

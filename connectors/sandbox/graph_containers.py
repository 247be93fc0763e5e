"""Instagram's containers: what a caller makes before it publishes, and how far they are.

An image is looked at when its container is made. A film is found to be none only while it is
processed, and its container fails (``ERROR``), as the network's does.
"""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

import requests

from connectors.sandbox import films
from connectors.sandbox.exchange import Ask, Refusal, Reply
from connectors.sandbox.graph_answers import bad_parameter, error, ok
from connectors.sandbox.pictures import Picture, look
from connectors.sandbox.records import DAY, Account, Upload
from connectors.sandbox.state import State

NETWORK = "instagram"
CAPTION_MAX = 2200
HASHTAGS_MAX = 30
ALT_TEXT_MAX = 1000
IMAGE_BYTES_MAX = 8 * 1024**2
RATIO = (0.8, 1.91)
# Whole pixels cannot hold 1.91 exactly.
RATIO_SLACK = 0.01
STORY_RATIO = (0.01, 10.0)
CAROUSEL = (2, 10)
FETCH_SECONDS = 5.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")
# Kind of film → shortest and longest in seconds, most bytes.
FILMS = {
    "reel": (3.0, 900.0, 300 * 1024**2),
    "story": (3.0, 60.0, 100 * 1024**2),
    "item": (3.0, 900.0, 300 * 1024**2),
}
UNREADABLE = "Error: Media upload has failed with error code 2207026"


def cannot_fetch(url: str) -> Refusal:
    """Return the answer to an address that gives no medium."""
    return error(
        9004,
        "Only photo or video can be accepted as media type.",
        subcode=2207052,
        title="Media download has failed",
        sentence=f"The media could not be fetched from this URI: {url.partition('?')[0]}",
    )


def fetch(url: str) -> bytes:
    """Download a medium, from loopback only. Raises ``Refusal``."""
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


def accept(data: bytes, url: str, ratio: tuple[float, float] = RATIO) -> Picture:
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
    if not ratio[0] - RATIO_SLACK <= picture.ratio <= ratio[1] + RATIO_SLACK:
        raise error(
            36003,
            "The aspect ratio is not supported.",
            subcode=2207009,
            title="Invalid aspect ratio",
            sentence="The submitted image's aspect ratio is not between 4:5 and 1.91:1.",
        )
    return picture


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


async def create(ask: Ask) -> Reply:
    """Make the container of a post, or of one medium of a carousel."""
    fields = ask.call.fields
    caption, asked = _caption(fields), fields.get("media_type", "")
    if asked == "CAROUSEL":
        return _create_carousel(ask.state, ask.account, caption, fields.get("children", ""))
    item = fields.get("is_carousel_item", "false").strip().lower() in ("true", "1")
    kind = _kind(asked, item=item)
    film = bool(fields.get("video_url"))
    if kind in ("reel", "image") and film != (kind == "reel"):
        wanted = "video_url" if kind == "reel" else "image_url"
        raise bad_parameter(f"The parameter {wanted} is required")
    url = fields.get("video_url") or fields.get("image_url")
    if not url:
        raise bad_parameter("The parameter image_url is required")
    alt_text = fields.get("alt_text", "")
    if alt_text and (film or kind == "story"):
        raise bad_parameter("Param alt_text is not supported for this media type")
    if len(alt_text) > ALT_TEXT_MAX:
        raise bad_parameter("Param alt_text is too long")
    data = await asyncio.to_thread(fetch, url)
    if film:
        digest, state = _keep_film(ask.state, data, kind)
    else:
        picture = await asyncio.to_thread(accept, data, url, _ratio(kind))
        digest = ask.state.put_media(data, picture.mime, picture.width, picture.height)
        state = "ready"
    container = ask.state.add_upload(
        network=NETWORK,
        account=ask.account.external_id,
        kind=kind,
        state=state,
        digest=digest,
        alt_text=alt_text,
        text="" if kind == "story" else caption,
    )
    return ok({"id": container})


def _kind(asked: str, *, item: bool) -> str:
    """Return what an upload row calls a container: item, image, reel or story."""
    if item and asked in ("", "IMAGE", "VIDEO"):
        return "item"
    if asked == "VIDEO":
        raise bad_parameter("VIDEO is no longer supported; use the REELS media type")
    if item or asked not in ("", "IMAGE", "REELS", "STORIES"):
        raise bad_parameter("Param media_type is invalid")
    return {"REELS": "reel", "STORIES": "story"}.get(asked, "image")


def _ratio(kind: str) -> tuple[float, float]:
    return STORY_RATIO if kind == "story" else RATIO


def _keep_film(state: State, data: bytes, kind: str) -> tuple[str | None, str]:
    """Keep a film that Instagram would take; return its digest and the container's state."""
    film = films.look(data)
    shortest, longest, most = FILMS[kind]
    if film is None or not shortest <= film.seconds <= longest or len(data) > most:
        return None, "failed"
    return state.put_media(data, film.mime, film.width, film.height), "ready"


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
        if state.mime(child.sha256 or "").startswith("video/"):
            _only_finished(state, child)
    container = state.add_upload(
        network=NETWORK,
        account=account.external_id,
        kind="carousel",
        text=caption,
        children=ids,
    )
    return ok({"id": container})


def _only_finished(state: State, container: Upload) -> None:
    if status_code(state, container) != "FINISHED":
        raise not_ready()


def not_ready() -> Refusal:
    """Return the answer to the use of a container that is still processed."""
    return error(
        9007,
        "Media ID is not available",
        subcode=2207027,
        title="Media not ready",
        sentence="The media is not ready for publishing, please wait for a moment.",
    )


def status_code(state: State, container: Upload) -> str:
    """Return IN_PROGRESS, FINISHED, ERROR, EXPIRED or PUBLISHED."""
    if container.used_by is not None:
        return "PUBLISHED"
    age = state.clock() - container.created
    if age > state.span(DAY):
        return "EXPIRED"
    if age < state.processing:
        return "IN_PROGRESS"
    return "ERROR" if container.state == "failed" else "FINISHED"


def as_container(state: State, container: Upload, fields: dict[str, str]) -> dict[str, Any]:
    """Return a container with the fields asked for."""
    code = status_code(state, container)
    words = {
        "IN_PROGRESS": "In Progress: Media is still being processed.",
        "FINISHED": "Finished: Media has been uploaded and it is ready to be published.",
        "ERROR": UNREADABLE,
        "PUBLISHED": "Published: Media has been published.",
        "EXPIRED": "Expired: The container was not published within 24 hours.",
    }
    known = {"status_code": code, "status": words[code]}
    return {**{name: known[name] for name in fields if name in known}, "id": container.id}

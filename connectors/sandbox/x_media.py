"""X's media: chunked upload, its processing state, and alternative texts.

GIF and video are processed after ``finalize``, for as long as the sandbox is told to take
(``Database.processing``); only then a post may carry them.
"""

from __future__ import annotations

from math import ceil
from typing import Any

from connectors.sandbox import films, x_schema
from connectors.sandbox.exchange import Ask, Reply, reply_json
from connectors.sandbox.pictures import look
from connectors.sandbox.records import Account, Upload
from connectors.sandbox.state import State
from connectors.sandbox.x_answers import invalid, not_found

NETWORK = "x"
IMAGES = ("image/jpeg", "image/png", "image/gif", "image/webp")
MEGABYTE = 1024**2
# Category → media types, most bytes, prefix of the media key.
CATEGORIES: dict[str, tuple[tuple[str, ...], int, str]] = {
    "tweet_image": (IMAGES, 5 * MEGABYTE, "3"),
    "tweet_gif": (("image/gif",), 15 * MEGABYTE, "16"),
    "tweet_video": (films.MIMES, 8192 * MEGABYTE, "7"),
    "amplify_video": (films.MIMES, 8192 * MEGABYTE, "13"),
}
ALONE = ("tweet_gif", "tweet_video", "amplify_video")
VIDEO_MINUTES = 20


def _category(mime: str, asked: str) -> str:
    if asked:
        return asked
    if mime in films.MIMES:
        return "tweet_video"
    return "tweet_gif" if mime == "image/gif" else "tweet_image"


def initialize(ask: Ask) -> Reply:
    """Open an upload of a known type and size."""
    body = x_schema.read(ask.call, x_schema.Initialize)
    mime, size = body.media_type, body.total_bytes
    category = _category(mime, body.media_category or "")
    mimes, most, _ = CATEGORIES.get(category, ((), 0, ""))
    if mime not in mimes:
        raise invalid("media_type is not supported", media_type=[mime], media_category=[category])
    if not 0 < size <= most:
        raise invalid("The size of the media is out of bounds", total_bytes=[str(size)])
    media_id = ask.state.add_upload(
        network=NETWORK,
        account=ask.account.external_id,
        kind="x",
        state="open",
        text=f"{mime} {size} {category}",
    )
    return reply_json(200, {"data": _media(media_id, category)})


def _own_upload(state: State, account: Account, media_id: str) -> Upload:
    upload = state.upload(media_id)
    if upload is None or upload.kind != "x" or upload.account != account.external_id:
        raise not_found("media", media_id)
    return upload


def append(ask: Ask) -> Reply:
    """Take one segment."""
    upload = _own_upload(ask.state, ask.account, ask.groups["id"])
    segment, data = ask.call.fields.get("segment_index", ""), ask.call.files.get("media")
    if upload.state != "open" or not segment.isdigit() or not data:
        raise invalid("segment_index and media are needed", segment_index=[segment])
    ask.state.add_chunk(upload.id, int(segment), data)
    return reply_json(200, {"data": {"expires_at": int(ask.state.clock() + 86_400)}})


def finalize(ask: Ask) -> Reply:
    """Put the segments together and look at what they are."""
    upload = _own_upload(ask.state, ask.account, ask.groups["id"])
    mime, size, category = upload.text.split(" ")
    if upload.state == "open":
        chunks = ask.state.chunks(upload.id)
        data = b"".join(part for _, part in chunks)
        if [number for number, _ in chunks] != list(range(len(chunks))) or len(data) != int(size):
            raise invalid("The segments do not add up to total_bytes", total_bytes=[size])
        _finish(ask.state, upload, data, mime)
    value = _media(upload.id, category, size=int(size))
    if category in ALONE:
        wait = max(1, ceil(ask.state.processing))
        value["processing_info"] = {"state": "pending", "check_after_secs": wait}
    return reply_json(200, {"data": value})


def _finish(state: State, upload: Upload, data: bytes, mime: str) -> None:
    """Keep the bytes; what is no video is found out while it is processed, no picture at once."""
    seen = films.look(data) if mime in films.MIMES else look(data)
    if seen is not None and seen.mime == mime:
        digest = state.put_media(data, seen.mime, seen.width, seen.height)
        state.finish_upload(upload.id, digest)
    elif mime in films.MIMES:
        state.finish_upload(upload.id, None, state="failed")
    else:
        raise invalid("media type unrecognized", media_type=[mime])


def _media(media_id: str, category: str, *, size: int | None = None) -> dict[str, Any]:
    value: dict[str, Any] = {
        "id": media_id,
        "media_key": f"{CATEGORIES[category][2]}_{media_id}",
        "expires_after_secs": 86_400,
    }
    return value if size is None else {**value, "size": size}


def category_of(upload: Upload | None) -> str:
    """Return the category that an upload was opened with."""
    return upload.text.rpartition(" ")[2] if upload else "tweet_image"


def media_key(state: State, upload_id: str) -> str:
    """Return the key by which posts name a medium."""
    return f"{CATEGORIES[category_of(state.upload(upload_id))][2]}_{upload_id}"


def is_processed(state: State, upload: Upload) -> bool:
    """Tell whether a post may carry the upload."""
    if upload.state != "ready":
        return False
    return category_of(upload) not in ALONE or _left(state, upload) <= 0


def _left(state: State, upload: Upload) -> float:
    return upload.created + state.processing - state.clock()


def status(ask: Ask) -> Reply:
    """Say how far the processing is."""
    upload = _own_upload(ask.state, ask.account, ask.call.query.get("media_id", ""))
    value = _media(upload.id, category_of(upload), size=int(upload.text.split(" ")[1]))
    value["processing_info"] = _progress(ask.state, upload)
    return reply_json(200, {"data": value})


def _progress(state: State, upload: Upload) -> dict[str, Any]:
    if upload.state == "failed":
        error = {"code": 1, "name": "InvalidMedia", "message": "Unsupported video format"}
        return {"state": "failed", "progress_percent": 0, "error": error}
    if is_processed(state, upload):
        return {"state": "succeeded", "progress_percent": 100}
    if upload.state != "ready":
        return {"state": "pending", "check_after_secs": 1}
    left = _left(state, upload)
    percent = int(100 * (1 - left / state.processing))
    return {"state": "in_progress", "check_after_secs": ceil(left), "progress_percent": percent}


def metadata(ask: Ask) -> Reply:
    """Take the alternative text of an image or a GIF."""
    body = x_schema.read(ask.call, x_schema.Metadata)
    upload = _own_upload(ask.state, ask.account, body.id)
    if category_of(upload) not in ("tweet_image", "tweet_gif"):
        raise invalid("alt_text is not supported for this media", id=[upload.id])
    text = body.metadata.alt_text.text
    ask.state.set_alt_text(upload.id, text)
    return reply_json(
        200, {"data": {"id": upload.id, "associated_metadata": {"alt_text": {"text": text}}}}
    )

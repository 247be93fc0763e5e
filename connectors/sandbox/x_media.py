"""X's media: chunked upload, its processing state, and alternative texts."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.exchange import Ask, Reply, reply_json
from connectors.sandbox.pictures import look
from connectors.sandbox.records import Account, Upload
from connectors.sandbox.state import State
from connectors.sandbox.x_answers import invalid, not_found

NETWORK = "x"
ALT_TEXT_MAX = 1000
IMAGE_BYTES_MAX = {"image/gif": 15 * 1024**2}
IMAGE_BYTES_DEFAULT = 5 * 1024**2
MIMES = ("image/jpeg", "image/png", "image/gif", "image/webp")


def initialize(ask: Ask) -> Reply:
    """Open an upload of a known type and size."""
    fields = ask.call.fields
    mime, size = fields.get("media_type", ""), fields.get("total_bytes", "")
    if mime not in MIMES:
        raise invalid("media_type is not supported", media_type=[mime])
    if not size.isdigit() or not 0 < int(size) <= IMAGE_BYTES_MAX.get(mime, IMAGE_BYTES_DEFAULT):
        raise invalid("The size of the media is out of bounds", total_bytes=[size])
    media_id = ask.state.add_upload(
        network=NETWORK,
        account=ask.account.external_id,
        kind="x",
        state="open",
        text=f"{mime} {size}",
    )
    return reply_json(200, {"data": _media(media_id, None)})


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
    """Put the segments together and look at the picture."""
    upload = _own_upload(ask.state, ask.account, ask.groups["id"])
    if upload.state != "open":
        return reply_json(200, {"data": _media(upload.id, upload.text)})
    mime, _, size = upload.text.partition(" ")
    chunks = ask.state.chunks(upload.id)
    data = b"".join(part for _, part in chunks)
    if [number for number, _ in chunks] != list(range(len(chunks))) or len(data) != int(size):
        raise invalid("The segments do not add up to total_bytes", total_bytes=[size])
    picture = look(data)
    if picture is None or picture.mime != mime:
        raise invalid("media type unrecognized", media_type=[mime])
    digest = ask.state.put_media(data, picture.mime, picture.width, picture.height)
    ask.state.finish_upload(upload.id, digest)
    return reply_json(200, {"data": _media(upload.id, upload.text)})


def _media(media_id: str, kind_and_size: str | None) -> dict[str, Any]:
    value: dict[str, Any] = {
        "id": media_id,
        "media_key": f"3_{media_id}",
        "expires_after_secs": 86_400,
    }
    if kind_and_size:
        value["size"] = int(kind_and_size.partition(" ")[2])
    return value


def status(ask: Ask) -> Reply:
    """Say how far the processing is."""
    upload = _own_upload(ask.state, ask.account, ask.call.query.get("media_id", ""))
    phase = "succeeded" if upload.state == "ready" else "pending"
    value = _media(upload.id, upload.text)
    value["processing_info"] = {"state": phase, "progress_percent": 100 if upload.sha256 else 0}
    return reply_json(200, {"data": value})


def metadata(ask: Ask) -> Reply:
    """Take the alternative text."""
    upload = _own_upload(ask.state, ask.account, str(ask.call.json.get("id", "")))
    metadata = ask.call.json.get("metadata") or {}
    text = (metadata.get("alt_text") or {}).get("text", "")
    if not isinstance(text, str) or not 0 < len(text) <= ALT_TEXT_MAX:
        raise invalid("alt_text.text is out of bounds", **{"metadata.alt_text.text": [str(text)]})
    ask.state.set_alt_text(upload.id, text)
    return reply_json(
        200, {"data": {"id": upload.id, "associated_metadata": {"alt_text": {"text": text}}}}
    )

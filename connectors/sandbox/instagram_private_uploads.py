"""Uploads of the private Instagram API: pictures, films and their stills, before any post.

A film is transcoded for as long as the sandbox is told (``Database.processing``); whoever
configures it sooner is told so.
"""

from __future__ import annotations

import json
from typing import Any

from connectors.sandbox import films
from connectors.sandbox.exchange import Ask, Call, Refusal, Reply, reply_json
from connectors.sandbox.graph_containers import CAPTION_MAX, FILMS, RATIO, RATIO_SLACK
from connectors.sandbox.pictures import look
from connectors.sandbox.records import Account, Upload

NETWORK = "instagram"
KIND = "private"
FORMATS = ("JPEG", "MPO", "PNG", "WEBP")
# Stills of films and stories stand upright.
TALLEST = 9 / 16


def fail(status: int, message: str, **more: Any) -> Refusal:
    """Return a refusal in this API's shape."""
    return Refusal(reply_json(status, {"message": message, **more, "status": "fail"}))


def signed_body(call: Call) -> dict[str, Any]:
    """Return the JSON object of a signed form. Raises ``Refusal``."""
    text = dict(call.form_pairs).get("signed_body", "").partition(".")[2]
    try:
        value = json.loads(text)
    except ValueError:
        raise fail(400, "Invalid request") from None
    return value if isinstance(value, dict) else {}


def _key(account: Account, upload_id: str) -> str:
    return f"{account.external_id}:{upload_id}"


def _params(ask: Ask) -> dict[str, Any]:
    try:
        params = json.loads(ask.call.headers.get("x-instagram-rupload-params", ""))
        return {**params, "upload_id": str(params["upload_id"])}
    except (ValueError, TypeError, KeyError):
        raise fail(400, "Invalid upload parameters") from None


def rupload_photo(ask: Ask) -> Reply:
    """Take a picture, or the still of a film that has the same id."""
    upload_id = _params(ask)["upload_id"]
    picture = look(ask.call.body)
    if picture is None or picture.format not in FORMATS:
        raise fail(400, "Photo format is not supported")
    if not TALLEST - RATIO_SLACK <= picture.ratio <= RATIO[1] + RATIO_SLACK:
        raise fail(400, "Uploaded image isn't in an allowed aspect ratio")
    known = ask.state.upload(_key(ask.account, upload_id))
    if known is None or not _is_film(ask, known):
        digest = ask.state.put_media(ask.call.body, picture.mime, picture.width, picture.height)
        _keep(ask, upload_id, digest)
    return reply_json(200, {"upload_id": upload_id, "xsharing_nonces": {}, "status": "ok"})


def _keep(ask: Ask, upload_id: str, digest: str) -> None:
    ask.state.add_upload(
        network=NETWORK,
        account=ask.account.external_id,
        kind=KIND,
        digest=digest,
        upload_id=_key(ask.account, upload_id),
    )


def _is_film(ask: Ask, upload: Upload) -> bool:
    return ask.state.mime(upload.sha256 or "").startswith("video/")


def settings(_: Ask) -> Reply:
    """Take what a client says of the film it is about to send."""
    return reply_json(200, {"status": "ok"})


def film_offset(_: Ask) -> Reply:
    """Say how much of a film has arrived; it is only kept whole."""
    return reply_json(200, {"offset": 0})


def rupload_film(ask: Ask) -> Reply:
    """Take a film."""
    upload_id = _params(ask)["upload_id"]
    film = films.look(ask.call.body)
    length = ask.call.headers.get("x-entity-length", "")
    if film is None or length != str(len(ask.call.body)):
        raise fail(400, "Video format is not supported")
    digest = ask.state.put_media(ask.call.body, film.mime, film.width, film.height)
    _keep(ask, upload_id, digest)
    return reply_json(200, {"upload_id": upload_id, "xsharing_nonces": {}, "status": "ok"})


def uploaded(ask: Ask, upload_id: str, alt_text: str, form: str = "feed") -> Upload:
    """Return an upload that a post of ``form`` may be made of. Raises ``Refusal``."""
    upload = ask.state.upload(_key(ask.account, upload_id))
    if upload is None or upload.kind != KIND or upload.used_by is not None:
        raise fail(400, "media_needs_reupload", error_title="staged_position_not_found")
    kept = ask.state.media(upload.sha256 or "")
    data = kept[1] if kept else b""
    if _is_film(ask, upload):
        _refuse_film(ask, upload, films.look(data), form)
    elif form == "reel":
        raise fail(400, "media_needs_reupload", error_title="video_expected")
    elif form == "feed":
        picture = look(data)
        if picture is None or picture.ratio < RATIO[0] - RATIO_SLACK:
            raise fail(400, "Uploaded image isn't in an allowed aspect ratio")
    if alt_text:
        ask.state.set_alt_text(upload.id, alt_text)
    return ask.state.upload(upload.id) or upload


def _refuse_film(ask: Ask, upload: Upload, film: films.Film | None, form: str) -> None:
    if ask.state.clock() - upload.created < ask.state.processing:
        raise fail(202, "Transcode not finished yet.")
    shortest, longest, _ = FILMS["item" if form == "feed" else form]
    if film is None or not shortest <= film.seconds <= longest:
        raise fail(400, "Video length is not supported")


def caption_of(body: dict[str, Any]) -> str:
    """Return a post's text. Raises ``Refusal`` if it is too long."""
    caption = str(body.get("caption") or "")
    if len(caption) > CAPTION_MAX:
        raise fail(400, "Caption is too long", feedback_title="Caption is too long")
    return caption

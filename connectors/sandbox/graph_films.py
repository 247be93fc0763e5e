"""Films on a Facebook page: the upload of posts and of reels, and what a film says of itself.

Not the vendor's: a film is shown as soon as its upload is closed, and not when it is processed.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from connectors.sandbox import films
from connectors.sandbox.exchange import Ask, Call, Reply, Target
from connectors.sandbox.graph_answers import (
    bad_parameter,
    bad_token,
    error,
    no_such_object,
    not_yours,
    ok,
    wanted,
)
from connectors.sandbox.graph_page import caption_of, page_of
from connectors.sandbox.graph_shown import moment_text, permalink
from connectors.sandbox.records import Account, Post, Upload
from connectors.sandbox.state import State

NETWORK = "facebook"
KINDS = {"film": "feed", "reel": "reel"}
PIECE = 1024**2
BYTES_MAX = 4 * 1024**3
REEL_SECONDS = (3.0, 90.0)
UPLOAD_PATH = re.compile(r"^/video-upload/v\d+\.\d+/(?P<film>\d+)/?$")
_SESSION = "9"


# Opening


def _start_film(ask: Ask) -> Reply:
    size = ask.call.fields.get("file_size", "")
    if not size.isdigit() or not 0 < int(size) <= BYTES_MAX:
        raise bad_parameter("(#100) Missing parameter: file_size")
    film = _open(ask, "film", size)
    return ok({"video_id": film, "upload_session_id": _SESSION + film, **_range(0, int(size))})


def _start_reel(ask: Ask) -> Reply:
    film = _open(ask, "reel", "0")
    version = ask.call.path.split("/")[1]
    address = f"{ask.call.base_url}/video-upload/{version}/{film}"
    return ok({"video_id": film, "upload_url": address})


def _open(ask: Ask, kind: str, size: str) -> str:
    return ask.state.add_upload(
        network=NETWORK, account=ask.account.external_id, kind=kind, state="open", text=size
    )


def _range(start: int, size: int) -> dict[str, str]:
    return {"start_offset": str(start), "end_offset": str(min(size, start + PIECE))}


# Bytes


def _transfer(ask: Ask) -> Reply:
    upload = _of_session(ask)
    size, received = int(upload.text), _received(ask.state, upload)
    piece, start = ask.call.files.get("video_file_chunk", b""), ask.call.fields.get("start_offset")
    if upload.state != "open" or start != str(received) or not 0 < len(piece) <= size - received:
        raise error(6001, "There was a problem uploading your video file.", subcode=1363037)
    ask.state.add_chunk(upload.id, received, piece)
    if received + len(piece) == size:
        _finish(ask.state, upload)
    return ok(_range(received + len(piece), size))


def _of_session(ask: Ask) -> Upload:
    session = ask.call.fields.get("upload_session_id", "")
    return _own(ask, session.removeprefix(_SESSION), "film")


def _own(ask: Ask, film: str, kind: str) -> Upload:
    upload = ask.state.upload(film)
    foreign = upload is not None and upload.account != ask.account.external_id
    if upload is None or foreign or upload.kind != kind or upload.used_by is not None:
        raise error(6000, "The upload session is not valid.", subcode=1363041)
    return upload


def _received(state: State, upload: Upload) -> int:
    return sum(len(part) for _, part in state.chunks(upload.id))


def _finish(state: State, upload: Upload) -> None:
    data = b"".join(part for _, part in state.chunks(upload.id))
    film = films.look(data)
    if film is None:
        state.finish_upload(upload.id, None, state="failed")
    else:
        digest = state.put_media(data, film.mime, film.width, film.height)
        state.finish_upload(upload.id, digest)


def dispatch(state: State, call: Call, token: str) -> Target:
    """Say what a call of the host for reels' bytes means."""
    found = UPLOAD_PATH.match(call.path)
    upload = state.upload(found["film"]) if found else None
    actors = [account for account in state.by_token(token) if account.network == NETWORK]
    actor = next((a for a in actors if upload and a.external_id == upload.account), None)

    def run() -> Reply:
        if not actors or actors[0].revoked:
            raise bad_token()
        if upload is None or upload.kind != "reel" or call.method != "POST":
            raise no_such_object(call.path)
        if actor is None:
            raise not_yours()
        return _receive(state, upload, call)

    account = actors[0].external_id if actors else None
    return Target(network=NETWORK, route="upload", account=account, run=run)


def _receive(state: State, upload: Upload, call: Call) -> Reply:
    offset, size = call.headers.get("offset", ""), call.headers.get("file_size", "")
    received = _received(state, upload)
    if upload.state != "open" or offset != str(received):
        raise error(6000, "Request starting offset is invalid", title="OffsetInvalidError")
    if not size.isdigit() or received + len(call.body) != int(size):
        raise error(
            6000, "Partial request (did not match length of file)", title="PartialRequestError"
        )
    state.add_chunk(upload.id, received, call.body)
    _finish(state, upload)
    return ok({"success": True})


# Showing


def _close(ask: Ask) -> Reply:
    fields = ask.call.fields
    reel = ask.call.path.rstrip("/").endswith("video_reels")
    if reel and fields.get("video_state") != "PUBLISHED":
        raise bad_parameter("Drafts and scheduling are not part of this sandbox")
    upload = _own(ask, fields.get("video_id", ""), "reel") if reel else _of_session(ask)
    kept = ask.state.media(upload.sha256 or "")
    if kept is None:
        raise error(352, "The video file you selected is in a format that we don't support.")
    film = films.look(kept[1])
    if reel and film and not REEL_SECONDS[0] <= film.seconds <= REEL_SECONDS[1]:
        raise error(100, "A reel lasts from 3 to 90 seconds.", subcode=1363128)
    ask.state.publish(
        network=NETWORK,
        account=ask.account.external_id,
        text=caption_of(fields, "description"),
        uploads=[upload],
        post_id=f"{ask.account.external_id}_{ask.state.new_id()}",
        form=KINDS[upload.kind],
    )
    return ok({"success": True})


PHASES: dict[tuple[str, str], Callable[[Ask], Reply]] = {
    ("videos", "start"): _start_film,
    ("videos", "transfer"): _transfer,
    ("videos", "finish"): _close,
    ("video_reels", "start"): _start_reel,
    ("video_reels", "finish"): _close,
}


def _post(ask: Ask) -> Reply:
    edge = ask.call.path.rstrip("/").rpartition("/")[2]
    handler = PHASES.get((edge, ask.call.fields.get("upload_phase", "").lower()))
    if handler is None:
        raise bad_parameter("(#100) Missing parameter: upload_phase")
    return handler(ask)


def _route(call: Call) -> str:
    return "publish" if call.fields.get("upload_phase", "").lower() == "finish" else "upload"


def _list(ask: Ask) -> Reply:
    reels = ask.call.path.rstrip("/").endswith("video_reels")

    def show(post: Post) -> list[dict[str, Any]]:
        kept = [m for m in post.media if ask.state.mime(m.sha256) in films.MIMES]
        if not kept or (post.form == "reel") != reels:
            return []
        row = {"updated_time": moment_text(post.created), "id": kept[0].upload}
        return [{**row, **({"description": post.text} if post.text else {})}]

    return page_of(ask, show)


def read(state: State, call: Call, upload: Upload) -> Reply:
    """Return a film with the fields asked for."""
    post = state.post(NETWORK, upload.used_by or "")
    if upload.used_by is not None and post is None:
        raise no_such_object(upload.id)
    known: dict[str, Any] = {"status": _status(state, upload)}
    if post is not None:
        known["post_id"] = post.id
        known["description"] = post.text
        known["created_time"] = moment_text(post.created)
        known["permalink_url"] = permalink(call, NETWORK, post.id)
    fields = wanted(call.fields.get("fields", ""))
    return ok({**{name: known[name] for name in fields if known.get(name)}, "id": upload.id})


def _status(state: State, upload: Upload) -> dict[str, Any]:
    sent = upload.state != "open"
    uploading: dict[str, Any] = {"status": "complete" if sent else "in_progress"}
    processing: dict[str, Any] = {"status": "not_started"}
    publishing: dict[str, Any] = {"status": "not_started"}
    if not sent:
        uploading["bytes_transfered"] = _received(state, upload)
    elif upload.state == "failed":
        processing["error"] = {"message": "The video file is not supported."}
    elif state.clock() - upload.created >= state.processing:
        processing["status"] = "complete"
    if upload.used_by is not None:
        publishing = {"status": "complete", "publish_status": "published"}
    ready = processing["status"] == "complete" and upload.used_by is not None
    return {
        "video_status": "ready" if ready else "processing",
        "uploading_phase": uploading,
        "processing_phase": processing,
        "publishing_phase": publishing,
    }


ACCOUNT_EDGES: dict[
    tuple[str, str],
    tuple[str | Callable[[Call], str], Callable[[Ask], Reply | Awaitable[Reply]]],
] = {
    ("POST", "videos"): (_route, _post),
    ("POST", "video_reels"): (_route, _post),
    ("GET", "videos"): ("list", _list),
    ("GET", "video_reels"): ("list", _list),
}


def object_route(
    state: State, call: Call, node: str, edge: str
) -> tuple[str, Callable[[Account], Reply]] | None:
    """Return route and action for a film; None if ``node`` is none."""
    upload, post = state.upload(node), post_of(state, node)
    if upload is None or upload.kind not in KINDS or edge:
        return None
    if call.method == "DELETE" and post is not None:
        return "delete", lambda _: _delete(state, post)
    if call.method == "POST" and post is not None:
        return "edit", lambda _: _edit(state, post, call)
    return ("status", lambda _: read(state, call, upload)) if call.method == "GET" else None


def post_of(state: State, node: str) -> Post | None:
    """Return the post that shows the film ``node``."""
    upload = state.upload(node)
    shown = upload.used_by if upload and upload.kind in KINDS else None
    return state.post(NETWORK, shown) if shown else None


def _delete(state: State, post: Post) -> Reply:
    state.delete_post(NETWORK, post.id)
    return ok({"success": True})


def _edit(state: State, post: Post, call: Call) -> Reply:
    state.edit_post(NETWORK, post.id, caption_of(call.fields, "description"))
    return ok({"success": True})

"""A Facebook page on the Graph API: feed, photos, reading, deleting."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from connectors.sandbox.exchange import Ask, Call, Reply
from connectors.sandbox.graph_answers import (
    PORTRAIT,
    bad_parameter,
    error,
    no_such_object,
    ok,
    wanted,
)
from connectors.sandbox.graph_shown import NETWORK, as_photo, as_post
from connectors.sandbox.pictures import look
from connectors.sandbox.records import Account, Post, Upload
from connectors.sandbox.state import State

MESSAGE_MAX = 63_206
PHOTOS_MAX = 10
PHOTO_BYTES_MAX = 10 * 1024**2
FORMATS = ("JPEG", "MPO", "PNG", "GIF", "WEBP", "BMP", "TIFF")
PAGE_SIZE = 25
ATTACHED = re.compile(r"^attached_media\[(\d+)\]$")

Run = Callable[[Account], Reply | Awaitable[Reply]]


def _is_false(value: str) -> bool:
    return value.strip().lower() in ("false", "0")


def _photo_route(call: Call) -> str:
    return "upload" if _is_false(call.fields.get("published", "true")) else "publish"


def caption_of(fields: dict[str, str], name: str = "message") -> str:
    """Return a post's text from the field ``name``. Raises ``Refusal`` if it is too long."""
    text = fields.get(name, "")
    if len(text) > MESSAGE_MAX:
        raise bad_parameter(f"Param {name} is too long")
    return text


# The page


def _page(ask: Ask) -> Reply:
    value: dict[str, Any] = {"name": ask.account.name, "id": ask.account.external_id}
    fields = wanted(ask.call.fields.get("fields", ""))
    if "username" in fields:
        value["username"] = ask.account.handle
    if "link" in fields:
        value["link"] = f"{ask.call.base_url}/?cuenta={ask.account.external_id}"
    if "picture" in fields:
        url = PORTRAIT.format(network=NETWORK, id=ask.account.external_id)
        value["picture"] = {"data": {"url": url, "is_silhouette": False}}
    if "access_token" in fields:
        value["access_token"] = ask.account.token
    return ok(value)


def _accounts(ask: Ask) -> Reply:
    pages = [
        {"access_token": a.token, "name": a.name, "id": a.external_id, "tasks": ["CREATE_CONTENT"]}
        for a in ask.state.by_token(ask.account.token)
        if a.network == NETWORK
    ]
    return ok({"data": pages})


def _attached(state: State, account: Account, fields: dict[str, str]) -> list[Upload]:
    numbered = sorted(
        (int(found[1]), value) for key, value in fields.items() if (found := ATTACHED.match(key))
    )
    raw = [value for _, value in numbered]
    try:
        items = [json.loads(value) for value in raw]
        if "attached_media" in fields:
            items += json.loads(fields["attached_media"])
        ids = [str(item["media_fbid"]) for item in items]
    except (ValueError, TypeError, KeyError):
        raise bad_parameter("Invalid parameter: attached_media") from None
    if len(ids) > PHOTOS_MAX:
        raise bad_parameter(f"Param attached_media must have at most {PHOTOS_MAX} elements")
    uploads = []
    for photo_id in ids:
        upload = state.upload(photo_id)
        if upload is None or upload.kind != "photo" or upload.account != account.external_id:
            raise bad_parameter(f"Invalid parameter: no photo {photo_id} of this page")
        if upload.used_by is not None or ids.count(photo_id) > 1:
            raise bad_parameter(f"Photo {photo_id} was already posted")
        uploads.append(upload)
    return uploads


def _post_feed(ask: Ask) -> Reply:
    fields = ask.call.fields
    message, link = caption_of(fields), fields.get("link", "")
    if _is_false(fields.get("published", "true")) or "scheduled_publish_time" in fields:
        raise bad_parameter("Scheduling is not part of this sandbox")
    if link and (urlsplit(link).scheme not in ("http", "https") or not urlsplit(link).hostname):
        raise error(1500, "(#1500) The url you supplied is invalid")
    uploads = _attached(ask.state, ask.account, fields)
    if not message.strip() and not link and not uploads:
        raise bad_parameter("Missing message or attachment")
    post = ask.state.publish(
        network=NETWORK,
        account=ask.account.external_id,
        text=message,
        link=link,
        uploads=uploads,
        post_id=f"{ask.account.external_id}_{ask.state.new_id()}",
    )
    return ok({"id": post.id})


def _post_photo(ask: Ask) -> Reply:
    fields = ask.call.fields
    caption = caption_of(fields, "caption") or caption_of(fields)
    data = ask.call.files.get("source") or next(iter(ask.call.files.values()), b"")
    picture = look(data) if 0 < len(data) <= PHOTO_BYTES_MAX else None
    if picture is None or picture.format not in FORMATS:
        raise error(
            324,
            "(#324) Missing or invalid image file",
            subcode=2069019,
            title="Missing or invalid image file",
            sentence="The image could not be read, or it is too large.",
        )
    digest = ask.state.put_media(data, picture.mime, picture.width, picture.height)
    photo_id = ask.state.add_upload(
        network=NETWORK,
        account=ask.account.external_id,
        kind="photo",
        digest=digest,
        alt_text=fields.get("alt_text_custom", ""),
        text=caption,
    )
    if _photo_route(ask.call) == "upload":
        return ok({"id": photo_id})
    upload = ask.state.upload(photo_id)
    post = ask.state.publish(
        network=NETWORK,
        account=ask.account.external_id,
        text=caption,
        uploads=[upload] if upload else [],
        post_id=f"{ask.account.external_id}_{photo_id}",
    )
    return ok({"id": photo_id, "post_id": post.id})


def _moment(text: str) -> float:
    if text.isdigit():
        return float(text)
    try:
        moment = datetime.fromisoformat(text.replace("+0000", "+00:00"))
    except ValueError:
        raise bad_parameter("Invalid parameter: since or until") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def page_of(ask: Ask, show: Callable[[Post], list[dict[str, Any]]], *, below: str = "") -> Reply:
    """Return one page of an account's posts, or of what it wrote ``below`` one, newest first."""
    fields = ask.call.fields
    limit = min(100, int(fields["limit"])) if fields.get("limit", "").isdigit() else PAGE_SIZE
    since = _moment(fields["since"]) if fields.get("since") else 0.0
    before = _moment(fields["until"]) if fields.get("until") else float("inf")
    after = fields.get("after", "")
    if after:
        try:
            before = min(before, float.fromhex(after))
        except ValueError:
            raise bad_parameter("Invalid cursors values") from None
    posts = ask.state.listed(
        ask.account.network,
        ask.account.external_id,
        ask.call.listing,
        since=since,
        before=before,
        limit=limit + 1,
        below=below,
    )
    value: dict[str, Any] = {"data": [row for post in posts[:limit] for row in show(post)]}
    if posts:
        last = posts[:limit][-1].created.hex()
        value["paging"] = {"cursors": {"before": posts[0].created.hex(), "after": last}}
        if len(posts) > limit:
            # Without the token: the caller that follows it must bring its own.
            value["paging"]["next"] = (
                f"{ask.call.base_url}{ask.call.path}?limit={limit}&after={last}"
            )
    return ok(value)


def _get_feed(ask: Ask) -> Reply:
    fields = wanted(ask.call.fields.get("fields", "")) or {"message": "", "created_time": ""}
    return page_of(ask, lambda post: [as_post(post, ask.call, fields, ask.state)])


def _get_photos(ask: Ask) -> Reply:
    fields = wanted(ask.call.fields.get("fields", "")) or {"name": "", "created_time": ""}
    return page_of(
        ask,
        lambda post: [as_photo(item, post, ask.call, fields) for item in post.media],
    )


# Posts and photos


def object_route(state: State, call: Call, node: str, edge: str) -> tuple[str, Run | None]:
    """Return route and action for a post or a photo."""
    post, upload = state.post(NETWORK, node), state.upload(node)
    fields = wanted(call.fields.get("fields", "")) or {"message": "", "created_time": ""}
    if edge:
        return "other", None
    if call.method == "DELETE" and post is not None:
        return "delete", lambda _: _delete(state, post.id)
    if call.method == "POST" and post is not None:
        return "edit", lambda _: _edit(state, post.id, call.fields)
    if call.method != "GET":
        return "other", None
    if post is not None:
        return "read", lambda _: _read_post(post, call, fields, state)
    if upload is not None:
        return "read", lambda _: _read_photo(state, call, upload, fields)
    return "other", None


def _delete(state: State, post_id: str) -> Reply:
    state.delete_post(NETWORK, post_id)
    return ok({"success": True})


def _edit(state: State, post_id: str, fields: dict[str, str]) -> Reply:
    message = caption_of(fields)
    if not message.strip():
        raise bad_parameter("Param message must be non-empty")
    state.edit_post(NETWORK, post_id, message)
    return ok({"success": True})


def _read_post(post: Post, call: Call, fields: dict[str, str], state: State) -> Reply:
    if post.parent and "attachments" in fields:
        said = "(#100) Tried accessing nonexisting field (attachments) on node type (Comment)"
        raise error(100, said)
    return ok(as_post(post, call, fields, state))


def _read_photo(state: State, call: Call, upload: Upload, fields: dict[str, str]) -> Reply:
    post = state.post(NETWORK, upload.used_by or "")
    for item in post.media if post else ():
        if post and item.upload == upload.id:
            return ok(as_photo(item, post, call, fields))
    if upload.used_by is not None:
        raise no_such_object(upload.id)
    return ok({"id": upload.id})


ACCOUNT_EDGES: dict[
    tuple[str, str],
    tuple[str | Callable[[Call], str], Callable[[Ask], Reply | Awaitable[Reply]]],
] = {
    ("GET", ""): ("verify", _page),
    ("GET", "accounts"): ("verify", _accounts),
    ("POST", "feed"): ("publish", _post_feed),
    ("GET", "feed"): ("list", _get_feed),
    ("GET", "posts"): ("list", _get_feed),
    ("GET", "published_posts"): ("list", _get_feed),
    ("POST", "photos"): (_photo_route, _post_photo),
    ("GET", "photos"): ("list", _get_photos),
}

"""The private Instagram API, as far as the unofficial client meets it: configure, feed, stories.

Shapes are our reading of what that client sends and parses. The session's id is the account's
token; ``instagram_private_login`` opens one.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Callable
from dataclasses import replace
from http.cookies import SimpleCookie
from typing import Any

from connectors.sandbox import instagram_private_login as login
from connectors.sandbox.exchange import Ask, Call, Reply, Target, compile_path, reply_json
from connectors.sandbox.graph_containers import CAROUSEL
from connectors.sandbox.instagram_private_shown import NETWORK, media_shown, user_shown
from connectors.sandbox.instagram_private_uploads import (
    caption_of,
    fail,
    film_offset,
    rupload_film,
    rupload_photo,
    settings,
    signed_body,
    uploaded,
)
from connectors.sandbox.records import DAY, Post, Upload
from connectors.sandbox.state import State

PAGE_SIZE = 18

Handler = Callable[[Ask], Reply]


def fault_reply(status: int) -> Reply:
    """Return what the private API answers when it is overloaded (5xx) or asks to wait (429)."""
    if status == 429:
        return fail(429, "Please wait a few minutes before you try again.").reply
    page = b"<!DOCTYPE html><html><body><h1>5xx Server Error</h1></body></html>"
    return Reply(status=status, body=page, content_type="text/html; charset=utf-8")


def token_of(call: Call) -> str:
    """Return the session id, from the bearer token or the cookie."""
    packed = call.headers.get("authorization", "").rpartition(":")[2]
    try:
        found = json.loads(b64decode(packed, validate=True) or b"{}")
    except (BadBase64, ValueError):
        found = {}
    if isinstance(found, dict) and found.get("sessionid"):
        return str(found["sessionid"])
    cookie = SimpleCookie(call.headers.get("cookie", "")).get("sessionid")
    return cookie.value if cookie else ""


def dispatch(state: State, call: Call) -> Target:
    """Say what a call under ``/api/v1/`` or of an upload means."""
    opening = login.dispatch(state, call)
    if opening is not None:
        return opening
    token = token_of(call)
    account = next((a for a in state.by_token(token) if a.network == NETWORK), None)
    name, groups = "other", dict[str, str]()
    handler: Handler = _no_route
    for method, pattern, route, candidate in ROUTES:
        found = pattern.match(call.path) if method == call.method else None
        if found:
            name, handler, groups = route, candidate, found.groupdict()
            break

    def run() -> Reply:
        if account is None or account.revoked:
            raise fail(403, "login_required", logout_reason=2, error_title="", error_body="")
        reply = handler(Ask(state=state, call=call, account=account, groups=groups))
        # with every reply, as the network does: where the account's data is just now
        rur = f"RVA,{account.external_id},{state.clock():.3f}"
        return replace(reply, headers=(*reply.headers, ("ig-set-ig-u-rur", rur)))

    external_id = account.external_id if account else None
    return Target(network=NETWORK, route=name, account=external_id, run=run)


def _no_route(ask: Ask) -> Reply:
    raise fail(404, "No such endpoint", path=ask.call.path)


# Account


def _current_user(ask: Ask) -> Reply:
    return reply_json(200, {"user": user_shown(ask.account, ask.call.base_url), "status": "ok"})


def _user_info(ask: Ask) -> Reply:
    account = ask.state.account(NETWORK, ask.groups["id"])
    if account is None:
        raise fail(404, "user_not_found")
    return reply_json(200, {"user": user_shown(account, ask.call.base_url), "status": "ok"})


def _shown_first(_: Ask) -> Reply:
    """Show what the application asks for once it is in: nothing yet."""
    return reply_json(200, {"feed_items": [], "tray": [], "more_available": False, "status": "ok"})


def _logout(ask: Ask) -> Reply:
    ask.state.dismiss(token_of(ask.call))
    return reply_json(200, {"status": "ok"})


# Configuring


def _configure(ask: Ask) -> Reply:
    body = signed_body(ask.call)
    alt_text = str(body.get("custom_accessibility_caption") or "")
    caption = caption_of(body)
    upload = uploaded(ask, str(body.get("upload_id", "")), alt_text)
    return _show(ask, caption, [upload], str(body["upload_id"]))


def _configure_sidecar(ask: Ask) -> Reply:
    body = signed_body(ask.call)
    caption = caption_of(body)
    children = [c for c in body.get("children_metadata") or [] if isinstance(c, dict)]
    ids = [str(child.get("upload_id", "")) for child in children]
    if not CAROUSEL[0] <= len(ids) <= CAROUSEL[1] or len(set(ids)) != len(ids):
        raise fail(400, "Carousel needs between 2 and 10 items")
    uploads = [
        uploaded(ask, upload_id, str(child.get("custom_accessibility_caption") or ""))
        for upload_id, child in zip(ids, children, strict=True)
    ]
    return _show(ask, caption, uploads, str(body.get("client_sidecar_id", "")))


def _configure_reel(ask: Ask) -> Reply:
    body = signed_body(ask.call)
    upload = uploaded(ask, str(body.get("upload_id", "")), "", "reel")
    return _show(ask, caption_of(body), [upload], str(body["upload_id"]), "reel")


def _configure_story(ask: Ask) -> Reply:
    body = signed_body(ask.call)
    upload = uploaded(ask, str(body.get("upload_id", "")), "", "story")
    return _show(ask, "", [upload], str(body["upload_id"]), "story")


def _show(
    ask: Ask, caption: str, uploads: list[Upload], upload_id: str, form: str = "feed"
) -> Reply:
    post = ask.state.publish(
        network=NETWORK, account=ask.account.external_id, text=caption, uploads=uploads, form=form
    )
    media = media_shown(ask, post)
    return reply_json(200, {"media": media, "upload_id": upload_id, "status": "ok"})


# Reading


def _feed(ask: Ask) -> Reply:
    query = ask.call.query
    owner = ask.state.account(NETWORK, ask.groups["id"])
    if owner is None:
        raise fail(404, "user_not_found")
    count = int(query["count"]) if query.get("count", "").isdigit() else PAGE_SIZE
    try:
        before = float.fromhex(query["max_id"]) if query.get("max_id") else float("inf")
    except ValueError:
        raise fail(400, "Invalid max_id") from None
    posts = ask.state.listed(
        NETWORK, owner.external_id, ask.call.listing, before=before, limit=count + 1
    )
    more, posts = len(posts) > count, posts[:count]
    value: dict[str, Any] = {
        "items": [media_shown(ask, post) for post in posts if post.form != "story"],
        "num_results": len(posts),
        "more_available": more,
        "status": "ok",
    }
    if more:
        value["next_max_id"] = posts[-1].created.hex()
    return reply_json(200, value)


def _stories(ask: Ask) -> Reply:
    owner = ask.state.account(NETWORK, ask.groups["id"])
    if owner is None:
        raise fail(404, "user_not_found")
    day = ask.state.clock() - ask.state.span(DAY)
    posts = ask.state.listed(NETWORK, owner.external_id, ask.call.listing, since=day)
    items = [media_shown(ask, post) for post in reversed(posts) if post.form == "story"]
    reel = {"id": owner.external_id, "media_count": len(items), "items": items} if items else None
    return reply_json(200, {"reel": reel, "status": "ok"})


def _post(ask: Ask) -> Post:
    post = ask.state.post(NETWORK, ask.groups["id"].partition("_")[0])
    if post is None:
        raise fail(400, "Media not found or unavailable")
    return post


def _media_info(ask: Ask) -> Reply:
    return reply_json(
        200, {"items": [media_shown(ask, _post(ask))], "num_results": 1, "status": "ok"}
    )


def _delete(ask: Ask) -> Reply:
    post = _post(ask)
    if post.account != ask.account.external_id:
        raise fail(400, "Media not found or unavailable")
    ask.state.delete_post(NETWORK, post.id)
    return reply_json(200, {"did_delete": True, "status": "ok"})


def _edit(ask: Ask) -> Reply:
    post = _post(ask)
    if post.account != ask.account.external_id:
        raise fail(400, "Media not found or unavailable")
    if post.form == "story":
        raise fail(400, "This media cannot be edited")
    text = caption_of({"caption": signed_body(ask.call).get("caption_text")})
    ask.state.edit_post(NETWORK, post.id, text)
    media = media_shown(ask, replace(post, text=text))
    return reply_json(200, {"media": {**media, "caption_is_edited": True}, "status": "ok"})


ROUTES: tuple[tuple[str, re.Pattern[str], str, Handler], ...] = tuple(
    (method, compile_path(path), route, handler)
    for method, path, route, handler in (
        ("POST", "/rupload_igphoto/{name}", "upload", rupload_photo),
        ("POST", "/upload_settings/{name}", "upload", settings),
        ("GET", "/rupload_igvideo/{name}", "status", film_offset),
        ("POST", "/rupload_igvideo/{name}", "upload", rupload_film),
        ("POST", "/api/v1/media/configure", "publish", _configure),
        ("POST", "/api/v1/media/configure_sidecar", "publish", _configure_sidecar),
        ("POST", "/api/v1/media/configure_to_clips", "publish", _configure_reel),
        ("POST", "/api/v1/media/configure_to_story", "publish", _configure_story),
        ("GET", "/api/v1/feed/user/{id}", "list", _feed),
        ("GET", "/api/v1/feed/user/{id}/story", "list", _stories),
        ("GET", "/api/v1/accounts/current_user", "verify", _current_user),
        ("GET", "/api/v1/users/{id}/info", "verify", _user_info),
        ("GET", "/api/v1/media/{id}/info", "read", _media_info),
        ("POST", "/api/v1/media/{id}/delete", "delete", _delete),
        ("POST", "/api/v1/media/{id}/edit_media", "edit", _edit),
        ("POST", "/api/v1/feed/timeline", "other", _shown_first),
        ("POST", "/api/v1/feed/reels_tray", "other", _shown_first),
        ("POST", "/api/v1/accounts/logout", "other", _logout),
    )
)

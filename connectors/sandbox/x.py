"""The X API v2, as far as a publisher of text, pictures and films meets it.

Shapes and refusals follow the vendor's OpenAPI document and what its callers recorded. Not the
vendor's: links lead to the sandbox's own pages, and the windows are wide (``State.quota``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from connectors.sandbox import films, x_media, x_schema
from connectors.sandbox.exchange import Ask, Call, Refusal, Reply, Target, compile_path, reply_json
from connectors.sandbox.oauth1 import read_header, signed_well
from connectors.sandbox.records import DAY, Account, Attached, Post, Upload, iso
from connectors.sandbox.state import State
from connectors.sandbox.x_answers import (
    LIMIT_HEADER,
    PROBLEMS,
    day_headers,
    fault_reply,
    forbidden,
    invalid,
    not_found,
    unauthorized,
    window_headers,
)
from connectors.sandbox.x_text import shown_text, weigh

NETWORK = "x"
WINDOW = 900.0
APP_DAY = 10_000
TEXT_MAX = 280
LOOKUP_MAX = 100

Handler = Callable[[Ask], Reply]


def identify(state: State, call: Call) -> tuple[Account | None, dict[str, str]]:
    """Return the account that the token names, revoked or not, and the OAuth parameters."""
    header = call.headers.get("authorization", "")
    oauth = read_header(header)
    token = oauth.get("oauth_token") or header.partition(" ")[2]
    account = next((a for a in state.by_token(token) if a.network == NETWORK), None)
    if account is None and not oauth:
        grant = state.x_grant(token)
        if grant is not None and grant.ends > state.clock():
            account = state.account(NETWORK, grant.account)
    return account, oauth


def dispatch(state: State, call: Call) -> Target:
    """Say what a call under ``/2/`` means."""
    account, oauth = identify(state, call)
    name, groups = "other", dict[str, str]()
    handler: Handler = _no_route
    for method, pattern, route, candidate in ROUTES:
        found = pattern.match(call.path) if method == call.method else None
        if found:
            name, handler, groups = route, candidate, found.groupdict()
            break

    def run() -> Reply:
        if account is None or account.revoked:
            raise unauthorized()
        if oauth and not signed_well(call, oauth, dict(account.secrets)):
            raise unauthorized()
        try:
            reply = handler(Ask(state=state, call=call, account=account, groups=groups))
        except Refusal as refusal:
            reply = refusal.reply
        return _with_window(state, account, name, reply)

    external_id = account.external_id if account else None
    return Target(network=NETWORK, route=name, account=external_id, run=run)


def _with_window(state: State, account: Account, route: str, reply: Reply) -> Reply:
    if any(name == LIMIT_HEADER for name, _ in reply.headers):
        return reply
    now, used = state.clock(), 0
    if route == "publish":
        used = state.count_since(NETWORK, account.external_id, now - state.span(WINDOW))
    headers = window_headers(state.quota, state.quota - used, now + state.span(WINDOW))
    if route == "publish":
        headers += day_headers(APP_DAY, APP_DAY - used, now + state.span(DAY))
    return replace(reply, headers=(*reply.headers, *headers))


def _no_route(ask: Ask) -> Reply:
    raise not_found("path", ask.call.path)


# Posts


def _create(ask: Ask) -> Reply:
    body = x_schema.read(ask.call, x_schema.Post)
    replies, text = body.reply_settings, body.text or ""
    uploads = _uploads(ask.state, ask.account, body.media.media_ids if body.media else [])
    if not text.strip() and not uploads:
        raise invalid("You must provide text, media, poll, quote or card.", text=[text])
    if weigh(text) > TEXT_MAX:
        raise invalid("Your Tweet text is too long.", text=[text])
    parent = body.reply.in_reply_to_tweet_id if body.reply else ""
    if parent and ask.state.post(NETWORK, parent) is None:
        raise forbidden("You attempted to reply to a Tweet that is deleted or not visible to you.")
    if text.strip() and ask.state.has_text(NETWORK, ask.account.external_id, text, parent):
        raise forbidden("You are not allowed to create a Tweet with duplicate content.")
    now = ask.state.clock()
    window = ask.state.span(WINDOW)
    if ask.state.count_since(NETWORK, ask.account.external_id, now - window) >= ask.state.quota:
        return fault_reply(ask.state, 429, bare=False, seconds=window)
    post = ask.state.publish(
        network=NETWORK,
        account=ask.account.external_id,
        text=text,
        uploads=uploads,
        parent=parent,
        replies=replies or "",
    )
    shown = shown_text(post, ask.account, ask.call.base_url)[0]
    return reply_json(
        201, {"data": {"id": post.id, "text": shown, "edit_history_tweet_ids": [post.id]}}
    )


def _uploads(state: State, account: Account, ids: list[str]) -> list[Upload]:
    found = []
    for media_id in ids:
        upload = state.upload(media_id)
        foreign = upload is not None and upload.account != account.external_id
        if upload is None or foreign or upload.kind != "x" or upload.state == "open":
            raise invalid("Your media IDs are invalid.", **{"media.media_ids": [media_id]})
        if (
            state.clock() - upload.created > state.span(DAY)
            or upload.used_by is not None
            or ids.count(media_id) > 1
            or not x_media.is_processed(state, upload)
        ):
            raise invalid("Your media IDs are invalid.", **{"media.media_ids": [media_id]})
        found.append(upload)
    if len(found) > 1 and any(x_media.category_of(upload) in x_media.ALONE for upload in found):
        raise invalid("You may attach up to 4 photos, 1 animated GIF or 1 video in a Post.")
    for upload in found:
        _refuse_long(state, upload)
    return found


def _refuse_long(state: State, upload: Upload) -> None:
    kept = state.media(upload.sha256 or "") if "video" in x_media.category_of(upload) else None
    film = films.look(kept[1]) if kept else None
    if film and film.seconds > x_media.VIDEO_MINUTES * 60:
        raise forbidden(
            f"This user is not allowed to post a video longer than {x_media.VIDEO_MINUTES} minutes."
        )


def _as_tweet(state: State, post: Post, account: Account, call: Call) -> dict[str, Any]:
    wanted = set(call.query.get("tweet.fields", "").split(","))
    text, urls = shown_text(post, account, call.base_url)
    tweet: dict[str, Any] = {"id": post.id, "text": text, "edit_history_tweet_ids": [post.id]}
    if "created_at" in wanted:
        tweet["created_at"] = iso(post.created)
    if "author_id" in wanted:
        tweet["author_id"] = post.account
    if "entities" in wanted and urls:
        tweet["entities"] = {"urls": urls}
    expanded = "attachments.media_keys" in call.query.get("expansions", "")
    if post.media and (expanded or "attachments" in wanted):
        tweet["attachments"] = {
            "media_keys": [x_media.media_key(state, item.upload) for item in post.media]
        }
    if post.parent and "referenced_tweets" in wanted:
        tweet["referenced_tweets"] = [{"type": "replied_to", "id": post.parent}]
    if "reply_settings" in wanted:
        tweet["reply_settings"] = post.replies or "everyone"
    if "conversation_id" in wanted:
        tweet["conversation_id"] = post.parent or post.id
    if "public_metrics" in wanted:
        done = state.engagement(post)
        tweet["public_metrics"] = {
            "retweet_count": done["shares"],
            "reply_count": len(done["comments"]),
            "like_count": done["likes"],
            "quote_count": 0,
            "impression_count": done["views"],
        }
    return tweet


def _with_media(value: dict[str, Any], posts: list[Post], ask: Ask) -> dict[str, Any]:
    if "attachments.media_keys" not in ask.call.query.get("expansions", ""):
        return value
    media = [_as_media(ask, item) for post in posts for item in post.media]
    return {**value, "includes": {"media": media}} if media else value


def _as_media(ask: Ask, item: Attached) -> dict[str, Any]:
    url = f"{ask.call.base_url}/_sandbox/media/{item.sha256}"
    category = x_media.category_of(ask.state.upload(item.upload))
    value = {"media_key": x_media.media_key(ask.state, item.upload), "alt_text": item.alt_text}
    if category not in x_media.ALONE:
        return {**value, "type": "photo", "url": url}
    kind = "animated_gif" if category == "tweet_gif" else "video"
    return {**value, "type": kind, "variants": [{"content_type": "video/mp4", "url": url}]}


def _timeline(ask: Ask) -> Reply:
    owner = ask.state.account(NETWORK, ask.groups["id"])
    if owner is None:
        raise not_found("user", ask.groups["id"])
    try:
        limit = int(ask.call.query.get("max_results", "10"))
        start = ask.call.query.get("start_time")
        since = datetime.fromisoformat(start).timestamp() if start else 0.0
    except ValueError:
        raise invalid("start_time or max_results cannot be read") from None
    if not 5 <= limit <= 100:
        raise invalid(
            f"The `max_results` query parameter value [{limit}] is not between 5 and 100",
            max_results=[str(limit)],
        )
    token = ask.call.query.get("pagination_token", "")
    posts = ask.state.listed(
        NETWORK,
        owner.external_id,
        ask.call.listing,
        since=since,
        limit=limit + 1,
        before=float(token) if token.replace(".", "", 1).isdigit() else float("inf"),
    )
    more, posts = len(posts) > limit, posts[:limit]
    meta: dict[str, Any] = {"result_count": len(posts)}
    if not posts:
        return reply_json(200, {"meta": meta})
    meta |= {"newest_id": posts[0].id, "oldest_id": posts[-1].id}
    if more:
        meta["next_token"] = repr(posts[-1].created)
    value = {"data": [_as_tweet(ask.state, p, owner, ask.call) for p in posts], "meta": meta}
    return reply_json(200, _with_media(value, posts, ask))


def _read(ask: Ask) -> Reply:
    post = ask.state.post(NETWORK, ask.groups["id"])
    owner = ask.state.account(NETWORK, post.account) if post else None
    if post is None or owner is None:
        raise not_found("tweet", ask.groups["id"])
    return reply_json(
        200, _with_media({"data": _as_tweet(ask.state, post, owner, ask.call)}, [post], ask)
    )


def _read_many(ask: Ask) -> Reply:
    ids = [i for i in ask.call.query.get("ids", "").split(",") if i]
    if not 1 <= len(ids) <= LOOKUP_MAX:
        raise invalid(f"ids: size must be between 1 and {LOOKUP_MAX}")
    data, errors = [], []
    for id_ in ids:
        post = ask.state.post(NETWORK, id_)
        owner = ask.state.account(NETWORK, post.account) if post else None
        if post is None or owner is None:
            errors.append(
                {
                    "title": "Not Found Error",
                    "type": f"{PROBLEMS}/resource-not-found",
                    "value": id_,
                    "resource_id": id_,
                    "detail": f"Could not find tweet with ids: [{id_}].",
                }
            )
        else:
            data.append(_as_tweet(ask.state, post, owner, ask.call))
    value = {**({"data": data} if data else {}), **({"errors": errors} if errors else {})}
    return reply_json(200, value)


def _delete(ask: Ask) -> Reply:
    post = ask.state.post(NETWORK, ask.groups["id"])
    if post is None:
        raise not_found("tweet", ask.groups["id"])
    if post.account != ask.account.external_id:
        raise forbidden("You are not authorized to delete this Tweet.")
    ask.state.delete_post(NETWORK, post.id)
    return reply_json(200, {"data": {"deleted": True}})


def _me(ask: Ask) -> Reply:
    user = {"id": ask.account.external_id, "name": ask.account.name, "username": ask.account.handle}
    if "profile_image_url" in ask.call.query.get("user.fields", ""):
        picture = f"https://pbs.twimg.com/profile_images/{ask.account.external_id}/normal.png"
        user["profile_image_url"] = picture
    return reply_json(200, {"data": user})


ROUTES: tuple[tuple[str, re.Pattern[str], str, Handler], ...] = tuple(
    (method, compile_path(path), route, handler)
    for method, path, route, handler in (
        ("POST", "/2/tweets", "publish", _create),
        ("GET", "/2/users/me", "verify", _me),
        ("GET", "/2/users/{id}/tweets", "list", _timeline),
        ("GET", "/2/tweets", "read", _read_many),
        ("GET", "/2/tweets/{id}", "read", _read),
        ("DELETE", "/2/tweets/{id}", "delete", _delete),
        ("POST", "/2/media/upload/initialize", "upload", x_media.initialize),
        ("POST", "/2/media/upload/{id}/append", "upload", x_media.append),
        ("POST", "/2/media/upload/{id}/finalize", "upload", x_media.finalize),
        ("GET", "/2/media/upload", "status", x_media.status),
        ("POST", "/2/media/metadata", "upload", x_media.metadata),
    )
)

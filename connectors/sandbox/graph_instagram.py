"""An account of Instagram's official way: publishing a container, and what it shows.

Containers are in ``graph_containers``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from connectors.sandbox.exchange import Ask, Call, Refusal, Reply
from connectors.sandbox.graph_answers import PORTRAIT, error, ok, wanted
from connectors.sandbox.graph_containers import as_container, create, not_ready, status_code
from connectors.sandbox.graph_page import page_of
from connectors.sandbox.graph_shown import moment_text, permalink
from connectors.sandbox.records import DAY, Account, Post
from connectors.sandbox.state import State

NETWORK = "instagram"

# Kind of container → form of the post it becomes.
FORMS = {"image": "feed", "carousel": "feed", "reel": "reel", "story": "story"}
PRODUCTS = {"feed": "FEED", "reel": "REELS", "story": "STORY"}

Run = Callable[[Account], Reply | Awaitable[Reply]]


# The account


def _me(ask: Ask) -> Reply:
    value = {
        "id": ask.account.external_id,
        "user_id": ask.account.external_id,
        "username": ask.account.handle,
        "name": ask.account.name,
        "account_type": "BUSINESS",
        "profile_picture_url": PORTRAIT.format(network=NETWORK, id=ask.account.external_id),
    }
    fields = wanted(ask.call.fields.get("fields", ""))
    return ok({k: v for k, v in value.items() if k in fields or k == "id"})


def _quota_used(state: State, account: Account) -> int:
    return state.count_since(NETWORK, account.external_id, state.clock() - state.span(DAY))


def _quota(ask: Ask) -> Reply:
    config = {"quota_total": ask.state.quota, "quota_duration": int(DAY)}
    return ok({"data": [{"quota_usage": _quota_used(ask.state, ask.account), "config": config}]})


def _publish(ask: Ask) -> Reply:
    creation_id = ask.call.fields.get("creation_id", "")
    container = ask.state.upload(creation_id)
    if container is None or container.account != ask.account.external_id:
        raise _unavailable()
    if container.kind not in FORMS:
        raise _unavailable()
    children = [found for c in container.children if (found := ask.state.upload(c))]
    states = {status_code(ask.state, container)} | {
        status_code(ask.state, child) for child in children
    }
    if states & {"PUBLISHED", "EXPIRED", "ERROR"}:
        raise _unavailable()
    if states != {"FINISHED"}:
        raise not_ready()
    if _quota_used(ask.state, ask.account) >= ask.state.quota:
        raise error(9, "(#9) Application request limit reached", subcode=2207042, transient=True)
    post = ask.state.publish(
        network=NETWORK,
        account=ask.account.external_id,
        text=container.text,
        uploads=children or [container],
        consumed=[container.id],
        form=FORMS[container.kind],
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
    return _page(ask, lambda post: post.form != "story")


def _get_stories(ask: Ask) -> Reply:
    """List the stories of the last day, which the list of media lacks."""
    dawn = ask.state.clock() - ask.state.span(DAY)
    return _page(ask, lambda post: post.form == "story" and post.created > dawn)


def _page(ask: Ask, shows: Callable[[Post], bool]) -> Reply:
    fields = wanted(ask.call.fields.get("fields", ""))

    def rows(post: Post) -> list[dict[str, Any]]:
        shown = shows(post)
        return [_as_media(post, ask.call, ask.account, fields, ask.state)] if shown else []

    return page_of(ask, rows)


def _as_media(
    post: Post, call: Call, account: Account, fields: dict[str, str], state: State
) -> dict[str, Any]:
    album = len(post.media) > 1
    film = bool(post.media) and state.mime(post.media[0].sha256).startswith("video/")
    done = state.engagement(post)
    known: dict[str, Any] = {
        "caption": post.text,
        "media_type": "CAROUSEL_ALBUM" if album else "VIDEO" if film else "IMAGE",
        "media_product_type": PRODUCTS[post.form],
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
        return "status", lambda _: ok(as_container(state, container, fields))
    if post is not None:
        return "read", lambda account: ok(_as_media(post, call, account, fields, state))
    return "other", None


def _delete(state: State, post_id: str) -> Reply:
    state.delete_post(NETWORK, post_id)
    return ok({"success": True})


ACCOUNT_EDGES: dict[
    tuple[str, str],
    tuple[str | Callable[[Call], str], Callable[[Ask], Reply | Awaitable[Reply]]],
] = {
    ("GET", ""): ("verify", _me),
    ("POST", "media"): ("upload", create),
    ("POST", "media_publish"): ("publish", _publish),
    ("GET", "media"): ("list", _get_media),
    ("GET", "stories"): ("list", _get_stories),
    ("GET", "content_publishing_limit"): ("status", _quota),
}

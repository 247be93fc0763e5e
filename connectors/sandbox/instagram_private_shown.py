"""Accounts and media as Instagram's private API shows them."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from connectors.sandbox.exchange import Ask
from connectors.sandbox.records import Account, Attached, Post

NETWORK = "instagram"
PRODUCTS = {"feed": "feed", "reel": "clips", "story": "story"}
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def user_shown(account: Account, base_url: str) -> dict[str, Any]:
    """Return an account; ``base_url`` is where its picture is fetched."""
    return {
        "pk": account.external_id,
        "pk_id": account.external_id,
        "id": account.external_id,
        "username": account.handle,
        "full_name": account.name,
        "is_private": False,
        "is_verified": False,
        "is_business": True,
        "profile_pic_url": f"{base_url}/_sandbox/static/icon.svg",
        "biography": "",
        "external_url": "",
    }


def _code(post_id: str) -> str:
    number, code = int(post_id), ""
    while number:
        number, rest = divmod(number, 64)
        code = ALPHABET[rest] + code
    return code


def _versions(ask: Ask, digest: str) -> dict[str, Any]:
    url = f"{ask.call.base_url}/_sandbox/media/{digest}"
    return {"candidates": [{"width": 1080, "height": 1080, "url": url}]}


def _kind(ask: Ask, item: Attached) -> int:
    return 2 if ask.state.mime(item.sha256).startswith("video/") else 1


def media_shown(ask: Ask, post: Post) -> dict[str, Any]:
    """Return a post: a picture, a film, or an album of several."""
    account = ask.state.account(NETWORK, post.account) or ask.account
    taken, done = int(post.created), ask.state.engagement(post)
    media: dict[str, Any] = {
        "pk": post.id,
        "id": f"{post.id}_{post.account}",
        "code": _code(post.id),
        "taken_at": taken,
        "media_type": 8 if len(post.media) > 1 else _kind(ask, post.media[0]) if post.media else 1,
        "product_type": "carousel_container" if len(post.media) > 1 else PRODUCTS[post.form],
        "user": user_shown(account, ask.call.base_url),
        "caption": {"pk": post.id, "text": post.text, "created_at": taken} if post.text else None,
        "caption_is_edited": False,
        "comment_count": len(done["comments"]),
        "like_count": done["likes"] or 0,
        "like_and_view_counts_disabled": done["likes"] is None,
        "has_liked": False,
    }
    if post.media:
        media["image_versions2"] = _versions(ask, post.media[0].sha256)
        media["accessibility_caption"] = post.media[0].alt_text
        client_id = post.media[0].upload.rpartition(":")[2]
        media["device_timestamp"] = int(client_id) if client_id.isdigit() else 0
    if len(post.media) > 1:
        media["carousel_media"] = [
            {
                "pk": str(int(sha256(item.upload.encode()).hexdigest()[:15], 16)),
                "media_type": _kind(ask, item),
                "image_versions2": _versions(ask, item.sha256),
                "accessibility_caption": item.alt_text,
            }
            for item in post.media
        ]
    return media

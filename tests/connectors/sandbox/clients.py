"""Clients of the three networks, as thin as they can be: requests and its OAuth, no SDK."""

from __future__ import annotations

import json
import time
from base64 import b64encode
from collections.abc import Sequence
from io import BytesIO
from typing import Any
from urllib.parse import quote_plus, urlsplit

import requests
from PIL import Image
from requests_oauthlib import OAuth1

X = {
    "network": "x",
    "external_id": "101",
    "handle": "cetis1",
    "name": "CETIS 1",
    "token": "x-token",
    "consumer_key": "key",
    "consumer_secret": "app-secret",
    "access_token_secret": "token-secret",
}
OTHER_X = {**X, "external_id": "102", "handle": "cetis2", "token": "x-token-2"}
PAGE = {
    "network": "facebook",
    "external_id": "201",
    "handle": "cetis.1",
    "name": "CETIS 1",
    "token": "page-token",
}
OTHER_PAGE = {**PAGE, "external_id": "202", "name": "CETIS 2", "token": "page-token-2"}
INSTAGRAM = {
    "network": "instagram",
    "external_id": "301",
    "handle": "cetis_1",
    "name": "CETIS 1",
    "token": "page-token",
}
PRIVATE = {
    "network": "instagram",
    "external_id": "302",
    "handle": "cetis_2",
    "name": "CETIS 2",
    "sessionid": "302%3Asession",
    "connector": "instagram_private",
}
EVERYONE = (X, OTHER_X, PAGE, OTHER_PAGE, INSTAGRAM, PRIVATE)

_session = requests.Session()
_session.trust_env = False


def picture(width: int = 600, height: int = 600, kind: str = "JPEG", colour: str = "teal") -> bytes:
    """Return a small picture's bytes."""
    out = BytesIO()
    Image.new("RGB", (width, height), colour).save(out, kind)
    return out.getvalue()


def x(
    base_url: str,
    method: str,
    path: str,
    *,
    account: dict[str, str] = X,
    host: str = "https://api.x.com",
    timeout: float = 10,
    **kwargs: Any,
) -> requests.Response:
    """Call X: signed for the real host, then sent to the sandbox, as our transport does."""
    auth = OAuth1(
        account["consumer_key"],
        account["consumer_secret"],
        account["token"],
        account["access_token_secret"],
    )
    request = requests.Request(method, host + path, auth=auth, **kwargs).prepare()
    parts = urlsplit(str(request.url))
    request.url = base_url + parts.path + (f"?{parts.query}" if parts.query else "")
    return _session.send(request, timeout=timeout)


def tweet(base_url: str, text: str = "", **more: Any) -> requests.Response:
    """Publish on X; ``media`` is a list of ids, ``reply`` an id."""
    body: dict[str, Any] = {"text": text} if text else {}
    if "media" in more:
        body["media"] = {"media_ids": more.pop("media")}
    if "reply" in more:
        body["reply"] = {"in_reply_to_tweet_id": more.pop("reply")}
    return x(base_url, "POST", "/2/tweets", json=body, **more)


def x_upload(base_url: str, data: bytes, *, alt_text: str = "", **kwargs: Any) -> str:
    """Upload a picture in two segments and return its media id."""
    start = {"media_type": "image/jpeg", "total_bytes": len(data), "media_category": "tweet_image"}
    reply = x(base_url, "POST", "/2/media/upload/initialize", json=start, **kwargs)
    media_id = str(reply.json()["data"]["id"])
    half = len(data) // 2
    for index, chunk in enumerate((data[:half], data[half:])):
        x(
            base_url,
            "POST",
            f"/2/media/upload/{media_id}/append",
            data={"segment_index": str(index)},
            files={"media": ("c", chunk, "image/jpeg")},
            **kwargs,
        ).raise_for_status()
    x(base_url, "POST", f"/2/media/upload/{media_id}/finalize", **kwargs).raise_for_status()
    if alt_text:
        body = {"id": media_id, "metadata": {"alt_text": {"text": alt_text}}}
        x(base_url, "POST", "/2/media/metadata", json=body, **kwargs).raise_for_status()
    return media_id


def graph(
    base_url: str,
    method: str,
    path: str,
    *,
    token: str = "page-token",
    files: Any = None,
    timeout: float = 10,
    **fields: Any,
) -> requests.Response:
    """Call Graph with the token where facebook-sdk puts it: query of a GET, body of a POST."""
    fields = {"access_token": token, **fields} if token else fields
    where = "data" if method == "POST" else "params"
    url = f"{base_url}/v26.0/{path}"
    return _session.request(method, url, files=files, timeout=timeout, **{where: fields})


def photo(base_url: str, data: bytes, page: str = "201", **fields: str) -> requests.Response:
    """Upload a photo to a page, unpublished."""
    files = {"source": ("p.jpg", data, "image/jpeg")}
    return graph(
        base_url, "POST", f"{page}/photos", files=files, **{"published": "false", **fields}
    )


def attached(ids: Sequence[str]) -> dict[str, str]:
    """Return the fields that attach photos to a post."""
    return {f"attached_media[{i}]": json.dumps({"media_fbid": x}) for i, x in enumerate(ids)}


def container(base_url: str, **fields: str) -> requests.Response:
    """Create an Instagram container."""
    return graph(base_url, "POST", "301/media", **fields)


def media_publish(base_url: str, creation_id: str) -> requests.Response:
    """Publish an Instagram container."""
    return graph(base_url, "POST", "301/media_publish", creation_id=creation_id)


def private(
    base_url: str,
    method: str,
    path: str,
    body: Any = None,
    *,
    session_id: str = "302%3Asession",
    **kwargs: Any,
) -> requests.Response:
    """Call Instagram's private API as its client does, the real Host header included."""
    packed = b64encode(json.dumps({"ds_user_id": "302", "sessionid": session_id}).encode()).decode()
    headers = {"Authorization": f"Bearer IGT:2:{packed}", "Host": "i.instagram.com"}
    headers |= kwargs.pop("headers", {})
    if body is not None:
        kwargs["data"] = f"signed_body=SIGNATURE.{quote_plus(json.dumps(body))}"
        headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
    return _session.request(method, base_url + path, headers=headers, timeout=10, **kwargs)


def private_upload(base_url: str, data: bytes) -> str:
    """Upload a picture to the private API and return the upload id."""
    upload_id = str(time.time_ns() // 1000)
    params = {"X-Instagram-Rupload-Params": json.dumps({"upload_id": upload_id})}
    reply = private(
        base_url, "POST", f"/rupload_igphoto/{upload_id}_0_1", headers=params, data=data
    )
    reply.raise_for_status()
    return str(reply.json()["upload_id"])

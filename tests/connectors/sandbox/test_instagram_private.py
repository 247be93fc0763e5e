"""Instagram's private API on the sandbox."""

from __future__ import annotations

from hashlib import sha256

import requests

from connectors.sandbox.testing import RunningSandbox
from tests.connectors.sandbox.clients import picture, private, private_upload


def configure(url: str, upload_id: str, caption: str, alt: str = "") -> requests.Response:
    body = {"upload_id": upload_id, "caption": caption, "custom_accessibility_caption": alt}
    return private(url, "POST", "/api/v1/media/configure/", body)


def test_an_upload_is_configured_once_and_shows_in_the_feed(sandbox: RunningSandbox) -> None:
    url, data = sandbox.base_url, picture()
    upload_id = private_upload(url, data)
    assert sandbox.posts() == []
    media = configure(url, upload_id, "Hola ñ", "Un patio").json()["media"]
    again = configure(url, upload_id, "Hola ñ")
    assert (again.status_code, again.json()["message"]) == (400, "media_needs_reupload")
    (post,) = sandbox.posts()
    assert (post["id"], post["account"], post["text"]) == (media["pk"], "302", "Hola ñ")
    assert post["media_digests"] == [sha256(data).hexdigest()]
    assert post["alt_texts"] == ["Un patio"]
    feed = private(url, "GET", "/api/v1/feed/user/302/?count=20").json()
    assert [item["caption"]["text"] for item in feed["items"]] == ["Hola ñ"]
    picture_url = feed["items"][0]["image_versions2"]["candidates"][0]["url"]
    assert picture_url.startswith(url)
    assert requests.get(picture_url, timeout=5).content == data


def test_an_album_needs_two_of_its_own_uploads(sandbox: RunningSandbox) -> None:
    url = sandbox.base_url
    path = "/api/v1/media/configure_sidecar/"
    children = [
        {"upload_id": private_upload(url, picture()), "custom_accessibility_caption": str(n)}
        for n in range(2)
    ]
    body = {"caption": "Álbum", "children_metadata": children, "client_sidecar_id": "1"}
    alone = {**body, "children_metadata": children[:1]}
    assert private(url, "POST", path, alone).status_code == 400
    media = private(url, "POST", path, body).json()["media"]
    assert (media["media_type"], len(media["carousel_media"])) == (8, 2)
    assert sandbox.posts()[0]["alt_texts"] == ["0", "1"]


def test_an_unknown_or_revoked_session_must_log_in(sandbox: RunningSandbox) -> None:
    url, path = sandbox.base_url, "/api/v1/accounts/current_user/?edit=true"
    assert private(url, "GET", path).json()["user"]["username"] == "cetis_2"
    unknown = private(url, "GET", path, session_id="other")
    assert (unknown.status_code, unknown.json()["message"]) == (403, "login_required")
    sandbox.revoke(network="instagram", account="302")
    assert private(url, "GET", path).json()["message"] == "login_required"


def test_no_picture_and_a_long_caption_are_refused(url: str) -> None:
    params = {"X-Instagram-Rupload-Params": '{"upload_id":"1"}'}
    path = "/rupload_igphoto/1_0_1"
    assert private(url, "POST", path, headers=params, data=b"nope").status_code == 400
    assert private(url, "POST", path, data=picture()).status_code == 400
    upload_id = private_upload(url, picture())
    assert configure(url, upload_id, "a" * 2201).status_code == 400
    assert configure(url, "999", "a").status_code == 400

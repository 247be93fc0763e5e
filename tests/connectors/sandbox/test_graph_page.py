"""A Facebook page on the sandbox."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
import requests

from connectors.sandbox.testing import RunningSandbox
from tests.connectors.sandbox.clients import attached, graph, photo, picture


def error(reply: requests.Response) -> dict[str, object]:
    body: dict[str, object] = reply.json()["error"]
    assert {"message", "type", "code", "fbtrace_id"} <= body.keys()
    return body


def test_a_text_a_link_and_an_album_are_published(sandbox: RunningSandbox) -> None:
    url = sandbox.base_url
    data = [picture(colour="teal"), picture(colour="navy", kind="PNG")]
    ids = [photo(url, d, alt_text_custom=f"foto {n}").json()["id"] for n, d in enumerate(data)]
    assert sandbox.posts() == []
    graph(url, "POST", "201/feed", message="Aviso", link="https://example.com/a")
    reply = graph(url, "POST", "201/feed", message="Álbum", **attached(ids))
    first, album = sandbox.posts()
    assert (first["text"], first["link"]) == ("Aviso", "https://example.com/a")
    assert album["id"] == reply.json()["id"]
    assert album["id"].startswith("201_")
    assert album["media_digests"] == [sha256(d).hexdigest() for d in data]
    assert album["alt_texts"] == ["foto 0", "foto 1"]


def test_a_photo_published_at_once_is_a_post(sandbox: RunningSandbox) -> None:
    reply = photo(sandbox.base_url, picture(), published="true", caption="Foto del día").json()
    (post,) = sandbox.posts()
    assert post["id"] == reply["post_id"]
    assert post["text"] == "Foto del día"


def test_the_feed_gives_the_fields_asked_for_and_pages_by_cursor(url: str) -> None:
    photo_id = photo(url, picture()).json()["id"]
    graph(url, "POST", "201/feed", message="con foto", **attached([photo_id]))
    graph(url, "POST", "201/feed", message="sin foto")
    fields = "id,message,created_time,permalink_url,attachments{media_type,target{id}}"
    first = graph(url, "GET", "201/feed", fields=fields, limit="1").json()
    assert [post["message"] for post in first["data"]] == ["sin foto"]
    assert "attachments" not in first["data"][0]
    after = first["paging"]["cursors"]["after"]
    assert "next" in first["paging"]
    (post,) = graph(url, "GET", "201/feed", fields=fields, limit="1", after=after).json()["data"]
    assert post["attachments"]["data"][0]["target"]["id"] == photo_id
    assert post["permalink_url"].startswith(url)
    assert requests.get(post["permalink_url"], timeout=5).status_code == 200
    (shown,) = graph(url, "GET", "201/photos", fields="id,name,page_story_id").json()["data"]
    assert shown == {"id": photo_id, "name": "con foto", "page_story_id": post["id"]}
    assert graph(url, "GET", "201/feed", since="2999-01-01T00:00:00+0000").json() == {"data": []}


@pytest.mark.parametrize("where", ["query", "body", "header"])
def test_the_token_is_read_from_query_body_and_header(url: str, where: str) -> None:
    place = {
        "query": {"params": {"access_token": "page-token"}},
        "body": {"data": {"access_token": "page-token"}},
        "header": {"headers": {"Authorization": "Bearer page-token"}},
    }[where]
    data = {"message": f"por {where}", **place.pop("data", {})}
    reply = requests.post(f"{url}/v26.0/201/feed", data=data, timeout=5, **place)
    assert reply.status_code == 200
    assert "x-app-usage" in reply.headers


@pytest.mark.parametrize("token", ["", "unknown"])
def test_a_missing_or_unknown_token_gets_code_190(sandbox: RunningSandbox, token: str) -> None:
    reply = graph(sandbox.base_url, "POST", "201/feed", token=token, message="hola")
    assert (reply.status_code, error(reply)["code"]) == (401, 190)
    assert sandbox.posts() == []


def test_a_revoked_token_gets_its_subcode_and_debug_token_says_so(sandbox: RunningSandbox) -> None:
    url = sandbox.base_url
    debug = {"input_token": "page-token", "token": "page-token-2"}
    assert graph(url, "GET", "debug_token", **debug).json()["data"]["is_valid"] is True
    sandbox.revoke(network="facebook", account="201")
    refused = error(graph(url, "POST", "201/feed", message="hola"))
    assert (refused["code"], refused["error_subcode"]) == (190, 460)
    assert graph(url, "GET", "debug_token", **debug).json()["data"]["is_valid"] is False
    assert graph(url, "POST", "202/feed", token="page-token-2", message="a").status_code == 200


def test_a_token_acts_only_as_its_page(sandbox: RunningSandbox) -> None:
    url = sandbox.base_url
    refused = graph(url, "POST", "202/feed", message="en página ajena")
    assert (refused.status_code, error(refused)["code"]) == (403, 200)
    assert error(graph(url, "GET", "202", fields="name"))["error_subcode"] == 33
    theirs = photo(url, picture(), page="202", token="page-token-2").json()["id"]
    stolen = graph(url, "POST", "201/feed", message="foto ajena", **attached([theirs]))
    assert error(stolen)["code"] == 100
    assert sandbox.posts() == []


def test_me_is_the_page_and_an_unknown_node_does_not_exist(url: str) -> None:
    assert graph(url, "GET", "me", fields="id,name").json() == {"id": "201", "name": "CETIS 1"}
    assert error(graph(url, "GET", "999"))["error_subcode"] == 33
    assert graph(url, "GET", "202/unknown_edge", token="page-token-2").status_code == 400


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"message": "a" * 63_207}, 100),
        ({"message": ""}, 100),
        ({"message": "a", "link": "no es un enlace"}, 1500),
        ({"message": "a", "attached_media[0]": '{"media_fbid":"1"}'}, 100),
        ({"message": "a", "attached_media[0]": "roto"}, 100),
        ({"message": "a", "scheduled_publish_time": "1"}, 100),
    ],
    ids=["long", "empty", "link", "no photo", "not JSON", "scheduled"],
)
def test_what_a_page_refuses(sandbox: RunningSandbox, fields: dict[str, str], code: int) -> None:
    assert error(graph(sandbox.base_url, "POST", "201/feed", **fields))["code"] == code
    assert sandbox.posts() == []


def test_the_longest_message_is_accepted(url: str) -> None:
    assert graph(url, "POST", "201/feed", message="a" * 63_206).status_code == 200


def test_a_file_that_is_no_picture_is_refused_and_a_photo_is_posted_once(url: str) -> None:
    assert error(photo(url, b"nope"))["code"] == 324
    photo_id = photo(url, picture()).json()["id"]
    assert graph(url, "POST", "201/feed", message="a", **attached([photo_id])).status_code == 200
    assert graph(url, "POST", "201/feed", message="b", **attached([photo_id])).status_code == 400


def test_the_same_text_twice_is_two_posts(sandbox: RunningSandbox) -> None:
    for _ in range(2):
        graph(sandbox.base_url, "POST", "201/feed", message="Aviso")
    assert len(sandbox.posts()) == 2


def test_a_post_is_read_and_deleted(sandbox: RunningSandbox) -> None:
    url = sandbox.base_url
    post_id = graph(url, "POST", "201/feed", message="Aviso").json()["id"]
    fields = {"fields": "permalink_url,message"}
    assert graph(url, "GET", post_id, **fields).json()["message"] == "Aviso"
    assert graph(url, "DELETE", post_id, token="page-token-2").status_code == 403
    assert graph(url, "DELETE", post_id).json() == {"success": True}
    assert graph(url, "GET", post_id, **fields).status_code == 400
    assert sandbox.posts() == []


def test_attached_media_may_come_as_one_list(url: str) -> None:
    ids = [photo(url, picture()).json()["id"] for _ in range(2)]
    as_list = json.dumps([{"media_fbid": photo_id} for photo_id in ids])
    assert graph(url, "POST", "201/feed", message="a", attached_media=as_list).status_code == 200

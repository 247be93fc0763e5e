"""X on the sandbox: what it takes, what it refuses, and in which shape."""

from __future__ import annotations

from hashlib import sha256

import pytest
import requests

from connectors.sandbox.testing import RunningSandbox, running_sandbox
from tests.connectors.sandbox.clients import OTHER_X, X, picture, tweet, x, x_upload


def test_a_text_is_published_and_seen_with_its_account(sandbox: RunningSandbox) -> None:
    reply = tweet(sandbox.base_url, "Hola, plantel ñandú")
    assert reply.status_code == 201
    (post,) = sandbox.posts()
    assert post["id"] == reply.json()["data"]["id"]
    assert (post["network"], post["account"], post["handle"]) == ("x", "101", "cetis1")
    assert (post["text"], post["media_digests"]) == ("Hola, plantel ñandú", [])
    assert post["created"].endswith("Z")


def test_a_picture_keeps_its_bytes_and_its_alternative_text(sandbox: RunningSandbox) -> None:
    data = picture()
    media_id = x_upload(sandbox.base_url, data, alt_text="Patio del plantel")
    status = x(
        sandbox.base_url,
        "GET",
        "/2/media/upload",
        params={"media_id": media_id, "command": "STATUS"},
    )
    assert status.json()["data"]["processing_info"]["state"] == "succeeded"
    assert tweet(sandbox.base_url, "con foto", media=[media_id]).status_code == 201
    (post,) = sandbox.posts()
    assert post["media_digests"] == [sha256(data).hexdigest()]
    assert post["alt_texts"] == ["Patio del plantel"]


@pytest.mark.parametrize("host", ["https://api.x.com", "https://api.twitter.com"])
def test_a_signature_for_either_of_the_real_hosts_is_good(url: str, host: str) -> None:
    reply = x(url, "GET", "/2/users/me", host=host, params={"user.fields": "name,id"})
    assert reply.json()["data"] == {"id": "101", "name": "CETIS 1", "username": "cetis1"}


def test_a_signature_for_another_host_is_refused(url: str) -> None:
    assert x(url, "GET", "/2/users/me", host="https://api.example.com").status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": "unknown"},
        {"access_token_secret": "wrong"},
        {"consumer_secret": "wrong"},
        {"consumer_key": "wrong"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_wrong_credentials_get_the_networks_401(
    sandbox: RunningSandbox, wrong: dict[str, str]
) -> None:
    reply = tweet(sandbox.base_url, "hola", account={**X, **wrong})
    assert reply.status_code == 401
    assert reply.json() == {
        "title": "Unauthorized",
        "type": "about:blank",
        "status": 401,
        "detail": "Unauthorized",
    }
    assert sandbox.posts() == []


def test_no_credential_and_a_revoked_one_are_refused_and_a_bearer_is_accepted(
    sandbox: RunningSandbox,
) -> None:
    me = f"{sandbox.base_url}/2/users/me"
    bearer = {"Authorization": "Bearer x-token"}
    assert requests.get(me, timeout=5).status_code == 401
    assert requests.get(me, headers=bearer, timeout=5).status_code == 200
    sandbox.revoke(network="x", account="101")
    assert requests.get(me, headers=bearer, timeout=5).status_code == 401
    assert tweet(sandbox.base_url, "hola").status_code == 401


def test_a_new_token_mends_a_revoked_account_and_the_old_one_does_not(
    sandbox: RunningSandbox,
) -> None:
    sandbox.revoke(network="x", account="101")
    sandbox.register(X)
    assert tweet(sandbox.base_url, "hola").status_code == 401
    renewed = {**X, "token": "x-token-new"}
    sandbox.register(renewed)
    assert tweet(sandbox.base_url, "hola", account=renewed).status_code == 201
    assert tweet(sandbox.base_url, "adiós").status_code == 401


def test_the_same_text_twice_is_refused_for_one_account_only(sandbox: RunningSandbox) -> None:
    assert tweet(sandbox.base_url, "Aviso").status_code == 201
    again = tweet(sandbox.base_url, " Aviso ")
    assert again.status_code == 403
    assert "duplicate content" in again.json()["detail"]
    assert again.json()["type"] == "about:blank"
    assert tweet(sandbox.base_url, "Aviso", account=OTHER_X).status_code == 201
    assert len(sandbox.posts()) == 2


@pytest.mark.parametrize(
    "text",
    ["a" * 281, "漢" * 141, "🎓" * 141, "a" * 257 + " https://example.com/x"],
    ids=["letters", "wide", "emoji", "link"],
)
def test_a_text_too_long_is_refused(sandbox: RunningSandbox, text: str) -> None:
    reply = tweet(sandbox.base_url, text)
    assert reply.status_code == 400
    assert reply.json()["type"].endswith("/invalid-request")
    assert sandbox.posts() == []


@pytest.mark.parametrize(
    "text",
    ["a" * 280, "漢" * 140, "👩🏽‍🎓" * 140, "a" * 256 + " https://example.com/" + "x" * 200],
    ids=["letters", "wide", "emoji", "link"],
)
def test_a_text_of_exactly_280_is_accepted(url: str, text: str) -> None:
    assert tweet(url, text).status_code == 201


def test_nothing_to_say_is_refused(url: str) -> None:
    assert tweet(url, "").status_code == 400
    assert tweet(url, "   ").status_code == 400


def test_a_field_that_the_network_does_not_know_is_refused(url: str) -> None:
    assert x(url, "POST", "/2/tweets", json={"text": "a", "idempotency": "b"}).status_code == 400


def test_media_that_is_unknown_foreign_repeated_used_or_too_much_is_refused(
    sandbox: RunningSandbox,
) -> None:
    url = sandbox.base_url
    mine = [x_upload(url, picture()) for _ in range(5)]
    theirs = x_upload(url, picture(), account=OTHER_X)
    assert tweet(url, "a", media=["12345"]).status_code == 400
    assert tweet(url, "b", media=[theirs]).status_code == 400
    assert tweet(url, "c", media=[mine[0], mine[0]]).status_code == 400
    assert tweet(url, "d", media=mine).status_code == 400
    assert tweet(url, "e", media=mine[:4]).status_code == 201
    assert tweet(url, "f", media=mine[:1]).status_code == 400
    assert [post["text"] for post in sandbox.posts()] == ["e"]


def test_media_that_is_no_picture_or_not_finished_is_refused(url: str) -> None:
    start = {"media_type": "image/jpeg", "total_bytes": 4}
    reply = x(url, "POST", "/2/media/upload/initialize", json=start)
    media_id = reply.json()["data"]["id"]
    assert tweet(url, "a", media=[media_id]).status_code == 400
    x(
        url,
        "POST",
        f"/2/media/upload/{media_id}/append",
        data={"segment_index": "0"},
        files={"media": b"nope"},
    )
    assert x(url, "POST", f"/2/media/upload/{media_id}/finalize").status_code == 400
    video = {"media_type": "application/zip", "total_bytes": 4}
    assert x(url, "POST", "/2/media/upload/initialize", json=video).status_code == 400
    huge = {"media_type": "image/jpeg", "total_bytes": 5 * 1024**2 + 1}
    assert x(url, "POST", "/2/media/upload/initialize", json=huge).status_code == 400


def test_an_alternative_text_over_1000_is_refused(url: str) -> None:
    media_id = x_upload(url, picture())
    body = {"id": media_id, "metadata": {"alt_text": {"text": "a" * 1001}}}
    assert x(url, "POST", "/2/media/metadata", json=body).status_code == 400


def test_the_timeline_gives_back_text_as_the_real_one_does(url: str) -> None:
    media_id = x_upload(url, picture())
    tweet(url, "Fe & <ciencia> https://example.com/a?b=1&c=2.", media=[media_id])
    reply = x(
        url,
        "GET",
        "/2/users/101/tweets",
        params={
            "tweet.fields": "created_at,entities,attachments",
            "expansions": "attachments.media_keys",
            "max_results": "5",
        },
    )
    (shown,) = reply.json()["data"]
    assert shown["text"].startswith("Fe &amp; &lt;ciencia&gt; https://t.co/")
    assert shown["entities"]["urls"][0]["expanded_url"] == "https://example.com/a?b=1&c=2"
    assert shown["attachments"]["media_keys"] == [f"3_{media_id}"]
    assert reply.json()["includes"]["media"][0]["media_key"] == f"3_{media_id}"


def test_the_timeline_pages_newest_first_and_is_empty_without_data(url: str) -> None:
    path = "/2/users/101/tweets"
    assert x(url, "GET", path, params={"max_results": "5"}).json() == {"meta": {"result_count": 0}}
    for number in range(7):
        tweet(url, f"número {number}")
    first = x(url, "GET", path, params={"max_results": "5"}).json()
    assert [post["text"] for post in first["data"]] == [f"número {n}" for n in (6, 5, 4, 3, 2)]
    more = {"max_results": "5", "pagination_token": first["meta"]["next_token"]}
    rest = x(url, "GET", path, params=more).json()
    assert [post["text"] for post in rest["data"]] == ["número 1", "número 0"]
    assert "next_token" not in rest["meta"]
    assert x(url, "GET", path, params={"max_results": "4"}).status_code == 400
    late = {"start_time": "2999-01-01T00:00:00Z"}
    assert x(url, "GET", path, params=late).json()["meta"]["result_count"] == 0


def test_a_reply_needs_its_parent_and_only_the_author_deletes(sandbox: RunningSandbox) -> None:
    url = sandbox.base_url
    first = tweet(url, "uno").json()["data"]["id"]
    assert tweet(url, "dos", reply=first).status_code == 201
    assert tweet(url, "tres", reply="999").status_code == 403
    assert [post["parent"] for post in sandbox.posts()] == ["", first]
    assert x(url, "DELETE", f"/2/tweets/{first}", account=OTHER_X).status_code == 403
    assert x(url, "DELETE", f"/2/tweets/{first}").json() == {"data": {"deleted": True}}
    assert x(url, "GET", f"/2/tweets/{first}").status_code == 404
    assert [post["text"] for post in sandbox.posts()] == ["dos"]


def test_the_window_is_counted_in_headers_and_enforced() -> None:
    with running_sandbox(accounts=[X], quota=2) as sandbox:
        left = [
            tweet(sandbox.base_url, f"n{n}").headers["x-rate-limit-remaining"] for n in range(2)
        ]
        assert left == ["1", "0"]
        over = tweet(sandbox.base_url, "n2")
        assert over.status_code == 429
        assert int(over.headers["x-rate-limit-reset"]) > 0
        assert len(sandbox.posts()) == 2

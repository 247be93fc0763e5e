"""Instagram's container flow on the sandbox."""

from __future__ import annotations

from hashlib import sha256

import pytest
import requests

from connectors.sandbox.testing import running_sandbox
from tests.connectors.sandbox.clients import (
    INSTAGRAM,
    container,
    graph,
    media_publish,
    picture,
)
from tests.connectors.sandbox.conftest import Pictures, RunningSandbox


def codes(reply: requests.Response) -> tuple[int, int]:
    assert reply.status_code >= 400
    body = reply.json()["error"]
    return body["code"], body.get("error_subcode", 0)


def test_a_picture_is_fetched_processed_and_published_once(
    sandbox: RunningSandbox, pictures: Pictures
) -> None:
    url, data = sandbox.base_url, picture()
    made = container(
        url, image_url=pictures.put(data), caption="Bienvenida #CETIS1", alt_text="Un salón"
    ).json()["id"]
    asked = {"fields": "status_code,status"}
    assert graph(url, "GET", made, **asked).json()["status_code"] == "FINISHED"
    assert sandbox.posts() == []
    media_id = media_publish(url, made).json()["id"]
    (post,) = sandbox.posts()
    assert (post["id"], post["account"], post["text"]) == (media_id, "301", "Bienvenida #CETIS1")
    assert post["media_digests"] == [sha256(data).hexdigest()]
    assert post["alt_texts"] == ["Un salón"]
    assert graph(url, "GET", made, **asked).json()["status_code"] == "PUBLISHED"
    assert codes(media_publish(url, made)) == (24, 2207006)
    assert len(sandbox.posts()) == 1
    permalink = graph(url, "GET", media_id, fields="permalink").json()["permalink"]
    assert requests.get(permalink, timeout=5).status_code == 200
    (listed,) = graph(url, "GET", "301/media", fields="id,caption,timestamp").json()["data"]
    assert (listed["id"], listed["caption"]) == (media_id, "Bienvenida #CETIS1")


def test_a_container_is_in_progress_for_a_while(pictures: Pictures) -> None:
    with running_sandbox(accounts=[INSTAGRAM], processing=0.4) as sandbox:
        url = sandbox.base_url
        made = container(url, image_url=pictures.put(picture())).json()["id"]
        states = []
        while not states or states[-1] == "IN_PROGRESS":
            if not states:
                assert codes(media_publish(url, made)) == (9007, 2207027)
            states.append(graph(url, "GET", made, fields="status_code").json()["status_code"])
        assert set(states) == {"IN_PROGRESS", "FINISHED"}
        assert media_publish(url, made).status_code == 200


def test_a_carousel_has_its_pictures_in_order(sandbox: RunningSandbox, pictures: Pictures) -> None:
    url = sandbox.base_url
    data = [picture(colour=colour) for colour in ("teal", "navy", "maroon")]
    items = [
        container(
            url,
            image_url=pictures.put(d, f"/{n}.jpg"),
            is_carousel_item="true",
            alt_text=f"imagen {n}",
        ).json()["id"]
        for n, d in enumerate(data)
    ]
    assert codes(media_publish(url, items[0])) == (24, 2207006)
    album = container(
        url, media_type="CAROUSEL", children=",".join(items), caption="Carrusel"
    ).json()["id"]
    assert media_publish(url, album).status_code == 200
    (post,) = sandbox.posts()
    assert post["media_digests"] == [sha256(d).hexdigest() for d in data]
    assert post["alt_texts"] == ["imagen 0", "imagen 1", "imagen 2"]
    again = container(url, media_type="CAROUSEL", children=",".join(items))
    assert codes(again) == (100, 0)
    assert codes(container(url, media_type="CAROUSEL", children=items[0])) == (100, 2207028)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (picture(kind="PNG"), (36001, 2207005)),
        (picture(400, 600), (36003, 2207009)),
        (picture(600, 300), (36003, 2207009)),
        (b"nope", (9004, 2207052)),
        (picture() + b"\0" * 8 * 1024**2, (36000, 2207004)),
    ],
    ids=["not JPEG", "too tall", "too wide", "no picture", "too large"],
)
def test_pictures_that_instagram_refuses(
    url: str, pictures: Pictures, data: bytes, expected: tuple[int, int]
) -> None:
    assert codes(container(url, image_url=pictures.put(data))) == expected


@pytest.mark.parametrize(("width", "height"), [(1080, 1350), (1080, 566), (1080, 1080)])
def test_pictures_at_the_bounds_are_accepted(
    url: str, pictures: Pictures, width: int, height: int
) -> None:
    address = pictures.put(picture(width, height))
    assert container(url, image_url=address).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:1/a.jpg", "http://203.0.113.7/a.jpg", "file:///etc/passwd", "no"],
)
def test_an_address_that_cannot_be_fetched_is_refused_without_leaving_the_machine(
    url: str, address: str
) -> None:
    assert codes(container(url, image_url=address)) == (9004, 2207052)


def test_a_missing_picture_and_a_redirect_out_are_not_fetched(url: str, pictures: Pictures) -> None:
    address = pictures.put(picture()) + "?gone"
    assert codes(container(url, image_url=address)) == (9004, 2207052)


def test_captions_over_2200_and_over_30_hashtags_are_refused(url: str, pictures: Pictures) -> None:
    address = pictures.put(picture())
    assert codes(container(url, image_url=address, caption="a" * 2201)) == (36004, 2207010)
    assert codes(container(url, image_url=address, caption="#a " * 31)) == (36004, 2207010)
    assert container(url, image_url=address, caption="a" * 2200).status_code == 200
    assert codes(container(url, caption="sin imagen")) == (100, 0)


def test_containers_are_the_accounts_own(url: str, pictures: Pictures) -> None:
    made = container(url, image_url=pictures.put(picture())).json()["id"]
    assert codes(graph(url, "GET", made, token="page-token-2")) == (100, 33)
    stolen = graph(url, "POST", "301/media_publish", token="page-token-2", creation_id=made)
    assert codes(stolen) == (200, 0)
    assert codes(media_publish(url, "999")) == (24, 2207006)


def test_the_quota_is_told_and_enforced(pictures: Pictures) -> None:
    with running_sandbox(accounts=[INSTAGRAM], quota=1) as sandbox:
        url, address = sandbox.base_url, pictures.put(picture())
        made = [container(url, image_url=address).json()["id"] for _ in range(2)]
        assert media_publish(url, made[0]).status_code == 200
        fields = "quota_usage,config"
        told = graph(url, "GET", "301/content_publishing_limit", fields=fields).json()
        assert told["data"][0]["quota_usage"] == 1
        assert told["data"][0]["config"]["quota_total"] == 1
        assert codes(media_publish(url, made[1])) == (9, 2207042)


def test_who_the_account_is_by_id_and_by_me(url: str) -> None:
    fields = {"fields": "id,username,name"}
    known = {"id": "301", "username": "cetis_1", "name": "CETIS 1"}
    assert graph(url, "GET", "301", **fields).json() == known
    assert graph(url, "GET", "me", **fields).json() == known

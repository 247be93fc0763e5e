"""What the sandbox refuses of films and animations, as the networks do."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
import requests

from connectors.sandbox import films
from tests.connectors.films import mp4
from tests.connectors.pictures import gif_bytes
from tests.connectors.sandbox.clients import container, graph, media_publish, picture, tweet, x
from tests.connectors.sandbox.clients import x_upload as upload_to_x
from tests.connectors.sandbox.conftest import Pictures, RunningSandbox


def x_film(url: str, data: bytes, category: str, mime: str) -> str:
    start = {"media_type": mime, "total_bytes": len(data), "media_category": category}
    opened = x(url, "POST", "/2/media/upload/initialize", json=start)
    assert opened.status_code == 200, opened.text
    media_id = opened.json()["data"]["id"]
    way = f"/2/media/upload/{media_id}"
    x(url, "POST", f"{way}/append", data={"segment_index": "0"}, files={"media": data})
    closed = x(url, "POST", f"{way}/finalize").json()["data"]
    assert closed["processing_info"] == {"state": "pending", "check_after_secs": 1}
    return str(media_id)


@pytest.mark.parametrize(
    "data",
    [b"", b"not a film at all", mp4(1)[:-9], mp4(1)[24:], mp4(1)[:24], b"\x00\x00\x00\x04ftyp"],
    ids=["empty", "words", "cut", "headless", "bodiless", "broken"],
)
def test_what_is_no_film_is_not_taken_for_one(data: bytes) -> None:
    assert films.look(data) is None


def test_a_films_header_is_read() -> None:
    film = films.look(mp4(1, seconds=2.5, width=640, height=360))
    assert film == films.Film(mime="video/mp4", seconds=2.5, width=640, height=360)


def test_x_shows_an_animation_or_a_film_alone(sandbox: RunningSandbox) -> None:
    url = sandbox.base_url
    still = upload_to_x(url, picture())
    moving = x_film(url, gif_bytes(1), "tweet_gif", "image/gif")
    film = x_film(url, mp4(1), "tweet_video", "video/mp4")
    assert tweet(url, "a", media=[still, moving]).status_code == 400
    assert tweet(url, "b", media=[film, moving]).status_code == 400
    assert tweet(url, "c", media=[film]).status_code == 201
    query = {"tweet.fields": "attachments", "expansions": "attachments.media_keys"}
    listed = x(url, "GET", "/2/users/101/tweets", params={**query, "max_results": "5"}).json()
    assert listed["data"][0]["attachments"]["media_keys"] == [f"7_{film}"]
    assert listed["includes"]["media"][0]["type"] == "video"


def test_x_takes_no_film_as_a_picture_and_no_words_for_a_film(url: str) -> None:
    start: dict[str, Any] = {"media_type": "video/mp4", "total_bytes": 9}
    asked = {**start, "media_category": "tweet_image"}
    assert x(url, "POST", "/2/media/upload/initialize", json=asked).status_code == 400
    film = x_film(url, mp4(1), "tweet_video", "video/mp4")
    words = {"id": film, "metadata": {"alt_text": {"text": "Un patio"}}}
    assert x(url, "POST", "/2/media/metadata", json=words).status_code == 400


def test_a_page_takes_a_film_piece_by_piece_in_order(sandbox: RunningSandbox) -> None:
    url, data = sandbox.base_url, mp4(1)
    start = graph(url, "POST", "201/videos", upload_phase="start", file_size=str(len(data))).json()
    fields = {"upload_phase": "transfer", "upload_session_id": start["upload_session_id"]}

    def send(offset: int, piece: bytes) -> requests.Response:
        files = {"video_file_chunk": ("film", piece)}
        return graph(url, "POST", "201/videos", files=files, start_offset=str(offset), **fields)

    assert send(5, data[5:]).json()["error"]["error_subcode"] == 1363037
    closing = {**fields, "upload_phase": "finish", "description": "Un video"}
    assert graph(url, "POST", "201/videos", **closing).status_code == 400
    assert send(0, data).json() == {"start_offset": str(len(data)), "end_offset": str(len(data))}
    assert sandbox.posts() == []
    assert graph(url, "POST", "201/videos", **closing).json() == {"success": True}
    assert graph(url, "POST", "201/videos", **closing).status_code == 400
    (post,) = sandbox.posts()
    assert (post["text"], post["media_digests"]) == ("Un video", [sha256(data).hexdigest()])


def test_a_reel_of_a_page_lasts_ninety_seconds_at_most(sandbox: RunningSandbox, url: str) -> None:
    begun = graph(url, "POST", "201/video_reels", upload_phase="start").json()
    data = mp4(1, seconds=91)
    headers = {"Authorization": "OAuth page-token", "offset": "0", "file_size": str(len(data))}
    short = {**headers, "file_size": "7"}
    assert (
        requests.post(begun["upload_url"], data=data, headers=short, timeout=5).status_code == 400
    )
    sent = requests.post(begun["upload_url"], data=data, headers=headers, timeout=5)
    assert sent.json() == {"success": True}
    closing = {"upload_phase": "finish", "video_id": begun["video_id"], "video_state": "PUBLISHED"}
    refused = graph(url, "POST", "201/video_reels", **closing).json()["error"]
    assert refused["error_subcode"] == 1363128
    assert sandbox.posts() == []


def test_instagram_knows_no_single_video_but_reels(url: str, pictures: Pictures) -> None:
    film = pictures.put(mp4(1), "/film.mp4")
    assert container(url, media_type="VIDEO", video_url=film).status_code == 400
    assert container(url, media_type="REELS", image_url=film).status_code == 400
    assert container(url, media_type="REELS", video_url=film, alt_text="a").status_code == 400
    assert container(url, media_type="REELS", video_url=film).status_code == 200


def test_a_story_is_listed_apart_and_a_long_one_fails(url: str, pictures: Pictures) -> None:
    short = pictures.put(mp4(1), "/short.mp4")
    made = container(url, media_type="STORIES", video_url=short, caption="Sin texto").json()["id"]
    story = media_publish(url, made).json()["id"]
    assert graph(url, "GET", "301/media").json()["data"] == []
    (listed,) = graph(url, "GET", "301/stories", fields="id,caption,media_product_type").json()[
        "data"
    ]
    assert listed == {"id": story, "media_product_type": "STORY"}
    long = pictures.put(mp4(2, seconds=61), "/long.mp4")
    failed = container(url, media_type="STORIES", video_url=long).json()["id"]
    state = graph(url, "GET", failed, fields="status_code,status").json()
    assert state["status_code"] == "ERROR"
    assert "2207026" in state["status"]

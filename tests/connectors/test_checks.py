from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connectors.contract import Connector, Content, Part
from connectors.endpoints import Endpoints
from connectors.errors import NotConfigured
from connectors.registry import CONNECTORS, NETWORKS, load
from tests.connectors.films import film
from tests.connectors.pictures import picture

IMAGE = picture(1)
FILM = film(1)
GIF = replace(IMAGE, kind="gif", mime="image/gif")
MEGABYTE = 1024 * 1024


def connector(key: str) -> Connector:
    return load(key, Endpoints(loopback_only=True))


def codes(key: str, *parts: Part) -> dict[str, str]:
    return {i.code: i.severity for i in connector(key).check(Content(parts=parts))}


@pytest.mark.parametrize(
    ("key", "part", "expected"),
    [
        ("x", Part(text="a" * 281), {"x.text.too_long": "block"}),
        ("x", Part(text="漢" * 140), {}),
        ("x", Part(text="漢" * 141), {"x.text.too_long": "block"}),
        ("x", Part(text="https://example.com/" + "a" * 400), {}),
        ("x", Part(text=""), {"x.text.empty": "block"}),
        ("x", Part(text="", media=(IMAGE,)), {}),
        ("x", Part(text="a\ufffe"), {"x.text.unreadable": "block"}),
        ("x", Part(text="a", media=(replace(IMAGE, mime="image/bmp"),)), {"x.media.type": "block"}),
        (
            "x",
            Part(text="a", media=(replace(IMAGE, size=5 * MEGABYTE + 1),)),
            {"x.media.size": "block"},
        ),
        (
            "x",
            Part(
                text="a", media=(replace(IMAGE, kind="gif", mime="image/gif", size=9 * MEGABYTE),)
            ),
            {},
        ),
        (
            "x",
            Part(text="a", media=(GIF, IMAGE)),
            {"x.media.mixed": "block"},
        ),
        ("x", Part(text="a", media=(FILM,)), {}),
        ("x", Part(text="a", media=(FILM, IMAGE)), {"x.media.mixed_video": "block"}),
        ("x", Part(text="a", media=(FILM, FILM)), {"x.media.videos": "block"}),
        ("x", Part(text="a", media=(replace(FILM, duration=0.2),)), {"x.video.short": "block"}),
        ("x", Part(text="a", media=(replace(FILM, duration=1201.0),)), {"x.video.long": "block"}),
        (
            "x",
            Part(text="a", media=(replace(FILM, width=4000),)),
            {"x.video.ratio": "block", "x.video.scaled": "info"},
        ),
        ("x", Part(text="a", media=(replace(FILM, frame_rate=90.0),)), {"x.video.rate": "block"}),
        (
            "x",
            Part(text="a", media=(replace(FILM, video_codec="vp9"),)),
            {"x.video.codec": "block"},
        ),
        (
            "x",
            Part(text="a", media=(replace(FILM, audio_codec="opus"),)),
            {"x.video.audio": "block"},
        ),
        ("x", Part(text="a", media=(replace(FILM, mime="video/webm"),)), {"x.video.type": "block"}),
        (
            "x",
            Part(text="a", media=(replace(FILM, size=9_000 * MEGABYTE),)),
            {"x.video.size": "block"},
        ),
        ("x", Part(text="a", media=(replace(FILM, alt_text="Un aula"),)), {"x.alt.video": "warn"}),
        ("x", Part(text="a", media=(FILM,), form="reel"), {"x.part.form": "block"}),
        (
            "x",
            Part(text="a", media=(replace(GIF, size=16 * MEGABYTE),)),
            {"x.media.size": "block"},
        ),
        (
            "x",
            Part(text="a", media=(replace(IMAGE, alt_text="a" * 1001),)),
            {"x.alt.too_long": "block"},
        ),
        ("x", Part(text="a", kind="comment"), {"x.part.kind": "block"}),
        ("facebook", Part(text="a" * 63_206), {}),
        ("facebook", Part(text="a" * 63_207), {"facebook.text.too_long": "block"}),
        ("facebook", Part(text="a", media=(FILM,)), {}),
        ("facebook", Part(text="a", media=(FILM, IMAGE)), {"facebook.media.mixed_video": "block"}),
        ("facebook", Part(text="a", media=(GIF,)), {"facebook.media.gif": "block"}),
        ("facebook", Part(text="a", media=(FILM,), form="reel"), {}),
        (
            "facebook",
            Part(text="a", media=(replace(FILM, duration=91.0),), form="reel"),
            {"facebook.video.long": "block"},
        ),
        (
            "facebook",
            Part(text="a", media=(replace(FILM, width=1920, height=1080),), form="reel"),
            {"facebook.video.ratio": "block"},
        ),
        ("facebook", Part(text="a", media=(FILM,), form="story"), {"facebook.part.form": "block"}),
        ("facebook", Part(text="a", kind="reply"), {"facebook.part.kind": "block"}),
        ("facebook", Part(text="a", replies="following"), {"facebook.replies": "block"}),
        ("facebook", Part(text="a", link="https://a.mx/b"), {}),
        ("facebook", Part(text="a", link="a.mx/b"), {"facebook.link.address": "block"}),
        ("facebook", Part(text="a", link="https://[a"), {"facebook.link.address": "block"}),
        (
            "facebook",
            Part(text="a", link="https://a.mx/b", media=(IMAGE,)),
            {"facebook.link.media": "block"},
        ),
        ("x", Part(text="a", link="https://a.mx/b"), {"x.link": "block"}),
        ("x", Part(text="a", replies="mentionedUsers"), {}),
        (
            "facebook",
            Part(text="a", media=(replace(IMAGE, size=5 * MEGABYTE),)),
            {"facebook.media.size_advised": "warn"},
        ),
        (
            "facebook",
            Part(text="a", media=(replace(IMAGE, size=11 * MEGABYTE),)),
            {"facebook.media.size": "block"},
        ),
        ("instagram", Part(text="a"), {"instagram.media.required": "block"}),
        ("instagram", Part(text="a", media=(FILM, IMAGE)), {}),
        ("instagram", Part(text="a", media=(FILM,)), {"instagram.media.becomes_reel": "info"}),
        ("instagram", Part(text="a", media=(GIF,)), {"instagram.media.gif": "block"}),
        ("instagram", Part(text="a", media=(FILM,), form="reel"), {}),
        (
            "instagram",
            Part(text="a", media=(IMAGE,), form="reel"),
            {"instagram.media.reel": "block"},
        ),
        ("instagram", Part(text="", media=(FILM,), form="story"), {}),
        (
            "instagram",
            Part(text="", media=(IMAGE,), form="story"),
            {"instagram.alt.none": "warn"},
        ),
        (
            "instagram",
            Part(text="a", media=(FILM,), form="story"),
            {"instagram.text.none": "block"},
        ),
        (
            "instagram",
            Part(text="", media=(FILM, FILM), form="story"),
            {"instagram.media.story": "block"},
        ),
        (
            "instagram",
            Part(text="", media=(replace(FILM, duration=61.0),), form="story"),
            {"instagram.video.long": "block"},
        ),
        (
            "instagram",
            Part(text="a", media=(replace(IMAGE, mime="image/png"),)),
            {"instagram.media.type": "block"},
        ),
        (
            "instagram",
            Part(text="a", media=(replace(IMAGE, width=400, height=600),)),
            {"instagram.media.ratio": "block"},
        ),
        ("instagram", Part(text="a", media=(replace(IMAGE, width=1080, height=1350),)), {}),
        ("instagram", Part(text="a", media=(replace(IMAGE, width=1080, height=566),)), {}),
        (
            "instagram",
            Part(text="a", media=(replace(IMAGE, width=200, height=200),)),
            {"instagram.media.width": "block"},
        ),
        (
            "instagram",
            Part(text="a", media=(replace(IMAGE, width=3000, height=3000),)),
            {"instagram.media.width_scaled": "info"},
        ),
        (
            "instagram",
            Part(text=" ".join(f"#etiqueta{n}" for n in range(5)), media=(IMAGE,)),
            {},
        ),
        (
            "instagram",
            Part(text=" ".join(f"#etiqueta{n}" for n in range(6)), media=(IMAGE,)),
            {"instagram.text.hashtags_advised": "warn"},
        ),
        (
            "instagram",
            Part(text=" ".join(f"#etiqueta{n}" for n in range(31)), media=(IMAGE,)),
            {"instagram.text.hashtags": "block"},
        ),
        ("instagram", Part(text="Aula #1 a&#39;b https://a.mx/#ancla", media=(IMAGE,)), {}),
    ],
)
def test_a_network_refuses_or_warns_before_anyone_approves(
    key: str, part: Part, expected: dict[str, str]
) -> None:
    assert codes(key, part) == expected


def test_an_issue_names_its_part() -> None:
    parts = (Part(text="a"), Part(text="a" * 300, kind="reply", position=1))
    (issue,) = connector("x").check(Content(parts=parts))
    assert issue.part == 1


@pytest.mark.parametrize(
    ("key", "after", "expected"),
    [
        ("x", [("reply", "b")] * 24, {}),
        ("x", [("reply", " ")], {"x.text.empty": "block"}),
        ("facebook", [("comment", "b" * 8000)], {}),
        ("facebook", [("comment", "b" * 8001)], {"facebook.text.too_long": "block"}),
        ("facebook", [("comment", "b")] * 2, {"facebook.part.comments": "block"}),
        ("instagram", [("comment", "#a #b #c #d #e")], {"instagram.comment.hashtags": "warn"}),
        ("instagram", [("comment", "b" * 2201)], {"instagram.text.too_long": "block"}),
        ("instagram_private", [("comment", "b")], {"instagram.part.kind": "block"}),
    ],
)
def test_what_follows_a_post_is_checked_too(
    key: str, after: list[tuple[Any, str]], expected: dict[str, str]
) -> None:
    parts = [Part(text=text, kind=kind, position=n) for n, (kind, text) in enumerate(after, 1)]
    assert codes(key, Part(text="a", media=(IMAGE,)), *parts) == expected


def test_a_story_takes_no_comment() -> None:
    comment = Part(text="b", kind="comment", position=1)
    story = Part(text="", media=(IMAGE,), form="story")
    assert codes("instagram", story, comment)["instagram.part.story"] == "block"


def test_every_sentence_is_complete_spanish() -> None:
    bad = replace(IMAGE, mime="image/png", width=100, height=900, size=99 * MEGABYTE)
    for key in CONNECTORS:
        parts = (Part(text="#a1b " * 13_000, media=(bad,) * 11),)
        for issue in connector(key).check(Content(parts=parts)):
            assert issue.sentence.endswith(".")
            assert "{" not in issue.sentence


def test_both_ways_to_instagram_check_alike() -> None:
    part = Part(text="#a " * 31)
    assert codes("instagram", part) == codes("instagram_private", part)


def test_every_key_leads_to_a_connector_of_its_network() -> None:
    assert set(CONNECTORS) == set(NETWORKS)
    for key in CONNECTORS:
        assert connector(key).network == NETWORKS[key]


def test_an_unknown_key_is_our_own_set_up() -> None:
    with pytest.raises(NotConfigured):
        load("myspace", Endpoints())

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from connectors.contract import Content, Credential, MediaItem, Part, Pending, Receipt, Sighting
from connectors.errors import NotConfigured, OutcomeUnknown, Refused, Unavailable
from connectors.instagram import LISTING_PATIENCE, conclude
from connectors.registry import load
from connectors.sandbox.testing import running_sandbox
from tests.connectors.bench import Bench, Pictures, endpoints
from tests.connectors.films import FILMS, film
from tests.connectors.following import FollowingSuite
from tests.connectors.pictures import picture, picture_server


def instagram_kinds(images: Pictures, films: Pictures) -> dict[str, Part]:
    """Return one part of each kind that both ways to Instagram publish beside images."""
    return {
        "mixed carousel": Part(text="De todo", media=(images(1), films(1), images(2), films(2))),
        "reel": Part(text="Un reel", media=(films(3),), form="reel"),
        "story": Part(text="", media=(images(3),), form="story"),
        "story of a video": Part(text="", media=(films(4),), form="story"),
    }


class TestInstagram(FollowingSuite):
    key = "instagram"
    follows = "comment"
    account = "3303"
    fields: ClassVar[dict[str, str]] = {"access_token": "IGQVplantedinstagramtoken0123456789abcdef"}
    tokens = tuple(fields.values())
    throttles_at_publish = False
    registration: ClassVar[dict[str, str]] = {
        "network": "instagram",
        "external_id": account,
        "handle": "plantelsaltillo",
        "name": "Plantel Saltillo",
        "token": fields["access_token"],
    }

    def kinds(self, images: Pictures, films: Pictures) -> dict[str, Part]:
        return {**super().kinds(images, films), **instagram_kinds(images, films)}

    def test_a_video_alone_is_shown_as_a_reel_and_its_author_is_told(
        self, bench: Bench, films: Pictures, since: datetime
    ) -> None:
        part = Part(text="Un video", media=(films(1),))
        (issue,) = bench.connector.check(Content(parts=(part,)))
        assert (issue.code, issue.severity) == ("instagram.media.becomes_reel", "info")
        staged = bench.ready(part)
        receipt = bench.publish(part, staged)
        assert bench.sandbox.posts()[0]["form"] == "reel"
        assert bench.find(part, staged, since).matches[0].remote_id == receipt.remote_id

    def test_a_story_is_among_the_newest_posts_and_says_what_it_is(
        self, bench: Bench, images: Pictures, films: Pictures
    ) -> None:
        bench.publish(Part(text="Un aviso", media=(images(1),)))
        bench.publish(Part(text="", media=(images(2),), form="story"))
        bench.publish(Part(text="Un reel", media=(films(1),), form="reel"))
        forms = {seen.form for seen in bench.connector.recent(bench.credential).items}
        assert forms == {"feed", "story", "reel"}

    def test_another_story_is_not_mistaken_for_one_that_never_went_out(
        self, bench: Bench, images: Pictures, since: datetime
    ) -> None:
        part = Part(text="", media=(images(1),), form="story")
        staged = bench.ready(part)
        bench.publish(Part(text="", media=(images(2),), form="story"))
        sighting = bench.find(part, staged, since, known=frozenset({"77"}))
        assert sighting.matches == ()
        assert sighting.trustworthy
        assert bench.connector.absence(part, staged.handle) == "fenced"

    def test_a_token_that_may_not_see_stories_still_lists_posts(
        self, bench: Bench, part: Part, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bench.publish(part)
        monkeypatch.setattr("connectors.instagram._NOT_ALLOWED", frozenset({2}))
        bench.fault("503", route="*/stories")
        assert len(bench.connector.recent(bench.credential).items) == 1

    def test_a_film_that_is_none_fails_while_it_is_processed(
        self, bench: Bench, images: Pictures
    ) -> None:
        wrong = replace(images(1), kind="video", mime="video/mp4")
        with pytest.raises(Refused) as caught:
            bench.ready(Part(text="Roto", media=(wrong,), form="reel"))
        assert caught.value.code == "instagram.bad_video"
        with pytest.raises(Refused) as caught:
            bench.ready(Part(text="Roto", media=(images(1), wrong)))
        assert caught.value.code == "instagram.bad_video"

    def test_text_alone_is_refused_before_anyone_approves(self, bench: Bench) -> None:
        codes = {i.code for i in bench.connector.check(Content(parts=(Part(text="Hola"),)))}
        assert codes == {"instagram.media.required"}

    def test_without_a_public_address_it_is_our_set_up(self, bench: Bench, part: Part) -> None:
        item = part.media[0]
        bare = MediaItem(
            sha256=item.sha256, kind="image", mime=item.mime, width=400, height=400, size=item.size
        )
        with pytest.raises(NotConfigured) as caught:
            bench.ready(Part(text="Hola", media=(bare,)))
        assert "PREGONERO_MEDIA_BASE_URL" in caught.value.sentence

    def test_an_address_that_gives_nothing_now_may_give_it_later(self, bench: Bench) -> None:
        with pytest.raises(Unavailable) as caught:
            bench.ready(Part(text="Hola", media=(picture(1, "http://127.0.0.1:9"),)))
        assert caught.value.code == "instagram.media_url"

    def test_the_container_is_known_before_publication(self, bench: Bench, part: Part) -> None:
        assert bench.ready(part).handle["container"]

    def test_a_lost_listing_does_not_hide_a_published_container(
        self, bench: Bench, part: Part, since: datetime
    ) -> None:
        staged = bench.ready(part)
        bench.fault("accept-then-drop")
        with pytest.raises(OutcomeUnknown):
            bench.publish(part, staged)
        bench.fault("listing-lag", route="list", seconds=60)
        soon = bench.find(part, staged, since)
        assert soon.matches == ()
        assert not soon.trustworthy
        assert soon.evidence["container"] == "PUBLISHED"
        late = bench.find(part, staged, datetime.now(UTC) - timedelta(hours=1))
        assert [match.remote_id for match in late.matches] == [staged.handle["container"]]

    def test_a_failing_permalink_does_not_undo_the_publication(
        self, bench: Bench, part: Part
    ) -> None:
        staged = bench.ready(part)
        bench.fault("500", route="read")
        receipt = bench.publish(part, staged)
        assert receipt.permalink == ""
        assert receipt.remote_id == bench.sandbox.posts()[0]["id"]

    def test_a_container_published_twice_shows_one_post(self, bench: Bench, part: Part) -> None:
        staged = bench.ready(part)
        bench.publish(part, staged)
        with pytest.raises((OutcomeUnknown, Refused)) as caught:
            bench.publish(part, staged)
        assert caught.value.code
        assert len(bench.sandbox.posts()) == 1

    def test_a_carousel_of_ten_is_published(self, bench: Bench, images: Pictures) -> None:
        bench.publish(Part(text="Diez", media=tuple(images(n) for n in range(10))))
        assert len(bench.sandbox.posts()[0]["media_digests"]) == 10


class TestAContainerThatStillProcesses:
    @pytest.fixture
    def bench(self) -> Iterator[Bench]:
        with running_sandbox(processing=0.3, accounts=(TestInstagram.registration,)) as running:
            yield Bench(
                connector=load("instagram", endpoints(running.base_url)),
                credential=Credential(TestInstagram.account, TestInstagram.fields),
                sandbox=running,
                account=TestInstagram.account,
            )

    def test_a_carousel_waits_for_its_films(self, bench: Bench) -> None:
        with picture_server(FILMS) as base:
            part = Part(text="De todo", media=(picture(1, base), film(1, base)))
            first = bench.connector.stage(bench.credential, part)
            assert isinstance(first, Pending)
            assert first.wait == 10
            assert not first.handle.get("container")
            time.sleep(0.35)
            second = bench.connector.stage(bench.credential, part, first.handle)
        assert second.handle["children"] == first.handle["children"]
        assert second.handle["container"]

    def test_is_pending_and_then_staged_with_the_same_container(self, bench: Bench) -> None:
        with picture_server() as base:
            part = Part(text="Despacio", media=(picture(1, base),))
            first = bench.connector.stage(bench.credential, part)
            assert isinstance(first, Pending)
            time.sleep(0.35)
            done = bench.connector.stage(bench.credential, part, first.handle)
        assert not isinstance(done, Pending)
        assert done.handle["container"] == first.handle["container"]


MATCH = Receipt(remote_id="9", permalink="p")
FOUND = Sighting(matches=(MATCH,), trustworthy=True)
ABSENT = Sighting(matches=(), trustworthy=True)
SOON = timedelta(seconds=5)


@pytest.mark.parametrize(
    ("state", "listed", "age", "ids", "trustworthy"),
    [
        ("PUBLISHED", FOUND, SOON, ["9"], True),
        ("PUBLISHED", ABSENT, SOON, [], False),
        ("PUBLISHED", ABSENT, LISTING_PATIENCE, ["c"], False),
        ("FINISHED", ABSENT, SOON, [], True),
        ("FINISHED", FOUND, SOON, [], False),
        ("EXPIRED", ABSENT, SOON, [], True),
        ("", FOUND, SOON, ["9"], True),
        ("", ABSENT, SOON, [], True),
    ],
)
def test_the_container_outweighs_the_listing(
    state: str, listed: Sighting, age: timedelta, ids: list[str], trustworthy: bool
) -> None:
    sighting = conclude(state, "c", listed, age=age)
    assert [match.remote_id for match in sighting.matches] == ids
    assert sighting.trustworthy is trustworthy

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import pytest

from connectors.contract import Content, Part, Pending, Receipt, RepliesFrom
from connectors.errors import Refused
from tests.connectors.following import FollowingSuite
from tests.connectors.suite import Bench, Pictures


class TestX(FollowingSuite):
    key = "x"
    follows = "reply"
    account = "1101"
    fields: ClassVar[dict[str, str]] = {
        "consumer_key": "plantedconsumerkey01",
        "consumer_secret": "plantedconsumersecret02",
        "access_token": "plantedaccesstoken03",
        "access_token_secret": "plantedtokensecret04",
    }
    tokens = tuple(fields.values())
    registration: ClassVar[dict[str, str]] = {
        "network": "x",
        "external_id": account,
        "handle": "plantel_saltillo",
        "name": "Plantel Saltillo",
        "token": fields["access_token"],
        "consumer_key": fields["consumer_key"],
        "consumer_secret": fields["consumer_secret"],
        "access_token_secret": fields["access_token_secret"],
    }

    def test_text_alone_is_published(self, bench: Bench) -> None:
        receipt = bench.publish(Part(text="Sin clases mañana"))
        assert receipt.permalink == f"https://x.com/i/web/status/{receipt.remote_id}"
        assert bench.sandbox.posts()[0]["text"] == "Sin clases mañana"

    def test_a_reply_hangs_below_its_parent(self, bench: Bench) -> None:
        first = bench.publish(Part(text="Uno de dos"))
        reply = Part(text="Dos de dos", kind="reply", position=1)
        second = bench.publish(reply, parent=first)
        third = bench.publish(Part(text="Tres", kind="reply", position=2), parent=second)
        by_id = {post["id"]: post for post in bench.sandbox.posts()}
        assert by_id[second.remote_id]["parent"] == first.remote_id
        assert by_id[third.remote_id]["parent"] == second.remote_id

    @pytest.mark.parametrize("who", ["everyone", "following", "mentionedUsers"])
    def test_who_may_answer_is_told_of_the_post_alone(self, bench: Bench, who: RepliesFrom) -> None:
        first = bench.publish(Part(text="Uno", replies=who))
        bench.publish(Part(text="Dos", kind="reply", position=1, replies=who), parent=first)
        told = {post["text"]: post["replies"] for post in bench.sandbox.posts()}
        assert told == {"Uno": "" if who == "everyone" else who, "Dos": ""}

    def test_a_thread_passes_the_check(self, bench: Bench) -> None:
        thread = (Part(text="Uno"), Part(text="Dos", kind="reply", position=1))
        assert bench.connector.check(Content(parts=thread)) == ()
        assert bench.connector.check(Content(parts=thread[::-1])) != ()

    def test_a_duplicate_text_is_refused_by_name(self, bench: Bench) -> None:
        bench.publish(Part(text="Mismo texto"))
        with pytest.raises(Refused) as caught:
            bench.publish(Part(text="Mismo texto"))
        assert caught.value.code == "x.duplicate"
        assert caught.value.http_status == 403

    def test_identical_text_is_told_apart_by_its_media(
        self, bench: Bench, images: Pictures, since: datetime
    ) -> None:
        mine = Part(text="", media=(images(1),))
        staged = bench.ready(mine)
        receipt = bench.publish(mine, staged)
        bench.publish(Part(text="", media=(images(2),)))
        sighting = bench.find(mine, staged, since)
        assert [match.remote_id for match in sighting.matches] == [receipt.remote_id]

    def test_a_link_comes_back_as_it_was_written(self, bench: Bench) -> None:
        bench.publish(Part(text="Convocatoria en https://example.com/convocatoria?a=1&b=2 & más"))
        (seen,) = bench.connector.recent(bench.credential).items
        assert seen.text == "Convocatoria en https://example.com/convocatoria?a=1&b=2 & más"

    def test_a_large_image_goes_up_in_segments(
        self, bench: Bench, images: Pictures, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("connectors.x_client.CHUNK_BYTES", 512)
        part = Part(text="En partes", media=(images(1),))
        bench.publish(part)
        appends = [e for e in bench.sandbox.requests_log() if e["path"].endswith("/append")]
        assert len(appends) == -(-part.media[0].size // 512)
        assert len(bench.sandbox.posts()[0]["media_digests"]) == 1

    def test_media_that_still_processes_is_pending(
        self, bench: Bench, part: Part, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        processing = {"processing_info": {"state": "pending", "check_after_secs": 3}}
        monkeypatch.setattr(
            "connectors.x_client.Client.upload",
            lambda *_: {"id": "77", "media_key": "3_77", **processing},
        )
        monkeypatch.setattr("connectors.x_client.Client.describe", lambda *_: None)
        monkeypatch.setattr("connectors.x_client.Client.media_status", lambda *_: processing)
        first = bench.connector.stage(bench.credential, part)
        assert isinstance(first, Pending)
        assert first.wait == 3
        again = bench.connector.stage(bench.credential, part, first.handle)
        assert isinstance(again, Pending)
        monkeypatch.setattr(
            "connectors.x_client.Client.media_status",
            lambda *_: {"processing_info": {"state": "succeeded"}},
        )
        done = bench.connector.stage(bench.credential, part, again.handle)
        assert not isinstance(done, Pending)
        monkeypatch.setattr(
            "connectors.x_client.Client.media_status",
            lambda *_: {"processing_info": {"state": "failed", "error": {"name": "BadImage"}}},
        )
        with pytest.raises(Refused) as caught:
            bench.connector.stage(bench.credential, part, first.handle)
        assert caught.value.code == "x.media_failed"

    def test_a_success_without_an_id_is_unknown(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import tweepy

        from connectors.errors import OutcomeUnknown

        empty = tweepy.Response(None, {}, [{"title": "?"}], {})
        monkeypatch.setattr("connectors.x_client.Client.create_tweet", lambda *_, **__: empty)
        with pytest.raises(OutcomeUnknown):
            bench.publish(Part(text="Sin identificador"))

    def test_a_receipt_is_a_receipt(self, bench: Bench) -> None:
        assert isinstance(bench.publish(Part(text="Recibo")), Receipt)

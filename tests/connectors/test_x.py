from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

import pytest

from connectors.contract import Content, Part, Pending, Receipt, RepliesFrom, Staged
from connectors.errors import Refused, Unavailable
from tests.connectors.bench import Bench, Pictures
from tests.connectors.films import film
from tests.connectors.following import FollowingSuite
from tests.connectors.pictures import gif


def appended(bench: Bench) -> list[dict[str, Any]]:
    """Return the segments that the sandbox was sent."""
    return [e for e in bench.sandbox.requests_log() if e["path"].endswith("/append")]


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

    def kinds(self, images: Pictures, films: Pictures) -> dict[str, Part]:
        animation = gif(1)
        return {
            **super().kinds(images, films),
            "text": Part(text="Sin clases mañana"),
            "gif": Part(text="Una animación", media=(animation,)),
            "video": Part(text="Un video", media=(films(1),)),
            "video alone": Part(text="", media=(films(2),)),
        }

    def test_a_large_image_goes_up_in_segments(
        self, bench: Bench, images: Pictures, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("connectors.x_media.CHUNK_BYTES", 512)
        part = Part(text="En partes", media=(images(1),))
        bench.publish(part)
        assert len(appended(bench)) == -(-part.media[0].size // 512)
        assert len(bench.sandbox.posts()[0]["media_digests"]) == 1

    def test_an_upload_goes_on_where_it_stopped(
        self, bench: Bench, films: Pictures, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("connectors.x_media.CHUNK_BYTES", 300)
        monkeypatch.setattr("connectors.x_media.SLICE_SECONDS", -1.0)
        part = Part(text="En partes", media=(films(1),))
        first = bench.connector.stage(bench.credential, part)
        assert isinstance(first, Pending)
        assert first.wait == 0
        after_a_crash = json.loads(json.dumps(first.handle))
        bench.fault("503", route="*/append")
        with pytest.raises(Unavailable):
            bench.connector.stage(bench.credential, part, after_a_crash)
        monkeypatch.setattr("connectors.x_media.SLICE_SECONDS", 9.0)
        monkeypatch.setattr("connectors.x_media.CHUNK_BYTES", 700)
        bench.connector.stage(bench.credential, part, after_a_crash)
        answered = [entry for entry in appended(bench) if entry["status"] == 200]
        assert len(answered) == -(-part.media[0].size // 300)

    def test_an_upload_that_x_forgot_begins_anew(self, bench: Bench, films: Pictures) -> None:
        part = Part(text="Olvidado", media=(films(1),))
        first = bench.connector.stage(bench.credential, part)
        bench.sandbox.reset()
        again = bench.connector.stage(bench.credential, part, first.handle)
        assert again.handle["media"][0]["id"] != first.handle["media"][0]["id"]

    def test_a_video_waits_until_x_has_processed_it(self, bench: Bench, films: Pictures) -> None:
        part = Part(text="Procesando", media=(films(1),))
        first = bench.connector.stage(bench.credential, part)
        assert isinstance(first, Pending)
        assert first.wait == 1
        ready = bench.connector.stage(bench.credential, part, first.handle)
        assert isinstance(ready, Staged)
        assert ready.handle["media"][0]["key"].startswith("7_")

    def test_a_video_that_x_cannot_read_goes_back_to_its_author(
        self, bench: Bench, films: Pictures
    ) -> None:
        junk = b"no es un video" * 20
        broken = replace(films(1), sha256="0" * 64, open=lambda: io.BytesIO(junk))
        with pytest.raises(Refused) as caught:
            bench.ready(Part(text="Roto", media=(broken,)))
        assert caught.value.code == "x.media_failed"
        assert "MP4" in caught.value.sentence

    def test_a_gif_keeps_its_alternative_text(self, bench: Bench) -> None:
        bench.publish(Part(text="Una animación", media=(gif(2),)))
        assert bench.sandbox.posts()[0]["alt_texts"] == ["Animación 2"]

    def test_a_film_longer_than_the_account_may_show_is_refused_by_name(self, bench: Bench) -> None:
        with pytest.raises(Refused) as caught:
            bench.publish(Part(text="Largo", media=(film(9, seconds=1300),)))
        assert caught.value.code == "x.video_too_long"

    def test_a_handle_of_an_older_version_is_still_good(
        self, bench: Bench, images: Pictures
    ) -> None:
        part = Part(text="De antes", media=(images(1),))
        handle = bench.ready(part).handle
        old = {
            "media": [{name: handle["media"][0][name] for name in ("id", "key")}],
            "sources": handle["sources"],
            "until": handle["until"],
            "waiting": False,
        }
        assert isinstance(bench.connector.stage(bench.credential, part, old), Staged)

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

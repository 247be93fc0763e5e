from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest

from connectors import comments
from connectors.after import Corrector, Remover, offers
from connectors.classify import Case, judge
from connectors.contract import Credential, Part, PartForm, Pending, Receipt, Staged
from connectors.errors import OutcomeUnknown, Refused, Unavailable
from connectors.facebook import FacebookConnector, _whole
from connectors.graph import Graph, GraphFault
from connectors.verdicts import Facts
from tests.connectors.bench import Bench, Pictures, endpoints
from tests.connectors.following import FollowingSuite


def uploaded(bench: Bench) -> list[dict[str, Any]]:
    """Return the requests of uploads that the sandbox saw."""
    return [entry for entry in bench.sandbox.requests_log() if entry["route"] == "upload"]


class TestFacebook(FollowingSuite):
    key = "facebook"
    follows = "comment"
    account = "2202"
    fields: ClassVar[dict[str, str]] = {"page_token": "EAAplantedpagetoken0123456789"}
    tokens = tuple(fields.values())
    registration: ClassVar[dict[str, str]] = {
        "network": "facebook",
        "external_id": account,
        "handle": "plantelsaltillo",
        "name": "Plantel Saltillo",
        "token": fields["page_token"],
    }

    def kinds(self, images: Pictures, films: Pictures) -> dict[str, Part]:
        return {
            **super().kinds(images, films),
            "text": Part(text="Sin clases mañana"),
            "video": Part(text="Un video", media=(films(1),)),
            "video alone": Part(text="", media=(films(2),)),
            "reel": Part(text="Un reel", media=(films(3),), form="reel"),
        }

    @pytest.mark.parametrize("form", ["feed", "reel"])
    def test_a_film_is_asked_of_itself_when_the_feed_is_late(
        self, bench: Bench, films: Pictures, since: datetime, form: PartForm
    ) -> None:
        part = Part(text="Un video", media=(films(1),), form=form)
        staged = bench.ready(part)
        bench.fault("accept-then-drop")
        with pytest.raises(OutcomeUnknown):
            bench.publish(part, staged)
        bench.fault("listing-empty", route="list")
        (post,) = bench.sandbox.posts()
        sighting = bench.find(part, staged, since)
        assert [match.remote_id for match in sighting.matches] == [post["id"]]
        assert bench.connector.absence(part, staged.handle) == "person"

    def test_a_post_whose_id_is_not_known_yet_is_receipted_by_its_film(
        self, bench: Bench, films: Pictures
    ) -> None:
        part = Part(text="Un video", media=(films(1),))
        staged = bench.ready(part)
        bench.fault("503", route="status")
        receipt = bench.publish(part, staged)
        assert receipt.remote_id == staged.handle["film"]["id"]
        assert receipt.permalink == f"https://www.facebook.com/watch/?v={receipt.remote_id}"
        seen = bench.connector.recent(bench.credential).items[0]
        assert seen.media_keys == (receipt.remote_id,)
        self.use_film_by_its_own_id(bench, receipt)

    def use_film_by_its_own_id(self, bench: Bench, receipt: Receipt) -> None:
        remover, corrector = offers(bench.connector, Remover), offers(bench.connector, Corrector)  # type: ignore[type-abstract]
        assert remover
        assert corrector
        corrector.edit(bench.credential, receipt.remote_id, "Otro", deadline=time.monotonic() + 9)
        shown = remover.see(bench.credential, receipt.remote_id)
        assert shown
        assert (shown.remote_id, shown.text) == (receipt.remote_id, "Otro")
        comment = Part(text="Con enlace", kind="comment", position=1)
        bench.connector.publish(
            bench.credential,
            comment,
            Staged(handle={}),
            deadline=time.monotonic() + 9,
            parent=receipt,
        )
        remover.delete(bench.credential, receipt.remote_id, deadline=time.monotonic() + 9)
        assert remover.see(bench.credential, receipt.remote_id) is None

    def test_a_film_goes_on_where_it_stopped(
        self, bench: Bench, films: Pictures, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("connectors.sandbox.graph_films.PIECE", 300)
        monkeypatch.setattr("connectors.facebook_films.SLICE_SECONDS", -1.0)
        part = Part(text="En partes", media=(films(1),))
        first = bench.connector.stage(bench.credential, part)
        assert isinstance(first, Pending)
        assert first.wait == 0
        stored = json.loads(json.dumps(first.handle))
        bench.fault("503", route="*/videos")
        with pytest.raises(Unavailable):
            bench.connector.stage(bench.credential, part, stored)
        assert stored == first.handle
        steps = bench.connector.stage(bench.credential, part, stored)
        while isinstance(steps, Pending):
            steps = bench.connector.stage(bench.credential, part, steps.handle)
        bench.publish(part, steps)
        (post,) = bench.sandbox.posts()
        assert post["media_digests"] == [part.media[0].sha256]
        answered = [entry for entry in uploaded(bench) if entry["status"] == 200]
        assert len(answered) == 1 + -(-part.media[0].size // 300)

    def test_a_film_whose_place_is_lost_is_sent_anew(
        self, bench: Bench, films: Pictures, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("connectors.sandbox.graph_films.PIECE", 300)
        monkeypatch.setattr("connectors.facebook_films.SLICE_SECONDS", -1.0)
        part = Part(text="En partes", media=(films(1),))
        first = bench.connector.stage(bench.credential, part)
        bench.connector.stage(bench.credential, part, first.handle)
        again = bench.connector.stage(bench.credential, part, first.handle)
        assert again.handle["film"]["id"] != first.handle["film"]["id"]

    def test_a_reel_that_was_half_sent_is_completed(
        self, bench: Bench, films: Pictures, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        part = Part(text="Un reel", media=(films(1),), form="reel")
        begun = bench.connector.stage(bench.credential, part)
        assert isinstance(begun, Pending)
        bench.fault("accept-then-drop", route="/video-upload/*")
        with pytest.raises(Unavailable):
            bench.connector.stage(bench.credential, part, begun.handle)
        done = bench.connector.stage(bench.credential, part, begun.handle)
        assert isinstance(done, Staged)
        bench.publish(part, done)
        assert sum("video-upload" in entry["path"] for entry in uploaded(bench)) == 1

    def test_a_film_that_facebook_cannot_read_goes_back_to_its_author(
        self, bench: Bench, images: Pictures
    ) -> None:
        wrong = replace(images(1), kind="video", mime="video/mp4")
        with pytest.raises(Refused) as caught:
            bench.ready(Part(text="Roto", media=(wrong,), form="reel"))
        assert caught.value.code == "facebook.bad_video"
        with pytest.raises(Refused) as caught:
            bench.publish(Part(text="Roto", media=(wrong,)))
        assert caught.value.code == "facebook.bad_video"

    def test_text_with_a_link_carries_it(self, bench: Bench) -> None:
        bench.publish(Part(text="Inscripciones en example.com/registro, hoy"))
        (post,) = bench.sandbox.posts()
        assert post["link"] == "https://example.com/registro"
        assert post["text"] == "Inscripciones en example.com/registro, hoy"

    def test_a_link_of_its_own_wins_over_that_of_the_text(self, bench: Bench) -> None:
        link = "https://example.com/convocatoria"
        bench.publish(Part(text="Bases en example.com/bases", link=link))
        assert bench.sandbox.posts()[0]["link"] == link

    def test_a_comment_finds_its_post_by_the_half_of_an_id_that_a_person_gave(
        self, bench: Bench
    ) -> None:
        first = bench.publish(Part(text="Inscripciones"))
        half = replace(first, remote_id=first.remote_id.rpartition("_")[2])
        bench.publish(Part(text="Informes", kind="comment", position=1), parent=half)
        assert bench.sandbox.posts()[1]["parent"] == first.remote_id

    def test_a_comment_leads_to_itself_below_its_post_or_film(self) -> None:
        film = Receipt(remote_id="88", permalink="https://www.facebook.com/watch/?v=88")
        assert _whole(Credential("7", {}), film) == film
        assert comments._address(film, "comment_id={id}", "88_5").endswith("?v=88&comment_id=5")

    def test_a_missing_permission_to_comment_bars_no_account(self) -> None:
        fault = GraphFault(Facts(status=403, code=200))
        facts = comments.facts_of(fault)
        assert facts is not None
        case = Case(network="facebook", step="publish", now=datetime.now(UTC))
        error = judge(facts, case)
        assert isinstance(error, Refused)
        assert "comentar" in error.sentence

    def test_a_photo_without_text_is_found_by_its_id(
        self, bench: Bench, images: Pictures, since: datetime
    ) -> None:
        part = Part(text="", media=(images(1),))
        staged = bench.ready(part)
        bench.publish(Part(text="", media=(images(2),)))
        receipt = bench.publish(part, staged)
        sighting = bench.find(part, staged, since)
        assert [match.remote_id for match in sighting.matches] == [receipt.remote_id]

    def test_our_text_with_media_we_do_not_know_needs_a_person(
        self, bench: Bench, images: Pictures, since: datetime
    ) -> None:
        bench.publish(Part(text="Mismo texto", media=(images(2),)))
        part = Part(text="Mismo texto", media=(images(1),))
        sighting = bench.find(part, bench.ready(part), since)
        assert sighting.matches == ()
        assert not sighting.trustworthy

    def test_the_proof_of_the_app_secret_goes_along(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[dict[str, str]] = []
        connector = FacebookConnector(
            endpoints(bench.sandbox.base_url, graph_app_secret="plantedappsecret")
        )
        original = connector._session.request

        def spy(*args: object, **kwargs: object) -> object:
            asked.append(dict(kwargs["params"]))  # type: ignore[call-overload]
            return original(*args, **kwargs)  # type: ignore[arg-type]

        monkeypatch.setattr(connector._session, "request", spy)
        connector.verify(bench.credential)
        assert len(asked[0]["appsecret_proof"]) == 64

    def test_the_callers_fields_are_left_alone(self, bench: Bench) -> None:
        connector = FacebookConnector(endpoints(bench.sandbox.base_url))
        graph = Graph(
            self.fields["page_token"], endpoints(bench.sandbox.base_url), connector._session
        )
        fields = {"message": "Hola"}
        graph.request(f"v26.0/{self.account}/feed", post_args=fields)
        assert fields == {"message": "Hola"}

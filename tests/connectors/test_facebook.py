from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from connectors import comments
from connectors.classify import Case, judge
from connectors.contract import Part
from connectors.errors import Refused
from connectors.facebook import FacebookConnector
from connectors.graph import Graph, GraphFault
from connectors.verdicts import Facts
from tests.connectors.following import FollowingSuite
from tests.connectors.suite import Bench, Pictures, endpoints


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

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import pytest

from connectors.contract import Part
from connectors.facebook import FacebookConnector
from connectors.graph import Graph
from tests.connectors.suite import Bench, ConnectorSuite, Pictures, endpoints


class TestFacebook(ConnectorSuite):
    key = "facebook"
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

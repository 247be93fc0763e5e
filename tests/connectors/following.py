"""What a network must show that takes a thread or a first comment, beside ``ConnectorSuite``."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from connectors.contract import Part, Staged
from connectors.errors import NotConfigured, NotSent, OutcomeUnknown
from tests.connectors.bench import Bench
from tests.connectors.suite import ConnectorSuite


class FollowingSuite(ConnectorSuite):
    """Inherit, set ``follows`` beside the other attributes."""

    @pytest.fixture
    def below(self) -> Part:
        assert self.follows is not None
        return Part(text="El registro cierra el viernes.", kind=self.follows, position=1)

    def test_what_follows_hangs_below_its_post(self, bench: Bench, part: Part, below: Part) -> None:
        first = bench.publish(part)
        receipt = bench.publish(below, Staged(handle={}), parent=first)
        shown = {post["id"]: post for post in bench.sandbox.posts()}
        assert shown[receipt.remote_id]["parent"] == first.remote_id
        assert shown[receipt.remote_id]["text"] == below.text
        assert len(shown) == bench.visible_requests() == 2
        assert receipt.permalink

    @pytest.mark.parametrize("fault", ["accept-then-drop", "accept-then-500", "html"])
    def test_a_lost_reply_of_what_follows_is_found_once_below_its_post(
        self, bench: Bench, part: Part, below: Part, since: datetime, fault: str
    ) -> None:
        first, other = bench.publish(part), bench.publish(replace(part, text="Otro aviso"))
        bench.publish(below, Staged(handle={}), parent=other)
        bench.fault(fault)
        with pytest.raises(OutcomeUnknown):
            bench.publish(below, Staged(handle={}), parent=first)
        mine = [p["id"] for p in bench.sandbox.posts() if p["parent"] == first.remote_id]
        sighting = bench.find(below, Staged(handle={}), since, parent=first)
        assert [match.remote_id for match in sighting.matches] == mine
        assert len(mine) == 1
        assert bench.visible_requests() == 4

    def test_what_follows_and_was_not_taken_is_not_found(
        self, bench: Bench, part: Part, below: Part, since: datetime
    ) -> None:
        first = bench.publish(part)
        bench.fault("drop")
        with pytest.raises(OutcomeUnknown):
            bench.publish(below, Staged(handle={}), parent=first)
        assert bench.find(below, Staged(handle={}), since, parent=first).matches == ()
        assert bench.visible_requests() == 2

    def test_an_answer_to_nothing_never_becomes_a_post(self, bench: Bench, below: Part) -> None:
        with pytest.raises(NotConfigured):
            bench.publish(below, Staged(handle={}))
        assert bench.visible_requests() == 0

    def test_a_post_withdrawn_by_hand_is_told_in_words(
        self, bench: Bench, part: Part, below: Part
    ) -> None:
        first = replace(bench.publish(part), remote_id="404404404")
        with pytest.raises(NotSent) as caught:
            bench.publish(below, Staged(handle={}), parent=first)
        assert caught.value.code.endswith(".parent_gone")
        assert "ya no muestra" in caught.value.sentence

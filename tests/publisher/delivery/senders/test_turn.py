"""The engine beside its sender process: what goes there, and what its own threads do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import pytest

from connectors.contract import Receipt
from connectors.errors import OutcomeUnknown
from publisher.delivery.engine import Engine
from publisher.delivery.senders.outpost import LOST, Outpost
from publisher.delivery.work import Sending, SendResult
from publisher.editorial.content import MediaUse
from publisher.timing import Timing
from tests.publisher.delivery.desk import Desk


@dataclass
class Elsewhere:
    """Takes calls, or says that its process is lost; a test gives the answers."""

    desk: Desk
    lost: bool = False
    works: list[Sending] = field(default_factory=list)
    states: list[str] = field(default_factory=list)

    def put(self, works: Sequence[Sending], _timing: Timing) -> bool:
        self.states += [self.desk.state(work.call.id) for work in works]
        if not self.lost:
            self.works += works
        return not self.lost

    def engine(self) -> Engine:
        return Engine(self.desk.app, owner=self.desk.hire(), outpost=cast("Outpost", self))


def test_a_text_goes_to_the_sender_process_once_its_attempt_is_committed(desk: Desk) -> None:
    ids = desk.due("x", "facebook")
    elsewhere = Elsewhere(desk)
    engine = elsewhere.engine()
    assert engine.turn()
    assert not engine.perform()
    assert sorted(work.call.id for work in elsewhere.works) == sorted(ids)
    assert elsewhere.states == ["sending", "sending"]
    for work in elsewhere.works:
        receipt = Receipt(remote_id=str(work.call.id), permalink="https://x.com/i/1")
        engine._answered(SendResult(job=work.job, result=receipt))
    desk.run(engine)
    assert set(desk.states().values()) == {"published"}
    assert desk.networks.called("publish") == []


def test_a_picture_stays_with_the_worker_which_has_the_store(desk: Desk) -> None:
    media = (MediaUse(media_id=desk.small.medium(), alt_text="Patio con alumnas", credit="Propia"),)
    desk.due("instagram", media=media)
    elsewhere = Elsewhere(desk)
    desk.run(elsewhere.engine())
    assert elsewhere.works == []
    assert set(desk.states().values()) == {"published"}


def test_a_worker_whose_sender_process_is_lost_publishes_by_threads(desk: Desk) -> None:
    desk.due("x", "facebook")
    desk.run(Elsewhere(desk, lost=True).engine())
    assert set(desk.states().values()) == {"published"}
    assert len(desk.networks.called("publish")) == 2


def test_a_call_that_the_sender_process_took_with_it_is_looked_up_and_not_sent_again(
    desk: Desk,
) -> None:
    ids = desk.due("x")
    elsewhere = Elsewhere(desk)
    engine = elsewhere.engine()
    engine.turn()
    elsewhere.lost = True
    lost = OutcomeUnknown("the sender process ended", code=LOST)
    engine._answered(SendResult(job=elsewhere.works[0].job, result=lost))
    desk.run(engine)
    assert desk.state(ids[0]) == "unknown"
    (attempt,) = desk.attempts(ids[0])
    assert (attempt.outcome, attempt.code) == ("unknown", LOST)
    assert desk.networks.called("publish") == []


def test_the_worker_is_forked_before_it_reads_a_setting_or_opens_a_thing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The order of the command itself: see the test of the real process for what it is for."""
    from publisher import settings
    from publisher.cli import processes
    from publisher.delivery.senders import child

    class Reached(Exception):
        pass

    done: list[str] = []

    def load() -> None:
        done.append("settings")
        raise Reached

    monkeypatch.setattr(child, "fork", lambda: done.append("fork"))
    monkeypatch.setattr(settings, "load_settings", load)
    monkeypatch.setattr(processes.gc, "disable", lambda: None)
    with pytest.raises(Reached):
        processes.worker()
    assert done == ["fork", "settings"]

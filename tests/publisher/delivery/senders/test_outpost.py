"""The worker's end of its sender process: what comes back, and what is in doubt when it ends."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from queue import SimpleQueue
from types import SimpleNamespace

import pytest
from structlog.testing import capture_logs

from connectors.contract import Credential, Receipt
from connectors.endpoints import Endpoints
from connectors.errors import OutcomeUnknown
from publisher.delivery.senders import outpost as module
from publisher.delivery.senders.child import Forked
from publisher.delivery.senders.outpost import LOST, Outpost, patience
from publisher.delivery.senders.wire import Hello
from publisher.delivery.work import SendResult
from publisher.timing import LAB, PRODUCTION
from tests.publisher.delivery.senders.processes import PATIENCE, Process, exists
from tests.publisher.delivery.senders.works import Obedient, sending

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="bound to its worker as on Linux"),
    # what runs beside is the tests' own
    pytest.mark.filterwarnings("ignore:This process:DeprecationWarning"),
]

HELLO = Hello(senders=4, endpoints=Endpoints(), connectors=("x",), log_level="CRITICAL")
STAYS = "no vuelve"


class Answers:
    """What came back; each with whether the process was still there then."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._queue: SimpleQueue[tuple[SendResult, bool]] = SimpleQueue()

    def __call__(self, answer: SendResult) -> None:
        self._queue.put((answer, exists(self._pid)))

    def next(self) -> tuple[SendResult, bool]:
        return self._queue.get(timeout=PATIENCE)

    def results(self, count: int) -> dict[int, object]:
        """Return the next results by delivery."""
        got = [self.next()[0] for _ in range(count)]
        return {answer.job.lease.id: answer.result for answer in got}

    def is_empty(self) -> bool:
        return self._queue.empty()


@pytest.fixture
def outpost(forked: Forked) -> Iterator[Outpost]:
    """An outpost that has said its first word and hears nothing yet."""
    outpost = Outpost(forked)
    outpost.open(HELLO)
    yield outpost
    if exists(forked.pid):
        os.kill(forked.pid, signal.SIGKILL)
    if outpost._reader is not None:
        outpost._reader.join(PATIENCE)
        assert not outpost._reader.is_alive()


@pytest.fixture
def answers(forked: Forked) -> Answers:
    return Answers(forked.pid)


def test_each_answer_comes_back_with_its_job(outpost: Outpost, answers: Answers) -> None:
    works = {id_: sending(id_, f"Texto {id_}") for id_ in range(1, 21)}
    outpost.start(answers)
    assert outpost.put([works[id_] for id_ in range(1, 11)], LAB)
    assert outpost.put([works[id_] for id_ in range(11, 21)], LAB)
    got = [answers.next()[0] for _ in works]
    assert {answer.job.lease.id for answer in got} == set(works)
    for answer in got:
        id_ = answer.job.lease.id
        assert answer.job is works[id_].job
        assert answer.result == Receipt(remote_id=f"cuenta-{id_}: Texto {id_}", permalink="")
    assert not outpost._out


def test_what_the_network_gave_in_place_of_a_field_is_kept_by_the_worker(
    outpost: Outpost, answers: Answers
) -> None:
    kept: list[dict[str, str]] = []
    credential = Credential(
        "cuenta-1",
        {"token": "viejo", "secret": "igual"},
        keep=lambda changed: kept.append(dict(changed)),
    )
    outpost.start(answers)
    outpost.put([sending(1, "renueva", credential=credential), sending(2)], LAB)
    answers.results(2)
    assert kept == [{"token": "nuevo"}]
    assert dict(credential) == {"token": "nuevo", "secret": "igual"}


def test_when_it_is_killed_what_it_had_is_in_doubt_and_it_takes_no_more(
    outpost: Outpost, answers: Answers, obedient: Obedient, process: Process
) -> None:
    outpost.start(answers)
    outpost.put([sending(1, STAYS), sending(2, STAYS), sending(3)], LAB)
    obedient.wait(1, 2)
    assert isinstance(answers.next()[0].result, Receipt)
    with capture_logs() as logs:
        process.signal(signal.SIGKILL)
        lost = [answers.next() for _ in range(2)]
    assert {answer.job.lease.id for answer, _ in lost} == {1, 2}
    for answer, was_there in lost:
        assert type(answer.result) is OutcomeUnknown
        assert answer.result.code == LOST == "engine.sender"
        assert not was_there
    told = {key: logs[0][key] for key in ("event", "status", "in_doubt")}
    assert told == {"event": "sender.lost", "status": -signal.SIGKILL, "in_doubt": 2}
    assert not outpost.put([sending(4)], LAB)
    assert not outpost._out
    assert answers.is_empty()


def test_nothing_is_in_doubt_before_the_process_is_gone(
    outpost: Outpost, answers: Answers, forked: Forked, obedient: Obedient, process: Process
) -> None:
    """A line that broke says nothing of the calls: they end with the process."""
    outpost.put([sending(1, STAYS)], LAB)
    obedient.wait(1)
    process.stop()
    forked.connection.close()
    outpost.start(answers)
    answer, was_there = answers.next()
    assert type(answer.result) is OutcomeUnknown
    assert not was_there


def test_an_answer_that_came_before_the_end_is_kept(
    outpost: Outpost, answers: Answers, forked: Forked, obedient: Obedient, process: Process
) -> None:
    outpost.put([sending(1), sending(2, STAYS)], LAB)
    obedient.wait(2)
    assert forked.connection.poll(PATIENCE)
    process.signal(signal.SIGKILL)
    assert process.has_ended(within=PATIENCE)
    outpost.start(answers)
    results = answers.results(2)
    assert results[1] == Receipt(remote_id="cuenta-1: Hola", permalink="")
    assert type(results[2]) is OutcomeUnknown


def test_what_is_handed_to_a_process_that_nobody_knows_to_be_dead_is_in_doubt(
    outpost: Outpost, answers: Answers, process: Process
) -> None:
    process.signal(signal.SIGKILL)
    assert process.has_ended(within=PATIENCE)
    assert outpost.put([sending(1)], LAB)
    outpost.start(answers)
    assert type(answers.results(1)[1]) is OutcomeUnknown
    assert not outpost.put([sending(2)], LAB)


def test_one_that_stands_still_is_killed_once_an_answer_is_overdue_and_not_before(
    outpost: Outpost, answers: Answers, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    process.stop()
    outpost.start(answers)
    outpost.put([sending(1)], LAB)
    until = outpost._out[1].until
    clock = SimpleNamespace(monotonic=lambda: until - 0.01)
    monkeypatch.setattr(module, "time", clock)
    outpost.watch()
    assert not process.has_ended(within=0.02)
    clock.monotonic = lambda: until + 0.01
    with capture_logs() as logs:
        outpost.watch()
        answer, was_there = answers.next()
    assert type(answer.result) is OutcomeUnknown
    assert not was_there
    assert {line["event"] for line in logs} == {"sender.overdue", "sender.lost"}
    outpost.watch()


def test_one_that_stands_still_with_nothing_to_answer_is_left_alone(
    outpost: Outpost, answers: Answers, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    outpost.start(answers)
    outpost.put([sending(1)], LAB)
    answers.results(1)
    process.stop()
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + 9999))
    outpost.watch()
    assert not process.has_ended(within=0.02)


def test_a_slow_call_is_not_overdue_while_its_reply_may_be_read(
    outpost: Outpost, answers: Answers, process: Process, obedient: Obedient
) -> None:
    """The margin ends well within the lease, and not before the reply may end."""
    work = sending(1, STAYS, seconds=LAB.call_deadline)
    outpost.put([work], LAB)
    obedient.wait(1)
    until = outpost._out[1].until
    assert work.call.deadline < until < work.call.deadline - LAB.call_deadline + LAB.lease
    assert until >= work.call.deadline + LAB.read_timeout
    outpost.watch()
    assert not process.has_ended(within=0.02)


def test_a_beat_sees_what_is_overdue_before_the_lease_ends() -> None:
    for timing in (LAB, PRODUCTION):
        assert timing.read_timeout < patience(timing)
        assert timing.call_deadline + patience(timing) < timing.lease
    latest = PRODUCTION.call_deadline + patience(PRODUCTION) + PRODUCTION.beat_every
    assert latest < PRODUCTION.lease


def test_close_ends_it_without_a_word_and_leaves_nothing(
    outpost: Outpost,
    answers: Answers,
    forked: Forked,
    capfd: pytest.CaptureFixture[str],
) -> None:
    outpost.start(answers)
    outpost.put([sending(1)], LAB)
    answers.results(1)
    with capture_logs() as logs:
        outpost.close()
    assert not exists(forked.pid)
    assert logs == []
    assert capfd.readouterr() == ("", "")
    assert answers.is_empty()


def test_the_first_word_to_one_that_is_dead_is_said_in_vain(
    forked: Forked, answers: Answers, process: Process
) -> None:
    process.signal(signal.SIGKILL)
    assert process.has_ended(within=PATIENCE)
    outpost = Outpost(forked)
    outpost.open(HELLO)
    outpost.put([sending(1)], LAB)
    outpost.start(answers)
    assert type(answers.results(1)[1]) is OutcomeUnknown

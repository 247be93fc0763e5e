"""The sender process: bound to its worker, deaf to whoever stops both, and closed to others."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection
from queue import SimpleQueue
from types import SimpleNamespace

import pytest
from structlog.testing import capture_logs

from connectors.contract import Receipt
from connectors.endpoints import Endpoints
from connectors.errors import OutcomeUnknown
from publisher import lifeline
from publisher.delivery.senders import child, wire
from publisher.delivery.senders.child import Forked, fork
from publisher.delivery.senders.wire import Answer, Hello
from publisher.delivery.work import Sending
from tests.publisher.delivery.senders.processes import PATIENCE, Process, exists
from tests.publisher.delivery.senders.works import Obedient, sending

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="bound to its worker as on Linux"),
    # what runs beside is the tests' own
    pytest.mark.filterwarnings("ignore:This process:DeprecationWarning"),
]

HELLO = Hello(senders=2, endpoints=Endpoints(), connectors=(), log_level="CRITICAL")

WORKER = """
import signal
from publisher.delivery.senders.child import fork
forked = fork()
print(forked.pid, flush=True)
signal.pause()
"""


def answer(forked: Forked, work: Sending) -> Answer:
    wire.say(forked.connection, [work.call])
    assert forked.connection.poll(PATIENCE)
    answers: list[Answer] = wire.hear(forked.connection)
    (only,) = answers
    return only


def test_it_makes_the_calls_that_it_is_told(forked: Forked, obedient: Obedient) -> None:
    wire.say(forked.connection, HELLO)
    got = answer(forked, sending(7, "Hola"))
    assert got == Answer(id=7, result=Receipt(remote_id="cuenta-7: Hola", permalink=""))
    assert (obedient.folder / "cuenta-7").read_text() == "Hola"
    assert forked.bury() == -signal.SIGKILL


def test_it_is_another_process_and_nobody_may_look_into_it(forked: Forked) -> None:
    wire.say(forked.connection, HELLO)
    got = answer(forked, sending(1, "di quién eres")).result
    assert isinstance(got, Receipt)
    said = json.loads(got.permalink)
    assert said["pid"] == forked.pid != os.getpid()
    assert said["dumpable"] == 0


def test_a_defect_of_a_connector_ends_one_call_and_not_the_process(forked: Forked) -> None:
    wire.say(forked.connection, HELLO)
    lost = answer(forked, sending(1, "falla")).result
    assert type(lost) is OutcomeUnknown
    assert lost.detail == "RuntimeError"
    assert isinstance(answer(forked, sending(2)).result, Receipt)


def test_one_adapter_that_cannot_be_loaded_leaves_the_others_at_work(forked: Forked) -> None:
    wire.say(forked.connection, replace(HELLO, connectors=("roto", "x")))
    assert isinstance(answer(forked, sending(1, "Hola")).result, Receipt)


@pytest.mark.parametrize("greeted", [False, True])
def test_it_goes_on_when_whoever_stops_the_worker_signals_it_too(
    forked: Forked, process: Process, greeted: bool
) -> None:
    if greeted:
        wire.say(forked.connection, HELLO)
        assert isinstance(answer(forked, sending(1)).result, Receipt)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        process.signal(number)
    if not greeted:
        wire.say(forked.connection, HELLO)
    assert isinstance(answer(forked, sending(2)).result, Receipt)


@pytest.mark.parametrize("greeted", [False, True])
def test_it_ends_when_it_is_told(forked: Forked, greeted: bool) -> None:
    if greeted:
        wire.say(forked.connection, HELLO)
    wire.say(forked.connection, None)
    assert forked.bury(kill=False) == 0
    assert not exists(forked.pid)


@pytest.mark.parametrize("greeted", [False, True])
def test_it_ends_when_nobody_is_left_to_tell_it(
    forked: Forked, process: Process, greeted: bool
) -> None:
    if greeted:
        wire.say(forked.connection, HELLO)
    forked.connection.close()
    assert process.has_ended(within=PATIENCE)
    assert forked.bury(kill=False) == 0


@contextmanager
def worker() -> Iterator[tuple[subprocess.Popen[str], Process]]:
    """A process of its own with its sender process."""
    with subprocess.Popen(
        [sys.executable, "-c", WORKER], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        sender = Process(int(parent.stdout.readline()))
        try:
            yield parent, sender
        finally:
            parent.kill()
            sender.forget()


def test_it_dies_with_its_worker_even_where_it_stands_still() -> None:
    """One that stands still hears nobody: the system itself must end it."""
    with worker() as (parent, sender):
        sender.stop()
        parent.kill()
        assert sender.has_ended(within=1)


def test_one_whose_worker_died_before_they_were_bound_makes_no_call(obedient: Obedient) -> None:
    ours, theirs = socket.socketpair()
    stranger = os.getppid()
    pid = os.fork()
    if pid == 0:
        child._live(stranger, Connection(theirs.detach()), obedient.load())
    theirs.close()
    with Connection(ours.detach()) as connection, pytest.raises(EOFError):
        wire.hear(connection)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 70


def test_one_that_cannot_be_bound_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifeline, "bind", lambda *_: "unbound")
    with capture_logs() as logs:
        assert fork() is None
    (told,) = logs
    assert (told["event"], told["status"]) in {
        ("sender.not_bound", 70),
        ("sender.not_bound", -signal.SIGKILL),
    }
    assert not exists(told["pid"])


def test_a_machine_that_has_no_process_to_spare_goes_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", full)
    with capture_logs() as logs:
        assert fork() is None
    assert [line["event"] for line in logs] == ["sender.not_forked"]


def test_there_is_none_where_the_system_cannot_bind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(os, "fork", None)
    assert fork() is None


def test_it_is_forked_from_the_thread_that_lives_as_long_as_the_worker() -> None:
    raised: list[BaseException] = []

    def attempt() -> None:
        try:
            fork()
        except RuntimeError as error:
            raised.append(error)

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    assert [str(error) for error in raised] == ["the sender process would die with this thread"]


def test_whoever_started_the_worker_may_have_left_the_end_of_children_ignored(
    obedient: Obedient,
) -> None:
    """The system would then reap it unasked, and its number could be another's."""
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        forked = fork(obedient.load())
        assert forked is not None
        with forked.connection:
            assert forked.bury() == -signal.SIGKILL
    finally:
        signal.signal(signal.SIGCHLD, before)


@pytest.mark.parametrize(("at_work", "first"), [(True, [1, 2]), (False, [1])])
def test_an_answer_waits_for_others_only_while_others_are_under_way(
    monkeypatch: pytest.MonkeyPatch, at_work: bool, first: list[int]
) -> None:
    one, two = (Answer(id=n, result=Receipt(remote_id=str(n), permalink="")) for n in (1, 2))
    answers: SimpleQueue[Answer] = SimpleQueue()
    meanwhile = SimpleNamespace(sleep=lambda _seconds: answers.put(two))
    monkeypatch.setattr(child, "time", meanwhile)
    ours, theirs = socket.socketpair()
    line, crew = Connection(ours.detach()), SimpleNamespace(is_at_work=at_work)
    told = (Connection(theirs.detach()), answers, crew)
    threading.Thread(target=child._tell, args=told, daemon=True).start()
    answers.put(one)
    assert line.poll(PATIENCE)
    assert [answer.id for answer in wire.hear(line)] == first

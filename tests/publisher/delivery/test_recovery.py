"""Dead owners, told by real processes; what they held is taken back and nothing is published."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from publisher import db
from publisher.delivery import process, recovery
from publisher.delivery.outbox import PROCESS_LOST
from publisher.delivery.process import ProcessId, kill, life_of, this_process
from publisher.models import Worker
from tests.publisher.delivery.desk import Desk


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """A real process that does nothing until it is killed."""
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield sleeper
    with suppress(ProcessLookupError):
        sleeper.kill()
    sleeper.wait()


def identity(pid: int) -> ProcessId:
    start = process._start_of(pid)
    assert start is not None
    return replace(this_process(), pid=pid, pid_start=start)


def columns(of: ProcessId) -> dict[str, object]:
    return {"pid": of.pid, "pid_start": of.pid_start}


def test_this_process_lives() -> None:
    assert life_of(this_process(), this_process()) == "alive"


def test_a_child_lives_and_then_does_not_even_while_nobody_reaped_it(
    child: subprocess.Popen[bytes],
) -> None:
    other, here = identity(child.pid), this_process()
    assert life_of(other, here) == "alive"
    os.kill(child.pid, signal.SIGKILL)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert life_of(other, here) == "dead"


def test_a_pid_that_means_another_process_by_now_is_dead_and_not_killed(
    child: subprocess.Popen[bytes],
) -> None:
    earlier = replace(identity(child.pid), pid_start=1)
    assert life_of(earlier, this_process()) == "dead"
    assert kill(earlier, this_process())
    assert child.poll() is None


@pytest.mark.parametrize(
    ("change", "life"),
    [
        ({"host": "otra"}, "elsewhere"),
        ({"pid_namespace": "pid:[1]"}, "elsewhere"),
        ({"boot_id": "anterior"}, "dead"),
        ({"host": "otra", "boot_id": "otro"}, "elsewhere"),
    ],
)
def test_only_this_host_and_namespace_can_be_known(change: dict[str, str], life: str) -> None:
    assert life_of(replace(this_process(), **change), this_process()) == life  # type: ignore[arg-type]


def test_without_proc_nobody_is_told_dead() -> None:
    here = replace(this_process(), pid_start=0)
    assert life_of(here, here) == "elsewhere"


def test_kill_waits_until_the_process_is_gone(child: subprocess.Popen[bytes]) -> None:
    os.kill(child.pid, signal.SIGSTOP)
    assert kill(identity(child.pid), this_process())
    assert child.wait() == -signal.SIGKILL


def test_kill_never_kills_itself_nor_what_it_cannot_know(child: subprocess.Popen[bytes]) -> None:
    assert not kill(this_process(), this_process())
    assert not kill(replace(identity(child.pid), host="otra"), this_process())
    assert child.poll() is None


def test_what_a_dead_worker_leased_goes_back_and_what_it_sent_is_in_doubt(desk: Desk) -> None:
    sent = desk.due("x")
    owner = desk.hire()
    desk.engine(owner).turn()
    leased = desk.due("facebook")
    desk.change(leased[0], state="leased", owner=owner, fence=1)
    desk.bury(owner)
    assert desk.recover() == 2
    assert desk.state(leased[0]) == "scheduled"
    row = desk.row(sent[0])
    assert (row.state, row.owner, row.unknown_since) == ("unknown", None, desk.now)
    assert row.next_at == desk.now + timedelta(seconds=desk.timing.settle)
    assert [(a.outcome, a.code) for a in desk.attempts(sent[0])] == [("unknown", PROCESS_LOST)]
    assert desk.networks.called("publish") == []


def test_recovering_twice_changes_nothing_more(desk: Desk) -> None:
    desk.due()
    owner = desk.hire()
    desk.engine(owner).turn()
    desk.bury(owner)
    assert (desk.recover(), desk.recover()) == (1, 0)


def test_a_living_worker_within_its_lease_keeps_its_work(
    desk: Desk, child: subprocess.Popen[bytes]
) -> None:
    ids = desk.due()
    owner = desk.hire(**columns(identity(child.pid)))
    desk.engine(owner).turn()
    assert desk.recover() == 0
    assert desk.state(ids[0]) == "sending"
    assert child.poll() is None


def test_a_late_worker_is_killed_before_its_work_is_taken(
    desk: Desk, child: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = desk.due()
    owner = desk.hire(**columns(identity(child.pid)))
    desk.engine(owner).turn()
    os.kill(child.pid, signal.SIGSTOP)
    desk.age(owner)
    order: list[str] = []
    plain = recovery.outbox.recover

    def watched(*args: object, **named: object) -> object:
        order.append("taken" if life_of(before, this_process()) == "dead" else "too early")
        return plain(*args, **named)  # type: ignore[arg-type]

    before = identity(child.pid)
    monkeypatch.setattr(recovery.outbox, "recover", watched)
    assert desk.recover() == 1
    assert order == ["taken"]
    assert desk.state(ids[0]) == "unknown"


def test_a_stopped_worker_is_killed_though_it_holds_no_lease(
    desk: Desk, child: subprocess.Popen[bytes]
) -> None:
    """On SQLite it may hold the write lock, which keeps every other writer out."""
    owner = desk.hire(**columns(identity(child.pid)))
    os.kill(child.pid, signal.SIGSTOP)
    desk.recover()
    assert child.poll() is None
    desk.age(owner)
    desk.recover()
    assert child.wait(5) == -signal.SIGKILL


def test_a_quiet_worker_that_is_not_stopped_and_holds_nothing_is_left_alone(
    desk: Desk, child: subprocess.Popen[bytes]
) -> None:
    owner = desk.hire(**columns(identity(child.pid)))
    desk.age(owner)
    desk.recover()
    assert child.poll() is None


def test_a_late_worker_that_cannot_be_killed_keeps_its_work(
    desk: Desk, child: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = desk.due()
    owner = desk.hire(**columns(identity(child.pid)))
    desk.engine(owner).turn()
    desk.age(owner)
    monkeypatch.setattr(recovery, "kill", lambda *_: False)
    assert desk.recover() == 0
    assert desk.state(ids[0]) == "sending"


def test_another_host_is_waited_for_until_lease_and_heartbeat_are_both_over(desk: Desk) -> None:
    ids = desk.due()
    owner = desk.hire(host="otra")
    desk.engine(owner).turn()
    assert desk.recover() == 0
    desk.age(owner, beat=False)
    assert desk.recover() == 0
    desk.age(owner)
    assert desk.recover() == 1
    assert desk.state(ids[0]) == "unknown"


def test_a_namesake_that_booted_otherwise_is_dead_only_once_it_is_silent(desk: Desk) -> None:
    ids = desk.due()
    owner = desk.hire(boot_id="otro")
    desk.engine(owner).turn()
    assert desk.recover() == 0
    desk.age(owner)
    assert desk.recover() == 1
    assert desk.state(ids[0]) == "unknown"


def test_a_worker_that_said_goodbye_is_gone(desk: Desk) -> None:
    ids = desk.due()
    owner = desk.hire()
    desk.engine(owner).turn()
    recovery.beat(desk.app, owner, stopped=True)
    assert desk.recover() == 1
    assert desk.state(ids[0]) == "unknown"


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_machine_whose_clock_is_wrong_takes_nothing_from_a_living_owner(
    desk: Desk, child: subprocess.Popen[bytes], hours: float
) -> None:
    ids = desk.due()
    here = desk.hire(**columns(identity(child.pid)))
    desk.engine(here).turn()
    (other,) = desk.due("facebook")
    elsewhere = desk.hire(host="otra")
    desk.change(other, state="leased", owner=elsewhere, fence=1)
    with desk.app.write() as session:
        until = db.read_clock(session.connection()) + timedelta(seconds=desk.timing.lease)
    desk.change(other, lease_until=until)
    desk.small.clock.pass_(hours=hours)
    assert desk.recover() == 0
    assert (desk.state(ids[0]), desk.state(other)) == ("sending", "leased")
    assert child.poll() is None


def test_a_lease_lasts_as_long_as_the_timing_says_on_the_clock_of_the_database(desk: Desk) -> None:
    (id_,) = desk.due()
    desk.engine().turn()
    with desk.app.read() as session:
        now = db.read_clock(session.connection())
    left = (desk.row(id_).lease_until - now).total_seconds()  # type: ignore[operator]
    assert desk.timing.lease - 5 < left <= desk.timing.lease


def test_the_heartbeat_is_written_on_the_clock_of_the_database(desk: Desk) -> None:
    owner = desk.hire()
    desk.age(owner)
    recovery.beat(desk.app, owner)
    with desk.app.read() as session:
        row = session.get_one(Worker, owner)
        now = db.read_clock(session.connection())
    assert timedelta() <= now - row.beat_at < timedelta(seconds=5)
    assert (row.stopped_at, row.pid, row.version) == (None, os.getpid(), recovery.version())


def test_the_version_of_the_program_is_that_of_its_package() -> None:
    assert recovery.version()

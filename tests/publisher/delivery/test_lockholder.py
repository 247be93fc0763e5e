"""Who keeps a SQLite file from being written: told by real processes, killed only if it is stopped.

Each holder is a child in a write transaction; the looks' clock is the test's.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from publisher import db
from publisher.delivery import lockholder
from publisher.delivery.lockholder import Lookout, holder, insist, is_locked
from publisher.delivery.process import activity_of, this_process
from publisher.errors import Unready
from tests.publisher.delivery.desk import Desk
from tests.support.hold import Hold, let_go, stop

LEASE = 6.0
TRY = """
import sqlite3, sys
sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None).execute("BEGIN IMMEDIATE")
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database in WAL mode, as every one of the product's."""
    path = tmp_path / "pregonero.db"
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE t (a INTEGER)")
    return path


class Hand:
    """A clock that the test moves."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def lookout(path: Path, clock: Hand) -> Lookout:
    return Lookout(f"sqlite:///{path}", lease=LEASE, clock=clock)


def write_to(path: Path) -> None:
    engine = db.make_engine(f"sqlite:///{path}")
    try:
        with db.write(engine) as session:
            session.execute(text("INSERT INTO t VALUES (1)"))
    finally:
        engine.dispose()


def test_the_holder_is_found_and_nobody_where_nobody_holds(file: Path, hold: Hold) -> None:
    assert holder(file) is None
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM t").fetchall()
        assert holder(file) is None, "who reads keeps nobody out"
        child = hold(file, stopped=False)
        found = holder(file)
    assert found is not None
    assert found.pid == child.pid
    assert holder(file.with_name("ninguna.db")) is None


def test_a_look_lets_go_of_no_lock_of_its_own_process(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as own:
        own.execute("BEGIN IMMEDIATE")
        own.execute("INSERT INTO t VALUES (1)")
        watch = lookout(file, Hand())
        assert watch.look() is None, "this very process is nobody to wait for"
        found = holder(file)
        assert found is not None
        assert found.pid == os.getpid()
        other = subprocess.run(
            [sys.executable, "-I", "-S", "-c", TRY, str(file)], capture_output=True, check=False
        )
        assert b"database is locked" in other.stderr
        own.execute("COMMIT")


def test_a_stopped_holder_is_killed_at_the_second_look_a_lease_later(
    file: Path, hold: Hold
) -> None:
    child, clock = hold(file, stopped=True), Hand()
    watch = lookout(file, clock)
    watch.look()
    clock.now += LEASE - 0.1
    watch.look()
    assert child.poll() is None
    clock.now += 0.2
    watch.look()
    assert child.wait(5) == -signal.SIGKILL
    assert [killed.pid for killed in watch.killed] == [child.pid]
    write_to(file)


def test_a_stop_that_was_interrupted_counts_anew(file: Path, hold: Hold) -> None:
    child, clock = hold(file, stopped=True), Hand()
    watch = lookout(file, clock)
    watch.look()
    child.send_signal(signal.SIGCONT)
    os.waitid(os.P_PID, child.pid, os.WCONTINUED | os.WNOWAIT)
    stop(child)
    clock.now += LEASE + 1
    watch.look()
    assert child.poll() is None
    clock.now += LEASE + 1
    watch.look()
    assert child.wait(5) == -signal.SIGKILL


def test_looks_of_processes_that_did_not_last_a_lease_count(file: Path, hold: Hold) -> None:
    child, clock = hold(file, stopped=True), Hand()
    lookout(file, clock).look()
    clock.now += LEASE + 1
    lookout(file, clock).look()
    assert child.wait(5) == -signal.SIGKILL


def test_what_was_remembered_badly_is_no_proof(file: Path, hold: Hold) -> None:
    child, clock = hold(file, stopped=True), Hand()
    lookout(file, clock).look()
    notes = file.with_name(f"{file.name}-holder")
    notes.write_text(notes.read_text()[:-9])
    clock.now += LEASE + 1
    lookout(file, clock).look()
    assert child.poll() is None


def test_a_holder_that_is_not_stopped_is_told_of_once_and_never_killed(
    file: Path, hold: Hold, capsys: pytest.CaptureFixture[str]
) -> None:
    child, clock = hold(file, stopped=False), Hand()
    watch = lookout(file, clock)
    for _ in range(4):
        watch.look()
        clock.now += LEASE
    assert child.poll() is None
    assert "".join(capsys.readouterr()).count("lock.held") == 1


def test_one_that_is_stopped_but_holds_nothing_is_left_alone(file: Path, hold: Hold) -> None:
    child, clock = hold(file.with_name("otra.db"), stopped=True), Hand()
    watch = lookout(file, clock)
    watch.look()
    clock.now += 2 * LEASE
    watch.look()
    assert child.poll() is None


def test_without_a_file_there_is_nobody() -> None:
    assert Lookout("postgresql://nadie@localhost/x", lease=LEASE).look() is None
    assert Lookout("sqlite://", lease=LEASE).look() is None


def test_an_activity_counts_every_time_on_a_cpu() -> None:
    here = this_process()
    before = activity_of(here, here)
    time.sleep(0.001)
    after = activity_of(here, here)
    assert before is not None
    assert after is not None
    assert after.switches > before.switches


def test_a_slow_holder_is_waited_for(
    file: Path, hold: Hold, capsys: pytest.CaptureFixture[str]
) -> None:
    child = hold(file, stopped=False)
    threading.Timer(0.5, let_go, [child]).start()
    watch = Lookout(f"sqlite:///{file}", lease=0.1)
    insist(lambda: write_to(file), watch, patience=30, first=0.1)
    assert child.wait(5) == 0
    assert "lock.held" in "".join(capsys.readouterr())


def blocked() -> None:
    broken = sqlite3.OperationalError("database is locked")
    broken.sqlite_errorcode = sqlite3.SQLITE_BUSY
    raise OperationalError("BEGIN IMMEDIATE", {}, broken)


def test_only_a_locked_database_is_insisted_on(file: Path) -> None:
    watch = Lookout(f"sqlite:///{file}", lease=LEASE)
    calls: list[int] = []

    def third() -> int:
        calls.append(1)
        if len(calls) < 3:
            blocked()
        return 7

    assert insist(third, watch, patience=5) == 7

    def broken() -> None:
        raise OperationalError("SELECT", {}, sqlite3.OperationalError("disk I/O error"))

    with pytest.raises(OperationalError):
        insist(broken, watch, patience=5)
    assert not is_locked(Unready("otra cosa"))


@pytest.mark.parametrize(("stopped", "word"), [(False, "Espere a que termine"), (True, "detenido")])
def test_who_cannot_go_on_says_who_holds_the_database(
    file: Path, hold: Hold, stopped: bool, word: str
) -> None:
    child = hold(file, stopped=stopped)
    watch = Lookout(f"sqlite:///{file}", lease=LEASE)
    with pytest.raises(Unready, match=f"El proceso {child.pid} .*{word}"):
        insist(blocked, watch, patience=0.4, first=0.05)
    assert child.poll() is None


def test_people_hear_of_the_end_once_it_can_be_written(desk: Desk) -> None:
    watch = Lookout(desk.app.settings.url, lease=LEASE)
    watch.killed.append(lockholder.Killed(pid=4321, name="python3", seconds=7.0))
    watch.report(desk.app)
    watch.report(desk.app)
    assert desk.acts("lock.") == ["lock.broken"]
    assert desk.notices().count("alarm") == 3

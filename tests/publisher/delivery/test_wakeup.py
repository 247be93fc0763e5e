"""Another process's commit wakes this one, on each database."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from publisher.app import SYSTEM
from publisher.db import make_engine
from publisher.delivery import decide, wakeup
from publisher.sealing import seal
from tests.publisher.delivery.desk import Desk


@pytest.fixture
def woken(desk: Desk) -> Iterator[threading.Event]:
    """Set on each wake-up; the first ones are over when a test begins."""
    # an engine of its own, as another process has
    engine = make_engine(desk.app.engine.url.render_as_string(hide_password=False))
    event, stopping = threading.Event(), threading.Event()
    thread = wakeup.watch(engine, event.set, stopping)
    assert event.wait(5)
    time.sleep(2 * wakeup.SQLITE_EVERY)
    event.clear()
    yield event
    stopping.set()
    thread.join(5)
    assert not thread.is_alive()
    engine.dispose()


def test_planning_wakes_the_workers_of_other_processes(desk: Desk, woken: threading.Event) -> None:
    desk.approve()
    assert woken.wait(2)


def test_resuming_wakes_them(desk: Desk, woken: threading.Event) -> None:
    ids = desk.approve()
    desk.change(ids[0], state="held", hold_reason="late")
    time.sleep(2 * wakeup.SQLITE_EVERY)
    woken.clear()
    decide.resume(desk.app, desk.small.directora, ids[0], reason="Motivo suficiente")
    assert woken.wait(2)


def test_entries_that_wait_for_their_link_are_heard_of_until_they_are_linked(desk: Desk) -> None:
    seal(desk.app)
    unlinked, stopping = threading.Event(), threading.Event()
    thread = wakeup.watch(desk.app.engine, lambda: None, stopping, unlinked=unlinked.set)
    time.sleep(2 * wakeup.SQLITE_EVERY)
    unlinked.clear()
    assert not unlinked.wait(3 * wakeup.SQLITE_EVERY)
    with desk.app.write() as session:
        desk.app.note(session, desk.app.entry(SYSTEM, "prueba", "prueba", 1))
    assert unlinked.wait(2 * wakeup.LISTEN_EVERY)
    stopping.set()
    thread.join(5)


def test_reading_wakes_nobody(desk: Desk, woken: threading.Event) -> None:
    desk.states()
    assert not woken.wait(3 * wakeup.SQLITE_EVERY)

"""The worker's own small duties, without its process."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace

import pytest

from publisher.delivery import worker
from publisher.delivery.route import Route
from publisher.delivery.worker import Worker
from publisher.timing import LAB
from tests.publisher.delivery.desk import Desk


def test_a_clock_that_is_late_does_not_fill_the_log(desk: Desk) -> None:
    Worker(desk.app)
    assert not logging.getLogger("apscheduler.scheduler").isEnabledFor(logging.WARNING)


def test_a_job_that_fails_does_not_stop_the_clock() -> None:
    worker._guarded(lambda: 1 / 0)()


def test_a_worker_judges_by_a_new_manual_before_it_sends(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Reached(Exception):
        pass

    def judge(_app: object) -> None:
        raise Reached

    def go_on(_route: Route) -> None:
        raise AssertionError("it would send now")

    monkeypatch.setattr(worker, "recheck_soon", judge)
    monkeypatch.setattr(Route, "open", go_on)
    own = Worker(desk.app)
    with pytest.raises(Reached):
        own.run()


def test_what_is_committed_is_linked_soon_and_a_quiet_database_is_left_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    timing = replace(LAB, seal_every=0.01, tick=60)
    monkeypatch.setitem(vars(desk.app), "timing", timing)
    sealed = threading.Event()
    monkeypatch.setattr(Worker, "_seal", lambda _own: sealed.set())
    own = Worker(desk.app)
    thread = own._start_sealing()
    assert not sealed.wait(0.2)
    own._news.set()
    assert sealed.wait(5)
    own._stopping.set()
    own._news.set()
    thread.join(5)
    assert not thread.is_alive()

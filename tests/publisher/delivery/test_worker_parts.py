"""The worker's own small duties, without its process."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace

import pytest

from publisher.delivery import worker
from publisher.delivery.worker import Worker
from publisher.errors import Unready
from publisher.timing import LAB
from tests.publisher.delivery.desk import Desk


def test_the_media_route_of_a_process_that_ended_is_taken_over_and_given_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[str] = []

    class Route:
        def stop(self) -> None:
            stopped.append("stopped")

    answers = iter([None, None, Route()])
    monkeypatch.setattr(worker, "serve_media", lambda _app: next(answers))
    own = Worker(desk.app)
    for _ in range(5):
        own._keep_media()
    own._stop_media()
    assert stopped == ["stopped"]
    assert next(answers, "asked no more") == "asked no more"


def test_a_worker_starts_without_the_media_route_that_one_standing_still_keeps(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_app: object) -> None:
        raise Unready("ocupado")

    monkeypatch.setattr(worker, "serve_media", busy)
    own = Worker(desk.app)
    with pytest.raises(Unready):
        own._open_media()
    desk.hire()
    own._open_media()


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

    def go_on(_own: Worker) -> None:
        raise AssertionError("it would send now")

    monkeypatch.setattr(worker, "recheck_soon", judge)
    monkeypatch.setattr(Worker, "_open_media", go_on)
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

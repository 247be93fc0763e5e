"""The worker's own small duties, without its process."""

from __future__ import annotations

import logging

import pytest

from publisher.delivery import worker
from publisher.delivery.worker import Worker
from publisher.errors import Unready
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

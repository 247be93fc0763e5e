"""The media route: served by one worker of a host, and taken over."""

from __future__ import annotations

import pytest

from publisher.delivery import route
from publisher.delivery.route import Route
from publisher.errors import Unready
from tests.publisher.delivery.desk import Desk


def test_the_media_route_of_a_process_that_ended_is_taken_over_and_given_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[str] = []

    class Server:
        def stop(self) -> None:
            stopped.append("stopped")

    answers = iter([None, None, Server()])
    monkeypatch.setattr(route, "serve_media", lambda _app: next(answers))
    own = Route(desk.app, desk.hire())
    for _ in range(5):
        own.keep()
    own.close()
    assert stopped == ["stopped"]
    assert next(answers, "asked no more") == "asked no more"


def test_a_worker_starts_without_the_media_route_that_one_standing_still_keeps(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_app: object) -> None:
        raise Unready("ocupado")

    monkeypatch.setattr(route, "serve_media", busy)
    own = Route(desk.app, desk.hire())
    with pytest.raises(Unready):
        own.open()
    desk.hire()
    own.open()

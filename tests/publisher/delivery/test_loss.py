"""Whoever goes on without a sender process is told of, once, and for as long as it does."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from publisher.delivery import alarm
from publisher.delivery.alarm import Alarms
from publisher.delivery.loss import end, keep_told
from publisher.delivery.process import this_process
from publisher.delivery.worker import Worker
from tests.publisher.delivery.desk import Desk

ELSEWHERE = {"host": "otra", "boot_id": "otro"}


def tell(desk: Desk, owner: str, *, lost: bool = False) -> None:
    keep_told(desk.app, Alarms(desk.app), owner, lost=lost)


def told(desk: Desk) -> list[str]:
    with desk.app.read() as session:
        return [one.name for one in alarm.standing(session)]


def test_a_loss_is_told_once_with_host_and_process_and_halts_nothing(desk: Desk) -> None:
    owner = desk.hire()
    tell(desk, owner)
    assert told(desk) == []
    for _ in range(3):
        tell(desk, owner, lost=True)
    with desk.app.read() as session:
        (one,) = alarm.standing(session)
    assert one.name == f"sender:{owner}"
    here = this_process()
    assert f"El publicador {here.pid} del equipo {here.host} perdió" in one.sentence
    assert not one.halts
    assert desk.acts("alarm.") == ["alarm.raised"]
    assert desk.notices().count("alarm") == 3


def test_each_worker_has_its_own_which_ends_with_it(desk: Desk) -> None:
    one, other, whole = desk.hire(), desk.hire(), desk.hire()
    tell(desk, one, lost=True)
    tell(desk, other, lost=True)
    tell(desk, whole)
    assert told(desk) == sorted([f"sender:{one}", f"sender:{other}"])
    end(Alarms(desk.app), one)
    end(Alarms(desk.app), whole)
    assert told(desk) == [f"sender:{other}"]


def test_of_one_that_was_killed_the_others_end_it(desk: Desk) -> None:
    owner, other = desk.hire(), desk.hire()
    tell(desk, owner, lost=True)
    desk.bury(owner)
    tell(desk, other)
    assert told(desk) == []
    assert desk.acts("alarm.") == ["alarm.raised", "alarm.cleared"]


def test_of_one_that_stopped_and_could_not_say_so_the_others_end_it(desk: Desk) -> None:
    owner, other = desk.hire(), desk.hire()
    tell(desk, owner, lost=True)
    desk.change_worker(owner, stopped_at=desk.now)
    tell(desk, other)
    assert told(desk) == []


def test_of_another_host_it_stands_while_that_worker_beats_and_again_once_it_is_back(
    desk: Desk,
) -> None:
    owner, other = desk.hire(**ELSEWHERE), desk.hire()
    tell(desk, owner, lost=True)
    tell(desk, other)
    assert told(desk) == [f"sender:{owner}"]
    desk.age(owner)
    tell(desk, other)
    assert told(desk) == []
    tell(desk, owner, lost=True)
    assert told(desk) == [f"sender:{owner}"]


@pytest.mark.parametrize("trusted", [True, False])
def test_a_worker_tells_it_unless_its_clock_is_in_doubt(desk: Desk, trusted: bool) -> None:
    own: Any = Worker(desk.app)
    own._tell_losses()
    own._outpost = SimpleNamespace(is_lost=True)
    if trusted:
        own._sentry.watch()
    own._tell_losses()
    assert told(desk) == ([f"sender:{own._owner}"] if trusted else [])

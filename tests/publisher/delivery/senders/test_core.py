"""The threads of one process on one core, and anywhere again."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from publisher.delivery.senders.core import Core

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux puts threads on cores")


def cores_of_all() -> list[set[int]]:
    return [os.sched_getaffinity(thread.native_id or 0) for thread in threading.enumerate()]


def test_all_threads_come_to_one_core_and_may_leave_it_again() -> None:
    before = os.sched_getaffinity(0)
    core, done = Core(), threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        core.gather(True)
        together = cores_of_all()
        assert len(together) > 1
        assert all(one == together[0] for one in together)
        assert len(together[0]) == 1
        core.gather(False)
        assert all(one == before for one in cores_of_all())
    finally:
        core.gather(False)
        done.set()
        other.join()


def test_elsewhere_threads_stay_where_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.sched_getaffinity(0)
    monkeypatch.setattr(sys, "platform", "darwin")
    Core().gather(True)
    assert os.sched_getaffinity(0) == before

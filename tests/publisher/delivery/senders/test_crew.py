"""Threads that take work: none lost, none too many, none before its time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from publisher.delivery.senders.crew import Crew
from publisher.delivery.senders.width import FEW
from tests.publisher.delivery.senders.works import PATIENCE

NAME = "prueba"
LATER = 1000


class Desk:
    """Notes what was done; work is held while the ``gate`` is closed, ``LATER`` by its own."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.gate = threading.Event()
        self.gate.set()
        self.later = threading.Event()
        self.busy = self.most = 0
        self._lock = threading.Lock()

    def do(self, work: int) -> None:
        with self._lock:
            self.busy += 1
            self.most = max(self.most, self.busy)
        (self.later if work >= LATER else self.gate).wait(PATIENCE)
        with self._lock:
            self.busy -= 1
            self.done.append(work)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@contextmanager
def crew_of(desk: Desk, size: int, *, width: int | None = None) -> Iterator[Crew[int]]:
    """A crew that has started, and that has ended afterwards."""
    crew = Crew(desk.do, size=size, name=NAME)
    crew._width.now = width or size
    crew.start()
    try:
        yield crew
    finally:
        desk.gate.set()
        desk.later.set()
        crew.close()
        wait(lambda: threads() == 0)


def threads() -> int:
    return sum(thread.name.startswith(f"pregonero-{NAME}-") for thread in threading.enumerate())


def wait(done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_work_is_done_in_the_order_in_which_it_was_put(desk: Desk) -> None:
    with crew_of(desk, 1) as crew:
        crew.put([1, 2])
        crew.put([3])
        crew.put([])
        crew.put([4, 5])
        wait(lambda: len(desk.done) == 5)
    assert desk.done == [1, 2, 3, 4, 5]


def test_nothing_is_taken_before_the_start(desk: Desk) -> None:
    crew = Crew(desk.do, size=4, name=NAME)
    crew.put([1, 2, 3])
    assert threads() == 0
    assert crew.take() == 1
    crew.start()
    wait(lambda: sorted(desk.done) == [2, 3])
    assert crew.take() is None
    crew.close()
    wait(lambda: threads() == 0)


def test_a_thread_begins_with_its_first_work(desk: Desk) -> None:
    desk.gate.clear()
    with crew_of(desk, 8) as crew:
        assert threads() == 0
        crew.put([1])
        wait(lambda: desk.busy == 1)
        assert threads() == 1
        crew.put([2, 3])
        wait(lambda: desk.busy == 3)
        assert threads() == 3


def test_a_thread_without_work_takes_the_next_before_another_begins(desk: Desk) -> None:
    with crew_of(desk, 8) as crew:
        for work in range(20):
            crew.put([work])
            wait(lambda: len(desk.done) > work and crew._idle == 1)  # noqa: B023 - at once
        assert threads() == 1


def test_never_more_than_its_size_are_busy_and_what_is_put_meanwhile_is_done(desk: Desk) -> None:
    desk.gate.clear()
    with crew_of(desk, 5) as crew:
        crew.put(range(20))
        wait(lambda: desk.busy == 5)
        crew.put(range(20, 40))
        assert threads() == 5
        desk.gate.set()
        wait(lambda: len(desk.done) == 40)
    assert desk.most == 5
    assert sorted(desk.done) == list(range(40))


def test_never_more_than_its_width_are_busy(desk: Desk) -> None:
    desk.gate.clear()
    with crew_of(desk, 9, width=3) as crew:
        crew.put(range(30))
        wait(lambda: desk.busy == 3)
        crew.put([30])
        assert threads() == 3
        desk.gate.set()
        wait(lambda: len(desk.done) == 31)
    assert desk.most == 3


def test_those_who_are_too_many_take_nothing_more(desk: Desk) -> None:
    desk.gate.clear()
    with crew_of(desk, 9) as crew:
        crew.put(range(9))
        wait(lambda: desk.busy == 9)
        crew._width.now = FEW
        crew.put(range(LATER, LATER + 20))
        desk.gate.set()
        wait(lambda: len(desk.done) == 9 and crew._idle == 9 - FEW)
        assert desk.busy == FEW


def test_the_idle_are_called_and_others_begin_for_the_rest(desk: Desk) -> None:
    with crew_of(desk, 8) as crew:
        crew.put([1])
        wait(lambda: crew._idle == 1)
        desk.gate.clear()
        crew.put(range(4))
        wait(lambda: desk.busy == 4)
        assert threads() == 4


def test_a_crew_that_may_be_wider_again_calls_up_those_who_waited(desk: Desk) -> None:
    """What one slow call teaches is known to all at once."""
    desk.gate.clear()
    with crew_of(desk, 9, width=1) as crew:
        crew.put(range(20))
        wait(lambda: desk.busy == 1)
        before = crew._width.now
        learn = crew._width.learn

        def widen(seconds: float, *, crowded: bool) -> None:
            learn(seconds, crowded=crowded)
            crew._width.now = 9

        crew._width.learn = widen  # type: ignore[method-assign]
        assert before == 1
        desk.gate.set()
        desk.gate.clear()
        wait(lambda: desk.busy == 9)


def test_a_call_that_does_not_return_keeps_the_others_waiting_for_a_moment_only(desk: Desk) -> None:
    desk.gate.clear()
    with crew_of(desk, 9) as crew:
        crew.put(range(9))
        wait(lambda: desk.busy == 9)
        crew._width.now = FEW
        desk.gate.set()
        wait(lambda: len(desk.done) == 9)
        desk.gate.clear()
        crew.put(range(20))
        wait(lambda: desk.busy == 9)


def test_it_tells_when_a_few_do_the_work_of_all_and_when_they_no_longer_do(desk: Desk) -> None:
    heard: list[bool] = []
    crew = Crew(desk.do, size=9, name=NAME, gather=heard.append)
    crew.start()
    try:
        desk.gate.clear()
        crew.put(range(9))
        wait(lambda: desk.busy == 9)
        desk.gate.set()
        crew.put(range(200))
        wait(lambda: heard == [True])
        wait(lambda: len(desk.done) == 209)
        desk.gate.clear()
        crew.put(range(20))
        wait(lambda: heard == [True, False])
    finally:
        desk.gate.set()
        crew.close()
        wait(lambda: threads() == 0)


@pytest.mark.parametrize("width", [None, 1])
def test_a_closed_crew_does_what_waits_and_ends(desk: Desk, width: int | None) -> None:
    desk.gate.clear()
    crew = Crew(desk.do, size=6, name=NAME)
    crew.start()
    crew.put(range(6))
    wait(lambda: desk.busy == 6)
    crew._width.now = width or 6
    crew.put(range(6, 24))
    crew.close()
    desk.gate.set()
    wait(lambda: threads() == 0)
    assert sorted(desk.done) == list(range(24))


def test_a_crew_without_work_ends_when_it_is_closed(desk: Desk) -> None:
    with crew_of(desk, 4) as crew:
        crew.put(range(4))
        wait(lambda: len(desk.done) == 4)


@pytest.mark.parametrize("size", [1, 3, 16])
def test_no_work_is_lost_in_a_storm_from_two_threads(desk: Desk, size: int) -> None:
    each = 1500
    desk.later.set()
    with crew_of(desk, size) as crew:

        def storm(start: int) -> None:
            for work in range(start, start + each):
                crew.put([work])
                if work % 7 == 0:
                    time.sleep(0)

        putting = [threading.Thread(target=storm, args=(n * each,)) for n in range(2)]
        for thread in putting:
            thread.start()
        for thread in putting:
            thread.join()
        wait(lambda: len(desk.done) == 2 * each)
    assert sorted(desk.done) == list(range(2 * each))
    assert desk.most <= size


def test_it_is_at_work_while_more_than_one_is_being_done_or_something_waits(desk: Desk) -> None:
    desk.gate.clear()
    with crew_of(desk, 2) as crew:
        for put, at_work in ((0, False), (1, False), (2, True), (3, True)):
            if put:
                crew.put([put])
            wait(lambda put=put: desk.busy == min(put, 2))  # type: ignore[misc]
            assert crew.is_at_work is at_work
        desk.gate.set()
        wait(lambda: len(desk.done) == 3)
    assert not crew.is_at_work

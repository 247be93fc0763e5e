"""Threads that take work in the order in which it was put, as many as the work needs."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final, Generic, TypeVar

from publisher.delivery.senders.width import Width

Work = TypeVar("Work")

STALLED: Final = 0.1
"""Seconds in which no call returns while others wait for a thread."""


class Crew(Generic[Work]):
    """At most ``size`` threads for ``do``, which never raises; a thread begins with its first work.

    Nothing is taken before ``start``: until then whoever tests it takes a step with ``take``.
    ``gather`` hears when a few begin to do the work of all, and when they no longer do.
    """

    def __init__(
        self,
        do: Callable[[Work], object],
        *,
        size: int,
        name: str = "sender",
        gather: Callable[[bool], object] = lambda _few: None,
    ) -> None:
        self._do, self._size, self._name, self._gather = do, size, name, gather
        self._changed = threading.Condition(threading.Lock())
        self._waiting: deque[Work] = deque()
        self._width = Width(full=size)
        self._busy = self._idle = self._threads = self._done = 0
        self._open = False

    def start(self) -> None:
        """Let threads take what is put."""
        with self._changed:
            self._open = True
            self._call_up()

    def put(self, work: Iterable[Work]) -> None:
        """Add work to what waits."""
        with self._changed:
            self._waiting.extend(work)
            self._call_up()

    def take(self) -> Work | None:
        """Return what has waited longest, None where nothing waits."""
        with self._changed:
            return self._waiting.popleft() if self._waiting else None

    @property
    def is_at_work(self) -> bool:
        """Whether more is being done than what may just have ended, or something waits."""
        return self._busy > 1 or bool(self._waiting)

    def close(self) -> None:
        """Let the threads end once nothing waits."""
        with self._changed:
            self._open = False
            self._changed.notify_all()

    def _call_up(self) -> None:
        """Wake or begin as many threads as there is work for, and one that watches what waits."""
        if not self._open:
            return
        wanted = min(len(self._waiting), self._width.now - self._busy)
        self._changed.notify(max(0, wanted) + (len(self._waiting) > wanted))
        for _ in range(min(wanted - self._idle, self._size - self._threads)):
            self._threads += 1
            name = f"pregonero-{self._name}-{self._threads}"
            threading.Thread(target=self._serve, name=name, daemon=True).start()

    def _serve(self) -> None:
        while (work := self._next()) is not None:
            began = time.monotonic()
            self._do(work)
            seconds = time.monotonic() - began
            with self._changed:
                crowded = self._threads == self._size
                self._busy -= 1
                self._done += 1
                with self._noticing():
                    self._width.learn(seconds, crowded=crowded)

    def _next(self) -> Work | None:
        """Wait for work and count it as begun; None once the crew is closed and nothing waits."""
        with self._changed:
            while not self._waiting or self._busy >= self._width.now:
                if not self._open and not self._waiting:
                    self._changed.notify_all()  # there may be some who waited for their turn
                    return None
                if not self._waiting and not self._busy:
                    self._width.rest()
                self._wait()
            self._busy += 1
            return self._waiting.popleft()

    def _wait(self) -> None:
        """Wait for a change; whoever sees work wait and none being done has all called up."""
        done = self._done
        self._idle += 1
        changed = self._changed.wait(STALLED if self._waiting else None)
        self._idle -= 1
        if not changed and self._waiting and self._done == done:
            with self._noticing():
                self._width.stall()

    @contextmanager
    def _noticing(self) -> Iterator[None]:
        """Act on what changes in the width."""
        before = self._width.is_few
        yield
        if self._width.is_few != before:
            self._gather(not before)
            self._call_up()

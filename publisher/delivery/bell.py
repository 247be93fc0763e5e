"""What a process waits at until it is asked to end."""

from __future__ import annotations

import time
from queue import Empty, SimpleQueue

LOOK_EVERY = 0.5
"""Seconds: CPython runs a signal's handler in the main thread, and only between its instructions.

One that comes just before this thread blocks, or that the kernel gives to another thread, does not
wake it: it would be heard when the wait ends, which is never.
"""


class Bell:
    """Rings once and stays rung; a signal handler may ring it at any moment.

    ``threading.Event`` may not be set there: where the signal interrupts the thread inside
    ``wait``, ``set`` waits for the lock that this very thread holds, for ever. ``SimpleQueue.put``
    is made for that (Python's documentation of ``queue``: reentrant).
    """

    def __init__(self) -> None:
        self._rings: SimpleQueue[None] = SimpleQueue()

    def ring(self) -> None:
        """Let whoever waits go on."""
        self._rings.put(None)

    def wait(self, timeout: float = float("inf")) -> bool:
        """Wait until it rang, ``timeout`` seconds at most; tell whether it did."""
        end = time.monotonic() + timeout
        while True:
            left = max(0.0, end - time.monotonic())
            try:
                self._rings.get(timeout=min(LOOK_EVERY, left))
            except Empty:
                if left <= LOOK_EVERY:
                    return False
            else:
                self.ring()
                return True

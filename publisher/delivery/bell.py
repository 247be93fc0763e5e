"""What a process waits at until it is asked to end."""

from __future__ import annotations

from queue import Empty, SimpleQueue


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

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it rang, ``timeout`` seconds at most; tell whether it did."""
        try:
            self._rings.get(timeout=timeout)
        except Empty:
            return False
        self.ring()
        return True

"""How many threads of a crew may be busy at once: all, unless a few do the same work for less.

Calls that a network answers at once keep the interpreter busy and not the line: sixteen threads
then only take it from each other. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

FEW: Final = 2
BOUND: Final = 0.0015
"""Seconds a call, with all threads at it: below, the interpreter is what they wait for."""
MANY: Final = 16
"""Threads that more do not add to: with 64, calls of 50 ms would look bound."""
SLOW: Final = 0.015
"""Seconds of a call, with a few threads at it: above, the network is what they wait for."""
LOOK: Final = 16
"""Calls that are judged together."""


@dataclass
class Width:
    """The number of threads for calls such as the last ones; ``full`` is how many there are."""

    full: int
    now: int = field(init=False)
    _few_failed: bool = False
    _calls: int = 0
    _seconds: float = 0.0

    def __post_init__(self) -> None:
        self.now = self.full

    @property
    def is_few(self) -> bool:
        """Tell whether a few threads do the work of all."""
        return self.now <= FEW

    def learn(self, seconds: float, *, crowded: bool) -> None:
        """Take in that a call lasted ``seconds``; every ``LOOK`` calls ``now`` may change.

        ``crowded`` says that there once was work for all threads: only then may there be too many.
        """
        self._calls += 1
        self._seconds += seconds
        if self._calls < LOOK:
            return
        mean, self._calls, self._seconds = self._seconds / LOOK, 0, 0.0
        bound = mean < BOUND * min(self.now, MANY)
        if not self.is_few and crowded and bound and not self._few_failed:
            self.now = FEW
        elif self.is_few and mean > SLOW:
            self.stall()

    def stall(self) -> None:
        """Take in that a few threads are too few: calls wait for the network."""
        self.now, self._few_failed = self.full, True

    def rest(self) -> None:
        """Take in that there was nothing to do: what was learned of the network may be old."""
        self._few_failed = False
        self._calls, self._seconds = 0, 0.0

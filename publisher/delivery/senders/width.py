"""How many threads of a crew may be busy at once: all, unless one does the same work for less.

Calls that a network answers at once keep the interpreter busy and not the line: sixteen threads
then only take it from each other. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

FEW: Final = 1
BOUND: Final = 0.0015
"""Seconds a call, with all threads at it: below, the interpreter is what they wait for."""
SLOW: Final = 0.003
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

    def learn(self, seconds: float, *, crowded: bool) -> None:
        """Take in that a call lasted ``seconds``; every ``LOOK`` calls ``now`` may change.

        ``crowded`` says that all threads were at work: only then may there be too many.
        """
        self._calls += 1
        self._seconds += seconds
        if self._calls < LOOK:
            return
        mean, self._calls, self._seconds = self._seconds / LOOK, 0, 0.0
        if self.now > FEW and crowded and not self._few_failed and mean < BOUND * self.now:
            self.now = FEW
        elif self.now <= FEW and mean > SLOW:
            self.stall()

    def stall(self) -> None:
        """Take in that a few threads are too few: calls wait for the network."""
        self.now, self._few_failed = self.full, True

    def rest(self) -> None:
        """Take in that there was nothing to do: what was learned of the network may be old."""
        self._few_failed = False
        self._calls, self._seconds = 0, 0.0

"""R17: the sender process alone dies or stands still; its worker lives on and sends by itself.

``n`` publications while a share of the replies is ambiguous. The nemesis strikes the sender process
of a random worker that has calls out, and nothing else: kill -9; a SIGSTOP that nobody takes back,
so that its worker must kill it; or one that is taken back at about the time when its worker does
that. What it had is in doubt, and not before it is gone: it could still send what was taken for
lost. Its worker goes on with threads of its own, is asked to end a while later, ends well, and
another takes its place.

A worker waits for an answer nearly as long as its lease, which ``make test`` has no time for: at
the small size there are two strikes, and the stop is taken back soon.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

from publisher.delivery.senders.outpost import LOST, patience
from tests.faultlab.faults import ROUGH
from tests.faultlab.lab import Lab
from tests.faultlab.nursery import Child, children, parent_of
from tests.faultlab.registry import Sizes

SIZES = Sizes(full=2000, small=60, small_databases=("sqlite",), alone=True, minutes=3)
KINDS = ("killed", "left", "woken")
EVERY, SMALL_EVERY = 0.4, 0.1
SMALL_STRIKES = 2
LOOK_EVERY = 0.05
ALONE = 1.0
"""Seconds that a worker goes on without its sender process before another takes its place."""
PATIENCE = 600.0

_BUSY = (
    "SELECT DISTINCT worker.pid FROM attempt JOIN worker ON worker.id = attempt.owner"
    " WHERE attempt.outcome IS NULL"
)
_BEREFT = (
    "SELECT DISTINCT worker.pid FROM attempt JOIN worker ON worker.id = attempt.owner"
    " WHERE attempt.code = :code"
)


def run(lab: Lab) -> None:
    lab.fill(lab.n, accounts=max(40, min(400, lab.n // 4)))
    lab.faults(*ROUGH)
    nemesis = _Nemesis(lab, [_Place(lab.worker()) for _ in range(lab.workers)])
    every = SMALL_EVERY if lab.small else EVERY
    began = strike_at = time.monotonic()
    while lab.count("scheduled") > lab.n // 20 and time.monotonic() < began + PATIENCE:
        lab.sleep(LOOK_EVERY)
        nemesis.look()
        enough = lab.small and nemesis.strikes.total() >= SMALL_STRIKES
        if time.monotonic() > strike_at and not enough and nemesis.strike():
            strike_at = time.monotonic() + lab.dice.expovariate(1 / every)
    nemesis.end()
    fired = lab.fired()
    lab.faults()
    lab.add(max(40, lab.n // 10))  # younger than any doubt: without them no absence is believed
    lab.drain()
    (lost,) = lab.query("SELECT COUNT(*) AS n FROM attempt WHERE code = :code", code=LOST)
    lab.note(
        strikes=dict(nemesis.strikes), given_up=nemesis.given_up, calls_lost=lost.n, faults=fired
    )


@dataclass
class _Place:
    """A worker and its sender process; times are monotonic seconds."""

    worker: Child
    sender: int = 0
    struck: str = ""
    stopped: bool = False
    wake_at: float | None = None
    gone_at: float | None = None

    def look(self) -> None:
        """Find the sender process, the first that its worker forks, or that it is gone."""
        if not self.sender:
            self.sender = min(children(self.worker.pid), default=0)
        elif self.gone_at is None and parent_of(self.sender) != self.worker.pid:
            self.gone_at = time.monotonic()

    def send(self, number: int) -> None:
        """Send the sender process a signal, unless its worker has just buried it."""
        if parent_of(self.sender) == self.worker.pid:
            with suppress(ProcessLookupError):
                os.kill(self.sender, number)


@dataclass
class _Nemesis:
    lab: Lab
    places: list[_Place]
    leaving: list[_Place] = field(default_factory=list)
    strikes: Counter[str] = field(default_factory=Counter)
    given_up: int = 0

    def strike(self) -> bool:
        """Hit the sender process of a random worker; False while none has calls out."""
        lab = self.lab
        busy = {row.pid for row in lab.query(_BUSY)}
        whole = [
            place
            for place in self.places
            if place.worker.pid in busy and place.sender and not (place.struck or place.gone_at)
        ]
        if not whole:
            return False
        place = lab.dice.choice(whole)
        kinds = ("killed", "woken") if lab.small else KINDS
        place.struck = kinds[self.strikes.total() % len(kinds)]
        place.send(signal.SIGKILL if place.struck == "killed" else signal.SIGSTOP)
        if place.struck == "woken":
            shares = (0.02, 0.1) if lab.small else (0.85, 1.15)
            place.wake_at = time.monotonic() + self._patience() * lab.dice.uniform(*shares)
        place.stopped = place.struck != "killed"
        self.strikes[place.struck] += 1
        return True

    def look(self) -> None:
        """Hold all to their word; wake whose time has come, and replace who was alone for long."""
        bereft = {row.pid for row in self.lab.query(_BEREFT, code=LOST)}
        for number, place in enumerate(self.places):
            place.look()  # after the rows: who was gone when they were written is gone here
            pid, now = place.worker.pid, time.monotonic()
            if pid in bereft and place.gone_at is None:
                self.lab.require(False, f"what the sender process of {pid} had is lost too soon")
                place.gone_at = now
            if place.wake_at is not None and place.wake_at < now:
                place.send(signal.SIGCONT)
                place.wake_at, place.struck = None, ""
            if place.worker.poll() is not None:
                self._require_well(place)
                self.places[number] = _Place(self.lab.worker())
            elif place.gone_at is not None and place.gone_at + ALONE < now:
                place.worker.send(signal.SIGTERM)
                self.leaving.append(place)
                self.places[number] = _Place(self.lab.worker())

    def end(self) -> None:
        """Let what is stopped be killed, wake what had no call, and let every worker end well."""
        end = time.monotonic() + self._patience() + self.lab.app.timing.lease
        while self._waits() and time.monotonic() < end:
            self.lab.sleep(LOOK_EVERY)
            self.look()
        for place in self.places:
            place.send(signal.SIGCONT)
        for place in self.leaving:
            place.worker.wait(2 * self.lab.app.timing.lease)
            self._require_well(place)
        self.lab.stop(*(place.worker for place in self.places))

    def _waits(self) -> bool:
        busy = {row.pid for row in self.lab.query(_BUSY)}
        return any(
            place.struck and not place.gone_at and place.worker.pid in busy for place in self.places
        )

    def _require_well(self, place: _Place) -> None:
        """Require that it ended when asked to; 1 says that a call hung longer than its grace."""
        status = place.worker.poll()
        missed = status == -signal.SIGKILL and (place.stopped or self.lab.small)
        self.given_up += missed
        self.lab.require(
            status in {0, 1} or missed, f"worker {place.worker.pid} ended with {status}"
        )

    def _patience(self) -> float:
        """Return about how long a worker waits for an answer before it kills its sender process."""
        timing = self.lab.app.timing
        return timing.call_deadline + patience(timing)

"""May anything be begun now? The clock must be believed and the disk must have room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from publisher.app import App
from publisher.delivery import gate
from publisher.delivery.alarm import Alarms
from publisher.delivery.clock import Guard
from publisher.delivery.disk import Disk


@dataclass(frozen=True, kw_only=True)
class Watch:
    """What a turn may do at the instant ``now``.

    Without ``trusted`` no instant counts: nothing is due, and nothing is late either. Without
    ``roomy`` nothing is begun.
    """

    now: datetime
    trusted: bool
    roomy: bool

    @property
    def may_begin(self) -> bool:
        """Tell whether something may be claimed and begun."""
        return self.trusted and self.roomy


class Sentry:
    """What one process watches before it begins anything; ``on_change`` tells of the clock's."""

    def __init__(self, app: App, on_change: Callable[[], None] = lambda: None) -> None:
        self.alarms = Alarms(app)
        self.guard = Guard(app, self.alarms, on_change)
        self._disk = Disk(app, self.alarms)
        self._app = app
        self._looked: float | None = None

    @property
    def trusted(self) -> bool:
        """Tell whether the last look believed the clock."""
        return self.guard.trusted

    def watch(self) -> Watch:
        """Look at clock and disk; never inside a transaction, because it may raise an alarm."""
        moment = self.guard.look()
        if moment.trusted:
            self._wake_up()
        return Watch(now=moment.now, trusted=moment.trusted, roomy=self._disk.has_room())

    def _wake_up(self) -> None:
        """Pass the catch-up gate after a sleep of the whole machine."""
        elapsed = self._app.elapsed()
        slept = elapsed - self._looked if self._looked is not None else 0.0
        if slept >= self._app.timing.catch_up_after:
            gate.wake_up(self._app, asleep=slept)
        self._looked = elapsed

    def beat(self, session: Session) -> None:
        """Compare the clock with the database's and remember it, in the heartbeat's transaction."""
        self.guard.compare(session)
        self.guard.remember(session)

"""Is the wall clock to be believed? Nothing is due by a clock that just jumped.

The wall clock is compared at every look with the time since boot, which nobody sets and which
counts a suspension, and with the database's clock where that is another one (PostgreSQL).
``judge`` is the decision, pure; ``Guard`` reads the clocks, remembers, and raises the alarm.

While the clock is in doubt the engine settles what comes back and begins nothing. Belief returns
by itself: at once when the jump is undone or the database agrees; else, with nobody to ask, when
the new time has been steady for ``clock_settle`` and is not before the last instant known.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import structlog
from sqlmodel import Session

from publisher import db
from publisher.app import App
from publisher.delivery import facts
from publisher.delivery.alarm import Alarms
from publisher.delivery.process import host_name
from publisher.texts import delivery as texts
from publisher.timing import Timing

log = structlog.get_logger(__name__)

Cause = Literal["jump", "behind", "skew"]
LAST_SEEN = "clock.seen"
_TIGHT = 0.01
_TRIES = 5


@dataclass(frozen=True, kw_only=True)
class Belief:
    """What is believed of the wall clock.

    Offsets are seconds between a clock and the time since boot. ``offset`` is that of the last look
    that was believed, ``candidate`` the one now shown and held since ``since`` (time since boot),
    ``cause`` why the clock is in doubt.
    """

    offset: float | None = None
    candidate: float = 0.0
    since: float = 0.0
    cause: Cause | None = None


@dataclass(frozen=True, kw_only=True)
class Look:
    """One reading: ``wall`` and ``elapsed`` (since boot) in seconds, taken together.

    ``reference`` is the offset of the database's clock, None where there is no other clock to ask;
    ``floor`` the last instant known, in seconds.
    """

    wall: float
    elapsed: float
    reference: float | None = None
    floor: float | None = None


@dataclass(frozen=True, kw_only=True)
class Moment:
    """The instant of a turn: the wall clock's, or while that is in doubt the best guess."""

    now: datetime
    trusted: bool


def judge(belief: Belief, look: Look, timing: Timing) -> Belief:
    """Return what to believe after ``look``. Pure."""
    offset = look.wall - look.elapsed
    fresh = belief.cause is None or abs(offset - belief.candidate) > timing.clock_skew
    since = look.elapsed if fresh else belief.since
    cause = _doubt(belief, look, since, timing)
    if cause is None:
        return Belief(offset=offset, candidate=offset, since=look.elapsed)
    candidate = offset if fresh else belief.candidate
    return Belief(offset=belief.offset, candidate=candidate, since=since, cause=cause)


def _doubt(belief: Belief, look: Look, since: float, timing: Timing) -> Cause | None:
    offset = look.wall - look.elapsed
    jumped = belief.offset is not None and abs(offset - belief.offset) > timing.clock_drift
    if look.reference is not None:
        if abs(offset - look.reference) <= timing.clock_skew:
            return None
        return "jump" if jumped else "skew"
    if look.floor is not None and look.wall < look.floor - timing.clock_drift:
        return "jump" if jumped else "behind"
    return "jump" if jumped and look.elapsed - since < timing.clock_settle else None


class Guard:
    """The clocks of one process. ``look`` is for the turn thread, ``compare`` for any other.

    ``on_change`` is called when the clock falls into doubt and when it is believed again.
    """

    def __init__(self, app: App, alarms: Alarms, on_change: Callable[[], None] = lambda: None):
        self._app = app
        self._alarms = alarms
        self._on_change = on_change
        self._lock = threading.Lock()
        self._belief = Belief()
        self._reference: float | None = None
        self._floor: float | None = None
        self._looked = False

    @property
    def trusted(self) -> bool:
        """Tell whether the last look believed the clock; False before the first."""
        return self._looked and self._belief.cause is None

    def look(self) -> Moment:
        """Read the clocks; on a change tell it once, outside any transaction."""
        wall, elapsed = read_clocks(self._app)
        with self._lock:
            before, first = self._belief, not self._looked
            look = Look(wall=wall, elapsed=elapsed, reference=self._reference, floor=self._floor)
            after = self._belief = judge(before, look, self._app.timing)
            self._looked = True
        if first or (after.cause is None) != (before.cause is None):
            self._tell(before, after, look, first=first)
        return Moment(now=_best(after, look), trusted=after.cause is None)

    def compare(self, session: Session) -> None:
        """Read the database's clock and the last instant known; a slow answer proves nothing."""
        floor = facts.read(session, LAST_SEEN)
        reference = self._reference
        if session.connection().dialect.name != "sqlite":
            before = self._app.elapsed()
            told = db.read_clock(session.connection()).timestamp()
            after = self._app.elapsed()
            if after - before < self._app.timing.clock_skew / 2:
                reference = told - (before + after) / 2
        with self._lock:
            self._reference = reference
            self._floor = datetime.fromisoformat(floor).timestamp() if floor else None

    def remember(self, session: Session) -> None:
        """Write down the instant as the last one known, while it is believed."""
        if self.trusted:
            facts.write(session, LAST_SEEN, self._app.clock().isoformat(), at=self._app.clock())

    def _tell(self, before: Belief, after: Belief, look: Look, *, first: bool) -> None:
        name = f"clock:{host_name()}"
        if after.cause is None:
            self._alarms.clear(name)
        else:
            log.error("clock.distrusted", cause=after.cause)
            offset = look.wall - look.elapsed
            moved = offset - (before.offset if before.offset is not None else offset)
            self._alarms.sound(
                name,
                subject=texts.ALARM_CLOCK,
                sentence=texts.CLOCK_CAUSES[after.cause].format(
                    host=host_name(), change=texts.span(abs(moved))
                ),
                at=_best(after, look),
            )
        if not first:
            self._on_change()


def _best(belief: Belief, look: Look) -> datetime:
    """Return the instant of a look: where the clock is in doubt, what it should have shown."""
    wall = look.wall
    if belief.cause is not None and belief.offset is not None:
        wall = belief.offset + look.elapsed
    elif belief.cause == "skew" and look.reference is not None:
        wall = look.reference + look.elapsed
    elif belief.cause == "behind" and look.floor is not None:
        wall = look.floor
    return datetime.fromtimestamp(wall, tz=UTC)


def read_clocks(app: App) -> tuple[float, float]:
    """Return (wall, since boot) in seconds, read so close together that they belong together.

    A process stopped between the two readings would see a jump that never was.
    """
    wall = elapsed = 0.0
    for _ in range(_TRIES):
        before = app.elapsed()
        wall = app.clock().timestamp()
        elapsed = app.elapsed()
        if elapsed - before < _TIGHT:
            break
    return wall, elapsed

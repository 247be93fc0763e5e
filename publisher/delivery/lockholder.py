"""Whoever keeps this process from writing to its SQLite file, and what may be done about it.

SQLite has one writer at a time. A process that was stopped (SIGSTOP) inside a write transaction
keeps every other one out for ever; before its row in ``worker`` is committed nobody knows of it.
The kernel does: it tells the pid that holds the lock (``walk_lock``, in a process of its own).

Only a process that a signal stopped, and that did nothing between two looks a lease apart, is
killed; what it had not committed is undone as after any crash. What was seen is remembered in a
file beside the database, so that processes which do not last a lease count too. A holder that is
merely slow (a copy, a shell) is told of and waited for. PostgreSQL ends such a transaction itself.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import structlog
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from publisher import notices
from publisher.access import persons_with
from publisher.app import SYSTEM, App
from publisher.delivery import walk_lock
from publisher.delivery.alarm import HEARERS
from publisher.delivery.process import (
    Activity,
    ProcessId,
    activity_of,
    kill,
    process_of,
    this_process,
)
from publisher.errors import Unready
from publisher.texts import delivery as texts

log = structlog.get_logger(__name__)

BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_PROTOCOL})
LOOK_SECONDS = 10.0
FIRST_LOOK = 1.0
AGAIN = 0.1
MARGIN = 30.0
"""Seconds beyond the lease that a start waits: a stopped holder is dead by then."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, kw_only=True)
class Sight:
    """A holder as seen: the same one since ``since``, and without any progress since ``still``.

    Both in seconds of ``time.monotonic``, which all processes of one boot share.
    """

    who: ProcessId
    doing: Activity
    since: float
    still: float


@dataclass(frozen=True, kw_only=True)
class Killed:
    """A stopped process that kept every writer out and is dead now."""

    pid: int
    name: str
    seconds: float


def holder(database: Path) -> ProcessId | None:
    """Return the process of this host that keeps writers out of ``database``.

    None if nobody does, or nobody that is seen from here. Never opens the file in this process.
    """
    command = [sys.executable, "-I", "-S", walk_lock.__file__, str(database)]
    try:
        told = subprocess.run(  # noqa: S603 - our own module, no shell
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=LOOK_SECONDS, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("lock.look_failed", error=str(error))
        return None
    pid = int(told or 0)
    return process_of(pid, this_process()) if pid > 0 else None


def see(before: Sight | None, who: ProcessId, doing: Activity, now: float) -> Sight:
    """Return what is known of the holder after another look. Pure."""
    same = before is not None and before.who == who
    idle = same and before is not None and before.doing == doing
    return Sight(
        who=who,
        doing=doing,
        since=before.since if before is not None and same else now,
        still=before.still if before is not None and idle else now,
    )


class Lookout:
    """One process's looks at the holder; safe to use from any thread.

    ``lease`` is how long a stopped one is waited for, in seconds.
    """

    def __init__(
        self, url: str, *, lease: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        parsed = make_url(url)
        named = parsed.get_backend_name() == "sqlite" and parsed.database
        self._database = Path(named) if named and sys.platform == "linux" else None
        self._notes = Path(f"{named}-holder")
        self._lease = lease
        self._clock = clock
        self._lock = threading.Lock()
        self._told = False
        self.sight: Sight | None = None
        self.killed: list[Killed] = []

    def look(self) -> Sight | None:
        """Look once; kill the holder if it stood still for the whole lease. Returns the holder."""
        with self._lock:
            before, self.sight = self.sight, self._see()
            self._remember(self.sight)
            if self.sight is None or before is None or before.who != self.sight.who:
                self._told = False
            if self.sight is not None:
                self._judge(self.sight)
            return self.sight

    def report(self, app: App) -> None:
        """Write down who was killed and tell those who hear of alarms; kept until it is written."""
        while self.killed:
            with app.write() as session:
                _report(app, session, self.killed[0])
            del self.killed[0]

    def _see(self) -> Sight | None:
        here = this_process()
        who = holder(self._database) if self._database is not None else None
        if who is None or who.pid == here.pid:
            return None
        doing = activity_of(who, here)
        return see(self._recall() or self.sight, who, doing, self._clock()) if doing else None

    def _recall(self) -> Sight | None:
        """Return what this or another process of this host saw last."""
        try:
            told = json.loads(self._notes.read_text())
            who, doing = ProcessId(**told.pop("who")), Activity(**told.pop("doing"))
            seen = Sight(who=who, doing=doing, **told)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None
        return seen

    def _remember(self, sight: Sight | None) -> None:
        """Let others go on from here: a start may not live as long as a lease."""
        if self._database is None:
            return
        try:
            if sight is None:
                self._notes.unlink(missing_ok=True)
            elif sight != self._recall():
                self._notes.write_text(json.dumps(asdict(sight)))
        except OSError as error:
            log.warning("lock.not_remembered", error=str(error))

    def _judge(self, sight: Sight) -> None:
        now = self._clock()
        doing, about = sight.doing, {"pid": sight.who.pid, "name": sight.doing.name}
        if not self._told and now > sight.since:
            # said once of each: it may have every right to work on
            self._told = True
            log.warning("lock.held", state=doing.state, **about)
        if not doing.stopped or now - sight.still < self._lease:
            return
        here = this_process()
        if activity_of(sight.who, here) != doing:
            return
        if kill(sight.who, here):
            log.warning("lock.holder_killed", why="stopped", **about)
            self.killed.append(
                Killed(pid=sight.who.pid, name=doing.name, seconds=now - sight.since)
            )
            self.sight = None
            self._remember(None)
        else:
            log.error("lock.holder_not_killed", **about)


def insist(
    call: Callable[[], Answer],
    lookout: Lookout,
    *,
    patience: float,
    first: float = FIRST_LOOK,
) -> Answer:
    """Return what ``call`` returns, trying again while the database is locked.

    Meanwhile the holder is looked at. Raises ``Unready``, with the holder in its sentence, after
    ``patience`` seconds. ``call`` must be one that may be repeated.
    """
    end = time.monotonic() + patience
    with _watching(lookout, first):
        while True:
            try:
                return call()
            except (DBAPIError, Unready) as error:
                if not is_locked(error):
                    raise
                if time.monotonic() > end:
                    raise Unready(_sentence(lookout.sight)) from error
            # not every lock is waited for inside SQLite
            time.sleep(AGAIN)


def is_locked(error: BaseException | None) -> bool:
    """Tell whether ``error`` says, itself or by its cause, that somebody else has the database."""
    if isinstance(error, DBAPIError):
        code = getattr(error.orig, "sqlite_errorcode", None)
        return code is not None and code & 0xFF in BUSY
    return isinstance(error, Unready) and is_locked(error.__cause__)


def _report(app: App, session: Session, killed: Killed) -> None:
    sentence = texts.LOCK_BROKEN.format(
        pid=killed.pid, name=killed.name, span=texts.span(killed.seconds)
    )
    app.note(session, app.entry(SYSTEM, "lock.broken", "process", killed.pid, reason=sentence))
    now = app.clock()
    notices.notify(
        session,
        app,
        person_ids={person for role in HEARERS for person in persons_with(session, role, now=now)},
        kind="alarm",
        subject=texts.ALARM_LOCK,
        body=sentence,
    )


def _sentence(sight: Sight | None) -> str:
    if sight is None:
        return texts.LOCKED
    sentence = texts.LOCKED_STOPPED if sight.doing.stopped else texts.LOCKED_BY
    return sentence.format(pid=sight.who.pid, name=sight.doing.name)


@contextmanager
def _watching(lookout: Lookout, first: float) -> Iterator[None]:
    """Look every ``first`` seconds while the block lasts; one that is quick sees no look."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(first):
            lookout.look()

    thread = threading.Thread(target=watch, name="pregonero-lookout", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()

"""Standing alarms: something stops or slows publishing; whoever can mend it hears of it once.

An alarm is a row of ``fact`` while it stands, an audit entry and notices when it begins. Where
even that cannot be written (the disk is full, the database is away) it goes to the log, and is
written as soon as it can be.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from publisher import notices
from publisher.access import persons_with
from publisher.app import SYSTEM, App
from publisher.delivery import facts

log = structlog.get_logger(__name__)

PREFIX = "alarm."
HEARERS = ("ADM", "DIRV")


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """An alarm that stands: what it is about, since when, and the sentence for people.

    One that ``halts`` keeps publications from going out.
    """

    name: str
    sentence: str
    since: datetime
    halts: bool = True


@dataclass(frozen=True, kw_only=True)
class _Told:
    subject: str
    sentence: str
    halts: bool
    at: datetime | None


class Alarms:
    """The alarms of one process; safe to use from any thread, never inside a transaction."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._wanted: dict[str, _Told | None] = {}

    def sound(
        self,
        name: str,
        *,
        subject: str,
        sentence: str,
        halts: bool = True,
        at: datetime | None = None,
    ) -> None:
        """Raise the alarm ``name`` unless it stands; several processes raise it once.

        ``halts`` says that nothing goes out while it stands. ``at`` is the instant of whose
        designations hear of it, where the clock is in doubt.
        """
        log.error("alarm", name=name, sentence=sentence)
        with self._lock:
            self._wanted[name] = _Told(subject=subject, sentence=sentence, halts=halts, at=at)
        self.retry()

    def clear(self, name: str) -> None:
        """End the alarm ``name``, if it stands."""
        with self._lock:
            self._wanted[name] = None
        self.retry()

    def retry(self) -> None:
        """Write what could not be written yet."""
        with self._lock:
            for name, wanted in list(self._wanted.items()):
                try:
                    self._write(name, wanted)
                except (SQLAlchemyError, OSError) as error:
                    log.warning("alarm.unwritten", name=name, error=str(error).partition("\n")[0])
                else:
                    del self._wanted[name]

    def _write(self, name: str, wanted: _Told | None) -> None:
        app = self._app
        with app.read() as session:
            stands = facts.read(session, PREFIX + name) is not None
        if stands == (wanted is not None):
            return
        with app.write() as session:
            if wanted is None:
                if facts.erase(session, PREFIX + name):
                    app.note(session, app.entry(SYSTEM, "alarm.cleared", "alarm", name))
                return
            now = wanted.at or app.clock()
            value = json.dumps(
                {
                    "sentence": wanted.sentence,
                    "since": now.isoformat(),
                    "halts": wanted.halts,
                }
            )
            if not facts.add(session, PREFIX + name, value, at=now):
                return
            app.note(
                session,
                app.entry(
                    SYSTEM, "alarm.raised", "alarm", name, reason=wanted.sentence, result="failed"
                ),
            )
            hearers = {
                person for role in HEARERS for person in persons_with(session, role, now=now)
            }
            notices.notify(
                session,
                app,
                person_ids=hearers,
                kind="alarm",
                subject=wanted.subject,
                body=wanted.sentence,
            )


def standing(session: Session) -> tuple[Alarm, ...]:
    """Return the alarms that stand, by name."""
    found = []
    for name, value in facts.named(session, PREFIX):
        body = json.loads(value)
        found.append(
            Alarm(
                name=name.removeprefix(PREFIX),
                sentence=body["sentence"],
                since=datetime.fromisoformat(body["since"]),
                # an earlier version knew no other
                halts=body.get("halts", True),
            )
        )
    return tuple(found)

"""How guessing is slowed, per account and per address.

Never so that a stranger could lock somebody out: a person at an address where they have entered
before is counted apart from everybody else's tries, a refused try is not counted, and no wait is
longer than the window.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select, text
from sqlmodel import Session, col

from publisher.errors import PublisherError
from publisher.models import SignIn
from publisher.texts import people as texts

WINDOW: Final = timedelta(minutes=15)
ACCOUNT_TRIES: Final = 5
# A plantel's staff leaves through one address: it may fail more often than one account.
ADDRESS_TRIES: Final = 20
FIRST_WAIT: Final = timedelta(seconds=30)
KNOWN_FOR: Final = timedelta(days=30)


class Throttled(PublisherError):
    """Too many tries; ``wait`` says for how long the next one is refused."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(texts.TOO_MANY_TRIES.format(wait=_waiting(wait)))
        self.wait = wait


def wait(session: Session, email: str, address: str, now: datetime) -> timedelta | None:
    """Return how long the next try is still refused, or None when it may be made.

    Within the caller's write transaction one try counts at a time.
    """
    _serialise(session)
    entered = session.scalar(
        select(func.max(col(SignIn.at))).where(
            col(SignIn.email) == email,
            col(SignIn.address) == address,
            col(SignIn.succeeded).is_(True),
            col(SignIn.at) > now - KNOWN_FOR,
        )
    )
    account = [col(SignIn.email) == email]
    if entered is not None:
        account += [col(SignIn.address) == address, col(SignIn.at) > entered]
    waits = [
        _remaining(session, account, ACCOUNT_TRIES, now),
        _remaining(session, [col(SignIn.address) == address], ADDRESS_TRIES, now),
    ]
    longest = max((wait for wait in waits if wait is not None), default=None)
    return longest if longest is not None and longest > timedelta(0) else None


def _remaining(
    session: Session, conditions: list[Any], allowed: int, now: datetime
) -> timedelta | None:
    failed, last = session.execute(
        select(func.count(), func.max(col(SignIn.at))).where(
            col(SignIn.succeeded).is_(False), col(SignIn.at) > now - WINDOW, *conditions
        )
    ).one()
    if failed < allowed or last is None:
        return None
    growing = FIRST_WAIT * 2 ** min(failed - allowed, 8)
    until: datetime = last + min(growing, WINDOW)
    return until - now


def _serialise(session: Session) -> None:
    """Let one try count at a time; SQLite's write transaction already does."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext('pregonero.sign_in'))"))


def account(email: str) -> str:
    """Return the account's name as it is counted; what is no e-mail is kept only as a digest."""
    cleaned = email.strip().lower()[:254]
    return cleaned if "@" in cleaned else hashlib.sha256(cleaned.encode()).hexdigest()[:32]


def _waiting(wait: timedelta) -> str:
    seconds = max(1, round(wait.total_seconds()))
    if seconds < 60:
        return texts.WAIT_SECONDS.format(n=seconds)
    minutes = -(-seconds // 60)
    return texts.WAIT_MINUTE if minutes == 1 else texts.WAIT_MINUTES.format(n=minutes)

"""One try at a second factor: slowed down like a password, and a code serves once.

Runs in the caller's write transaction and never raises there, so that a failed try stays counted;
``Spent.demand`` raises afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from publisher import notices
from publisher.app import App
from publisher.errors import Invalid
from publisher.models import Person, RecoveryCode, SecondFactor, SignIn
from publisher.people import throttle
from publisher.texts import factor as texts
from vault import onetime

Kind = Literal["", "totp", "recovery"]

ACCOUNT: Final = "factor:{person_id}"
"""How the tries of a person's second factor are named beside those of their e-mail."""


class CodeRefused(Invalid):
    """A wrong code, or one that already served; ``field`` is ``code``."""

    def __init__(self, sentence: str = texts.CODE_REFUSED) -> None:
        super().__init__(sentence, field="code")


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What became of a try: ``kind`` says which code was accepted, empty for none.

    ``tried`` is False where nothing was looked at: nothing was typed, or one must wait.
    """

    kind: Kind = ""
    wait: timedelta | None = None
    tried: bool = True

    def demand(self, *, refused: str = texts.CODE_REFUSED) -> None:
        """Raise ``Throttled`` or ``CodeRefused`` where no code was accepted."""
        if self.wait is not None:
            raise throttle.Throttled(self.wait)
        if not self.kind:
            raise CodeRefused(refused if self.tried else texts.CODE_EMPTY)


def seed_of(app: App, factor: SecondFactor) -> bytes:
    """Return the seed of a factor; derived on each use, stored nowhere."""
    return onetime.seed(app.keyring.subkey("totp"), factor.person_id, factor.salt)


def spend(session: Session, app: App, factor: SecondFactor, code: str, *, address: str) -> Spent:
    """Try ``code`` against an application and, once that is confirmed, the recovery codes."""
    now = app.clock()
    if not onetime.typed(code):
        return Spent(tried=False)
    attempt = begin(session, factor.person_id, address, now)
    if isinstance(attempt, timedelta):
        return Spent(wait=attempt, tried=False)
    kind = _accepted(session, app, factor, code, now)
    if kind:
        attempt.succeeded = True
        session.flush()
    else:
        tell_guessed(session, app, factor.person_id, now)
    return Spent(kind=kind)


def begin(session: Session, person_id: int, address: str, now: datetime) -> SignIn | timedelta:
    """Count a try as failed until it succeeds; or return how long none may be made."""
    account = ACCOUNT.format(person_id=person_id)
    wait = throttle.wait(session, account, address, now)
    if wait is not None:
        return wait
    attempt = SignIn(email=account, address=address, succeeded=False, at=now)
    session.add(attempt)
    session.flush()
    return attempt


def tell_guessed(session: Session, app: App, person_id: int, now: datetime) -> None:
    """Tell the person once, when the tries that may be made without a wait are spent."""
    failed = session.scalar(
        select(func.count()).where(
            col(SignIn.email) == ACCOUNT.format(person_id=person_id),
            col(SignIn.succeeded).is_(False),
            col(SignIn.at) > now - throttle.WINDOW,
        )
    )
    if failed == throttle.ACCOUNT_TRIES:
        subject, body = texts.GUESSED_SUBJECT, texts.GUESSED_BODY
        tell(session, app, person_id, "person.factor.guessed", subject, body, n=failed)


def tell(
    session: Session, app: App, person_id: int, kind: str, subject: str, body: str, **facts: object
) -> None:
    """Tell a person what happened to their own second factor."""
    when = notices.when(session, app.clock())
    person = session.get_one(Person, person_id)
    notices.notify(
        session,
        app,
        person_ids=[person_id],
        kind=kind,
        subject=subject,
        body=body.format(name=person.name, when=when, **facts),
        link="/cuenta",
    )


def codes_left(session: Session, person_id: int) -> int:
    """Return how many recovery codes the person has not used."""
    found = session.scalar(
        select(func.count()).where(
            col(RecoveryCode.person_id) == person_id, col(RecoveryCode.used_at).is_(None)
        )
    )
    return found or 0


def _accepted(session: Session, app: App, factor: SecondFactor, code: str, now: datetime) -> Kind:
    step = onetime.matching_step(seed_of(app, factor), code, at=now, after=factor.last_step)
    if step is not None:
        # guarded by what was read: of two that bring the same code at once, one is refused
        taken: Any = session.execute(
            update(SecondFactor)
            .where(
                col(SecondFactor.person_id) == factor.person_id,
                col(SecondFactor.salt) == factor.salt,
                col(SecondFactor.last_step) < step,
            )
            .values(last_step=step)
        )
        return "totp" if taken.rowcount == 1 else ""
    if factor.confirmed_at is None:
        return ""
    key = app.keyring.subkey("recovery")
    used: Any = session.execute(
        update(RecoveryCode)
        .where(
            col(RecoveryCode.digest) == onetime.recovery_digest(key, factor.person_id, code),
            col(RecoveryCode.person_id) == factor.person_id,
            col(RecoveryCode.used_at).is_(None),
        )
        .values(used_at=now)
    )
    if used.rowcount != 1:
        return ""
    left = codes_left(session, factor.person_id)
    subject, body = texts.RECOVERY_SUBJECT, texts.RECOVERY_BODY
    tell(session, app, factor.person_id, "person.factor.recovery", subject, body, left=left)
    return "recovery"

"""Signing in, and the session row that every request checks.

The browser's cookie holds a random token; the row only its SHA-256. A sign-in ends after 20 idle
minutes or 10 hours, and a person has three at most. Whoever has a second factor first gets a place
in the queue of five minutes, which opens nothing (``second_step``).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from publisher.access import grants_in_force
from publisher.app import SYSTEM, Actor, App
from publisher.errors import PublisherError
from publisher.models import Person, SignIn, WebSession
from publisher.people import passwords, standing, throttle
from publisher.people.persons import key
from publisher.texts import people as texts

IDLE: Final = timedelta(minutes=20)
ABSOLUTE: Final = timedelta(hours=10)
QUEUED: Final = timedelta(minutes=5)
TOUCH_EVERY: Final = timedelta(minutes=1)
MAX_SESSIONS: Final = 3

REFERENCE_LENGTH: Final = 16
"""How much of a token's hash names its session in the audit; it opens nothing."""


class SignInRefused(PublisherError):
    """Wrong e-mail or password, or a disabled person; one sentence for all of them."""


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A session that was opened; the token goes into the cookie and nowhere else.

    With ``needs_code`` it opens nothing yet: ``second_step`` does, by a code.
    """

    token: str = field(repr=False)
    must_change: bool
    needs_code: bool = False
    person: Actor
    expires_at: datetime


def sign_in(app: App, email: str, password: str, *, address: str = "", agent: str = "") -> SignedIn:
    """Open a session. Raises ``Throttled``, or ``SignInRefused`` whatever the cause.

    The try is recorded as failed before the password is looked at, so that many at once count.
    """
    email = throttle.account(email)
    address = address[:64]
    now = app.clock()
    with app.write() as session:
        wait = throttle.wait(session, email, address, now)
        if wait is None:
            attempt = SignIn(email=email, address=address, succeeded=False, at=now)
            session.add(attempt)
            session.flush()
            person = session.scalars(select(Person).where(col(Person.email) == email)).first()
    if wait is not None:
        raise throttle.Throttled(wait)
    usable = person is not None and person.state == "active"
    stored = person.password_hash if person is not None and usable else ""
    if not passwords.verify(stored, password) or person is None or person.id is None:
        tell_refused(app, person.id if person is not None else None)
        raise SignInRefused(texts.SIGN_IN_REFUSED)
    fresh = passwords.hash_password(password) if passwords.outdated(stored) else None
    return _open(app, person.id, stored, fresh, attempt.id, address, agent[:200])


def actor_of(app: App, token: str) -> Actor | None:
    """Return who holds ``token`` with the grants in force now, or None; asked on every request.

    Whoever must change the password, or must have a second factor and has none, has no grant until
    then.
    """
    if not token:
        return None
    now = app.clock()
    hashed = hash_token(token)
    with app.read() as session:
        row = session.execute(
            select(
                col(WebSession.seen_at),
                col(Person.id),
                col(Person.name),
                col(Person.email),
                col(Person.must_change_password),
            )
            .join(Person, col(Person.id) == col(WebSession.person_id))
            .where(
                col(WebSession.token_hash) == hashed,
                *alive(now),
                standing.complete(),
                col(Person.state) == "active",
            )
        ).first()
        if row is None:
            return None
        seen_at, person_id, name, email, must_change = row
        grants = () if must_change else grants_in_force(session, person_id, now)
        if grants and standing.lacking(session, app, person_id, grants):
            grants = ()
    if now - seen_at >= TOUCH_EVERY:
        with app.write() as session:
            session.execute(
                update(WebSession)
                .where(col(WebSession.token_hash) == hashed, col(WebSession.revoked_at).is_(None))
                .values(seen_at=now)
            )
    return Actor(
        person_id=person_id,
        name=name,
        email=email,
        grants=grants,
        session_ref=hashed[:REFERENCE_LENGTH],
    )


def sign_out(app: App, token: str) -> None:
    """End the session of ``token``; nothing happens when there is none."""
    now = app.clock()
    hashed = hash_token(token)
    with app.write() as session:
        row = session.execute(
            update(WebSession)
            .where(col(WebSession.token_hash) == hashed, col(WebSession.revoked_at).is_(None))
            .values(revoked_at=now)
            .returning(col(WebSession.person_id))
        ).first()
        if row is not None:
            app.note(session, _entry(app, session, row[0], "person.sign_out", hashed))


def _open(
    app: App,
    person_id: int,
    stored: str,
    fresh: str | None,
    attempt_id: int | None,
    address: str,
    agent: str,
) -> SignedIn:
    with app.write() as session:
        person = session.get(Person, person_id)
        # Disabled, or another password, since it was verified a moment ago.
        if person is None or person.state != "active" or person.password_hash != stored:
            raise SignInRefused(texts.SIGN_IN_REFUSED)
        if fresh is not None:
            person.password_hash = fresh
        return open_session(session, app, person, attempt_id, address=address, agent=agent)


def open_session(
    session: Session,
    app: App,
    person: Person,
    attempt_id: int | None,
    *,
    address: str,
    agent: str,
    detail: str = "",
) -> SignedIn:
    """Open a session for somebody who proved to be ``person``, whichever way they proved it.

    ``attempt_id`` is the recorded try, which succeeded; ``detail`` says in the audit how. Where the
    person has a second factor the session only waits for it.
    """
    now = app.clock()
    token = new_token()
    hashed = hash_token(token)
    person_id = key(person)
    queued = standing.confirmed(session, person_id) is not None
    expires_at = now + (QUEUED if queued else ABSOLUTE)
    session.execute(update(SignIn).where(col(SignIn.id) == attempt_id).values(succeeded=True))
    session.execute(delete(SignIn).where(col(SignIn.at) < now - throttle.KNOWN_FOR))
    close_oldest(session, person_id, now, queued=queued)
    session.add(
        WebSession(
            token_hash=hashed,
            person_id=person_id,
            created_at=now,
            seen_at=now,
            expires_at=expires_at,
            address=address,
            agent=agent,
        )
    )
    action = "person.sign_in.begin" if queued else "person.sign_in"
    app.note(session, _entry(app, session, person_id, action, hashed, detail))
    must_change = person.must_change_password
    grants = () if must_change or queued else grants_in_force(session, person_id, now)
    return SignedIn(
        token=token,
        must_change=must_change,
        needs_code=queued,
        person=Actor(
            person_id=person_id,
            name=person.name,
            email=person.email,
            grants=grants,
            session_ref=hashed[:REFERENCE_LENGTH],
        ),
        expires_at=expires_at,
    )


def close_oldest(session: Session, person_id: int, now: datetime, *, queued: bool = False) -> None:
    """Leave room for one more session; those that wait for a code push out only their like."""
    like = ~standing.complete() if queued else standing.complete()
    newest = session.scalars(
        select(col(WebSession.token_hash))
        .where(col(WebSession.person_id) == person_id, *alive(now), like)
        .order_by(col(WebSession.created_at).desc())
        .limit(MAX_SESSIONS - 1)
    ).all()
    session.execute(
        update(WebSession)
        .where(
            col(WebSession.person_id) == person_id,
            col(WebSession.revoked_at).is_(None),
            col(WebSession.token_hash).not_in(newest),
            like,
        )
        .values(revoked_at=now)
    )


def tell_refused(app: App, person_id: int | None) -> None:
    """Record a refused try to sign in, of a known person or of nobody."""
    # What was typed is not recorded: a password in the wrong box would end up in the audit.
    with app.write() as session:
        entry = app.entry(
            SYSTEM,
            "person.sign_in",
            "person",
            person_id if person_id is not None else "-",
            result="refused",
        )
        app.note(session, entry)


def _entry(
    app: App, session: Session, person_id: int, action: str, hashed: str, detail: str = ""
) -> Any:
    person = session.get(Person, person_id)
    actor = Actor(
        person_id=person_id,
        name=person.name if person else "",
        email=person.email if person else "",
        grants=grants_in_force(session, person_id, app.clock()),
        session_ref=hashed[:REFERENCE_LENGTH],
    )
    return app.entry(actor, action, "person", person_id, detail=detail)


def alive(now: datetime) -> tuple[Any, ...]:
    """Return the conditions that a session is neither ended nor past its limits."""
    return (
        col(WebSession.revoked_at).is_(None),
        col(WebSession.expires_at) > now,
        col(WebSession.seen_at) > now - IDLE,
    )


def new_token() -> str:
    """Return a random token of 256 bits."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Return what a row keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()

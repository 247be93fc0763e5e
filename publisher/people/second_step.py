"""The second step of a sign-in: a short place in the queue becomes a session by a code."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from publisher.access import grants_in_force
from publisher.app import Actor, App
from publisher.errors import PublisherError
from publisher.models import Person, WebSession
from publisher.people import codes, signin, standing
from publisher.people.signin import SignedIn
from publisher.texts import factor as texts


class StepExpired(PublisherError):
    """The first step is too long ago, or was never made: begin with the password."""

    def __init__(self) -> None:
        super().__init__(texts.STEP_EXPIRED)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Somebody whose password was right and whose code is missing; it grants nothing."""

    person_id: int
    name: str
    until: datetime


def waiting(app: App, token: str) -> Waiting | None:
    """Return who waits with ``token`` for the second step, or None."""
    with app.read() as session:
        found = _queued(session, token, app.clock())
        if found is None:
            return None
        held, person = found
        return Waiting(person_id=held.person_id, name=person.name, until=held.expires_at)


def second_step(app: App, token: str, code: str) -> SignedIn:
    """Open the session that ``token`` waits for, under a new token, by a code.

    ``code`` is the application's or a recovery code. Raises ``StepExpired``, ``Throttled`` or
    ``CodeRefused``.
    """
    now = app.clock()
    fresh = signin.new_token()
    with app.write() as session:
        found = _queued(session, token, now)
        if found is None:
            raise StepExpired
        held, person = found
        factor = standing.confirmed(session, held.person_id)
        if factor is None:
            raise StepExpired
        spent = codes.spend(session, app, factor, code, address=held.address)
        grants = grants_in_force(session, held.person_id, now)
        actor = Actor(
            person_id=held.person_id,
            name=person.name,
            email=person.email,
            grants=() if person.must_change_password else grants,
            session_ref=signin.hash_token(fresh if spent.kind else token)[
                : signin.REFERENCE_LENGTH
            ],
        )
        if spent.tried:
            detail = json.dumps({"code": spent.kind}) if spent.kind else ""
            entry = app.entry(
                actor,
                "person.sign_in",
                "person",
                held.person_id,
                result="ok" if spent.kind else "refused",
                detail=detail,
                role="+".join(sorted({role for role, _ in grants})),
            )
            app.note(session, entry)
        if spent.kind:
            _let_in(session, token, fresh, held.person_id, now)
    spent.demand()
    return SignedIn(
        token=fresh,
        must_change=person.must_change_password,
        person=actor,
        expires_at=now + signin.ABSOLUTE,
    )


def _queued(session: Session, token: str, now: datetime) -> tuple[WebSession, Person] | None:
    row = session.execute(
        select(WebSession, Person)
        .join(Person, col(Person.id) == col(WebSession.person_id))
        .where(
            col(WebSession.token_hash) == signin.hash_token(token),
            *signin.alive(now),
            ~standing.complete(),
            col(Person.state) == "active",
        )
    ).first()
    return (row[0], row[1]) if row is not None else None


def _let_in(session: Session, token: str, fresh: str, person_id: int, now: datetime) -> None:
    # A token that was known before the last proof must not be worth more after it.
    signin.close_oldest(session, person_id, now)
    session.execute(
        update(WebSession)
        .where(col(WebSession.token_hash) == signin.hash_token(token))
        .values(
            token_hash=signin.hash_token(fresh),
            created_at=now,
            seen_at=now,
            proven_at=now,
            expires_at=now + signin.ABSOLUTE,
        )
        .execution_options(synchronize_session=False)
    )

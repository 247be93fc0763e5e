"""Persons: the first administrator, new logins, disabling, and the administrator's list."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from publisher import access
from publisher.access import grants_in_force, in_force, persons_with
from publisher.app import SYSTEM, Actor, App
from publisher.custody import leaving
from publisher.errors import Conflict, Forbidden, Invalid, NotFound
from publisher.models import Designation, ExternalIdentity, Person, SecondFactor, WebSession
from publisher.people import passwords
from publisher.texts import people as texts

_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")
_NAME_MAX = 120


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A login with the password that somebody must hand over; no repr shows it.

    ``password`` is empty where none was issued.
    """

    person_id: int
    email: str
    name: str
    password: str = field(default="", repr=False)


def create_first_admin(app: App, *, email: str, name: str) -> Issued:
    """Create the first technical administrator of an installation, with a generated password.

    Raises ``Conflict`` when there is one already.
    """
    now = app.clock()
    password = passwords.generate()
    hashed = passwords.hash_password(password)
    with app.write() as session:
        if persons_with(session, "ADM", now=now):
            raise Conflict(texts.ADMIN_EXISTS)
        person = add_person(session, app, SYSTEM, email=email, name=name, password_hash=hashed)
        session.add(Designation(person_id=key(person), role="ADM", starts_at=now, created_at=now))
        app.note(
            session,
            app.entry(SYSTEM, "designation.make", "person", person.id, detail='{"role": "ADM"}'),
        )
        return Issued(
            person_id=key(person), email=person.email, name=person.name, password=password
        )


def create_person(
    app: App,
    actor: Actor,
    *,
    email: str,
    name: str,
    issue_password: bool = True,
    must_change: bool = True,
) -> Issued:
    """Create a login without any role; ``designate`` gives roles.

    Without ``issue_password`` nobody can enter with it until ``reset_password``. Only the
    installation's own commands may set ``must_change`` to False (demo people). Raises ``Invalid``
    and ``Conflict`` (the e-mail is taken).
    """
    access.authorize(actor, "people.manage")
    if not must_change and actor != SYSTEM:
        raise Forbidden(texts.SYSTEM_ONLY)
    password = passwords.generate() if issue_password else ""
    hashed = passwords.hash_password(password) if password else ""
    with app.write() as session:
        person = add_person(
            session,
            app,
            actor,
            email=email,
            name=name,
            password_hash=hashed,
            must_change=must_change,
        )
        return Issued(
            person_id=key(person), email=person.email, name=person.name, password=password
        )


def add_person(
    session: Session,
    app: App,
    actor: Actor,
    *,
    email: str,
    name: str,
    password_hash: str = "",
    must_change: bool = True,
) -> Person:
    """Insert a person in the caller's transaction; validated and audited."""
    email, name = clean_email(email), clean_name(name)
    if session.scalar(select(col(Person.id)).where(col(Person.email) == email)) is not None:
        raise Conflict(texts.EMAIL_TAKEN.format(email=email))
    person = Person(
        email=email,
        name=name,
        password_hash=password_hash,
        must_change_password=must_change,
        created_at=app.clock(),
    )
    session.add(person)
    session.flush()
    app.note(session, app.entry(actor, "person.create", "person", person.id))
    return person


def disable_person(app: App, actor: Actor, person_id: int, *, reason: str = "") -> None:
    """Shut a person out at once; what they did stays, what they knew must change within a day.

    Raises ``Conflict`` for the last ADM.
    """
    access.authorize(actor, "people.manage")
    if person_id == actor.person_id:
        raise Conflict(texts.NOT_YOURSELF)
    now = app.clock()
    with app.write() as session:
        person = find(session, person_id)
        if person.state == "disabled":
            return
        if persons_with(session, "ADM", now=now) == {person_id}:
            raise Conflict(texts.LAST_ADMIN)
        person.state = "disabled"
        end_sessions(session, person_id, now=now)
        app.note(session, app.entry(actor, "person.disable", "person", person_id, reason=reason))
        session.flush()
        held = session.scalars(
            select(Designation).where(col(Designation.person_id) == person_id, in_force(now))
        ).all()
        for designation in held:
            leaving.oblige_for_designation(session, app, designation, now=now)


def enable_person(app: App, actor: Actor, person_id: int, *, reason: str = "") -> None:
    """Let a disabled person in again, with the designations still in force."""
    access.authorize(actor, "people.manage")
    with app.write() as session:
        person = find(session, person_id)
        if person.state == "active":
            return
        person.state = "active"
        app.note(session, app.entry(actor, "person.enable", "person", person_id, reason=reason))


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """One person as the administrator's list shows them; grants are (role, plantel id)."""

    id: int
    email: str
    name: str
    state: str
    must_change_password: bool
    has_password: bool
    has_factor: bool
    is_linked: bool
    grants: tuple[tuple[str, int | None], ...]


def list_people(app: App, actor: Actor) -> tuple[PersonRow, ...]:
    """Return every person with the roles in force now, by name."""
    access.authorize(actor, "people.manage")
    now = app.clock()
    with app.read() as session:
        persons = session.scalars(select(Person).order_by(col(Person.name), col(Person.id))).all()
        held: dict[int, list[tuple[str, int | None]]] = {}
        rows = session.execute(
            select(
                col(Designation.person_id), col(Designation.role), col(Designation.plantel_id)
            ).where(in_force(now))
        )
        for person_id, role, plantel_id in rows:
            held.setdefault(person_id, []).append((role, plantel_id))
        proven = set(
            session.scalars(
                select(col(SecondFactor.person_id)).where(
                    col(SecondFactor.confirmed_at).is_not(None)
                )
            )
        )
        linked = set(session.scalars(select(col(ExternalIdentity.person_id))))
        return tuple(
            PersonRow(
                id=key(person),
                email=person.email,
                name=person.name,
                state=person.state,
                must_change_password=person.must_change_password,
                has_password=bool(person.password_hash),
                has_factor=key(person) in proven,
                is_linked=key(person) in linked,
                grants=tuple(held.get(key(person), ())),
            )
            for person in persons
        )


def actor_for(app: App, person_id: int) -> Actor:
    """Return the Actor of a person without a browser session, for commands and the demo.

    Raises ``NotFound`` for an unknown or disabled person.
    """
    with app.read() as session:
        person = find(session, person_id)
        if person.state != "active":
            raise NotFound(texts.NO_SUCH_PERSON)
        return Actor(
            person_id=person_id,
            name=person.name,
            email=person.email,
            grants=grants_in_force(session, person_id, app.clock()),
        )


def find(session: Session, person_id: int) -> Person:
    """Return the person. Raises ``NotFound``."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound(texts.NO_SUCH_PERSON)
    return person


def key(person: Person) -> int:
    """Return the id of a stored person."""
    if person.id is None:
        raise RuntimeError("the person is not stored yet")
    return person.id


def clean_email(email: str) -> str:
    """Return ``email`` trimmed and in lower case. Raises ``Invalid``."""
    cleaned = email.strip().lower()
    if not _EMAIL.fullmatch(cleaned) or len(cleaned) > 254:
        raise Invalid(texts.EMAIL_INVALID.format(email=email.strip()[:80]), field="email")
    return cleaned


def clean_name(name: str) -> str:
    """Return ``name`` with single spaces. Raises ``Invalid``."""
    cleaned = " ".join(name.split())
    if not cleaned:
        raise Invalid(texts.NAME_MISSING, field="name")
    if len(cleaned) > _NAME_MAX:
        raise Invalid(texts.NAME_TOO_LONG.format(limit=_NAME_MAX), field="name")
    return cleaned


def end_sessions(session: Session, person_id: int, *, now: datetime, keep: str = "") -> int:
    """Revoke the open sessions of a person, but the one whose reference is ``keep``."""
    statement = (
        update(WebSession)
        .where(col(WebSession.person_id) == person_id, col(WebSession.revoked_at).is_(None))
        .values(revoked_at=now)
    )
    if keep:
        statement = statement.where(~col(WebSession.token_hash).startswith(keep))
    result: Any = session.execute(statement)
    return int(result.rowcount)

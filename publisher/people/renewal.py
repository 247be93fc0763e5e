"""A new password: chosen by its person, or issued by the administration for one that was lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

from publisher import access, notices
from publisher.access import persons_with
from publisher.app import SYSTEM, Actor, App
from publisher.errors import Conflict, Forbidden, Invalid
from publisher.models import Institution, Person
from publisher.people import passwords
from publisher.people.persons import Issued, end_sessions, find
from publisher.texts import people as texts


def change_password(app: App, actor: Actor, *, current: str, new: str) -> None:
    """Let a person choose a new password; every session but this one ends.

    Raises ``Invalid`` with ``field`` ``current`` or ``password``.
    """
    with app.read() as session:
        person = find(session, actor.person_id)
        stored = person.password_hash
        own = [person.name, person.email]
        institution = session.get(Institution, 1)
        if institution is not None:
            own += [institution.name, institution.short_name]
    if not passwords.verify(stored, current):
        raise Invalid(texts.PASSWORD_WRONG, field="current")
    if current == new:
        raise Invalid(texts.PASSWORD_SAME, field="password")
    passwords.check_chosen(new, personal=own)
    hashed = passwords.hash_password(new)
    with app.write() as session:
        now = app.clock()
        _set_password(session, actor.person_id, stored, hashed, must_change=False, now=now)
        end_sessions(session, actor.person_id, now=now, keep=actor.session_ref)
        app.note(session, app.entry(actor, "person.password.change", "person", actor.person_id))


def reset_password(app: App, actor: Actor, person_id: int, *, must_change: bool = True) -> Issued:
    """Issue a new generated password for somebody who lost theirs; all their sessions end.

    The person and the Directora hear of it, since whoever resets could enter in another's name.
    """
    access.authorize(actor, "people.manage")
    if not must_change and actor != SYSTEM:
        raise Forbidden(texts.SYSTEM_ONLY)
    password = passwords.generate()
    hashed = passwords.hash_password(password)
    now = app.clock()
    with app.write() as session:
        person = find(session, person_id)
        if person.state != "active":
            raise Conflict(texts.DISABLED)
        _set_password(
            session, person_id, person.password_hash, hashed, must_change=must_change, now=now
        )
        end_sessions(session, person_id, now=now)
        app.note(session, app.entry(actor, "person.password.reset", "person", person_id))
        facts = {"name": person.name, "by": actor.name, "when": notices.when(session, now)}
        notices.notify(
            session,
            app,
            person_ids=[person_id],
            kind="person.password.reset",
            subject=texts.RESET_SUBJECT,
            body=texts.RESET_BODY.format(**facts),
        )
        notices.notify(
            session,
            app,
            person_ids=persons_with(session, "DIRV", now=now) - {person_id},
            kind="person.password.reset",
            subject=texts.RESET_WATCH_SUBJECT.format(**facts),
            body=texts.RESET_WATCH_BODY.format(**facts),
        )
        return Issued(person_id=person_id, email=person.email, name=person.name, password=password)


def must_change(app: App, actor: Actor) -> bool:
    """Tell whether the person has to choose a new password before anything else."""
    with app.read() as session:
        return find(session, actor.person_id).must_change_password


def _set_password(
    session: Session,
    person_id: int,
    stored: str,
    hashed: str,
    *,
    must_change: bool,
    now: datetime,
) -> None:
    # Guarded by the hash that was verified: two changes at once do not overwrite each other.
    result: Any = session.execute(
        update(Person)
        .where(col(Person.id) == person_id, col(Person.password_hash) == stored)
        .values(password_hash=hashed, must_change_password=must_change, password_changed_at=now)
    )
    if result.rowcount != 1:
        raise Conflict(texts.PASSWORD_CHANGED_MEANWHILE)

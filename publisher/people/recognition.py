"""Who of ours an account at the provider belongs to; the first time it is linked by its e-mail."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import Session, col

from publisher import notices
from publisher.app import Actor, App
from publisher.models import ExternalIdentity, Person
from publisher.people.persons import key
from publisher.people.signin import SignInRefused
from publisher.texts import elsewhere as texts

if TYPE_CHECKING:
    from publisher.people.provider import Identity


def recognised(session: Session, app: App, who: Identity) -> Person:
    """Return the person whom ``who`` is, linked from now on. Raises ``SignInRefused``.

    A link stands before any address: one that was given to somebody else changes nothing.
    """
    linked = session.get(ExternalIdentity, (who.issuer, who.subject))
    if linked is not None:
        person = session.get(Person, linked.person_id)
        if person is None or person.state != "active":
            raise SignInRefused(texts.UNKNOWN)
        return person
    if not who.email:
        raise SignInRefused(texts.UNVERIFIED)
    person = session.scalars(
        select(Person).where(col(Person.email) == who.email, col(Person.state) == "active")
    ).first()
    if person is None:
        raise SignInRefused(texts.UNKNOWN)
    taken = select(col(ExternalIdentity.subject)).where(
        col(ExternalIdentity.person_id) == key(person), col(ExternalIdentity.issuer) == who.issuer
    )
    if session.scalar(taken) is not None:
        # an address that was given to somebody else must not bring its former holder's rights
        raise SignInRefused(texts.OTHER)
    _link(session, app, person, who)
    return person


def _link(session: Session, app: App, person: Person, who: Identity) -> None:
    now = app.clock()
    row = ExternalIdentity(
        issuer=who.issuer, subject=who.subject, person_id=key(person), linked_at=now
    )
    session.add(row)
    session.flush()
    detail = json.dumps({"issuer": who.issuer})
    app.note(
        session, app.entry(_as(person), "person.identity.link", "person", person.id, detail=detail)
    )
    notices.notify(
        session,
        app,
        person_ids=[key(person)],
        kind="person.identity.link",
        subject=texts.LINKED_SUBJECT,
        body=texts.LINKED_BODY.format(name=person.name, when=notices.when(session, now)),
    )


def void_temporary(session: Session, app: App, person: Person) -> None:
    """Void a password that somebody else issued and its person never changed: none is needed."""
    if not person.must_change_password:
        return
    held = bool(person.password_hash)
    person.password_hash, person.must_change_password = "", False
    if held:
        app.note(session, app.entry(_as(person), "person.password.void", "person", person.id))


def _as(person: Person) -> Actor:
    return Actor(person_id=key(person), name=person.name, email=person.email)

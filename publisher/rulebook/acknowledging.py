"""Operators say that they read a new version of the manual; until they do, the house reminds them.

The example that ships is nobody's manual: only a version that the Directora approved is owed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, exists, select
from sqlmodel import Session, col

from publisher import access
from publisher.app import Actor, App
from publisher.errors import Conflict
from publisher.models import (
    Designation,
    ManualAcknowledgement,
    ManualVersion,
    Person,
    Plantel,
)
from publisher.rulebook.versions import VersionRow, all_versions
from publisher.texts import rulebook as texts

ROLE = "OPER"


@dataclass(frozen=True, kw_only=True)
class Reader:
    """An operator, and when they said that they read the version in force; None: not yet."""

    person_id: int
    name: str
    planteles: tuple[str, ...]
    at: datetime | None


def acknowledge(app: App, actor: Actor, version_id: int) -> None:
    """Record that the operator read the version in force. Raises ``Conflict`` for any other one."""
    access.authorize(actor, "manual.read")
    due = owes(app, actor)
    if due is None or due.id != version_id:
        raise Conflict(texts.NOTHING_OWED)
    with app.write() as session:
        if session.get(ManualAcknowledgement, (version_id, actor.person_id)) is not None:
            return
        session.add(
            ManualAcknowledgement(
                manual_version_id=version_id, person_id=actor.person_id, at=app.clock()
            )
        )
        app.note(
            session,
            app.entry(actor, "manual.acknowledge", "manual", due.version, after=due.hash),
        )


def owes(app: App, actor: Actor) -> VersionRow | None:
    """Return the version in force if the actor operates an account and has not read it."""
    if ROLE not in actor.roles:
        return None
    with app.read() as session:
        found = session.scalar(_unread(actor.person_id, app.clock()))
    if found is None:
        return None
    return next(row for row in all_versions(app) if row.id == found)


def owing(app: App, actor: Actor) -> tuple[Reader, ...]:
    """Return the operators of the planteles in the actor's reach: who has not read it first.

    Empty where the version in force is not owed.
    """
    where = access.scope(actor, "learning.read")
    now = app.clock()
    with app.read() as session:
        version = _in_force(session, now)
        if version is None or version.approved_by is None or where == frozenset():
            return ()
        statement = (
            select(
                col(Person.id), col(Person.name), col(Plantel.name), col(ManualAcknowledgement.at)
            )
            .join(Designation, col(Designation.person_id) == col(Person.id))
            .join(Plantel, col(Plantel.id) == col(Designation.plantel_id))
            .outerjoin(
                ManualAcknowledgement,
                and_(
                    col(ManualAcknowledgement.person_id) == col(Person.id),
                    col(ManualAcknowledgement.manual_version_id) == version.id,
                ),
            )
            .where(
                col(Designation.role) == ROLE,
                access.in_force(now),
                col(Person.state) == "active",
            )
            .order_by(col(Person.name), col(Plantel.name))
        )
        if where is not None:
            statement = statement.where(col(Designation.plantel_id).in_(where))
        rows = session.execute(statement).all()
    found: dict[int, Reader] = {}
    for person_id, name, plantel, at in rows:
        before = found[person_id].planteles if person_id in found else ()
        places = before if plantel in before else (*before, plantel)
        found[person_id] = Reader(person_id=person_id, name=name, planteles=places, at=at)
    return tuple(sorted(found.values(), key=lambda reader: reader.at is not None))


def readers(session: Session, now: datetime) -> frozenset[int]:
    """Return who owes their word on a new version: whoever operates an account now."""
    return access.persons_with(session, ROLE, now=now)


def _in_force(session: Session, now: datetime) -> ManualVersion | None:
    return session.scalars(
        select(ManualVersion)
        .where(col(ManualVersion.in_force_from) <= now)
        .order_by(col(ManualVersion.in_force_from).desc(), col(ManualVersion.id).desc())
        .limit(1)
    ).first()


def _unread(person_id: int, now: datetime) -> Select[int | None]:
    """Return the statement for the id of the version in force that a person has yet to read."""
    newest = (
        select(col(ManualVersion.id))
        .where(col(ManualVersion.in_force_from) <= now)
        .order_by(col(ManualVersion.in_force_from).desc(), col(ManualVersion.id).desc())
        .limit(1)
        .scalar_subquery()
    )
    return select(col(ManualVersion.id)).where(
        col(ManualVersion.id) == newest,
        col(ManualVersion.approved_by).is_not(None),
        ~exists().where(
            col(ManualAcknowledgement.manual_version_id) == col(ManualVersion.id),
            col(ManualAcknowledgement.person_id) == person_id,
        ),
    )

"""Designations: who holds which role where and until when.

Source: RS-5.1.2 (the director names an operator, or self), 4.1, S6-3. A designation is never
edited to another person: it is ended and a new one is made, so that history stays.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select
from sqlmodel import Session, col

from publisher import access, notices
from publisher.access import in_force, persons_with
from publisher.app import SYSTEM, Actor, App
from publisher.custody import leaving
from publisher.errors import Conflict, Invalid, NotFound
from publisher.models import Designation, Person, Plantel
from publisher.models.people import ROLES
from publisher.texts import access as access_texts
from publisher.texts import people as texts

_WORKING: Final = frozenset({"DIRV", "COOR", "DIRP", "OPER"})


def designate(
    app: App,
    actor: Actor,
    person_id: int,
    role: str,
    *,
    plantel_id: int | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    position: str = "",
) -> int:
    """Give a person a role from ``starts_at`` (now) until ``ends_at`` (open); return its id.

    The director of a plantel names its operators (may name self); the technical administration
    registers every other appointment. Raises ``Forbidden``, ``Invalid``, ``NotFound``,
    ``Conflict``.
    """
    authorize_role(actor, role, plantel_id)
    with app.write() as session:
        return add_designation(
            session,
            app,
            actor,
            person_id,
            role,
            plantel_id=plantel_id,
            starts_at=starts_at,
            ends_at=ends_at,
            position=position,
        )


def authorize_role(actor: Actor, role: str, plantel_id: int | None) -> None:
    """Refuse whoever may not appoint to ``role`` there; validates role and plantel together."""
    if role not in ROLES:
        raise Invalid(texts.ROLE_UNKNOWN.format(role=role), field="role")
    words = access_texts.ROLES[role]
    if role in access.PLANTEL_ROLES and plantel_id is None:
        raise Invalid(texts.ROLE_NEEDS_PLANTEL.format(role=words), field="plantel")
    if role in access.CENTRAL_ROLES and plantel_id is not None:
        raise Invalid(texts.ROLE_WITHOUT_PLANTEL.format(role=words), field="plantel")
    if role == "OPER":
        access.authorize(actor, "designation.make", plantel_id=plantel_id)
    else:
        access.authorize(actor, "people.manage")


def add_designation(
    session: Session,
    app: App,
    actor: Actor,
    person_id: int,
    role: str,
    *,
    plantel_id: int | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    position: str = "",
) -> int:
    """Insert a designation in the caller's transaction; checked, audited and told to the person."""
    now = app.clock()
    starts_at = starts_at or now
    _check_dates(starts_at, ends_at, now)
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound(texts.NO_SUCH_PERSON)
    if person.state != "active":
        raise Conflict(texts.DISABLED)
    plantel = _active_plantel(session, plantel_id)
    held = session.execute(
        select(col(Designation.role), col(Designation.plantel_id)).where(
            col(Designation.person_id) == person_id,
            or_(col(Designation.ends_at).is_(None), col(Designation.ends_at) > starts_at),
        )
    ).all()
    _check_together(person.name, role, plantel_id, [(row[0], row[1]) for row in held])
    designation = Designation(
        person_id=person_id,
        role=role,
        plantel_id=plantel_id,
        position=" ".join(position.split()),
        starts_at=starts_at,
        ends_at=ends_at,
        appointed_by=actor.person_id if actor != SYSTEM else None,
        created_at=now,
    )
    session.add(designation)
    session.flush()
    app.note(
        session,
        app.entry(
            actor,
            "designation.make",
            "designation",
            designation.id,
            plantel_id=plantel_id,
            detail=json.dumps({"role": role, "person": person_id}),
        ),
    )
    place = texts.DESIGNATED_PLACE.format(plantel=plantel.name) if plantel else ""
    notices.notify(
        session,
        app,
        person_ids=[person_id],
        kind="designation.make",
        subject=texts.DESIGNATED_SUBJECT,
        body=texts.DESIGNATED_BODY.format(
            name=person.name,
            when=notices.when(session, starts_at),
            role=access_texts.ROLES[role],
            place=place,
        ),
    )
    if role in access.CENTRAL_ROLES:
        _tell_centre(session, app, actor, person, role, starts_at, now=now)
    return designation.id or 0


def _tell_centre(
    session: Session,
    app: App,
    actor: Actor,
    person: Person,
    role: str,
    starts_at: datetime,
    *,
    now: datetime,
) -> None:
    """Tell the Directora and the auditors: whoever administers must not give power unseen."""
    facts = {"name": person.name, "role": access_texts.ROLES[role]}
    watching = persons_with(session, "DIRV", now=now) | persons_with(session, "AUD", now=now)
    notices.notify(
        session,
        app,
        person_ids=watching - {person.id, actor.person_id},
        kind="designation.central",
        subject=texts.CENTRAL_SUBJECT.format(**facts),
        body=texts.CENTRAL_BODY.format(
            by=actor.name,
            email=person.email,
            when=notices.when(session, starts_at),
            **facts,
        ),
    )


def end_designation(app: App, actor: Actor, designation_id: int, *, reason: str = "") -> None:
    """End a designation now: its grants are gone at the person's next request.

    What the person knew of the plantel's accounts must change within a day. Raises ``Conflict``
    when it had ended, and for the only technical administrator.
    """
    now = app.clock()
    with app.write() as session:
        found = session.get(Designation, designation_id)
        if found is None:
            raise NotFound(texts.NO_SUCH_DESIGNATION)
        authorize_role(actor, found.role, found.plantel_id)
        if found.ends_at is not None and found.ends_at <= now:
            raise Conflict(texts.DESIGNATION_ENDED)
        if found.role == "ADM" and persons_with(session, "ADM", now=now) == {found.person_id}:
            raise Conflict(texts.LAST_ADMIN)
        # One that had not begun ends where it would have begun, so that its dates stay in order.
        found.ends_at = max(now, found.starts_at)
        app.note(
            session,
            app.entry(
                actor,
                "designation.end",
                "designation",
                designation_id,
                plantel_id=found.plantel_id,
                reason=reason,
                detail=json.dumps({"role": found.role, "person": found.person_id}),
            ),
        )
        session.flush()
        leaving.oblige_for_designation(session, app, found, now=now)


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A plantel that nobody operates (RS-5.1.2)."""

    plantel_id: int
    code: str
    name: str


def planteles_without_operator(app: App, actor: Actor) -> tuple[Gap, ...]:
    """Return the active planteles within the actor's reach that have no operator in force."""
    where = access.scope(actor, "institution.read")
    now = app.clock()
    operated = (
        select(col(Designation.plantel_id))
        .join(Person, col(Person.id) == col(Designation.person_id))
        .where(col(Designation.role) == "OPER", in_force(now), col(Person.state) == "active")
    )
    statement = (
        select(col(Plantel.id), col(Plantel.code), col(Plantel.name))
        .where(col(Plantel.state) == "active", col(Plantel.id).not_in(operated))
        .order_by(col(Plantel.code))
    )
    if where is not None:
        statement = statement.where(col(Plantel.id).in_(where))
    with app.read() as session:
        rows = session.execute(statement).all()
    return tuple(Gap(plantel_id=row[0], code=row[1], name=row[2]) for row in rows)


def _check_dates(starts_at: datetime, ends_at: datetime | None, now: datetime) -> None:
    if ends_at is None:
        return
    if ends_at <= starts_at:
        raise Invalid(texts.ENDS_BEFORE_START, field="ends_at")
    if ends_at <= now:
        raise Invalid(texts.ENDS_IN_PAST, field="ends_at")


def _active_plantel(session: Session, plantel_id: int | None) -> Plantel | None:
    if plantel_id is None:
        return None
    plantel = session.get(Plantel, plantel_id)
    if plantel is None:
        raise NotFound(texts.NO_SUCH_PLANTEL)
    if plantel.state != "active":
        raise Conflict(texts.PLANTEL_NOT_ACTIVE.format(name=plantel.name))
    return plantel


def _check_together(
    name: str, role: str, plantel_id: int | None, held: Collection[tuple[str, int | None]]
) -> None:
    if (role, plantel_id) in held:
        raise Conflict(texts.ROLE_TWICE.format(name=name))
    for other, _ in held:
        if apart(role, other):
            raise Conflict(
                texts.ROLES_TOGETHER.format(
                    name=name,
                    first=access_texts.ROLES[role],
                    second=access_texts.ROLES[other],
                )
            )


def apart(role: str, other: str) -> bool:
    """Tell whether one person may not hold both: ADM and AUD are apart from all the rest."""
    pair = {role, other}
    return len(pair) == 2 and bool(pair & {"ADM", "AUD"}) and bool(pair & (_WORKING | {"ADM"}))

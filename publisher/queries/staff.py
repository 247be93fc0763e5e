"""Who holds which role, and what the Directora has lent: what the screens of persons show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, or_, select
from sqlmodel import col

from publisher import access
from publisher.access import persons_with
from publisher.app import Actor, App
from publisher.errors import NotFound
from publisher.models import Approval, Delegation, Designation, Person, Plantel
from publisher.queries.rows import require, within
from publisher.texts import queries as texts

LATEST = 20


@dataclass(frozen=True, kw_only=True)
class DesignationRow:
    """A designation that holds now or begins later; ``plantel`` is empty for central roles."""

    id: int
    person_id: int
    name: str
    email: str
    role: str
    plantel_id: int | None
    plantel: str
    position: str
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class PersonName:
    """A person as a picker shows them."""

    id: int
    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class DelegationRow:
    """A delegation of the actor; ``used`` counts the approvals that it carried."""

    id: int
    name: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    max_posts: int | None
    only_clean: bool
    topics: tuple[str, ...]
    used: int
    state: Literal["future", "active", "used_up", "ended", "revoked"]


def designations(
    app: App, actor: Actor, *, person_id: int | None = None
) -> tuple[DesignationRow, ...]:
    """Return the designations in force or to come, of one person where ``person_id`` is given.

    The technical administration sees all; a director, the operators of the own planteles. Raises
    ``Forbidden``.
    """
    now = app.clock()
    wanted = [or_(col(Designation.ends_at).is_(None), col(Designation.ends_at) > now)]
    if not access.allows(actor, "people.manage"):
        where = require(actor, "designation.make")
        wanted += [col(Designation.role) == "OPER", within(Designation.plantel_id, where)]
    if person_id is not None:
        wanted.append(col(Designation.person_id) == person_id)
    with app.read() as session:
        rows = session.execute(
            select(
                col(Designation.id),
                col(Designation.person_id),
                col(Person.name),
                col(Person.email),
                col(Designation.role),
                col(Designation.plantel_id),
                func.coalesce(col(Plantel.name), "").label("plantel"),
                col(Designation.position),
                col(Designation.starts_at),
                col(Designation.ends_at),
            )
            .join(Person, col(Person.id) == col(Designation.person_id))
            .outerjoin(Plantel, col(Plantel.id) == col(Designation.plantel_id))
            .where(*wanted)
            .order_by(func.coalesce(col(Plantel.name), ""), col(Person.name), col(Designation.id))
        ).mappings()
        return tuple(DesignationRow(**row) for row in rows)


def person_by_email(app: App, actor: Actor, email: str) -> PersonName:
    """Return the active person with that e-mail, for whoever may designate.

    Raises ``NotFound``. Only a whole e-mail finds somebody: a director is shown no list of people.
    """
    if not access.allows(actor, "people.manage"):
        require(actor, "designation.make")
    cleaned = email.strip().lower()
    with app.read() as session:
        row = session.execute(
            select(col(Person.id), col(Person.name), col(Person.email)).where(
                col(Person.email) == cleaned, col(Person.state) == "active"
            )
        ).one_or_none()
    if row is None:
        raise NotFound(texts.NO_SUCH_LOGIN.format(email=cleaned[:80]))
    return PersonName(id=row.id, name=row.name, email=row.email)


def coordinators(app: App, actor: Actor) -> tuple[PersonName, ...]:
    """Return to whom the actor may delegate. Raises ``Forbidden``."""
    require(actor, "delegation.make")
    with app.read() as session:
        ids = persons_with(session, "COOR", now=app.clock()) - {actor.person_id}
        rows = session.execute(
            select(col(Person.id), col(Person.name), col(Person.email))
            .where(col(Person.id).in_(sorted(ids)))
            .order_by(col(Person.name))
        ).mappings()
        return tuple(PersonName(**row) for row in rows)


def delegations(app: App, actor: Actor, *, limit: int = LATEST) -> tuple[DelegationRow, ...]:
    """Return the delegations that the actor made, the latest first. Raises ``Forbidden``."""
    require(actor, "delegation.make")
    now = app.clock()
    used = (
        select(func.count())
        .where(col(Approval.delegation_id) == col(Delegation.id))
        .correlate(Delegation)
        .scalar_subquery()
    )
    with app.read() as session:
        rows = session.execute(
            select(Delegation, col(Person.name), used.label("used"))
            .join(Person, col(Person.id) == col(Delegation.to_person_id))
            .where(col(Delegation.from_person_id) == actor.person_id)
            .order_by(col(Delegation.id).desc())
            .limit(limit)
        ).all()
        return tuple(
            DelegationRow(
                id=made.id or 0,
                name=name,
                starts_at=made.starts_at,
                ends_at=made.ends_at,
                reason=made.reason,
                max_posts=made.max_posts,
                only_clean=made.only_clean,
                topics=tuple(made.topics),
                used=count,
                state=_state(made, count, now),
            )
            for made, name, count in rows
        )


def _state(
    made: Delegation, used: int, now: datetime
) -> Literal["future", "active", "used_up", "ended", "revoked"]:
    if made.revoked_at is not None:
        return "revoked"
    if made.ends_at <= now:
        return "ended"
    if made.max_posts is not None and used >= made.max_posts:
        return "used_up"
    return "future" if made.starts_at > now else "active"

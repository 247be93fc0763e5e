"""The audit as people read it: who did what, when and why, newest first, within their reach.

``audit_search`` says which entries a page shows, ``audit_lines`` tells them in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlmodel import col

from publisher import access
from publisher.app import Actor, App
from publisher.errors import NotFound
from publisher.models import Designation, Person, Plantel
from publisher.queries.audit_lines import COLUMNS, Line, facts_of, lines_of
from publisher.queries.audit_search import (
    ACTION,
    ALL,
    Cursor,
    Filters,
    begins_at,
    filtered,
    floor_of,
    groups_for,
    indexed,
    readable,
)
from publisher.texts import bitacora as texts
from vault.audit_tables import AuditEntry, AuditLink

PAGE: Final = 50


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page; ``next`` is the cursor of the following one, None at the end.

    ``looked_to`` is set where the page ended because enough entries had been looked through.
    """

    lines: tuple[Line, ...]
    next: Cursor | None
    looked_to: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One entry whole; digests are of what was before and after, never the thing itself."""

    line: Line
    session_ref: str
    before: str
    after: str
    facts: tuple[tuple[str, str], ...]
    mac: str
    link: str
    linked_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the filters offer to the actor: persons and planteles by id, groups by key.

    ``codes`` are the names of those planteles by their code.
    """

    people: Mapping[int, str] = field(default_factory=dict)
    planteles: Mapping[int, str] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)


def page(
    app: App,
    actor: Actor,
    filters: Filters = ALL,
    *,
    after: Cursor | None = None,
    limit: int = PAGE,
) -> Page:
    """Return a page of what the actor may read, the newest first. Raises ``Forbidden``."""
    within = readable(actor)
    begins = begins_at(app, filters, after)
    wanted = [*filtered(app, filters), *begins, within]
    with app.read() as session:
        floor = None if indexed(filters, actor) else floor_of(session, begins)
        if floor is not None:
            wanted.append(col(AuditEntry.at) >= floor)
        statement = (
            select(*COLUMNS)
            .where(*wanted)
            .order_by(col(AuditEntry.at).desc(), col(AuditEntry.id).desc())
            .limit(limit + 1)
        )
        found = session.execute(statement).all()
        lines = lines_of(session, found[:limit])
    if len(found) > limit:
        last = lines[-1]
        return Page(lines=lines, next=(last.at, last.id))
    return Page(lines=lines, next=(floor, "") if floor else None, looked_to=floor)


def sheet(app: App, actor: Actor, entry_id: str) -> Sheet:
    """Return one entry. Raises ``NotFound`` where there is none within the actor's reach."""
    within = readable(actor)
    more = (
        col(AuditEntry.session_ref),
        col(AuditEntry.before_digest),
        col(AuditEntry.after_digest),
        col(AuditEntry.detail),
        col(AuditEntry.mac),
    )
    with app.read() as session:
        row = session.execute(
            select(*COLUMNS, *more).where(col(AuditEntry.id) == entry_id, within)
        ).first()
        if row is None:
            raise NotFound(texts.NO_ENTRY)
        (line,) = lines_of(session, [row])
        link = session.execute(
            select(col(AuditLink.at), col(AuditLink.mac)).where(col(AuditLink.entry_id) == entry_id)
        ).first()
    return Sheet(
        line=line,
        session_ref=row.session_ref,
        before=row.before_digest,
        after=row.after_digest,
        facts=facts_of(row.detail),
        mac=row.mac,
        link=link.mac if link else "",
        linked_at=link.at if link else None,
    )


def options(app: App, actor: Actor) -> Options:
    """Return what the filters offer. Raises ``Forbidden``."""
    reached = access.reach(actor, ACTION)
    readable(actor)
    where = access.scope(actor, ACTION)
    people = select(col(Person.id), col(Person.name)).order_by(col(Person.name))
    planteles = select(col(Plantel.id), col(Plantel.name), col(Plantel.code))
    planteles = planteles.order_by(col(Plantel.name))
    if where is not None and "technical" not in reached:
        held = select(col(Designation.person_id)).where(col(Designation.plantel_id).in_(where))
        people = people.where(col(Person.id).in_(held))
        planteles = planteles.where(col(Plantel.id).in_(where))
    with app.read() as session:
        places = session.execute(planteles).all()
        return Options(
            people={row.id: row.name for row in session.execute(people)},
            planteles={row.id: row.name for row in places},
            codes={row.code: row.name for row in places},
            groups=groups_for(actor),
        )

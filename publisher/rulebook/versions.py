"""The stored versions of the manual: which one is in force, which are to come, what each says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from publisher import access
from publisher.app import SYSTEM, Actor, App
from publisher.errors import NotFound, Unready
from publisher.manual import document
from publisher.manual.document import Manual
from publisher.models import ManualVersion, Person
from publisher.texts import editorial as texts
from publisher.texts import rulebook as words


@dataclass(frozen=True, kw_only=True)
class VersionRow:
    """A stored version; ``approved_by`` is empty for the example that ships, which nobody adopted.

    ``current`` is the one in force now; the newest whose date has come.
    """

    id: int
    version: str
    hash: str
    in_force_from: datetime
    at: datetime
    approved_by: str
    approved_at: datetime | None
    summary: str
    current: bool
    future: bool


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """Which version begins when."""

    id: int
    hash: str
    in_force_from: datetime


def import_shipped(app: App, session: Session, actor: Actor = SYSTEM) -> None:
    """Store the example manual that ships with the package, in force from now."""
    add(app, session, actor, document.shipped(), in_force_from=app.clock())


def add(
    app: App, session: Session, actor: Actor, manual: Manual, *, in_force_from: datetime
) -> None:
    """Store a version of the manual; the newest one whose date has come judges."""
    session.add(
        ManualVersion(
            version=manual.version,
            hash=manual.hash,
            document=document.dump(manual),
            in_force_from=in_force_from,
            added_by=actor.person_id,
            at=app.clock(),
        )
    )
    app.note(
        session,
        app.entry(actor, "manual.add", "manual", manual.version, after=manual.hash),
    )


def in_force(app: App) -> Manual:
    """Return the manual in force now. Raises ``Unready`` where none was ever stored."""
    with app.read() as session:
        row = session.execute(
            select(col(ManualVersion.hash), col(ManualVersion.document))
            .where(col(ManualVersion.in_force_from) <= app.clock())
            .order_by(*_NEWEST)
            .limit(1)
        ).first()
    if row is None:
        raise Unready(texts.NO_MANUAL)
    return _parse(row.hash, row.document)


def hash_in_force(session: Session, now: datetime) -> str | None:
    """Return the hash of the manual in force at ``now``, None where there is none."""
    return session.scalar(
        select(col(ManualVersion.hash))
        .where(col(ManualVersion.in_force_from) <= now)
        .order_by(*_NEWEST)
        .limit(1)
    )


def around(
    session: Session, now: datetime, *, until: datetime | None = None
) -> tuple[Beginning | None, tuple[Beginning, ...]]:
    """Return the version in force at ``now``, and those to come (by ``until``), the first first."""
    columns = (col(ManualVersion.id), col(ManualVersion.hash), col(ManualVersion.in_force_from))
    rows = session.execute(
        select(*columns)
        .where(
            col(ManualVersion.in_force_from)
            >= select(func.max(col(ManualVersion.in_force_from)))
            .where(col(ManualVersion.in_force_from) <= now)
            .scalar_subquery()
        )
        .order_by(*_NEWEST)
    ).all()
    found = [Beginning(id=row.id, hash=row.hash, in_force_from=row.in_force_from) for row in rows]
    current = next((row for row in found if row.in_force_from <= now), None)
    coming = [row for row in found if now < row.in_force_from <= (until or row.in_force_from)]
    return current, tuple(reversed(coming))


def newest(session: Session) -> ManualVersion:
    """Return the version that comes into force last: what a draft starts from."""
    row = session.scalars(select(ManualVersion).order_by(*_NEWEST).limit(1)).first()
    if row is None:
        raise Unready(texts.NO_MANUAL)
    return row


def versions(app: App, actor: Actor) -> tuple[VersionRow, ...]:
    """Return every version, the one that comes into force last first."""
    access.authorize(actor, "manual.read")
    return all_versions(app)


def all_versions(app: App) -> tuple[VersionRow, ...]:
    """Return what ``versions`` does, for the installation's own commands."""
    now = app.clock()
    approver = aliased(Person)
    with app.read() as session:
        rows = session.execute(
            select(ManualVersion, col(approver.name))
            .outerjoin(approver, col(approver.id) == col(ManualVersion.approved_by))
            .order_by(*_NEWEST)
        ).all()
    current = next((row.id for row, _ in rows if row.in_force_from <= now), None)
    return tuple(
        VersionRow(
            id=row.id or 0,
            version=row.version,
            hash=row.hash,
            in_force_from=row.in_force_from,
            at=row.at,
            approved_by=name or "",
            approved_at=row.approved_at,
            summary=row.summary,
            current=row.id == current,
            future=row.in_force_from > now,
        )
        for row, name in rows
    )


def stored(app: App, version_id: int) -> Manual:
    """Return a stored version. Raises ``NotFound``."""
    with app.read() as session:
        row = session.get(ManualVersion, version_id)
        if row is None:
            raise NotFound(words.NO_SUCH_VERSION)
        return _parse(row.hash, row.document)


def numbered(rows: Sequence[VersionRow], version: str) -> VersionRow:
    """Return the version of that number, the latest of them. Raises ``NotFound``."""
    found = next((row for row in rows if row.version == version), None)
    if found is None:
        known = ", ".join(row.version for row in rows)
        raise NotFound(words.NO_VERSION_OF.format(version=version, known=known))
    return found


def by_hash(session: Session, manual_hash: str) -> Manual:
    """Return a stored version, read from its row only once in a process."""
    known = _known.get(manual_hash)
    if known is None:
        document_of = select(col(ManualVersion.document)).where(
            col(ManualVersion.hash) == manual_hash
        )
        known = _known[manual_hash] = _parse(manual_hash, session.execute(document_of).scalar_one())
    return known


_known: dict[str, Manual] = {}
_NEWEST = (col(ManualVersion.in_force_from).desc(), col(ManualVersion.id).desc())


@lru_cache(maxsize=4)
def _parse(_hash: str, text: str) -> Manual:
    return document.load(text)

"""The manual in force: rows in the database; a file is its import, export and first version."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from sqlalchemy import select
from sqlmodel import Session, col

from publisher.app import SYSTEM, Actor, App
from publisher.errors import Unready
from publisher.manual import document
from publisher.manual.document import Manual
from publisher.models import ManualVersion
from publisher.texts import editorial as texts


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
            .order_by(col(ManualVersion.in_force_from).desc(), col(ManualVersion.id).desc())
            .limit(1)
        ).first()
    if row is None:
        raise Unready(texts.NO_MANUAL)
    return _parse(row.hash, row.document)


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


@lru_cache(maxsize=4)
def _parse(_hash: str, text: str) -> Manual:
    return document.load(text)

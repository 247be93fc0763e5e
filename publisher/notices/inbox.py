"""The in-app list: written in the transaction of the fact that a notice tells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from publisher.access import persons_with
from publisher.app import Actor, App
from publisher.models import Institution, Notice
from publisher.texts import notices as texts


@dataclass(frozen=True, kw_only=True)
class NoticeRow:
    """One notice as its person sees it; ``link`` is a path of the dashboard or empty."""

    id: int
    kind: str
    subject: str
    body: str
    link: str
    at: datetime
    read_at: datetime | None


def notify(
    session: Session,
    app: App,
    *,
    person_ids: Iterable[int] = (),
    role: str | None = None,
    plantel_id: int | None = None,
    kind: str,
    subject: str,
    body: str,
    link: str = "",
) -> int:
    """Write one notice for each person, in the caller's transaction; return how many.

    ``role`` adds whoever holds it now (at ``plantel_id``, where given). E-mail waits only where a
    mail server is set. Never put a password or token into ``subject`` or ``body``.
    """
    now = app.clock()
    heard = set(person_ids)
    if role is not None:
        heard |= persons_with(session, role, now=now, plantel_id=plantel_id)
    mailed = bool(app.settings.smtp_url.get_secret_value())
    for person_id in sorted(heard):
        session.add(
            Notice(
                person_id=person_id,
                kind=kind,
                subject=" ".join(subject.split()),
                body=body,
                link=link,
                at=now,
                mail_state="waiting" if mailed else "none",
                next_at=now if mailed else None,
            )
        )
    session.flush()
    return len(heard)


def custodians(session: Session, plantel_id: int, *, now: datetime) -> frozenset[int]:
    """Return who answers for a plantel's accounts: operators, director, the coordinators."""
    return (
        persons_with(session, "OPER", now=now, plantel_id=plantel_id)
        | persons_with(session, "DIRP", now=now, plantel_id=plantel_id)
        | persons_with(session, "COOR", now=now)
    )


def list_for(
    app: App, actor: Actor, *, unread_only: bool = False, limit: int = 50, before: int | None = None
) -> tuple[NoticeRow, ...]:
    """Return the actor's own notices, newest first; ``before`` is the id where a page goes on."""
    statement = (
        select(Notice)
        .where(col(Notice.person_id) == actor.person_id)
        .order_by(col(Notice.id).desc())
        .limit(limit)
    )
    if unread_only:
        statement = statement.where(col(Notice.read_at).is_(None))
    if before is not None:
        statement = statement.where(col(Notice.id) < before)
    with app.read() as session:
        rows = session.scalars(statement).all()
        return tuple(
            NoticeRow(
                id=row.id or 0,
                kind=row.kind,
                subject=row.subject,
                body=row.body,
                link=row.link,
                at=row.at,
                read_at=row.read_at,
            )
            for row in rows
        )


def unread_count(app: App, actor: Actor) -> int:
    """Return how many of the actor's notices are unread."""
    with app.read() as session:
        found = session.scalar(
            select(func.count()).where(
                col(Notice.person_id) == actor.person_id, col(Notice.read_at).is_(None)
            )
        )
    return found or 0


def mark_read(app: App, actor: Actor, notice_ids: Iterable[int] | None = None) -> int:
    """Mark the actor's own notices as read (all of them when None); return how many changed."""
    statement = (
        update(Notice)
        .where(col(Notice.person_id) == actor.person_id, col(Notice.read_at).is_(None))
        .values(read_at=app.clock())
    )
    if notice_ids is not None:
        statement = statement.where(col(Notice.id).in_(list(notice_ids)))
    with app.write() as session:
        result: Any = session.execute(statement)
        return int(result.rowcount)


def when(session: Session, instant: datetime, *, zone: str = "") -> str:
    """Return ``instant`` for sentences (24 nov 2026, 09:00), in ``zone`` or the institution's."""
    institution = None if zone else session.get(Institution, 1)
    return texts.when(instant, zone or (institution.timezone if institution else "UTC"))

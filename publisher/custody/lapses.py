"""What time alone does to requests and emergency openings: the worker's part, each minute."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from publisher import notices
from publisher.access import persons_with
from publisher.app import SYSTEM, App
from publisher.custody import opening, telling
from publisher.models import Notice
from publisher.texts import disclosure as texts
from vault import disclosure
from vault.disclosure import Opening

OVERDUE = "disclosure.review_overdue"


def lapse(app: App) -> int:
    """Close the requests that passed, tell who asked, tell of reviews that are overdue, once each.

    Returns how many requests were closed. What passed opens nothing before this ran either.
    """
    now = app.clock()
    with app.read() as session:
        due = disclosure.passed(session, now=now) or _untold(session, now)
    if not due:
        return 0
    with app.write() as session:
        closed = disclosure.expire(session, now=now)
        for one in closed:
            _, held = opening.find(session, one.id)
            opening.note(session, app, SYSTEM, "disclosure.expire", one, held)
            telling.tell(
                session,
                app,
                one,
                texts.EXPIRED,
                texts.EXPIRED_PENDING if one.decided_by is None else texts.EXPIRED_APPROVED,
                kind="disclosure.expired",
                now=now,
                only=[one.asked_by],
            )
        for one in _untold(session, now, hold=True):
            telling.tell(
                session,
                app,
                one,
                texts.REVIEW_OVERDUE,
                texts.REVIEW_OVERDUE_BODY,
                kind=OVERDUE,
                now=now,
                also=persons_with(session, "DIRV", now=now),
                when=notices.when(session, one.review_due or now),
            )
    return len(closed)


def _untold(session: Session, now: datetime, *, hold: bool = False) -> list[Opening]:
    """Return the overdue reviews of which nobody was told yet; with ``hold`` by nobody else."""
    late = disclosure.unreviewed(session, now=now, hold=hold)
    if not late:
        return []
    links = {telling.LINK.format(id=one.id): one for one in late}
    told = session.scalars(
        select(col(Notice.link)).where(
            col(Notice.kind) == OVERDUE, col(Notice.link).in_(sorted(links))
        )
    )
    for link in set(told):
        links.pop(link, None)
    return list(links.values())

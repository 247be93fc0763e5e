"""The open sessions of a person, as they see and end them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import col

from publisher.app import Actor, App
from publisher.errors import NotFound
from publisher.models import WebSession
from publisher.people import standing
from publisher.people.signin import REFERENCE_LENGTH, alive
from publisher.texts import people as texts


@dataclass(frozen=True, kw_only=True)
class SessionRow:
    """One open session as its person sees it; ``reference`` names it to ``revoke``."""

    reference: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    agent: str
    current: bool


def sessions_of(app: App, actor: Actor) -> tuple[SessionRow, ...]:
    """Return the open sessions of the person that asks, newest first."""
    now = app.clock()
    with app.read() as session:
        rows = session.scalars(
            select(WebSession)
            .where(col(WebSession.person_id) == actor.person_id, *alive(now), standing.complete())
            .order_by(col(WebSession.created_at).desc())
        ).all()
        return tuple(
            SessionRow(
                reference=row.token_hash[:REFERENCE_LENGTH],
                created_at=row.created_at,
                seen_at=row.seen_at,
                expires_at=row.expires_at,
                address=row.address,
                agent=row.agent,
                current=row.token_hash.startswith(actor.session_ref or "-"),
            )
            for row in rows
        )


def revoke(app: App, actor: Actor, reference: str) -> None:
    """End one of the actor's own sessions. Raises ``NotFound``."""
    now = app.clock()
    if len(reference) != REFERENCE_LENGTH or not reference.isalnum():
        raise NotFound(texts.NO_SUCH_SESSION)
    with app.write() as session:
        result: Any = session.execute(
            update(WebSession)
            .where(
                col(WebSession.person_id) == actor.person_id,
                col(WebSession.token_hash).startswith(reference),
                col(WebSession.revoked_at).is_(None),
            )
            .values(revoked_at=now)
        )
        if result.rowcount != 1:
            raise NotFound(texts.NO_SUCH_SESSION)
        app.note(session, app.entry(actor, "person.session.revoke", "session", reference))

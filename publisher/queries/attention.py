"""What waits for a person, most pressing first: decisions, exceptions, trays, returned posts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, null, or_, select
from sqlmodel import Session, col

from publisher import access
from publisher.app import Actor, App
from publisher.delivery.by_hand import ACTION, waits
from publisher.models import Account, Delivery, ExceptionRequest, Plantel, Post, RemoteChange
from publisher.queries.rows import facts_of, within

ATTENTION = 12
EACH = 4
FAILED_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class AttentionRow:
    """Something that waits for this person.

    ``kind`` is ``returned``, ``clear``, ``review``, ``approve``, ``exception``, ``correction``,
    ``by_hand``, ``decide`` or ``failed``; ``local_at`` is the deadline where there is one;
    ``reason`` what a network or a person said. ``delivery_id`` is the post's first delivery of the
    last three, else 0.
    """

    kind: str
    post_id: int
    plantel: str
    text: str
    local_at: str | None
    reason: str = ""
    delivery_id: int = 0


def needs(app: App, session: Session, actor: Actor, *, delegated: bool) -> tuple[AttentionRow, ...]:
    """Return what waits for the actor; ``delegated`` opens the tray of approvals."""
    deciding = access.scope(actor, "delivery.decide")
    publishing = access.scope(actor, ACTION)
    approving = access.scope(actor, "post.approve", delegated=delegated)
    found = (
        *_waiting(app, session, publishing, deciding, access.scope(actor, "calendar.read")),
        *_exceptions(session, access.scope(actor, "post.exception")),
        *_corrections(session, actor, approving),
        *_posts_waiting(session, actor, approving, "reviewed", "approve"),
        *_posts_waiting(session, actor, access.scope(actor, "post.review"), "in_review", "review"),
        *_posts_waiting(session, actor, access.scope(actor, "post.clear"), "in_review", "clear"),
        *_posts_waiting(session, actor, access.scope(actor, "post.draft"), "returned", "returned"),
    )
    return found[:ATTENTION]


def _posts_waiting(
    session: Session, actor: Actor, where: frozenset[int] | None, state: str, kind: str
) -> tuple[AttentionRow, ...]:
    """Return posts in ``state``; those to be judged leave out what the actor made."""
    if where == frozenset():
        return ()
    conditions = [col(Post.state) == state, within(Post.plantel_id, where)]
    if state == "in_review":
        conditions.append(col(Post.awaits_clearance).is_(kind == "clear"))
    if kind in {"review", "approve"}:
        conditions += [
            col(Post.author_id) != actor.person_id,
            col(Post.last_editor_id) != actor.person_id,
            or_(
                col(Post.submitted_by_id).is_(None),
                col(Post.submitted_by_id) != actor.person_id,
            ),
        ]
    rows = session.execute(
        select(
            col(Post.id),
            col(Post.revision),
            col(Post.local_at),
            col(Plantel.name).label("plantel"),
        )
        .join(Plantel, col(Plantel.id) == col(Post.plantel_id))
        .where(*conditions)
        .order_by(func.coalesce(col(Post.local_at), "9999"), col(Post.id))
        .limit(EACH)
    ).all()
    return _attention(session, kind, rows)


def _exceptions(session: Session, where: frozenset[int] | None) -> tuple[AttentionRow, ...]:
    if where == frozenset():
        return ()
    rows = session.execute(
        select(
            col(Post.id),
            col(Post.revision),
            col(Post.local_at),
            col(Plantel.name).label("plantel"),
            col(ExceptionRequest.reason),
        )
        .join(Post, col(Post.id) == col(ExceptionRequest.post_id))
        .join(Plantel, col(Plantel.id) == col(Post.plantel_id))
        .where(col(ExceptionRequest.state) == "open", within(Post.plantel_id, where))
        .order_by(col(ExceptionRequest.id))
        .limit(EACH)
    ).all()
    return _attention(session, "exception", rows)


def _corrections(
    session: Session, actor: Actor, where: frozenset[int] | None
) -> tuple[AttentionRow, ...]:
    """Return posts of which another person proposed to correct what is public."""
    if where == frozenset():
        return ()
    rows = session.execute(
        select(
            col(Post.id),
            col(Post.revision),
            col(Plantel.name).label("plantel"),
            null().label("local_at"),
            col(RemoteChange.reason),
        )
        .join(Delivery, col(Delivery.id) == col(RemoteChange.delivery_id))
        .join(Post, col(Post.id) == col(Delivery.post_id))
        .join(Plantel, col(Plantel.id) == col(Post.plantel_id))
        .where(
            RemoteChange.__table__.c.state == "proposed",  # type: ignore[attr-defined]
            col(RemoteChange.asked_by) != actor.person_id,
            col(Post.author_id) != actor.person_id,
            within(Post.plantel_id, where),
        )
        .order_by(col(RemoteChange.id))
        .limit(EACH)
    ).all()
    return _attention(session, "correction", rows)


def _waiting(
    app: App,
    session: Session,
    publishing: frozenset[int] | None,
    deciding: frozenset[int] | None,
    reading: frozenset[int] | None,
) -> tuple[AttentionRow, ...]:
    """Return posts with deliveries that wait for hands or a decision, and what failed lately."""
    week = app.clock() - timedelta(days=FAILED_DAYS)
    found: list[AttentionRow] = []
    for kind, where, states, recent in (
        ("by_hand", publishing, ("needs_decision",), (waits(),)),
        ("decide", deciding, ("held", "needs_decision"), (~waits(),)),
        ("failed", reading, ("rejected", "dead"), (col(Delivery.updated_at) >= week,)),
    ):
        if where == frozenset():
            continue
        rows = session.execute(
            select(
                col(Post.id),
                col(Post.revision),
                col(Plantel.name).label("plantel"),
                func.min(col(Delivery.local_at)).label("local_at"),
                func.max(col(Delivery.reason)).label("reason"),
                func.min(col(Delivery.id)).label("delivery_id"),
            )
            .join(Post, col(Post.id) == col(Delivery.post_id))
            .join(Account, col(Account.id) == col(Delivery.account_id))
            .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
            .where(
                col(Delivery.state).in_(states),
                *recent,
                within(Account.plantel_id, where),
            )
            .group_by(col(Post.id), col(Post.revision), col(Plantel.name))
            .order_by(func.min(col(Delivery.due_at)).desc())
            .limit(EACH)
        ).all()
        found += _attention(session, kind, rows)
    return tuple(found)


def _attention(session: Session, kind: str, rows: Any) -> tuple[AttentionRow, ...]:
    facts = facts_of(session, [(row.id, row.revision) for row in rows])
    return tuple(
        AttentionRow(
            kind=kind,
            post_id=row.id,
            plantel=row.plantel,
            text=facts[row.id, row.revision].text,
            local_at=row.local_at,
            reason=getattr(row, "reason", "") or "",
            delivery_id=getattr(row, "delivery_id", 0),
        )
        for row in rows
    )

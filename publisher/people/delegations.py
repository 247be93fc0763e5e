"""Delegations: the Directora lends the power to approve to a coordinator between two instants.

Source: procedure §c. It ends by itself, is never delegated again, and stops when the Directora or
the coordinator loses the role. Own content stays excluded: ``access.may_judge`` sees to it.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlmodel import Session, col

from publisher import access, notices
from publisher.access import persons_with
from publisher.app import Actor, App
from publisher.errors import Conflict, Forbidden, Invalid, NotFound
from publisher.models import Approval, Delegation, Person, Post, RemoteChange, Review
from publisher.models.content import TOPICS
from publisher.texts import access as access_texts
from publisher.texts import people as texts


def delegate(
    app: App,
    actor: Actor,
    to_person_id: int,
    *,
    starts_at: datetime | None = None,
    ends_at: datetime,
    reason: str,
    max_posts: int | None = None,
    only_clean: bool = False,
    topics: Collection[str] = (),
) -> int:
    """Lend the actor's power to approve; return the delegation's id.

    ``max_posts`` limits how many approvals it covers, ``only_clean`` to posts without findings,
    ``topics`` to posts of these topics (none: all).
    Raises ``Forbidden``, ``Invalid``, ``Conflict`` (another one overlaps).
    """
    access.authorize(actor, "delegation.make")
    now = app.clock()
    starts_at = starts_at or now
    reason = reason.strip()
    _check(actor, to_person_id, starts_at, ends_at, reason, max_posts, now)
    if not set(topics) <= set(TOPICS):
        raise Invalid(texts.DELEGATION_TOPICS, field="topics")
    with app.write() as session:
        person = session.get(Person, to_person_id)
        if person is None:
            raise NotFound(texts.NO_SUCH_PERSON)
        if to_person_id not in persons_with(session, "COOR", now=now):
            raise Invalid(texts.DELEGATION_COORDINATOR, field="to")
        overlap = session.scalar(
            select(func.count()).where(
                col(Delegation.to_person_id) == to_person_id,
                col(Delegation.revoked_at).is_(None),
                col(Delegation.starts_at) < ends_at,
                col(Delegation.ends_at) > starts_at,
            )
        )
        if overlap:
            raise Conflict(texts.DELEGATION_OVERLAPS.format(name=person.name))
        made = Delegation(
            from_person_id=actor.person_id,
            to_person_id=to_person_id,
            starts_at=starts_at,
            ends_at=ends_at,
            reason=reason,
            max_posts=max_posts,
            only_clean=only_clean,
            topics=sorted(set(topics)),
            created_at=now,
        )
        session.add(made)
        session.flush()
        app.note(
            session,
            app.entry(
                actor,
                "delegation.make",
                "delegation",
                made.id,
                reason=reason,
                detail=json.dumps(
                    {
                        "to": to_person_id,
                        "max": max_posts,
                        "clean": only_clean,
                        "topics": sorted(set(topics)),
                    }
                ),
            ),
        )
        notices.notify(
            session,
            app,
            person_ids=[to_person_id],
            kind="delegation.make",
            subject=texts.DELEGATED_SUBJECT,
            body=texts.DELEGATED_BODY.format(
                name=person.name,
                by=actor.name,
                start=notices.when(session, starts_at),
                end=notices.when(session, ends_at),
                reason=reason,
            ),
        )
        return made.id or 0


def revoke_delegation(app: App, actor: Actor, delegation_id: int, *, reason: str = "") -> None:
    """End a delegation now; only the Directora who made it may. Raises ``Conflict`` if it ended."""
    access.authorize(actor, "delegation.make")
    now = app.clock()
    with app.write() as session:
        found = session.get(Delegation, delegation_id)
        if found is None:
            raise NotFound(texts.NO_SUCH_DELEGATION)
        if found.from_person_id != actor.person_id:
            raise Forbidden(
                access_texts.NOT_ALLOWED.format(action=access_texts.ACTIONS["delegation.make"])
            )
        if found.revoked_at is not None or found.ends_at <= now:
            raise Conflict(texts.DELEGATION_REVOKED)
        found.revoked_at = now
        app.note(
            session,
            app.entry(actor, "delegation.revoke", "delegation", delegation_id, reason=reason),
        )


def delegation_in_force(session: Session, person_id: int, now: datetime) -> Delegation | None:
    """Return the delegation by which a person may approve at ``now``, or None.

    One whose ``max_posts`` are used up (approvals voided later count too), or whose giver or taker
    no longer holds the role, is not in force.
    """
    found = session.scalars(
        select(Delegation)
        .where(
            col(Delegation.to_person_id) == person_id,
            col(Delegation.revoked_at).is_(None),
            col(Delegation.starts_at) <= now,
            col(Delegation.ends_at) > now,
        )
        .order_by(col(Delegation.id))
    ).first()
    if found is None or person_id not in persons_with(session, "COOR", now=now):
        return None
    if found.from_person_id not in persons_with(session, "DIRV", now=now):
        return None
    if found.max_posts is not None and used_of(session, found) >= found.max_posts:
        return None
    return found


def _check(
    actor: Actor,
    to_person_id: int,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    max_posts: int | None,
    now: datetime,
) -> None:
    if to_person_id == actor.person_id:
        raise Invalid(texts.DELEGATION_SELF, field="to")
    if not reason:
        raise Invalid(texts.DELEGATION_REASON, field="reason")
    if ends_at <= starts_at:
        raise Invalid(texts.ENDS_BEFORE_START, field="ends_at")
    if ends_at <= now:
        raise Invalid(texts.ENDS_IN_PAST, field="ends_at")
    if max_posts is not None and max_posts < 1:
        raise Invalid(texts.DELEGATION_MAX, field="max_posts")


def require_topic(delegation: Delegation, post: Post) -> None:
    """Raise ``Forbidden`` for a post of a topic that the delegation does not cover."""
    if delegation.topics and post.topic not in delegation.topics:
        raise Forbidden(texts.DELEGATION_OTHER_TOPIC)


def used_of(session: Session, delegation: Delegation) -> int:
    """Return how many posts, and corrections of public ones, a delegation approved.

    What was taken back at once counts for nothing.
    """
    undone = exists().where(
        col(Review.post_id) == col(Approval.post_id),
        col(Review.decision) == "approved",
        col(Review.undone_at) == col(Approval.voided_at),
    )
    posts = select(func.count()).where(col(Approval.delegation_id) == delegation.id, ~undone)
    texts_ = select(func.count()).where(col(RemoteChange.delegation_id) == delegation.id)
    return int(session.scalar(posts) or 0) + int(session.scalar(texts_) or 0)

"""Deliveries of an approved revision: planned in bulk, moved within tolerance, pulled back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import exists, select, update
from sqlmodel import Session, col

from publisher import localtime, notices
from publisher.app import Actor, App
from publisher.delivery import outbox, wakeup
from publisher.delivery.spending import write_costs
from publisher.delivery.states import outcome, sources
from publisher.editorial.coming import require_lasting
from publisher.editorial.content import check_time, open_revision, plain
from publisher.editorial.extras import Extras
from publisher.editorial.places import (
    Place,
    ask_fold,
    authorize_places,
    due_at,
    targets_of,
    zone_for,
)
from publisher.editorial.posts import find_post, record, require_state
from publisher.errors import Conflict, Invalid
from publisher.models import Approval, Delivery, Post, Receipt
from publisher.texts import editorial as texts

REASON_MIN = 10
NEVER_OUT = frozenset({"cancelled", "rejected", "dead"})
"""The states of deliveries of which nothing is public and nothing will be, but where a receipt says
otherwise: a thread may end in the middle."""


@dataclass(frozen=True, kw_only=True)
class PulledBack:
    """How many deliveries were stopped and how many had already gone out or were going."""

    stopped: int
    gone: int


def plan_deliveries(
    session: Session,
    post: Post,
    places: Iterable[Place],
    *,
    extras: Mapping[str, Extras] = MappingProxyType({}),
    now: datetime,
) -> None:
    """Insert one delivery per account, and its parts, in two statements."""
    planned = []
    for place in places:
        due = due_at(post, place.timezone)
        planned.append(
            outbox.Planned(
                account_id=place.account_id,
                network=place.network,
                timezone=zone_for(post, place.timezone),
                due_at=due,
                not_after=due + timedelta(minutes=post.max_late_min),
            )
        )
    outbox.plan(
        session.connection(),
        planned,
        post_id=post.id or 0,
        revision=post.revision,
        local_at=post.local_at or "",
        following={
            network: [part.kind for part in one.following] for network, one in extras.items()
        },
        now=now,
    )
    write_costs(
        session,
        post.id or 0,
        post.revision,
        {one.network for one in planned},
        now=now,
    )
    wakeup.announce(session)


def move(app: App, actor: Actor, post_id: int, *, local_at: str, fold: int | None = None) -> None:
    """Move an approved post within the tolerance that its approval gave.

    The tolerance is real time, whatever the clocks show. Raises ``Conflict`` beyond it, and when a
    delivery is already on its way; ``Invalid`` for an hour past, missing, or twice there.
    """
    check_time(local_at, "local", fold)
    with app.write() as session:
        post = find_post(session, actor, "post.schedule", post_id)
        require_state(post, ("approved",), texts.ACTION_MOVE)
        approval = _approval(session, post)
        places = targets_of(session, post)
        before = post.local_at or ""
        post.fold = ask_fold(local_at, post.time_mode, fold, post.timezone, places)
        post.local_at = local_at
        post.version += 1
        for place in places:
            _require_tolerance(post, place, approval)
            _move_one(session, post, place, app.clock())
        require_lasting(app, session, post)
        wakeup.announce(session)
        app.note(
            session,
            app.entry(
                actor,
                "post.move",
                "post",
                post_id,
                plantel_id=post.plantel_id,
                detail=json.dumps({"from": before, "to": local_at, "fold": post.fold}),
            ),
        )


def pull_back(app: App, actor: Actor, post_id: int, *, reason: str) -> PulledBack:
    """Stop what has not gone out yet of an approved post.

    If nothing is public, the approval is void and the post is editable again as a new revision,
    also after every network refused it. What is being sent at this instant, or may be public
    already, cannot be stopped: it is counted as gone.
    """
    reason = plain(reason).strip()
    if len(reason) < REASON_MIN:
        raise Invalid(texts.PULL_REASON, field="reason")
    with app.write() as session:
        post = find_post(session, actor, "post.cancel", post_id)
        require_state(post, ("approved",), texts.ACTION_PULL_BACK)
        authorize_places(actor, "post.cancel", targets_of(session, post))
        stopped = cancel_deliveries(session, post, now=app.clock(), reason=reason)
        gone = _count_gone(session, post)
        if gone and not stopped:
            raise Conflict(texts.NOTHING_TO_PULL)
        record(app, session, actor, post, "pulled_back", reason=reason)
        if not gone:
            approval = _approval(session, post)
            approval.voided_at = app.clock()
            approval.voided_reason = reason
            session.flush()
            open_revision(session, post)
            post.state = "draft"
            post.version += 1
        notices.notify(
            session,
            app,
            person_ids={post.author_id} - {actor.person_id},
            kind="post.pulled_back",
            subject=texts.NOTICE_PULLED,
            body=reason,
            link=f"/publicacion?id={post_id}",
        )
        return PulledBack(stopped=stopped, gone=gone)


def cancel_deliveries(session: Session, post: Post, *, now: datetime, reason: str) -> int:
    """Cancel what was not begun; the guard races fairly with the worker's ``begin``."""
    result = session.connection().execute(
        update(Delivery)
        .where(
            col(Delivery.post_id) == post.id,
            col(Delivery.revision) == post.revision,
            col(Delivery.state).in_(sources("pull_back")),
        )
        .values(
            state=outcome("pull_back"),
            hold_reason=None,
            reason=reason,
            updated_at=now,
            owner=None,
            lease_until=None,
        )
    )
    return int(result.rowcount)


def _require_tolerance(post: Post, place: Place, approval: Approval) -> None:
    zone = zone_for(post, place.timezone)
    agreed = localtime.resolve(approval.local_at, zone, approval.fold)
    if abs(due_at(post, place.timezone) - agreed) > timedelta(minutes=approval.tolerance_min):
        raise Conflict(texts.BEYOND_TOLERANCE.format(n=approval.tolerance_min))


def _move_one(session: Session, post: Post, place: Place, now: datetime) -> None:
    due = due_at(post, place.timezone)
    if due <= now:
        wall = (post.local_at or "").replace("T", " ")
        raise Invalid(texts.TIME_PAST.format(wall=wall, zone=place.timezone), field="local_at")
    result = session.connection().execute(
        update(Delivery)
        .where(
            col(Delivery.post_id) == post.id,
            col(Delivery.revision) == post.revision,
            col(Delivery.account_id) == place.account_id,
            col(Delivery.state).in_(sources("move")),
            col(Delivery.part) == 0,
        )
        .values(
            due_at=due,
            next_at=due,
            local_at=post.local_at,
            not_after=due + timedelta(minutes=post.max_late_min),
            updated_at=now,
        )
    )
    if result.rowcount != 1:
        raise Conflict(texts.ALREADY_LEAVING)


def _count_gone(session: Session, post: Post) -> int:
    """Count the deliveries of which anything is public or may be, also of a thread cut short."""
    shown = exists().where(col(Receipt.delivery_id) == col(Delivery.id))
    found = session.execute(
        select(col(Delivery.state), shown).where(
            col(Delivery.post_id) == post.id, col(Delivery.revision) == post.revision
        )
    )
    return sum(proven or state not in NEVER_OUT for state, proven in found)


def _approval(session: Session, post: Post) -> Approval:
    return session.scalars(
        select(Approval).where(
            col(Approval.post_id) == post.id,
            col(Approval.revision) == post.revision,
            col(Approval.voided_at).is_(None),
        )
    ).one()

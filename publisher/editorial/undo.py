"""Taking back one's own decisions within seconds: all of what was done at once, or nothing.

An approval taken back leaves no delivery behind, because none of them had begun; it stays on
record, voided. Whatever moved on meanwhile (a worker took a delivery, the author began to correct,
somebody else decided) is not taken back by anybody: pulling back and deciding anew are for that.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import CursorResult, delete, exists, func, select
from sqlmodel import Session, col

from publisher import notices, rulebook
from publisher.app import Actor, App
from publisher.delivery import wakeup
from publisher.delivery.states import INITIAL
from publisher.editorial.approve import open_post
from publisher.editorial.posts import find_post, note
from publisher.editorial.standing import restore
from publisher.editorial.submit import check_stored, store_findings
from publisher.errors import Conflict, Forbidden
from publisher.manual.document import Manual
from publisher.models import Approval, Attempt, Delivery, DeliveryPart, Notice, Post, Review
from publisher.texts import editorial as texts

WINDOW: Final = timedelta(seconds=10)
"""How long a screen offers it, from the last decision of a batch."""
TRAVEL: Final = timedelta(seconds=3)
"""What a press of the last moment may take to arrive."""
BATCH: Final = timedelta(seconds=60)
"""The most that lies between the first and the last decision of one batch."""

_UNDOABLE: Final = ("reviewed", "returned", "rejected", "approved")


def undo(app: App, actor: Actor, post_ids: Iterable[int]) -> int:
    """Take back the actor's latest decision on each of these posts; returns how many.

    All or nothing. Raises ``Conflict`` when the time is over, when anything left or was touched
    since, or where the latest decision is not one that can be taken back; ``Forbidden`` when it
    is somebody else's.
    """
    manual = rulebook.in_force(app)
    with app.write() as session:
        decided = [_latest(app, session, actor, post_id) for post_id in sorted(set(post_ids))]
        if not decided:
            raise Conflict(texts.UNDO_NOTHING)
        times = [review.at for _, review in decided]
        now = app.clock()
        if now - max(times) > WINDOW + TRAVEL or max(times) - min(times) > BATCH:
            raise Conflict(texts.UNDO_LATE.format(n=int(WINDOW.total_seconds())))
        for post, review in decided:
            _take_back(app, session, actor, post, review, manual, now)
        if any(review.decision == "approved" for _, review in decided):
            wakeup.announce(session)
        return len(decided)


def _latest(app: App, session: Session, actor: Actor, post_id: int) -> tuple[Post, Review]:
    """Return the post, locked, and the decision on it that the actor may take back."""
    found = session.scalars(
        select(Review)
        .where(col(Review.post_id) == post_id, col(Review.undone_at).is_(None))
        .order_by(col(Review.id).desc())
        .limit(1)
    ).one_or_none()
    dictamen = found is not None and found.was is not None and found.was["state"] == "in_review"
    if dictamen:
        post = find_post(session, actor, "post.review", post_id)
    elif found is not None and found.person_id == actor.person_id:
        # the delegation by which they decided may have been spent by this very decision
        post = find_post(session, actor, "post.approve", post_id, delegated=True)
    else:
        post, _ = open_post(app, session, actor, post_id)
    if found is None or found.decision not in _UNDOABLE or found.was is None:
        raise Conflict(texts.UNDO_NOTHING)
    if found.person_id != actor.person_id:
        raise Forbidden(texts.UNDO_OTHER)
    if post.version != int(found.was["version"]) + 1 or post.state != found.decision:
        raise Conflict(texts.UNDO_TOUCHED.format(id=post_id))
    return post, found


def _take_back(
    app: App,
    session: Session,
    actor: Actor,
    post: Post,
    review: Review,
    manual: Manual,
    now: datetime,
) -> None:
    was: dict[str, Any] = review.was or {}
    if review.decision == "approved":
        _unplan(session, post, now)
    restore(session, post, was)
    if review.decision == "reviewed":
        checked, _, _ = check_stored(app, session, post, manual)
        store_findings(app, session, post, checked)
    review.undone_at = now
    post.updated_at = now
    _unsay(app, session, post, review)
    told = {"revision": post.revision, "decision": review.decision}
    note(app, session, actor, post, "post.undone", after=post.digest or "", told=told)
    session.flush()


def _unplan(session: Session, post: Post, now: datetime) -> None:
    """Void the approval and drop its deliveries. Raises ``Conflict`` where one of them began.

    They are dropped and not cancelled: the same revision may be approved again, and has one
    delivery per account.
    """
    mine = (col(Delivery.post_id) == post.id, col(Delivery.revision) == post.revision)
    total = session.scalar(select(func.count()).select_from(Delivery).where(*mine)) or 0
    untouched = (
        *mine,
        col(Delivery.state) == INITIAL,
        col(Delivery.fence) == 0,
        ~exists().where(col(Attempt.delivery_id) == col(Delivery.id)),
    )
    # locked first: a worker that comes for them waits, and then finds nothing
    ids = session.scalars(select(col(Delivery.id)).where(*untouched).with_for_update()).all()
    if len(ids) != total:
        raise Conflict(texts.UNDO_LEFT.format(id=post.id))
    session.execute(delete(DeliveryPart).where(col(DeliveryPart.delivery_id).in_(ids)))
    dropped = cast(
        "CursorResult[Any]",
        session.execute(delete(Delivery).where(col(Delivery.id).in_(ids))),
    )
    if dropped.rowcount != total:
        raise Conflict(texts.UNDO_LEFT.format(id=post.id))
    approval = session.scalars(
        select(Approval).where(
            col(Approval.post_id) == post.id,
            col(Approval.revision) == post.revision,
            col(Approval.voided_at).is_(None),
        )
    ).one()
    approval.voided_at = now
    approval.voided_reason = texts.UNDONE


def _unsay(app: App, session: Session, post: Post, review: Review) -> None:
    """Take away what nobody read yet of the decision's notices; tell the others that it is off."""
    told = session.scalars(
        select(Notice).where(
            col(Notice.kind) == f"post.{review.decision}",
            col(Notice.link).in_((f"/nueva?id={post.id}", f"/publicacion?id={post.id}")),
            col(Notice.at) >= review.at,
        )
    ).all()
    heard = set()
    for notice in told:
        claimed = notice.mail_state != "none" and notice.next_at != notice.at
        if notice.read_at is None and not claimed:
            session.delete(notice)
        else:
            heard.add(notice.person_id)
    if heard:
        notices.notify(
            session,
            app,
            person_ids=heard,
            kind="post.undone",
            subject=texts.NOTICE_UNDONE,
            body=texts.UNDONE_SAID[review.decision],
            link=f"/publicacion?id={post.id}",
        )

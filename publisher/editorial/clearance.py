"""When a post waits for its plantel's director, and what that visto bueno binds (DP-5.3.1).

The option is the institution's (``Institution.clearance``). A text that only Difusión or the
Directora made needs none; what the director sends in carries it. Nobody who gave it reviews or
approves the same content, and with the option on at least three persons see every post.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from publisher import access, notices
from publisher.app import Actor, App
from publisher.editorial.posts import made_centrally, note
from publisher.editorial.snapshot import Snapshot, load_snapshot
from publisher.errors import Conflict, Forbidden, Invalid
from publisher.models import Clearance, Institution, Post, Review
from publisher.texts import clearance as texts

ENOUGH = 3


def begin(app: App, session: Session, actor: Actor, post: Post, snapshot: Snapshot) -> bool:
    """Tell whether the post, sent in now, waits for the director; tells them if it does.

    Raises ``Invalid`` where a visto bueno is needed and nobody could give it.
    """
    if not is_on(session) or made_centrally(app, session, post):
        return False
    if ("DIRP", post.plantel_id) in actor.grants:
        write(app, session, actor, post, snapshot.content_digest, "cleared")
        return False
    directors = access.persons_with(session, "DIRP", now=app.clock(), plantel_id=post.plantel_id)
    if not directors:
        raise Invalid(texts.NO_DIRECTOR)
    notices.notify(
        session,
        app,
        person_ids=directors,
        kind="post.clearance",
        subject=texts.ASKED_SUBJECT,
        body=texts.ASKED_BODY.format(name=actor.name),
        link=f"/publicacion?id={post.id}",
    )
    return True


def is_on(session: Session) -> bool:
    """Tell whether the institution asks for the visto bueno of a plantel's director."""
    return bool(session.scalar(select(col(Institution.clearance)).where(col(Institution.id) == 1)))


def write(
    app: App,
    session: Session,
    actor: Actor,
    post: Post,
    digest: str,
    outcome: str,
    reason: str = "",
) -> None:
    """Write down what the director said of exactly this content, and its audit entry."""
    row = session.scalars(
        select(Clearance).where(col(Clearance.post_id) == post.id, col(Clearance.digest) == digest)
    ).one_or_none()
    if row is None:
        row = Clearance(
            post_id=post.id or 0,
            revision=post.revision,
            digest=digest,
            outcome=outcome,
            person_id=actor.person_id,
            at=app.clock(),
        )
        session.add(row)
    row.revision, row.outcome, row.reason = post.revision, outcome, reason
    row.person_id, row.at = actor.person_id, app.clock()
    told = {"revision": post.revision}
    note(app, session, actor, post, f"post.{outcome}", reason=reason, after=digest, told=told)
    session.flush()


def require(session: Session, actor: Actor, post: Post) -> None:
    """Raise unless the post may be judged by ``actor`` as far as the visto bueno goes.

    ``Conflict`` while it waits or where the content is no longer the one that was cleared,
    ``Forbidden`` for whoever cleared it.
    """
    if post.awaits_clearance:
        raise Conflict(texts.WAITS)
    given = _given(session, post)
    if given is None:
        return
    stored = load_snapshot(session, post.id or 0, post.revision)
    if given.digest != stored.content_digest:
        raise Conflict(texts.OTHER_CONTENT)
    if given.person_id == actor.person_id:
        raise Forbidden(texts.OWN)


def require_three(session: Session, actor: Actor, post: Post) -> None:
    """Raise ``Forbidden`` where, with the approval of ``actor``, fewer than three persons saw it.

    Only posts with a visto bueno are asked: without the option two persons suffice.
    """
    given = _given(session, post)
    if given is None:
        return
    reviewers = session.scalars(
        select(col(Review.person_id)).where(
            col(Review.post_id) == post.id,
            col(Review.revision) == post.revision,
            col(Review.decision) == "reviewed",
            col(Review.undone_at).is_(None),
        )
    )
    hands = {post.author_id, post.last_editor_id, given.person_id, actor.person_id, *reviewers}
    if post.submitted_by_id is not None:
        hands.add(post.submitted_by_id)
    if len(hands) < ENOUGH:
        raise Forbidden(texts.THREE_PERSONS)


def _given(session: Session, post: Post) -> Clearance | None:
    return session.scalars(
        select(Clearance)
        .where(
            col(Clearance.post_id) == post.id,
            col(Clearance.revision) == post.revision,
            col(Clearance.outcome) == "cleared",
        )
        .order_by(col(Clearance.at).desc())
        .limit(1)
    ).first()

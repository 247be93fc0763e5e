"""The Directora's decision on exactly what is on her screen (DV-5.1.1, S6-1).

Approving binds the digest, authorises accounts and time, and plans the deliveries in the same
transaction. A delegate decides within the delegation's limits, and never on a post that they
reviewed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from publisher import notices
from publisher.app import Actor, App
from publisher.editorial import clearance, consenting, veda
from publisher.editorial.coming import require_lasting
from publisher.editorial.content import plain
from publisher.editorial.places import places_of, require_targets
from publisher.editorial.plan import plan_deliveries
from publisher.editorial.posts import find_post, record, require_state
from publisher.editorial.rejudging import require_standing
from publisher.editorial.review import Ending, end, require_other
from publisher.editorial.snapshot import load_snapshot
from publisher.editorial.standing import standing
from publisher.errors import Conflict, Forbidden, Invalid, PublisherError
from publisher.models import Approval, CheckRun, Delegation, Post, Review
from publisher.people import delegation_in_force
from publisher.people.delegations import require_topic, used_of
from publisher.texts import editorial as texts
from publisher.texts import rulebook as veda_texts


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What became of one post of a batch; ``sentence`` is Spanish."""

    post_id: int
    ok: bool
    sentence: str


def approve(app: App, actor: Actor, post_id: int, *, digest: str, grounds: str = "") -> None:
    """Approve the content with ``digest`` and plan its deliveries.

    ``grounds`` say why a post goes out in an electoral window, where no dictamen does. Raises
    ``Conflict`` when the digest on the screen is not the one of the rows, the manual in force finds
    more than was seen, or a version that begins before the post is due stops it; ``Invalid`` where
    the manual in force does.
    """
    with app.write() as session:
        post, delegation = open_post(app, session, actor, post_id)
        require_state(post, ("reviewed",), texts.ACTION_APPROVE)
        require_other(actor, post)
        if delegation is not None:
            _within(session, delegation, actor, post)
        snapshot = load_snapshot(session, post_id, post.revision)
        if not digest or digest != post.digest or digest != snapshot.digest:
            raise Conflict(texts.OTHER_DIGEST)
        clearance.require(session, actor, post)
        clearance.require_three(session, actor, post)
        places = places_of(session, [target.account_id for target in snapshot.targets])
        require_targets(post, places, app)
        consenting.require(app, session, post, snapshot)
        require_standing(app, session, post, snapshot)
        if veda.needs_grounds(session, post) and len(plain(grounds).strip()) < veda.GROUNDS_MIN:
            raise Invalid(veda_texts.VEDA_GROUNDS, field="grounds")
        was = standing(session, post)
        session.add(
            Approval(
                post_id=post_id,
                revision=post.revision,
                digest=digest,
                snapshot=snapshot.canonical(),
                approver_id=actor.person_id,
                delegation_id=delegation.id if delegation else None,
                local_at=post.local_at or "",
                timezone=post.timezone,
                time_mode=post.time_mode,
                fold=post.fold,
                tolerance_min=post.tolerance_min,
                at=app.clock(),
            )
        )
        plan_deliveries(session, post, places, extras=snapshot.extras, now=app.clock())
        require_lasting(app, session, post)
        post.state = "approved"
        post.version += 1
        behalf = {"delegation": delegation.id} if delegation else {}
        said = plain(grounds).strip()
        record(app, session, actor, post, "approved", reason=said, was=was, detail=behalf)
        notices.notify(
            session,
            app,
            person_ids=[post.author_id],
            kind="post.approved",
            subject=texts.NOTICE_APPROVED,
            body=texts.APPROVED_DONE,
            link=f"/publicacion?id={post_id}",
        )


def approve_many(app: App, actor: Actor, items: Iterable[tuple[int, str]]) -> tuple[Answer, ...]:
    """Approve a batch, each post on its own: one that cannot be approved stops no other."""
    answers = []
    for post_id, digest in items:
        try:
            approve(app, actor, post_id, digest=digest)
        except PublisherError as error:
            answers.append(Answer(post_id=post_id, ok=False, sentence=str(error)))
        else:
            answers.append(Answer(post_id=post_id, ok=True, sentence=texts.APPROVED_DONE))
    return tuple(answers)


def send_back(
    app: App, actor: Actor, post_id: int, *, reason: str = "", phrases: Collection[int] = ()
) -> None:
    """Return a post of the queue to its author, with the reason or the phrases that say it."""
    _end(app, actor, post_id, "returned", reason, phrases)


def reject(
    app: App, actor: Actor, post_id: int, *, reason: str = "", phrases: Collection[int] = ()
) -> None:
    """Reject a post of the queue for good, with the reason or the phrases that say it."""
    _end(app, actor, post_id, "rejected", reason, phrases)


def _end(
    app: App,
    actor: Actor,
    post_id: int,
    decision: Ending,
    reason: str,
    phrases: Collection[int],
) -> None:
    with app.write() as session:
        post, _ = open_post(app, session, actor, post_id)
        require_state(post, ("reviewed",), texts.ACTION_APPROVE)
        require_other(actor, post)
        end(app, session, actor, post, decision, reason, phrases)


def open_post(
    app: App, session: Session, actor: Actor, post_id: int
) -> tuple[Post, Delegation | None]:
    """Return the post and the delegation used, None for the Directora herself."""
    if "DIRV" in actor.roles:
        return find_post(session, actor, "post.approve", post_id), None
    delegation = delegation_in_force(session, actor.person_id, app.clock())
    post = find_post(session, actor, "post.approve", post_id, delegated=delegation is not None)
    return post, delegation


def _within(session: Session, delegation: Delegation, actor: Actor, post: Post) -> None:
    # two approvals at once must not both be the delegation's last
    session.refresh(delegation, with_for_update=True)
    reviewer = session.execute(
        select(col(Review.id)).where(
            col(Review.post_id) == post.id,
            col(Review.revision) == post.revision,
            col(Review.decision) == "reviewed",
            col(Review.person_id) == actor.person_id,
            col(Review.undone_at).is_(None),
        )
    ).first()
    if reviewer is not None:
        raise Forbidden(texts.SAME_REVIEWER)
    require_topic(delegation, post)
    most = delegation.max_posts
    if most is not None and used_of(session, delegation) >= most:
        raise Forbidden(texts.DELEGATION_SPENT.format(n=most))
    verdict = session.execute(
        select(col(CheckRun.verdict)).where(
            col(CheckRun.post_id) == post.id, col(CheckRun.revision) == post.revision
        )
    ).scalar_one_or_none()
    if delegation.only_clean and verdict != "ok":
        raise Forbidden(texts.DELEGATION_CLEAN)

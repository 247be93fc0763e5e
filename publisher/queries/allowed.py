"""What a person may do with a post in its present state; a screen spares the other buttons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from publisher import access
from publisher.app import Actor, App
from publisher.models import Post
from publisher.people import delegation_in_force
from publisher.queries.sending import DeliveryRow


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """What the actor may do with the post in its present state; the verbs decide again."""

    edit: bool = False
    clear: bool = False
    withdraw: bool = False
    review: bool = False
    approve: bool = False
    resolve_exception: bool = False
    pull_back: bool = False
    move: bool = False
    decide: bool = False
    remove: bool = False
    correct: bool = False
    ratify: bool = False

    @property
    def judge(self) -> bool:
        """Tell whether the actor decides on the post where it waits now."""
        return self.review or self.approve


def allowed_of(
    app: App,
    session: Session,
    actor: Actor,
    post: Post,
    counts: Mapping[str, int],
    deliveries: tuple[DeliveryRow, ...],
    *,
    pending: bool,
) -> Allowed:
    """Return what ``actor`` may do with ``post``.

    ``counts`` says how many of its deliveries are in each group (``rows.delivery_counts``);
    ``pending`` says that a request for an exception waits for its answer.
    """

    def may(action: str, *, delegated: bool = False) -> bool:
        return access.allows(actor, action, plantel_id=post.plantel_id, delegated=delegated)

    other = another(actor, post)
    delegated = delegation_in_force(session, actor.person_id, app.clock()) is not None
    stoppable = bool(counts.keys() & {"scheduled", "publishing", "retrying", "waiting"})
    approved = post.state == "approved"
    clearing = post.state == "in_review" and post.awaits_clearance
    public = any(row.is_public and not row.is_leaving for row in deliveries)
    unratified = any(removal.ratified_at is None for row in deliveries for removal in row.removals)
    return Allowed(
        edit=post.state in {"draft", "returned"} and may("post.draft"),
        withdraw=post.state in {"in_review", "reviewed"} and may("post.cancel"),
        clear=clearing and may("post.clear"),
        review=post.state == "in_review" and not clearing and other and may("post.review"),
        approve=post.state == "reviewed" and other and may("post.approve", delegated=delegated),
        resolve_exception=pending and other and may("post.exception"),
        pull_back=approved and stoppable and may("post.cancel"),
        move=approved and set(counts) == {"scheduled"} and may("post.schedule"),
        decide=bool(counts.get("waiting")) and may("delivery.decide"),
        remove=public and may("post.remove"),
        correct=public and may("post.correct"),
        ratify=unratified and access.allows(actor, "post.ratify"),
    )


def another(actor: Actor, post: Post) -> bool:
    """Tell whether the post is somebody else's, so that ``actor`` may judge it."""
    submitters = () if post.submitted_by_id is None else (post.submitted_by_id,)
    return access.may_judge(
        actor.person_id,
        author_id=post.author_id,
        last_editor_id=post.last_editor_id,
        submitter_ids=submitters,
    )

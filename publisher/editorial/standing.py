"""How a post stands before somebody decides on it: kept with the decision, to be taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from publisher.editorial.places import write_targets
from publisher.models import Post, Review, Target

_FIELDS = (
    "state",
    "digest",
    "local_at",
    "time_mode",
    "fold",
    "version",
    "awaits_clearance",
)


def standing(session: Session, post: Post) -> dict[str, Any]:
    """Return what a decision may change of ``post``, as JSON; ``restore`` reads it."""
    accounts = session.scalars(
        select(col(Target.account_id)).where(
            col(Target.post_id) == post.id, col(Target.revision) == post.revision
        )
    )
    return {name: getattr(post, name) for name in _FIELDS} | {"accounts": sorted(accounts)}


def restore(session: Session, post: Post, was: dict[str, Any]) -> None:
    """Put ``post`` back as ``standing`` found it; ``version`` moves on, so that screens notice."""
    for name in _FIELDS:
        if name != "version":
            setattr(post, name, was[name])
    post.version += 1
    write_targets(session, post, was["accounts"])


def waiting_since(session: Session, post: Post) -> datetime | None:
    """Return when the post reached whoever decides on it now; None where nobody sent it in."""
    found: datetime | None = session.scalar(
        select(func.max(col(Review.at))).where(
            col(Review.post_id) == post.id,
            col(Review.revision) == post.revision,
            col(Review.decision).in_(("submitted", "reviewed")),
            col(Review.undone_at).is_(None),
        )
    )
    return found or post.submitted_at

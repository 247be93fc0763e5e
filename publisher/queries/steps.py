"""What persons did with a post, in order: from writing it to its last decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from publisher.models import Clearance, ExceptionRequest, Person, Post, Review
from publisher.texts import queries as texts


@dataclass(frozen=True, kw_only=True)
class StepRow:
    """Something that a person did: ``created``, a decision of ``Review``, or an exception's.

    ``undone`` says that the same person took it back at once.
    """

    at: datetime
    person: str
    what: str
    revision: int
    reason: str = ""
    undone: bool = False


def steps_of(session: Session, post: Post, author: str) -> tuple[StepRow, ...]:
    """Return the steps of ``post``, oldest first; ``author`` is the name of who wrote it."""
    steps = [StepRow(at=post.created_at, person=author, what="created", revision=1)]
    rows = session.execute(
        select(
            col(Review.at),
            col(Person.name).label("person"),
            col(Review.decision).label("what"),
            col(Review.revision),
            col(Review.reason),
            col(Review.undone_at).is_not(None).label("undone"),
        )
        .join(Person, col(Person.id) == col(Review.person_id))
        .where(col(Review.post_id) == post.id)
        .order_by(col(Review.id))
    ).mappings()
    steps += [StepRow(**row) for row in rows]
    steps += _cleared(session, post)
    resolver = aliased(Person)
    for asked, name, resolved_by in session.execute(
        select(ExceptionRequest, col(Person.name), col(resolver.name))
        .join(Person, col(Person.id) == col(ExceptionRequest.requested_by))
        .outerjoin(resolver, col(resolver.id) == col(ExceptionRequest.resolved_by))
        .where(col(ExceptionRequest.post_id) == post.id)
    ):
        steps.append(
            StepRow(
                at=asked.created_at,
                person=name,
                what="exception_asked",
                revision=asked.revision,
                reason=asked.reason,
            )
        )
        if asked.resolved_at is not None:
            steps.append(
                StepRow(
                    at=asked.resolved_at,
                    person=resolved_by or "",
                    what=f"exception_{asked.state}",
                    revision=asked.revision,
                    reason=_resolution(asked),
                )
            )
    return tuple(sorted(steps, key=lambda step: step.at))


def _cleared(session: Session, post: Post) -> list[StepRow]:
    rows = session.execute(
        select(col(Clearance.at), col(Person.name).label("person"), col(Clearance.revision))
        .join(Person, col(Person.id) == col(Clearance.person_id))
        .where(col(Clearance.post_id) == post.id, col(Clearance.outcome) == "cleared")
    ).mappings()
    return [StepRow(**row, what="cleared") for row in rows]


def _resolution(asked: ExceptionRequest) -> str:
    """Return why a request was granted or denied, with the legal basis of a window's override."""
    if not asked.legal_basis:
        return asked.resolution
    return texts.WITH_BASIS.format(reason=asked.resolution, basis=asked.legal_basis)

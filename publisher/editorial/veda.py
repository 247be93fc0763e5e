"""What an electoral window asks of whoever lets a post through (rule 7.3, article 41).

Within a window every post is warned of, so that a service passes only with its reasons, written in
the dictamen or the approval; praise of deeds is stopped, and the exception to that rests on a legal
basis that the Directora writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

from sqlalchemy import select
from sqlmodel import Session, col

from publisher.editorial.content import plain
from publisher.errors import Invalid
from publisher.models import ExceptionRequest, Finding, Post, Review
from publisher.texts import rulebook as texts

RULE: Final = "7.3"
SECTION: Final = "7"
GROUNDS_MIN: Final = 10
LEGAL_MIN: Final = 20


class Found(Protocol):
    """What is read of a finding, live or stored."""

    @property
    def rule(self) -> str: ...  # noqa: D102
    @property
    def section(self) -> str: ...  # noqa: D102
    @property
    def severity(self) -> str: ...  # noqa: D102


def in_window(findings: Iterable[Found]) -> bool:
    """Tell whether a post was judged as one of an electoral window."""
    return any(finding.rule == RULE for finding in findings)


def needs_legal_basis(findings: Iterable[Found]) -> bool:
    """Tell whether an exception for a post would override what a window forbids."""
    found = list(findings)
    return in_window(found) and any(
        finding.section == SECTION and finding.severity == "block" for finding in found
    )


def require_legal_basis(findings: Iterable[Found], legal_basis: str) -> str:
    """Return the legal basis to keep, empty where none is needed. Raises ``Invalid``."""
    if not needs_legal_basis(findings):
        return ""
    written = plain(legal_basis).strip()
    if len(written) < LEGAL_MIN:
        raise Invalid(texts.LEGAL_BASIS.format(n=LEGAL_MIN), field="legal_basis")
    return written


def require_grounds(findings: Iterable[Found], grounds: str) -> None:
    """Raise ``Invalid`` where a post of a window is let through without a reason."""
    if in_window(findings) and len(plain(grounds).strip()) < GROUNDS_MIN:
        raise Invalid(texts.VEDA_GROUNDS, field="reason")


def needs_grounds(session: Session, post: Post) -> bool:
    """Tell whether an approval must say why: a window, and no dictamen of this revision that did.

    What Difusión writes has no dictamen; the approval carries it.
    """
    judged = session.scalars(
        select(col(Finding.id)).where(
            col(Finding.post_id) == post.id,
            col(Finding.revision) == post.revision,
            col(Finding.rule) == RULE,
        )
    ).first()
    if judged is None:
        return False
    reasons = session.scalars(
        select(col(Review.reason)).where(
            col(Review.post_id) == post.id,
            col(Review.revision) == post.revision,
            col(Review.decision) == "reviewed",
            col(Review.undone_at).is_(None),
        )
    )
    return not any(len(reason.strip()) >= GROUNDS_MIN for reason in reasons)


def legal_basis_of(session: Session, post: Post) -> str:
    """Return what the latest exception for this revision in a window rests on, empty without."""
    return (
        session.scalar(
            select(col(ExceptionRequest.legal_basis))
            .where(
                col(ExceptionRequest.post_id) == post.id,
                col(ExceptionRequest.revision) == post.revision,
                col(ExceptionRequest.state) == "granted",
            )
            .order_by(col(ExceptionRequest.id).desc())
            .limit(1)
        )
        or ""
    )

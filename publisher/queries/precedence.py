"""In which order posts wait for a decision: by deadline and risk, as conditions and columns."""

from __future__ import annotations

from typing import Final, Literal

from sqlalchemy import ColumnElement, case, exists, func, literal, or_
from sqlmodel import col

from publisher.models import ExceptionRequest, Finding, Post, PostMedia
from publisher.queries.findings import is_dismissed

Risk = Literal["high", "some", "none"]

RISKS: Final[tuple[Risk, ...]] = ("high", "some", "none")
NO_TIME: Final = "9999-12-31T23:59"
"""The wall time that a post without one sorts by."""


def place(weight: ColumnElement[str], urgent: str) -> ColumnElement[str]:
    """Return where a post stands in the tray, as one text that sorts: all digits of equal length.

    A wall time sorts as text; ``0`` and the time, or ``1``, the day, the risk and the time.
    """
    when = func.coalesce(col(Post.local_at), NO_TIME)
    day = func.substr(when, 1, len("9999-12-31"))
    return case(
        (when <= urgent, literal("0").concat(when).concat(weight)),
        else_=literal("1").concat(day).concat(weight).concat(when),
    )


def risk() -> ColumnElement[str]:
    """Return a post's place in ``RISKS``, as a digit."""
    of_revision = (
        col(Finding.post_id) == col(Post.id),
        col(Finding.revision) == col(Post.revision),
    )
    blocked = exists().where(*of_revision, col(Finding.severity) == "block").correlate(Post)
    warned = (
        exists()
        .where(*of_revision, col(Finding.severity) == "warn", ~is_dismissed())
        .correlate(Post)
    )
    persons = (
        exists()
        .where(
            col(PostMedia.post_id) == col(Post.id),
            col(PostMedia.revision) == col(Post.revision),
            col(PostMedia.persons_in_image),
        )
        .correlate(Post)
    )
    return case(
        (or_(blocked, granted()), literal("0")),
        (or_(warned, persons), literal("1")),
        else_=literal("2"),
    )


def granted() -> ColumnElement[bool]:
    """Return the condition that the Directora granted an exception for the post."""
    return (
        exists()
        .where(
            col(ExceptionRequest.post_id) == col(Post.id),
            col(ExceptionRequest.state) == "granted",
        )
        .correlate(Post)
    )

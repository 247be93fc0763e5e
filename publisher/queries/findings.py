"""What was found on a revision, as screens show it, with what a reviewer said of each finding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, select, tuple_
from sqlmodel import Session, col

from publisher.editorial.checking import FindingView
from publisher.models import Finding, FindingDismissal, Person

_WEIGHT = {"block": 0, "warn": 1, "info": 2}


@dataclass(frozen=True, kw_only=True)
class FindingRow(FindingView):
    """A stored finding of a revision.

    ``dismissed`` is why somebody who judges called it a false alarm, and ``dismissed_by`` who; both
    empty where nobody did.
    """

    dismissed: str = ""
    dismissed_by: str = ""


def findings_of(session: Session, post_id: int, revision: int) -> tuple[FindingRow, ...]:
    """Return the findings of a revision, the most serious first."""
    rows = session.execute(
        select(
            col(Finding.source),
            col(Finding.network),
            col(Finding.rule),
            col(Finding.section),
            col(Finding.severity),
            col(Finding.category),
            col(Finding.fragment),
            col(Finding.start),
            col(Finding.end),
            col(Finding.explanation),
            col(Finding.suggestion),
            func.coalesce(col(FindingDismissal.reason), "").label("dismissed"),
            func.coalesce(col(Person.name), "").label("dismissed_by"),
        )
        .outerjoin(FindingDismissal, _same())
        .outerjoin(Person, col(Person.id) == col(FindingDismissal.person_id))
        .where(col(Finding.post_id) == post_id, col(Finding.revision) == revision)
        .order_by(col(Finding.id))
    ).mappings()
    found = [FindingRow(**row) for row in rows]
    return tuple(sorted(found, key=lambda finding: _WEIGHT[finding.severity]))


def dismissed_warnings(
    session: Session, keys: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], int]:
    """Return how many warnings of each revision somebody called false alarms."""
    key = (col(Finding.post_id), col(Finding.revision))
    rows = session.execute(
        select(*key, func.count())
        .where(tuple_(*key).in_(list(keys)), col(Finding.severity) == "warn", is_dismissed())
        .group_by(*key)
    )
    return {(post_id, revision): count for post_id, revision, count in rows}


def is_dismissed() -> ColumnElement[bool]:
    """Return the condition that somebody called the row of ``finding`` a false alarm."""
    return exists().where(_same()).correlate(Finding)


def _same() -> ColumnElement[bool]:
    return and_(
        col(FindingDismissal.post_id) == col(Finding.post_id),
        col(FindingDismissal.revision) == col(Finding.revision),
        col(FindingDismissal.rule) == col(Finding.rule),
        col(FindingDismissal.place) == col(Finding.network),
        col(FindingDismissal.fragment) == col(Finding.fragment),
    )

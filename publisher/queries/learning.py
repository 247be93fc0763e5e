"""Calidad: what is returned and why, which findings were false alarms, and what was done well.

So that the office can tune its manual. Returns are counted by the plantel of the post and by the
rules that the reason cites; a false alarm is a finding that a reviewer dismissed with a word.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from typing import Any, Final

from sqlalchemy import and_, case, func, select, tuple_
from sqlmodel import Session, col

from publisher import rulebook
from publisher.app import Actor, App
from publisher.models import Finding, FindingDismissal, Person, Plantel, Post, Review
from publisher.queries.rows import require, within

ACTION: Final = "learning.read"
DAYS: Final = 90
SHOWN: Final = 200
LIKENESS: Final = "a publicaciones que esta regla no permite"
"""What the explanation of a finding by likeness says, and no other's."""
_ENDED: Final = ("returned", "rejected")
_CITED: Final = re.compile(r"\bregla\s+(\d{1,2}\.\d{1,2})\b", re.IGNORECASE)
_Z: Final = 1.96


@dataclass(frozen=True, kw_only=True)
class PlantelRow:
    """What a plantel sent in and what came back; ``rules`` are the most cited, with how often.

    ``share`` is None where nothing was sent in.
    """

    plantel_id: int
    plantel: str
    submitted: int
    returned: int
    rejected: int
    rules: tuple[tuple[str, int], ...]

    @property
    def came_back(self) -> int:
        """How many were returned or rejected."""
        return self.returned + self.rejected

    @property
    def share(self) -> float | None:
        """The part of what was sent in that came back or was rejected."""
        return self.came_back / self.submitted if self.submitted else None


@dataclass(frozen=True, kw_only=True)
class RuleRow:
    """A rule: returns that cite it, findings it gave, and how many were dismissed.

    ``low`` and ``high`` are the 95 % interval (Wilson) of the share of false alarms, None where the
    rule gave no finding. ``likeness`` counts the findings that came of the likeness model alone.
    """

    rule: str
    title: str
    cited: int
    found: int
    dismissed: int
    low: float | None
    high: float | None
    likeness: int
    likeness_dismissed: int

    @property
    def share(self) -> float | None:
        """The share of false alarms among its findings."""
        return self.dismissed / self.found if self.found else None


@dataclass(frozen=True, kw_only=True)
class DismissalRow:
    """One finding that a reviewer called a false alarm, and the word that they gave."""

    post_id: int
    plantel: str
    rule: str
    severity: str
    fragment: str
    reason: str
    person: str
    at: datetime
    likeness: bool


@dataclass(frozen=True, kw_only=True)
class Quality:
    """Everything since ``since``: per plantel, per rule, and the latest false alarms."""

    since: datetime
    planteles: tuple[PlantelRow, ...]
    rules: tuple[RuleRow, ...]
    dismissals: tuple[DismissalRow, ...]
    total: PlantelRow


def quality(app: App, actor: Actor, *, days: int = DAYS) -> Quality:
    """Return what the actor's planteles sent in, got back and were told for nothing.

    Raises ``Forbidden``.
    """
    where = require(actor, ACTION)
    since = app.clock() - timedelta(days=days)
    with app.read() as session:
        steps = _steps(session, where, since)
        findings = _findings(session, where, since)
        dismissals = _dismissals(session, where, since)
    planteles = tuple(
        _plantel(plantel_id, name, rows) for (plantel_id, name), rows in _by_plantel(steps).items()
    )
    return Quality(
        since=since,
        planteles=tuple(
            sorted(planteles, key=lambda row: (-row.came_back, -(row.share or 0), row.plantel))
        ),
        rules=_rules(app, steps, findings, dismissals),
        dismissals=tuple(dismissals[:SHOWN]),
        total=_plantel(0, "", steps),
    )


def interval(hits: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson's score). Pure; ``of`` is not nought."""
    share, square = hits / of, _Z * _Z
    middle = share + square / (2 * of)
    half = _Z * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return (
        max(0.0, (middle - half) / (1 + square / of)),
        min(1.0, (middle + half) / (1 + square / of)),
    )


def cited(reason: str, cites: str) -> frozenset[str]:
    """Return the rules that a reason names, by its phrases or in its own words. Pure."""
    return frozenset(filter(None, cites.split(","))) | frozenset(_CITED.findall(reason))


def _steps(session: Session, where: frozenset[int] | None, since: datetime) -> list[Any]:
    return list(
        session.execute(
            select(
                col(Post.plantel_id),
                col(Plantel.name).label("plantel"),
                col(Review.post_id),
                col(Review.decision),
                col(Review.reason),
                col(Review.cites),
            )
            .join(Post, col(Post.id) == col(Review.post_id))
            .join(Plantel, col(Plantel.id) == col(Post.plantel_id))
            .where(
                col(Review.at) >= since,
                col(Review.decision).in_(("submitted", *_ENDED)),
                col(Review.undone_at).is_(None),
                within(Post.plantel_id, where),
            )
            .order_by(col(Plantel.name), col(Review.id))
        )
    )


def _findings(
    session: Session, where: frozenset[int] | None, since: datetime
) -> dict[str, tuple[int, int]]:
    """Return rule → (findings, by likeness) on what was sent in."""
    sent = (
        select(col(Review.post_id), col(Review.revision))
        .where(col(Review.decision) == "submitted", col(Review.at) >= since)
        .distinct()
    )
    like = func.sum(_is_like(Finding.explanation))
    rows = session.execute(
        select(col(Finding.rule), func.count(), like)
        .join(Post, col(Post.id) == col(Finding.post_id))
        .where(
            col(Finding.source) == "manual",
            tuple_(col(Finding.post_id), col(Finding.revision)).in_(sent),
            within(Post.plantel_id, where),
        )
        .group_by(col(Finding.rule))
    )
    return {rule: (count, int(likes or 0)) for rule, count, likes in rows}


def _is_like(explanation: Any) -> Any:
    return case((col(explanation).contains(LIKENESS), 1), else_=0)


def _dismissals(
    session: Session, where: frozenset[int] | None, since: datetime
) -> list[DismissalRow]:
    same = and_(
        col(Finding.post_id) == col(FindingDismissal.post_id),
        col(Finding.revision) == col(FindingDismissal.revision),
        col(Finding.rule) == col(FindingDismissal.rule),
        col(Finding.network) == col(FindingDismissal.place),
        col(Finding.fragment) == col(FindingDismissal.fragment),
    )
    like = func.coalesce(func.max(_is_like(Finding.explanation)), 0)
    rows = session.execute(
        select(
            col(FindingDismissal.post_id),
            col(Plantel.name).label("plantel"),
            col(FindingDismissal.rule),
            col(FindingDismissal.severity),
            col(FindingDismissal.fragment),
            col(FindingDismissal.reason),
            col(Person.name).label("person"),
            col(FindingDismissal.at),
            like.label("likeness"),
        )
        .join(Post, col(Post.id) == col(FindingDismissal.post_id))
        .join(Plantel, col(Plantel.id) == col(Post.plantel_id))
        .join(Person, col(Person.id) == col(FindingDismissal.person_id))
        .outerjoin(Finding, same)
        .where(col(FindingDismissal.at) >= since, within(Post.plantel_id, where))
        .group_by(col(FindingDismissal.id), col(Plantel.name), col(Person.name))
        .order_by(col(FindingDismissal.at).desc(), col(FindingDismissal.id).desc())
    ).mappings()
    return [DismissalRow(**{**row, "likeness": bool(row["likeness"])}) for row in rows]


def _by_plantel(steps: Iterable[Any]) -> dict[tuple[int, str], list[Any]]:
    found: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for row in steps:
        found[row.plantel_id, row.plantel].append(row)
    return found


def _plantel(plantel_id: int, plantel: str, steps: Iterable[Any]) -> PlantelRow:
    kinds: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    for row in steps:
        kinds[row.decision] += 1
        if row.decision in _ENDED:
            rules.update(cited(row.reason, row.cites))
    return PlantelRow(
        plantel_id=plantel_id,
        plantel=plantel,
        submitted=kinds["submitted"],
        returned=kinds["returned"],
        rejected=kinds["rejected"],
        rules=tuple(sorted(rules.items(), key=lambda one: (-one[1], _number(one[0]))))[:5],
    )


def _rules(
    app: App,
    steps: Iterable[Any],
    findings: Mapping[str, tuple[int, int]],
    dismissals: Iterable[DismissalRow],
) -> tuple[RuleRow, ...]:
    titles = {rule.id: rule.title for rule in rulebook.in_force(app).rules}
    returns: Counter[str] = Counter()
    for row in steps:
        if row.decision in _ENDED:
            returns.update(cited(row.reason, row.cites))
    told, like = Counter[str](), Counter[str]()
    for one in dismissals:
        told[one.rule] += 1
        like[one.rule] += one.likeness
    found = []
    for rule in sorted({*returns, *findings, *told}, key=_number):
        # a later check of the same revision may have found less than was dismissed before it
        count = max(findings.get(rule, (0, 0))[0], told[rule])
        low, high = interval(told[rule], count) if count else (None, None)
        found.append(
            RuleRow(
                rule=rule,
                title=titles.get(rule, ""),
                cited=returns[rule],
                found=count,
                dismissed=told[rule],
                low=low,
                high=high,
                likeness=max(findings.get(rule, (0, 0))[1], like[rule]),
                likeness_dismissed=like[rule],
            )
        )
    return tuple(found)


def _number(rule: str) -> tuple[int, ...]:
    return tuple(int(part) for part in rule.split(".") if part.isdecimal())

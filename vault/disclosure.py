"""The rules of opening a secret to a person, pure, and the rows that record each opening.

A request lives 72 hours; once another person allows it, whoever asked may see the values once
within 15 minutes, for 60 seconds. In an emergency the values are seen at once and another person
reviews it within 72 hours. Nobody opens more than five times in 24 hours, whatever the way. Times
are arguments; whoever calls owns the transaction. Source: RS-5.1.3.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Row, func, select, update

from vault.custody_tables import Disclosure
from vault.db import Db, connection
from vault.store import HELD

REASON_LENGTH: Final = 20
FIELDS_AT_ONCE: Final = 8
OPENINGS: Final = 5
PERIOD: Final = timedelta(hours=24)
REQUEST_LIVES: Final = timedelta(hours=72)
APPROVAL_LIVES: Final = timedelta(minutes=15)
SHOWN_FOR: Final = timedelta(seconds=60)
REVIEW_WITHIN: Final = timedelta(hours=72)

REQUEST, OWN, BREAK_GLASS, PRINT = "request", "own", "break_glass", "print"
OPEN_STATES: Final = ("pending", "approved")

Lack = Literal["fields", "field_unknown", "field_machine", "code", "reason"]


@dataclass(frozen=True, kw_only=True)
class Opening:
    """One row of ``disclosure`` as it is; ``fields`` are names, never values."""

    id: int
    account_id: int
    fields: tuple[str, ...]
    kind: str
    state: str
    reason_code: str
    reason: str
    asked_by: int
    asked_at: datetime
    expires_at: datetime
    decided_by: int | None
    decided_at: datetime | None
    shown_at: datetime | None
    review_due: datetime | None
    reviewed_at: datetime | None


def clean(reason: str) -> str:
    """Return the reason as it is stored: one line, single blanks."""
    return " ".join(reason.split())


def lack(
    *,
    fields: Sequence[str],
    held: Collection[str],
    reason_code: str,
    codes: Collection[str],
    reason: str,
) -> Lack | None:
    """Return what an application lacks, or None; ``held`` are the fields that the account has.

    Only what people hold is opened to people: a machine's token serves nobody who reads it. The
    reason has at least 20 characters, blanks at its ends and repeated ones not counted.
    """
    if not fields or len(fields) > FIELDS_AT_ONCE or len(set(fields)) != len(fields):
        return "fields"
    if not all(name.startswith(HELD) for name in fields):
        return "field_machine"
    if not set(fields) <= set(held):
        return "field_unknown"
    if reason_code not in codes:
        return "code"
    return "reason" if len(clean(reason)) < REASON_LENGTH else None


def expired(expires_at: datetime, *, now: datetime) -> bool:
    """Tell whether a request or an approval has passed; its last instant is excluded."""
    return now >= expires_at


def spent(openings: int) -> bool:
    """Tell whether somebody with this many openings in 24 hours may open no more."""
    return openings >= OPENINGS


def second_person(*, asked_by: int, person_id: int) -> bool:
    """Tell whether ``person_id`` is somebody else than who asked or opened."""
    return person_id not in {asked_by, 0}


def overdue(review_due: datetime | None, reviewed_at: datetime | None, *, now: datetime) -> bool:
    """Tell whether an emergency opening should have been reviewed by ``now`` and was not."""
    return review_due is not None and reviewed_at is None and now >= review_due


def add(
    db: Db,
    *,
    account_id: int,
    fields: Sequence[str],
    kind: str,
    reason_code: str,
    reason: str,
    asked_by: int,
    now: datetime,
) -> int:
    """Insert an opening and return its id.

    A request waits to be decided; the others are born ``approved`` by the role itself, and one in
    an emergency knows until when it is to be reviewed.
    """
    asked = kind == REQUEST
    emergency = kind == BREAK_GLASS
    made = connection(db).execute(
        _ROW.insert()
        .values(
            account_id=account_id,
            fields=list(fields),
            kind=kind,
            state="pending" if asked else "approved",
            reason_code=reason_code,
            reason=clean(reason),
            asked_by=asked_by,
            asked_at=now,
            expires_at=now + (REQUEST_LIVES if asked else APPROVAL_LIVES),
            decision_reason="",
            break_glass=emergency,
            review_due=now + REVIEW_WITHIN if emergency else None,
            review_note="",
        )
        .returning(_ROW.c.id)
    )
    return int(made.scalar_one())


def find(db: Db, opening_id: int) -> Opening | None:
    """Return one opening, or None."""
    row = connection(db).execute(_SELECT.where(_ROW.c.id == opening_id)).first()
    return None if row is None else _opening(row)


def decide(db: Db, opening_id: int, *, allow: bool, by: int, reason: str, now: datetime) -> bool:
    """Allow or deny a request that waits and has not passed; False if it no longer does so."""
    values: dict[str, Any] = {
        "state": "approved" if allow else "denied",
        "decided_by": by,
        "decided_at": now,
        "decision_reason": clean(reason),
    }
    if allow:
        values["expires_at"] = now + APPROVAL_LIVES
    return _move(
        db,
        opening_id,
        values,
        _ROW.c.kind == REQUEST,
        _ROW.c.state == "pending",
        _ROW.c.expires_at > now,
        _ROW.c.asked_by != by,
    )


def withdraw(db: Db, opening_id: int, *, by: int) -> bool:
    """Take back one's own request before it was used; False if there is none to take back."""
    return _move(
        db,
        opening_id,
        {"state": "withdrawn"},
        _ROW.c.kind == REQUEST,
        _ROW.c.state.in_(OPEN_STATES),
        _ROW.c.asked_by == by,
    )


def show(db: Db, opening_id: int, *, by: int, now: datetime) -> bool:
    """Use up an approval: of any number at once, one gets True.

    A request counts only if somebody else decided it: the row itself must say so.
    """
    decided = (_ROW.c.kind != REQUEST) | (
        _ROW.c.decided_by.is_not(None) & (_ROW.c.decided_by != _ROW.c.asked_by)
    )
    return _move(
        db,
        opening_id,
        {"state": "shown", "shown_at": now},
        _ROW.c.state == "approved",
        _ROW.c.expires_at > now,
        _ROW.c.asked_by == by,
        decided,
    )


def review(db: Db, opening_id: int, *, by: int, note: str, now: datetime) -> bool:
    """Record another person's review of an emergency opening, once; False if it has one."""
    return _move(
        db,
        opening_id,
        {"reviewed_by": by, "reviewed_at": now, "review_note": clean(note)},
        _ROW.c.break_glass,
        _ROW.c.state == "shown",
        _ROW.c.reviewed_at.is_(None),
        _ROW.c.asked_by != by,
    )


def opened_lately(db: Db, person_id: int, *, now: datetime) -> int:
    """Return how often a person saw or printed values in the 24 hours before ``now``."""
    counted = (
        select(func.count())
        .select_from(_ROW)
        .where(_ROW.c.asked_by == person_id, _ROW.c.shown_at > now - PERIOD)
    )
    return connection(db).execute(counted).scalar_one()


def passed(db: Db, *, now: datetime) -> bool:
    """Tell whether any request or approval passed unused and is not closed yet."""
    asked = select(_ROW.c.id).where(_ROW.c.state.in_(OPEN_STATES), _ROW.c.expires_at <= now)
    return connection(db).execute(asked.limit(1)).first() is not None


def expire(db: Db, *, now: datetime) -> list[Opening]:
    """Close the requests and approvals that passed unused; return them."""
    rows = connection(db).execute(
        update(_ROW)
        .where(_ROW.c.state.in_(OPEN_STATES), _ROW.c.expires_at <= now)
        .values(state="expired")
        .returning(*_COLUMNS)
    )
    return sorted(map(_opening, rows), key=lambda one: one.id)


def unreviewed(db: Db, *, now: datetime, hold: bool = False) -> list[Opening]:
    """Return the emergency openings whose review is overdue.

    ``hold`` keeps their rows: of two processes that tell of them, the second sees the first's word.
    """
    late = _SELECT.where(
        _ROW.c.break_glass, _ROW.c.reviewed_at.is_(None), _ROW.c.review_due <= now
    ).order_by(_ROW.c.review_due, _ROW.c.id)  # as the index has them
    rows = connection(db).execute(late.with_for_update() if hold else late)
    return [_opening(row) for row in rows]


def _move(db: Db, opening_id: int, values: dict[str, Any], *conditions: Any) -> bool:
    done = connection(db).execute(
        update(_ROW).where(_ROW.c.id == opening_id, *conditions).values(**values)
    )
    return done.rowcount == 1


def _opening(row: Row[Any]) -> Opening:
    return Opening(**{**row._asdict(), "fields": tuple(row.fields)})


_ROW = Disclosure.__table__  # type: ignore[attr-defined]
_COLUMNS = tuple(_ROW.c[name] for name in Opening.__dataclass_fields__)
_SELECT = select(*_COLUMNS)

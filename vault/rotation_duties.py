"""Duties to change a credential: once somebody saw it who keeps it no longer, or need not know it.

What decides is pure; what writes takes the caller's Session and commits nothing. Source: RS-5.1.3.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from vault.custody import PASSWORD, ROTATING
from vault.custody_tables import CredentialChange, CustodyEnvelope, Disclosure, RotationDuty
from vault.db import is_postgres

WITHIN: Final = timedelta(hours=24)
REMIND_EVERY: Final = timedelta(hours=24)
PERSONAL_DUTIES: Final = frozenset({"disclosure", "break_glass", "envelope"})
"""Causes whose own row says which fields were seen."""
_DUTY: Any = RotationDuty.__table__  # type: ignore[attr-defined]
_OPEN_DUTY: Final = _DUTY.c.fulfilled_at.is_(None)


@dataclass(frozen=True, kw_only=True)
class Fulfilled:
    """A duty that a change just closed."""

    duty_id: int
    cause: str
    cause_id: int


def needed(cause: str, seen: Collection[str] = ()) -> frozenset[str]:
    """Return the fields that must change to fulfil a duty; empty says that any change does.

    ``seen`` are the fields that a person saw, where the cause is a reading or an opened envelope.
    """
    if cause == "incident":
        return frozenset()
    if cause in PERSONAL_DUTIES:
        return (ROTATING & set(seen)) or frozenset({PASSWORD})
    return frozenset({PASSWORD})


def fulfils(needs: Collection[str], changed: Collection[str]) -> bool:
    """Tell whether what changed since a duty was opened is all that it asked for."""
    return set(needs) <= set(changed) if needs else bool(changed)


def reminder(duty: RotationDuty, *, now: datetime) -> Literal["soon", "overdue"] | None:
    """Return what must now be said of an open duty: once when half its time is gone, then daily."""
    if now >= duty.due_at:
        fresh = duty.warned_at is None or duty.warned_at < duty.due_at
        waited = duty.warned_at is not None and now - duty.warned_at >= REMIND_EVERY
        return "overdue" if fresh or waited else None
    half = duty.opened_at + (duty.due_at - duty.opened_at) / 2
    return "soon" if duty.warned_at is None and now >= half else None


def oblige(
    session: Session,
    *,
    account_id: int,
    cause: str,
    cause_id: int,
    now: datetime,
    due_at: datetime,
) -> tuple[int, bool]:
    """Open a duty unless the same is open; return its id and whether it is new."""
    connection = session.connection()
    insert = postgresql.insert if is_postgres(connection) else sqlite.insert
    made = connection.execute(
        insert(_DUTY)
        .values(account_id=account_id, cause=cause, cause_id=cause_id, opened_at=now, due_at=due_at)
        .on_conflict_do_nothing(
            index_elements=["account_id", "cause", "cause_id"], index_where=_OPEN_DUTY
        )
        .returning(_DUTY.c.id)
    ).scalar()
    if made is not None:
        return int(made), True
    found = connection.execute(
        select(_DUTY.c.id).where(
            _DUTY.c.account_id == account_id,
            _DUTY.c.cause == cause,
            _DUTY.c.cause_id == cause_id,
            _OPEN_DUTY,
        )
    ).scalar_one()
    return int(found), False


def open_duties(session: Session, account_ids: Collection[int]) -> Sequence[RotationDuty]:
    """Return the duties of these accounts that nobody fulfilled, the most urgent first."""
    return session.scalars(
        select(RotationDuty)
        .where(col(RotationDuty.account_id).in_(sorted(account_ids)), _OPEN_DUTY)
        .order_by(col(RotationDuty.due_at), col(RotationDuty.id))
    ).all()


def fulfil(
    session: Session, *, account_id: int, change_id: int, now: datetime
) -> tuple[Fulfilled, ...]:
    """Close the duties of an account that its changes since then have fulfilled."""
    done = []
    for duty in open_duties(session, [account_id]):
        changed = {
            name
            for versions in session.scalars(
                select(col(CredentialChange.versions)).where(
                    col(CredentialChange.account_id) == account_id,
                    col(CredentialChange.changed_at) >= duty.opened_at,
                )
            )
            for name in versions
        }
        if not fulfils(needed(duty.cause, _seen(session, duty)), changed):
            continue
        if close_duty(session, duty.id or 0, change_id=change_id, now=now):
            done.append(Fulfilled(duty_id=duty.id or 0, cause=duty.cause, cause_id=duty.cause_id))
    return tuple(done)


def close_duty(session: Session, duty_id: int, *, change_id: int | None, now: datetime) -> bool:
    """Close one duty; ``change_id`` None where a person discharged it. False if it was closed."""
    closed = session.execute(
        update(RotationDuty)
        .where(col(RotationDuty.id) == duty_id, _OPEN_DUTY)
        .values(fulfilled_at=now, change_id=change_id)
        .returning(col(RotationDuty.id))
    ).first()
    return closed is not None


def _seen(session: Session, duty: RotationDuty) -> Collection[str]:
    if duty.cause in {"disclosure", "break_glass"}:
        reading = session.get(Disclosure, duty.cause_id)
        return reading.fields if reading else ()
    if duty.cause == "envelope":
        envelope = session.get(CustodyEnvelope, duty.cause_id)
        return tuple(envelope.contents) if envelope else ()
    return ()

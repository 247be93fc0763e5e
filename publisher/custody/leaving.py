"""What a designation that ended leaves to be done: whoever left knew the passwords."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlmodel import Session, col

from publisher.access import in_force
from publisher.app import SYSTEM, App
from publisher.custody import terms
from publisher.custody.duties import open_duty, tell
from publisher.custody.subjects import subjects
from publisher.models import Account, Designation
from vault import rotation_duties
from vault.custody_tables import CredentialChange, CustodyTerm, RotationDuty


def oblige_for_designation(
    session: Session, app: App, designation: Designation, *, now: datetime
) -> tuple[int, ...]:
    """Open a duty for each account that a designation let its person know; return their ids.

    Whoever must act hears of all of them at once. Nothing is opened for a role that holds no
    credentials, for one that never began, where the person keeps another designation there, for an
    account whose password was changed since, or where another's leaving asks for the same. The
    person's terms of custody end.
    """
    left = left_behind(session, designation, now=now)
    if terms.end_terms(session, left.held, now=now, custodian_id=designation.person_id):
        app.note(
            session,
            app.entry(
                SYSTEM,
                "custody.end",
                "designation",
                designation.id,
                plantel_id=designation.plantel_id,
                detail=json.dumps({"custodian": designation.person_id, "accounts": left.held}),
            ),
        )
    due = now + rotation_duties.WITHIN
    known = subjects(session, left.known)
    opened = {
        one.account_id: open_duty(
            session, app, one, "designation", designation.id or 0, now=now, due=due
        )
        for one in known.values()
    }
    fresh = [known[account_id] for account_id, (_, is_fresh) in opened.items() if is_fresh]
    tell(session, app, fresh, "designation", now=now, due=due)
    return tuple(duty_id for duty_id, _ in opened.values())


@dataclass(frozen=True, kw_only=True)
class Left:
    """What a designation that ended leaves to be done: terms to end, passwords to change."""

    held: tuple[int, ...] = ()
    known: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.held or self.known)


def left_behind(session: Session, designation: Designation, *, now: datetime) -> Left:
    """Return the accounts that ``oblige_for_designation`` would act on; it reads only."""
    ended = min(now, designation.ends_at or now)
    if designation.plantel_id is None or designation.role not in terms.KEEPERS:
        return Left()
    if designation.starts_at >= ended or _stays(session, designation, now=now):
        return Left()
    account_ids = _accounts(session, designation.plantel_id)
    asked = set(
        session.scalars(
            select(col(RotationDuty.account_id)).where(
                col(RotationDuty.account_id).in_(account_ids),
                col(RotationDuty.cause) == "designation",
                # one that waits, or was closed since, asks for all that both persons knew
                or_(
                    col(RotationDuty.cause_id) == designation.id,
                    col(RotationDuty.fulfilled_at).is_(None),
                    col(RotationDuty.fulfilled_at) >= ended,
                ),
            )
        )
    )
    held = session.scalars(
        select(col(CustodyTerm.account_id)).where(
            col(CustodyTerm.account_id).in_(account_ids),
            col(CustodyTerm.custodian_id) == designation.person_id,
            col(CustodyTerm.until).is_(None),
        )
    )
    return Left(
        held=tuple(sorted(held)),
        known=tuple(
            one for one in account_ids if one not in asked and not _changed(session, one, ended)
        ),
    )


def _stays(session: Session, designation: Designation, *, now: datetime) -> bool:
    other = select(col(Designation.id)).where(
        col(Designation.person_id) == designation.person_id,
        col(Designation.plantel_id) == designation.plantel_id,
        col(Designation.role).in_(terms.KEEPERS),
        col(Designation.id) != designation.id,
        in_force(now),
    )
    return terms.is_keeper(
        session, designation.plantel_id or 0, designation.person_id, now=now
    ) and (session.execute(other.limit(1)).first() is not None)


def _accounts(session: Session, plantel_id: int) -> list[int]:
    """Return the plantel's accounts, those that ended with it too: their passwords go on."""
    found = session.scalars(
        select(col(Account.id))
        .where(col(Account.plantel_id) == plantel_id, col(Account.state) != "replaced")
        .order_by(col(Account.id))
    )
    return [one for one in found if one is not None]


def _changed(session: Session, account_id: int, since: datetime) -> bool:
    versions = session.scalars(
        select(col(CredentialChange.versions)).where(
            col(CredentialChange.account_id) == account_id,
            col(CredentialChange.changed_at) >= since,
        )
    )
    changed = {name for one in versions for name in one}
    return rotation_duties.fulfils(rotation_duties.needed("designation"), changed)

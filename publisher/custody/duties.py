"""Duties to change a credential: opened by what happened, closed by the change itself.

Whoever left, whatever was read and each envelope that was opened makes what they knew worthless.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlmodel import Session, col

from publisher import access, notices
from publisher.access import in_force, persons_with
from publisher.app import SYSTEM, Actor, App
from publisher.custody import terms
from publisher.custody.hearers import hearers
from publisher.custody.subjects import PAGE, Subject, subject, subjects
from publisher.errors import Conflict, Invalid, NotFound
from publisher.models import Account, Designation
from publisher.texts import custody as texts
from vault import rotation_duties
from vault.custody_tables import CredentialChange, CustodyTerm, RotationDuty


def oblige(
    session: Session,
    app: App,
    account_id: int,
    cause: str,
    cause_id: int,
    *,
    now: datetime,
    within: timedelta = rotation_duties.WITHIN,
) -> int:
    """Open the duty to change an account's credential ``within``; return its id.

    ``cause`` is one of ``DUTY_CAUSES`` and ``cause_id`` the row that says why. The same duty is
    opened once. Custodian, director and coordination hear of it; audited. All in the caller's
    transaction. Raises ``NotFound``.
    """
    held = subject(session, account_id, live=False)
    duty_id, fresh = _open(session, app, held, cause, cause_id, now=now, due=now + within)
    if fresh:
        _tell(session, app, [held], cause, now=now, due=now + within)
    return duty_id


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
        one.account_id: _open(
            session, app, one, "designation", designation.id or 0, now=now, due=due
        )
        for one in known.values()
    }
    fresh = [known[account_id] for account_id, (_, is_fresh) in opened.items() if is_fresh]
    _tell(session, app, fresh, "designation", now=now, due=due)
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


def fulfil(
    session: Session, app: App, actor: Actor, account_id: int, change_id: int, *, now: datetime
) -> tuple[rotation_duties.Fulfilled, ...]:
    """Close what a change fulfilled, audited, in the caller's transaction; return what it was."""
    done = rotation_duties.fulfil(session, account_id=account_id, change_id=change_id, now=now)
    if done:
        held = subject(session, account_id, live=False)
        app.note(
            session,
            *(
                app.entry(
                    actor,
                    "custody.fulfil",
                    "account",
                    account_id,
                    plantel_id=held.plantel_id,
                    detail=json.dumps(
                        {"duty": one.duty_id, "cause": one.cause, "change": change_id}
                    ),
                )
                for one in done
            ),
        )
    return done


def discharge(app: App, actor: Actor, duty_id: int, *, reason: str) -> None:
    """Close a duty of an account that was closed or replaced: nobody can change it any more.

    For Vinculación, with a reason (deleted at the network, handed to another institution). Raises
    ``Forbidden``, ``NotFound``, ``Invalid``, and ``Conflict`` for an account that is in use.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid(texts.REASON_MISSING, field="reason")
    now = app.clock()
    with app.write() as session:
        duty = session.get(RotationDuty, duty_id)
        if duty is None:
            raise NotFound(texts.NO_SUCH_DUTY)
        held = subject(session, duty.account_id, live=False)
        access.authorize(actor, "custody.acknowledge", plantel_id=held.plantel_id)
        if not held.ended:
            raise Conflict(texts.DUTY_STANDS)
        if not rotation_duties.close_duty(session, duty_id, change_id=None, now=now):
            raise Conflict(texts.DUTY_CLOSED)
        app.note(
            session,
            app.entry(
                actor,
                "custody.discharge",
                "account",
                held.account_id,
                plantel_id=held.plantel_id,
                reason=reason,
                detail=json.dumps({"duty": duty_id, "cause": duty.cause}),
            ),
        )


def remind(session: Session, app: App, *, now: datetime) -> int:
    """Tell again of open duties: at half their time, and daily once it is over; return how many.

    What is past due the Directora hears of too.
    """
    told = 0
    duties = session.scalars(
        select(RotationDuty)
        .where(col(RotationDuty.fulfilled_at).is_(None))
        .order_by(col(RotationDuty.id))
        # of several workers at once, one tells
        .with_for_update(skip_locked=True)
    ).all()
    for duty in duties:
        word = rotation_duties.reminder(duty, now=now)
        if word is None:
            continue
        held = subject(session, duty.account_id, live=False)
        people = hearers(session, duty.account_id, now).everyone
        if word == "overdue":
            people |= persons_with(session, "DIRV", now=now)
        line = texts.DUTY_SOON if word == "soon" else texts.DUTY_OVERDUE
        duty.warned_at = now
        notices.notify(
            session,
            app,
            person_ids=people,
            kind=f"custody.duty.{word}",
            subject=line.format(account=held.name),
            body=_body(session, [held], duty.cause, due=duty.due_at),
            link=held.link,
        )
        told += 1
    return told


def _open(
    session: Session,
    app: App,
    held: Subject,
    cause: str,
    cause_id: int,
    *,
    now: datetime,
    due: datetime,
) -> tuple[int, bool]:
    """Open one duty, audited; return its id and whether it is new."""
    duty_id, fresh = rotation_duties.oblige(
        session, account_id=held.account_id, cause=cause, cause_id=cause_id, now=now, due_at=due
    )
    if fresh:
        entry = app.entry(
            SYSTEM,
            "custody.oblige",
            "account",
            held.account_id,
            plantel_id=held.plantel_id,
            reason=texts.DUTY_CAUSES[cause],
            detail=json.dumps({"duty": duty_id, "cause": cause, "id": cause_id}),
        )
        app.note(session, entry)
    return duty_id, fresh


def _tell(
    session: Session,
    app: App,
    opened: Sequence[Subject],
    cause: str,
    *,
    now: datetime,
    due: datetime,
) -> None:
    """Tell each person of all the duties that are theirs, those of accounts that ended apart."""
    heard: dict[tuple[int, bool], list[Subject]] = {}
    for held in opened:
        for person in hearers(session, held.account_id, now).everyone:
            heard.setdefault((person, held.ended), []).append(held)
    for (person, ended), theirs in heard.items():
        notices.notify(
            session,
            app,
            person_ids=[person],
            kind="custody.duty",
            subject=texts.duty([one.name for one in theirs], ended=ended),
            body=_body(session, theirs, cause, due=due),
            link=theirs[0].link if len(theirs) == 1 else PAGE,
        )


def _body(session: Session, held: Sequence[Subject], cause: str, *, due: datetime) -> str:
    line = texts.DUTY_GONE_BODY if held[0].ended else texts.DUTY_BODY
    return line.format(
        accounts=texts.listed([one.name for one in held]),
        plantel=held[0].plantel,
        cause=texts.DUTY_CAUSES[cause],
        when=notices.when(session, due, zone=held[0].timezone),
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

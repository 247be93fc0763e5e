"""Duties to change a credential: opened by what happened, closed by the change itself.

Whoever left (``leaving``), whatever was read and each envelope that was opened makes what they knew
worthless.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from publisher import access, notices
from publisher.access import persons_with
from publisher.app import SYSTEM, Actor, App
from publisher.custody.hearers import hearers
from publisher.custody.subjects import PAGE, Subject, subject
from publisher.errors import Conflict, Invalid, NotFound
from publisher.texts import custody as texts
from vault import rotation_duties
from vault.custody_tables import RotationDuty


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
    duty_id, fresh = open_duty(session, app, held, cause, cause_id, now=now, due=now + within)
    if fresh:
        tell(session, app, [held], cause, now=now, due=now + within)
    return duty_id


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


def open_duty(
    session: Session,
    app: App,
    held: Subject,
    cause: str,
    cause_id: int,
    *,
    now: datetime,
    due: datetime,
) -> tuple[int, bool]:
    """Open one duty, audited, and tell nobody; return its id and whether it is new."""
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


def tell(
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

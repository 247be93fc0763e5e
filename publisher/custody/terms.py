"""Who holds each account's credentials, and since when.

A person is assigned, or nobody is: then the plantel's operator in force holds them, else its
director. Somebody assigned who lost every designation at the plantel holds nothing any more.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from publisher import access, notices
from publisher.access import in_force
from publisher.app import Actor, App
from publisher.custody.subjects import Subject, subject
from publisher.errors import Conflict, Invalid
from publisher.models import Account, Designation, Person
from publisher.texts import custody as texts
from vault.custody_tables import CustodyTerm

KEEPERS = ("OPER", "DIRP")


def custodian_of(session: Session, account_id: int, *, now: datetime) -> int | None:
    """Return who holds an account's credentials at ``now``; None where the plantel has nobody."""
    return custodians_of(session, [account_id], now=now).get(account_id)


def custodians_of(
    session: Session, account_ids: Collection[int], *, now: datetime
) -> dict[int, int | None]:
    """Do as ``custodian_of`` for several accounts, in two queries."""
    wanted = sorted(set(account_ids))
    keepers: dict[int, list[int]] = {}
    rows = session.execute(
        select(col(Designation.plantel_id), col(Designation.person_id))
        .join(Person, col(Person.id) == col(Designation.person_id))
        .join(Account, col(Account.plantel_id) == col(Designation.plantel_id))
        .where(
            col(Account.id).in_(wanted),
            col(Designation.role).in_(KEEPERS),
            in_force(now),
            col(Person.state) == "active",
        )
        # operators before directors, whoever has been there longest first
        .order_by(col(Designation.role).desc(), col(Designation.starts_at), col(Designation.id))
    )
    for plantel_id, person_id in rows:
        keepers.setdefault(plantel_id or 0, []).append(person_id)
    terms = session.execute(
        select(col(Account.id), col(Account.plantel_id), col(CustodyTerm.custodian_id))
        .outerjoin(
            CustodyTerm,
            (col(CustodyTerm.account_id) == col(Account.id)) & col(CustodyTerm.until).is_(None),
        )
        .where(col(Account.id).in_(wanted))
    )
    found: dict[int, int | None] = {}
    for account_id, plantel_id, assigned in terms:
        able = keepers.get(plantel_id, [])
        found[account_id] = assigned if assigned in able else next(iter(able), None)
    return found


def assign(app: App, actor: Actor, account_id: int, person_id: int, *, reason: str) -> int:
    """Make a person of the plantel hold an account's credentials from now on; return the term's id.

    For an account that nobody was assigned to: what somebody was assigned is handed over by a
    transfer, which forces new passwords. Raises ``Forbidden``, ``Invalid``, ``NotFound``, and
    ``Conflict`` where somebody else, or that person, was assigned already.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid(texts.REASON_MISSING, field="reason")
    now = app.clock()
    with app.write() as session:
        held = subject(session, account_id)
        access.authorize(actor, "custody.direct", plantel_id=held.plantel_id)
        assigned = _assigned(session, account_id)
        if assigned not in {None, person_id} and is_keeper(
            session, held.plantel_id, assigned or 0, now=now
        ):
            raise Conflict(texts.HAND_OVER)
        return begin_term(session, app, actor, held, person_id, reason=reason, now=now)


def begin_term(
    session: Session,
    app: App,
    actor: Actor,
    held: Subject,
    person_id: int,
    *,
    reason: str,
    now: datetime,
    transfer_id: int | None = None,
) -> int:
    """End the term in force and begin the person's, in the caller's transaction; audited and told.

    The old one ends before the new one begins. For transfers too, which name theirs.
    """
    if not is_keeper(session, held.plantel_id, person_id, now=now):
        raise Invalid(texts.NOT_OF_PLANTEL.format(plantel=held.plantel), field="person")
    if _assigned(session, held.account_id) == person_id:
        raise Conflict(texts.HOLDS_ALREADY)
    before = custodian_of(session, held.account_id, now=now)
    end_terms(session, [held.account_id], now=now)
    term = CustodyTerm(
        account_id=held.account_id,
        custodian_id=person_id,
        since=now,
        made_by=actor.person_id,
        transfer_id=transfer_id,
    )
    session.add(term)
    session.flush()
    detail: Mapping[str, int | None] = {"before": before, "now": person_id, "transfer": transfer_id}
    app.note(
        session,
        app.entry(
            actor,
            "custody.assign",
            "account",
            held.account_id,
            plantel_id=held.plantel_id,
            reason=reason,
            detail=json.dumps(detail),
        ),
    )
    name = session.get_one(Person, person_id).name
    directors = access.persons_with(session, "DIRP", now=now, plantel_id=held.plantel_id)
    coordinators = access.persons_with(session, "COOR", now=now)
    involved = {person_id} if before is None else {person_id, before}
    notices.notify(
        session,
        app,
        person_ids=involved | directors | coordinators,
        kind="custody.assigned",
        subject=texts.ASSIGNED.format(account=held.name),
        body=texts.ASSIGNED_BODY.format(
            person=actor.name,
            custodian=name,
            account=held.name,
            plantel=held.plantel,
            reason=reason,
        ),
        link=held.link,
    )
    return term.id or 0


def end_terms(
    session: Session,
    account_ids: Collection[int],
    *,
    now: datetime,
    custodian_id: int | None = None,
) -> int:
    """End the open terms of these accounts (of one custodian, where given); return how many."""
    statement = update(CustodyTerm).where(
        col(CustodyTerm.account_id).in_(sorted(account_ids)), col(CustodyTerm.until).is_(None)
    )
    if custodian_id is not None:
        statement = statement.where(col(CustodyTerm.custodian_id) == custodian_id)
    return len(session.execute(statement.values(until=now).returning(col(CustodyTerm.id))).all())


def is_keeper(session: Session, plantel_id: int, person_id: int, *, now: datetime) -> bool:
    """Tell whether an active person is operator or director of the plantel at ``now``."""
    return any(
        person_id in access.persons_with(session, role, now=now, plantel_id=plantel_id)
        for role in KEEPERS
    )


def _assigned(session: Session, account_id: int) -> int | None:
    return session.execute(
        select(col(CustodyTerm.custodian_id)).where(
            col(CustodyTerm.account_id) == account_id, col(CustodyTerm.until).is_(None)
        )
    ).scalar_one_or_none()

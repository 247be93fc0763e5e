"""The quarterly word that an account's custody is as it should be: by three, once each.

The custodian says that the password kept here opens the account and the sealed envelope is in its
place; the director and Vinculación that they know it is so. The quarter is the calendar's, in the
plantel's own zone.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from publisher import access, notices
from publisher.access import persons_with
from publisher.app import Actor, App
from publisher.custody.subjects import ENDED, PAGE, Subject, subjects
from publisher.custody.terms import custodians_of
from publisher.delivery import facts
from publisher.errors import Conflict, Forbidden, Invalid, NotFound
from publisher.models import Account
from publisher.texts import custody as texts
from vault import custody
from vault.custody_tables import CONFIRMATION_PARTS, CustodyConfirmation

ACTIONS: Final = {
    "custodian": "custody.keep",
    "director": "custody.direct",
    "vinculacion": "custody.acknowledge",
}
LAST_WEEKS: Final = timedelta(days=21)
FACT: Final = "custody.reminded.{quarter}.{week}"


@dataclass(frozen=True, kw_only=True)
class Missing:
    """An account in use whose quarter is not confirmed; ``parts`` are those whose word lacks.

    Without ``kept`` its password is not in the vault: nobody can confirm it yet.
    """

    account_id: int
    quarter: str
    parts: tuple[str, ...]
    kept: bool


def confirm(
    app: App, actor: Actor, account_ids: Collection[int], *, part: str, note: str = ""
) -> int:
    """Give one part's word for the quarter on each of the accounts; return how many were new.

    ``part`` is of ``CONFIRMATION_PARTS``; the custodian's is only given by whoever holds the
    account. All or none. Raises ``Forbidden``, ``NotFound``, ``Invalid``, and ``Conflict`` where
    the vault has no password of an account.
    """
    if part not in CONFIRMATION_PARTS or not account_ids:
        raise Invalid(texts.PART_UNKNOWN, field="part")
    now = app.clock()
    with app.write() as session:
        found = subjects(session, account_ids)
        if set(account_ids) - set(found):
            raise NotFound(texts.NO_SUCH_ACCOUNT)
        _require(session, actor, found, part, now=now)
        given = [
            one
            for one in found.values()
            if _write(session, one, part, actor.person_id, " ".join(note.split()), now=now)
        ]
        app.note(
            session,
            *(
                app.entry(
                    actor,
                    "custody.confirm",
                    "account",
                    one.account_id,
                    plantel_id=one.plantel_id,
                    reason=" ".join(note.split()),
                    detail=json.dumps({"part": part, "quarter": quarter_at(one, now)}),
                )
                for one in given
            ),
        )
        return len(given)


def missing(
    session: Session, account_ids: Collection[int] | None = None, *, now: datetime
) -> tuple[Missing, ...]:
    """Return the accounts in use (of these, where given) that lack somebody's word this quarter."""
    statement = select(col(Account.id)).where(col(Account.state).not_in(ENDED))
    if account_ids is not None:
        statement = statement.where(col(Account.id).in_(sorted(account_ids)))
    found = subjects(session, [one for one in session.scalars(statement) if one is not None])
    kept = custody.held_versions(session, list(found))
    quarters = {one: quarter_at(held, now) for one, held in found.items()}
    given: dict[int, set[str]] = {}
    rows = session.execute(
        select(
            col(CustodyConfirmation.account_id),
            col(CustodyConfirmation.quarter),
            col(CustodyConfirmation.part),
        ).where(col(CustodyConfirmation.quarter).in_(sorted(set(quarters.values()))))
    )
    for account_id, name, part in rows:
        if quarters.get(account_id) == name:
            given.setdefault(account_id, set()).add(part)
    return tuple(
        Missing(
            account_id=account_id,
            quarter=quarters[account_id],
            parts=lacking,
            kept=custody.PASSWORD in kept[account_id],
        )
        for account_id in sorted(found)
        if (
            lacking := tuple(
                part for part in CONFIRMATION_PARTS if part not in given.get(account_id, set())
            )
        )
    )


def remind(session: Session, app: App, *, now: datetime) -> int:
    """Tell whoever's word lacks, once in each of the quarter's last weeks; return how many people.

    One notice a person, whatever the number of accounts.
    """
    name, left = _ending(app, now)
    if not is_due(session, app, now=now):
        return 0
    if not facts.add(session, _fact(name, left), "", at=now):
        return 0
    asked: dict[int, set[int]] = {}
    lacking = missing(session, now=now)
    found = subjects(session, [one.account_id for one in lacking])
    custodians = custodians_of(session, list(found), now=now)
    coordinators = persons_with(session, "COOR", now=now)
    directors = {
        plantel: persons_with(session, "DIRP", now=now, plantel_id=plantel)
        for plantel in {one.plantel_id for one in found.values()}
    }
    for one in lacking:
        custodian = custodians.get(one.account_id)
        people = {
            "custodian": frozenset() if custodian is None else frozenset({custodian}),
            "director": directors[found[one.account_id].plantel_id],
            "vinculacion": coordinators,
        }
        for part in one.parts:
            for person in people[part]:
                asked.setdefault(person, set()).add(one.account_id)
    for person, accounts in asked.items():
        names = [found[one].name for one in sorted(accounts)]
        notices.notify(
            session,
            app,
            person_ids=[person],
            kind="custody.confirm",
            subject=texts.CONFIRM_SUBJECT.format(quarter=name),
            body=texts.CONFIRM_BODY.format(
                accounts=texts.listed(names), days=left.days, quarter=name
            ),
            link=PAGE,
        )
    return len(asked)


def is_due(session: Session, app: App, *, now: datetime) -> bool:
    """Tell whether it is one of the quarter's last weeks and nobody was told in it yet."""
    name, left = _ending(app, now)
    return left <= LAST_WEEKS and facts.read(session, _fact(name, left)) is None


def quarter_at(held: Subject, now: datetime) -> str:
    """Return the quarter that it is where the account's plantel is."""
    return custody.quarter(now.astimezone(ZoneInfo(held.timezone)).date())


def _ending(app: App, now: datetime) -> tuple[str, timedelta]:
    """Return the institution's quarter, and how long it lasts yet."""
    local = now.astimezone(ZoneInfo(app.institution.timezone)).date()
    name = custody.quarter(local)
    return name, custody.quarter_ends(name) - local


def _fact(name: str, left: timedelta) -> str:
    return FACT.format(quarter=name, week=(left.days + 6) // 7)


def _require(
    session: Session, actor: Actor, found: dict[int, Subject], part: str, *, now: datetime
) -> None:
    kept = custody.held_versions(session, list(found))
    custodians = custodians_of(session, list(found), now=now)
    for account_id, held in found.items():
        access.authorize(actor, ACTIONS[part], plantel_id=held.plantel_id)
        if part == "custodian" and custodians.get(account_id) != actor.person_id:
            raise Forbidden(texts.NOT_CUSTODIAN.format(account=held.name))
        if held.ended:
            raise Conflict(texts.ACCOUNT_ENDED)
        if custody.PASSWORD not in kept[account_id]:
            raise Conflict(texts.NOTHING_KEPT.format(account=held.name))


def _write(
    session: Session, held: Subject, part: str, person_id: int, note: str, *, now: datetime
) -> bool:
    connection = session.connection()
    table = CustodyConfirmation.__table__  # type: ignore[attr-defined]
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    made = connection.execute(
        insert(table)
        .values(
            account_id=held.account_id,
            quarter=quarter_at(held, now),
            part=part,
            person_id=person_id,
            at=now,
            note=note,
        )
        .on_conflict_do_nothing(index_elements=["account_id", "quarter", "part"])
        .returning(table.c.id)
    )
    return made.first() is not None

"""Holding the future deliveries of accounts that changed, and scheduling them again.

One guarded UPDATE in the caller's transaction; what may be public already is not touched.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update
from sqlmodel import Session, col

from publisher import notices
from publisher.app import App
from publisher.delivery import wakeup
from publisher.delivery.outbox.holding import hold_unsent
from publisher.delivery.states import outcome, sources
from publisher.errors import Conflict, NotFound
from publisher.models import Account, Delivery, Plantel
from publisher.texts import institution as texts

ENDED: Final = ("closed", "replaced")


def hold(
    session: Session, app: App, plantel_id: int, account_ids: Collection[int], sentence: str
) -> int:
    """Hold every unsent delivery of the accounts, and tell the plantel's custodians."""
    now = app.clock()
    of_these = col(Delivery.account_id).in_(account_ids)
    held = len(
        hold_unsent(session, "suspend", of_these, reason="account", sentence=sentence, now=now)
    )
    if held:
        plantel = session.get(Plantel, plantel_id)
        subject = texts.HELD_SUBJECT_ONE if held == 1 else texts.HELD_SUBJECT
        notices.notify(
            session,
            app,
            person_ids=notices.custodians(session, plantel_id, now=now),
            kind="delivery.held",
            subject=subject.format(n=held, plantel=plantel.name if plantel else ""),
            body=sentence,
        )
    return held


def active_plantel(session: Session, plantel_id: int) -> Plantel:
    """Return a plantel that is neither closed nor merged. Raises ``NotFound``, ``Conflict``."""
    plantel = session.get(Plantel, plantel_id)
    if plantel is None:
        raise NotFound(texts.NO_SUCH_PLANTEL)
    if plantel.state != "active":
        raise Conflict(texts.PLANTEL_NOT_ACTIVE.format(name=plantel.name))
    return plantel


def live_account(session: Session, account_id: int) -> Account:
    """Return an account that is neither closed nor replaced. Raises ``NotFound``, ``Conflict``."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound(texts.NO_SUCH_ACCOUNT)
    if account.state in ENDED:
        raise Conflict(texts.ACCOUNT_ENDED)
    return account


def hold_renamed(session: Session, app: App, plantel_id: int, *, before: str, reason: str) -> int:
    """Hold what an approved text may now say wrongly; in the caller's transaction."""
    sentence = texts.HELD_RENAMED.format(before=before, reason=reason)
    return hold(session, app, plantel_id, accounts_of(session, plantel_id), sentence)


def release(
    session: Session, account_ids: Collection[int], now: datetime, *, reason: str = "account"
) -> int:
    """Schedule again what was held on these accounts for ``reason``; return how many.

    The workers are woken; what is past its limit by then they hold as late.
    """
    result: Any = session.execute(
        update(Delivery)
        .where(
            col(Delivery.account_id).in_(account_ids),
            col(Delivery.state).in_(sources("reinstate")),
            col(Delivery.hold_reason) == reason,
        )
        .values(
            state=outcome("reinstate"),
            hold_reason=None,
            reason="",
            next_at=Delivery.__table__.c.due_at,  # type: ignore[attr-defined]
            updated_at=now,
        )
    )
    wakeup.announce(session)
    return int(result.rowcount)


def accounts_of(
    session: Session, plantel_id: int, *, states: Collection[str] | None = None
) -> list[int]:
    """Return the ids of a plantel's accounts, those that have not ended by default."""
    statement = select(col(Account.id)).where(col(Account.plantel_id) == plantel_id)
    if states is None:
        statement = statement.where(col(Account.state).not_in(ENDED))
    else:
        statement = statement.where(col(Account.state).in_(states))
    return [found for found in session.scalars(statement) if found is not None]

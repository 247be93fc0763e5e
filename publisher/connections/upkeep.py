"""The worker's part: each account looked at daily, renewed in time, people warned before it ends.

One process at a time looks at an account and one renews it (``renewal``), on however many machines:
both are claims in its row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import and_, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from publisher.app import App
from publisher.connections import held
from publisher.connections.looks import Looked, Subject, subjects
from publisher.connections.renewal import look_after, stopped
from publisher.connections.settling import settle
from publisher.connections.standing import LOOK_EVERY
from publisher.delivery.pace import read_breakers
from publisher.models import Account, AccountProof

log = structlog.get_logger(__name__)

BATCH: Final = 12
AT_ONCE: Final = 4
CLAIM: Final = timedelta(minutes=15)
_PROOF: Any = AccountProof.__table__  # type: ignore[attr-defined]


def keep_up(app: App, *, stopping: Callable[[], bool] = lambda: False) -> int:
    """Look at the accounts whose look is due, some at a time; return how many were looked at.

    An account is due a day after it was made, and from then on as ``standing.next_look`` says. A
    platform that is being spared is left alone, and under an emergency stop of everything so are
    all: a restored copy of a house must not renew what the living one holds.
    """
    now = app.clock()
    with app.read() as session:
        waiting = _due(session, now)
    if not waiting:
        return 0
    with app.write() as session:
        held.forget_old(session, now)
        claimed = [account_id for account_id in waiting if _claim(session, account_id, now)]
    with app.read() as session:
        found = subjects(session, app, claimed)
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="cuentas") as pool:
        looked = [one for one in pool.map(lambda s: _look(app, s, stopping), found) if one]
    with app.write() as session:
        settle(app, session, looked, now=app.clock())
    return len(looked)


def _look(app: App, subject: Subject, stopping: Callable[[], bool]) -> Looked | None:
    """Look at one account; None when the process is ending: its claim runs out by itself."""
    if stopping():
        return None
    try:
        return look_after(app, subject)
    except Exception as error:  # noqa: BLE001 - one account's trouble is not the others'
        log.warning("connection.upkeep", account=subject.account_id, error=type(error).__name__)
        return None


def _due(session: Session, now: datetime) -> Sequence[int]:
    if stopped(session):
        return []
    spared = [key for key, known in read_breakers(session).items() if not known.is_closed]
    statement = (
        select(col(Account.id))
        .outerjoin(AccountProof, col(AccountProof.account_id) == col(Account.id))
        .where(
            col(Account.state).in_(("active", "paused", "reauth")),
            col(Account.connector).not_in(spared),
            or_(
                col(AccountProof.next_at) <= now,
                and_(
                    col(AccountProof.account_id).is_(None),
                    col(Account.created_at) <= now - LOOK_EVERY,
                ),
            ),
        )
        .order_by(col(AccountProof.next_at), col(Account.id))
        .limit(BATCH)
    )
    return [found for found in session.scalars(statement) if found is not None]


def _claim(session: Session, account_id: int, now: datetime) -> bool:
    """Take an account's look for as long as it may last; tell whether nobody else had."""
    connection = session.connection()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    taken = connection.execute(
        insert(_PROOF)
        .values(
            account_id=account_id,
            outcome="unproven",
            code="",
            sentence="",
            handle="",
            scopes=[],
            next_at=now + CLAIM,
        )
        .on_conflict_do_update(
            index_elements=["account_id"],
            set_={"next_at": now + CLAIM},
            where=_PROOF.c.next_at <= now,
        )
        .returning(_PROOF.c.account_id)
    )
    return taken.first() is not None

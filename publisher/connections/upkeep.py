"""The worker's part: each account looked at daily, renewed in time, people warned before it ends.

One process at a time looks at an account, and one renews it, on however many machines: both are
claims in its row. What a renewal brings is sealed before anything uses it, because the network may
have made the old values worthless.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from connectors.contract import Renews
from connectors.errors import ConnectorError
from publisher.app import SYSTEM, App
from publisher.connections.connect import seal_fields
from publisher.connections.looks import Looked, Subject, look, subjects
from publisher.connections.settling import settle
from publisher.connections.standing import LOOK_EVERY
from publisher.custody import tokens
from publisher.delivery.pace import read_breakers
from publisher.models import Account, AccountProof, Pause
from publisher.texts import connections as texts
from vault.secret import Secret

log = structlog.get_logger(__name__)

BATCH: Final = 12
AT_ONCE: Final = 4
CLAIM: Final = timedelta(minutes=15)
RENEWING: Final = timedelta(minutes=10)
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
        claimed = [account_id for account_id in waiting if _claim(session, account_id, now)]
    with app.read() as session:
        found = subjects(session, app, claimed)
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="cuentas") as pool:
        looked = [one for one in pool.map(lambda s: _look(app, s, stopping), found) if one]
    with app.write() as session:
        settle(app, session, looked, now=app.clock())
    return len(looked)


def renew(app: App, subject: Subject, *, now: datetime) -> Subject:
    """Renew a credential whose time has come, and return the subject with what is in force then.

    Whoever does not get the claim, or is refused, goes on with the old values: the look that
    follows tells what they are worth.
    """
    connector = app.connector(subject.connector)
    if not isinstance(connector, Renews):
        return subject
    at = connector.renewal_at(subject.credential, subject.expires_at)
    if at is None or at > now or not _take(app, subject, now):
        return subject
    try:
        fields = {
            name: Secret(value) for name, value in connector.renew(subject.credential).items()
        }
    except ConnectorError as error:
        log.warning("connection.not_renewed", account=subject.account_id, code=error.code)
        fields = {}
    with app.write() as session:
        kept = {name: value for name, value in fields.items() if value}
        versions = seal_fields(session, app, SYSTEM, subject, kept, reason=texts.RENEWED_REASON)
        session.execute(
            update(_PROOF)
            .where(_PROOF.c.account_id == subject.account_id)
            .values(renewing_until=None)
        )
        if versions:
            app.note(
                session,
                app.entry(
                    SYSTEM,
                    "credential.renewed",
                    "account",
                    subject.account_id,
                    plantel_id=subject.plantel_id,
                    reason=texts.RENEWED_REASON,
                    detail=json.dumps({"versions": versions}),
                ),
            )
            tokens.renewed(session, app, subject.account_id, reason=texts.RENEWED_REASON)
        return subjects(session, app, [subject.account_id])[0]


def _look(app: App, subject: Subject, stopping: Callable[[], bool]) -> Looked | None:
    """Look at one account; None when the process is ending: its claim runs out by itself."""
    if stopping():
        return None
    try:
        return look(app, renew(app, subject, now=app.clock()) if subject.credential else subject)
    except Exception as error:  # noqa: BLE001 - one account's trouble is not the others'
        log.warning("connection.upkeep", account=subject.account_id, error=type(error).__name__)
        return None


def _due(session: Session, now: datetime) -> Sequence[int]:
    stop = select(col(Pause.id)).where(
        col(Pause.plantel_id).is_(None), col(Pause.lifted_at).is_(None)
    )
    if session.execute(stop.limit(1)).first() is not None:
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


def _take(app: App, subject: Subject, now: datetime) -> bool:
    """Take the renewal of an account, unless somebody holds it or its credential has changed."""
    with app.write() as session:
        taken = session.execute(
            update(_PROOF)
            .where(
                _PROOF.c.account_id == subject.account_id,
                or_(_PROOF.c.renewing_until.is_(None), _PROOF.c.renewing_until <= now),
            )
            .values(renewing_until=now + RENEWING)
            .returning(_PROOF.c.account_id)
        ).all()
        current = subjects(session, app, [subject.account_id])
        if not taken or not current or current[0].versions != subject.versions:
            if taken:
                session.execute(
                    update(_PROOF)
                    .where(_PROOF.c.account_id == subject.account_id)
                    .values(renewing_until=None)
                )
            return False
        return True

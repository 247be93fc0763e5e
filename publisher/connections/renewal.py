"""Renewing a credential: one process at a time, and what comes back is sealed before it is used.

The network may have made the old values worthless with its answer. Whoever dies between that answer
and the commit, or never gets it, has lost them: the next renewal is refused then, and the account
waits for its people, told so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col

from connectors.contract import Renews
from connectors.errors import ConnectorError, CredentialRejected
from connectors.registry import SHORT_LIVED
from publisher.app import SYSTEM, App
from publisher.connections import standing
from publisher.connections.connect import seal_fields
from publisher.connections.looks import Looked, Subject, look, subjects
from publisher.custody import tokens
from publisher.models import AccountProof, Pause
from publisher.texts import connections as texts
from vault.secret import Secret

log = structlog.get_logger(__name__)

RENEWING: Final = timedelta(minutes=10)
TRIES: Final = 3
WAITING: Final = "connection.renewal_waits"
_PROOF: Any = AccountProof.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True)
class Renewal:
    """What is in force after a renewal; ``error`` is why there was none where one was due.

    ``waits`` where one was due that somebody else has taken, or that nobody may take now.
    """

    subject: Subject
    error: ConnectorError | None = None
    waits: bool = False


def look_after(app: App, subject: Subject) -> Looked:
    """Renew what is due, and ask the network what the credential is worth.

    A right to renew that the network no longer accepts ends a credential of hours there and then:
    nobody else will mend it, and its people hear of it while there is time.
    """
    if not subject.credential:
        return look(app, subject)
    done = renew(app, subject, now=app.clock())
    if subject.connector not in SHORT_LIVED:
        seen = look(app, done.subject)
        if done.error is None or seen.renewal_at is None:
            return seen
        return replace(seen, renewal_at=_next(app, subject), stuck=True)
    if done.error is None and not done.waits:
        return look(app, done.subject)
    return _hours_left(app, done)


def _hours_left(app: App, done: Renewal) -> Looked:
    """Return what a credential of hours is worth that was due and not renewed."""
    subject, error = done.subject, done.error
    refused = (
        isinstance(error, CredentialRejected) and standing.outcome_of(error) in standing.BARRING
    )
    over = subject.expires_at is not None and subject.expires_at <= app.clock()
    if not over:
        seen = look(app, subject)
        if seen.outcome != "ok":
            return seen
        if not refused:
            return replace(seen, renewal_at=_next(app, subject), stuck=True)
    return Looked(
        subject=subject,
        outcome="expired" if refused else "unreachable",
        code=error.code if error else WAITING,
        sentence=error.sentence if error else texts.RENEWAL_WAITS,
        renewal_at=None if refused else _next(app, subject),
        stuck=True,
    )


def _next(app: App, subject: Subject) -> datetime:
    return standing.next_try(subject.expires_at, now=app.clock())


def renew(app: App, subject: Subject, *, now: datetime) -> Renewal:
    """Renew a credential whose time has come, and return the subject with what is in force then.

    Whoever does not get the claim, or is refused, goes on with the old values.
    """
    connector = app.connector(subject.connector)
    if not isinstance(connector, Renews):
        return Renewal(subject=subject)
    try:
        at = connector.renewal_at(subject.credential, subject.expires_at)
    except ConnectorError:
        return Renewal(subject=subject)  # unreadable: the look says so
    if at is None or at > now:
        return Renewal(subject=subject)
    if not _take(app, subject, now):
        return Renewal(subject=subject, waits=True)
    error: ConnectorError | None = None
    fields: Mapping[str, str] = {}
    try:
        fields = connector.renew(subject.credential)
    except ConnectorError as refusal:
        log.warning("connection.not_renewed", account=subject.account_id, code=refusal.code)
        error = refusal
    kept = {name: Secret(value) for name, value in fields.items() if value}
    return Renewal(subject=_store(app, subject, kept), error=error)


def _store(app: App, subject: Subject, fields: Mapping[str, Secret]) -> Subject:
    """Seal what came back, give the claim up, and return what is in force.

    A database that is away for a moment must not cost a right that cannot be had again.
    """
    for left in reversed(range(TRIES)):
        try:
            with app.write() as session:
                return _sealed(session, app, subject, fields)
        except OperationalError:
            if not left:
                raise
    raise AssertionError("the last try returns or raises")


def _sealed(session: Session, app: App, subject: Subject, fields: Mapping[str, Secret]) -> Subject:
    versions = seal_fields(session, app, SYSTEM, subject, fields, reason=texts.RENEWED_REASON)
    session.execute(
        update(_PROOF).where(_PROOF.c.account_id == subject.account_id).values(renewing_until=None)
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
        if subject.connector not in SHORT_LIVED:
            # every two hours it is no news: the audit has it
            tokens.renewed(session, app, subject.account_id, reason=texts.RENEWED_REASON)
    return subjects(session, app, [subject.account_id])[0]


def stopped(session: Session) -> bool:
    """Tell whether an emergency stop of everything is in force.

    A restored copy of a house must not renew what the living one holds.
    """
    stop = select(col(Pause.id)).where(
        col(Pause.plantel_id).is_(None), col(Pause.lifted_at).is_(None)
    )
    return session.execute(stop.limit(1)).first() is not None


def _take(app: App, subject: Subject, now: datetime) -> bool:
    """Take the renewal of an account, unless somebody holds it or its credential has changed."""
    with app.write() as session:
        if stopped(session):
            return False
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

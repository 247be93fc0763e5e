"""Trying a spared platform again: one read, by one worker, never a publication."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlmodel import Session, col

from connectors.contract import Credential
from connectors.errors import ConnectorError
from publisher import models
from publisher.app import SYSTEM, App
from publisher.delivery import breaker as breakers
from publisher.delivery.breaker import Breaker
from publisher.delivery.pace import read_breakers, write_breaker
from publisher.models import Account
from vault import store

log = structlog.get_logger(__name__)

_TRIES = 5
_TABLE: Any = models.Breaker.__table__  # type: ignore[attr-defined]


def probe_due(app: App) -> bool:
    """Probe each platform whose wait is over; True if one of them is used again.

    The row is taken for as long as a call may last, so that one worker probes at a time and a dead
    one is succeeded.
    """
    now = app.clock()
    with app.read() as session:
        due = [
            scope
            for scope, known in read_breakers(session).items()
            if not known.is_closed and known.probe_at is not None and known.probe_at <= now
        ]
    closed = [scope for scope in due if _probe(app, scope)]
    return bool(closed)


def _probe(app: App, scope: str) -> bool:
    now = app.clock()
    with app.write() as session:
        known = _take(app, session, scope, now=now)
        account = _an_account(app, session, scope) if known is not None else None
    if known is None:
        return False
    alive = account is None or _answers(app, scope, account)
    now = app.clock()
    with app.write() as session:
        # a reading of the row as it is now: another worker may have taken over meanwhile
        current = read_breakers(session, scope).get(scope)
        if current is None or current.probe_at != known.probe_at:
            return False
        new = breakers.probed(current, alive=alive, now=now, timing=app.timing)
        if alive:
            app.note(session, app.entry(SYSTEM, "breaker.closed", "connector", scope))
        write_breaker(session, new, now=now)
    log.info("breaker.probed", scope=scope, alive=alive, wait=new.open_seconds)
    return alive


def _take(app: App, session: Session, scope: str, *, now: datetime) -> Breaker | None:
    until = now + timedelta(seconds=app.timing.call_deadline)
    taken = session.execute(
        update(_TABLE)
        .where(
            _TABLE.c.scope == scope,
            _TABLE.c.state.in_(("open", "half_open")),
            _TABLE.c.probe_at <= now,
        )
        .values(state="half_open", probe_at=until, updated_at=now)
        .returning(_TABLE.c.scope)
    ).all()
    return read_breakers(session, scope)[scope] if taken else None


def _an_account(app: App, session: Session, scope: str) -> Credential | None:
    """Return the credential of the account that sent last through this connector."""
    rows = session.execute(
        select(col(Account.id), col(Account.external_id))
        .where(col(Account.connector) == scope, col(Account.state) == "active")
        .order_by(col(Account.last_sent_at).desc().nulls_last(), col(Account.id))
        .limit(_TRIES)
    ).all()
    for row in rows:
        used = store.use_many(session, app.keyring, [row.id]).get(row.id)
        if used is not None and used.fields:
            fields = {name: secret.reveal() for name, secret in used.fields.items()}
            return Credential(row.external_id, fields)
    return None


def _answers(app: App, scope: str, credential: Credential) -> bool:
    """Tell whether the platform answers a read; whatever it answers."""
    try:
        app.connector(scope).verify(credential)
    except ConnectorError as error:
        return breakers.failed(error) is not True
    except Exception:
        # our own defect says nothing about the platform; the next send will
        log.exception("probe.defect", scope=scope)
    return True

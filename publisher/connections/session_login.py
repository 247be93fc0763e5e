"""Opening an account's session with a person there: user and password, then the codes asked for.

A login that waits for a code lives in this process for ten minutes, under a random ticket that only
the same person in the same session can use; nothing of it is stored. What it ends in is connected
as if it had been pasted: proven first, sealed then. No worker comes this way.
"""

from __future__ import annotations

import json
import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from connectors.contract import Identity
from connectors.opening import CodeKind, Done, Login, LoginRefused, LogsIn, NeedsCode, Outcome
from publisher import access, db
from publisher.app import Actor, App
from publisher.connections.connect import RISKY, connect_account, require_risk, subject_of
from publisher.connections.looks import Subject
from publisher.errors import Conflict, Invalid
from publisher.institution.holding import live_account
from publisher.texts import connections as texts
from vault.secret import Secret

LIFE: Final = timedelta(minutes=10)
MOST: Final = 64
"""Logins that a process keeps half-way; the oldest gives way."""


@dataclass(frozen=True, kw_only=True)
class CodeWanted:
    """A code is wanted under ``ticket``; ``sentence`` says which, and where it went."""

    ticket: str = field(repr=False)
    kind: CodeKind
    sentence: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class _HalfWay:
    login: Login = field(repr=False)
    account_id: int
    person_id: int
    session_ref: str = field(repr=False)
    reason: str
    until: datetime

    def is_of(self, actor: Actor) -> bool:
        return (self.person_id, self.session_ref) == (actor.person_id, actor.session_ref)


_half_way: dict[str, _HalfWay] = {}
_lock = threading.Lock()


def begin_session(
    app: App,
    actor: Actor,
    account_id: int,
    *,
    username: str,
    password: Secret,
    reason: str = "",
) -> CodeWanted | Identity:
    """Log in; the account's identity where the session is open and sealed, else what is wanted.

    Raises ``Forbidden``, ``NotFound``, ``Conflict``, and ``Invalid`` where the risk was not
    accepted, a field is missing or the network refuses, with what to do.
    """
    subject = subject_of(app, actor, account_id)
    with app.read() as session:
        account = live_account(session, account_id)
        if account.network != _network(app):
            raise Invalid(texts.SESSION_NONE, field="connector")
        require_risk(account, RISKY)
    if not username.strip() or not password.reveal():
        raise Invalid(texts.SESSION_BLANK, field="username" if not username.strip() else "password")
    if db.in_transaction():
        raise RuntimeError("a network is never asked inside a transaction")
    connector = app.connector(RISKY)
    assert isinstance(connector, LogsIn)  # noqa: S101 - the registry's own key
    half = _HalfWay(
        login=connector.login(subject.credential),
        account_id=account_id,
        person_id=actor.person_id,
        session_ref=actor.session_ref,
        reason=" ".join(reason.split()) or texts.SESSION_REASON,
        until=app.clock() + LIFE,
    )
    outcome = half.login.begin(username, password.reveal())
    return _follow(app, actor, subject, half, outcome, step="password")


def answer_session(app: App, actor: Actor, ticket: str, code: Secret) -> CodeWanted | Identity:
    """Answer with a code; as ``begin_session``. ``Conflict`` for a ticket that is no more."""
    if not code.reveal().strip():
        raise Invalid(texts.CODE_BLANK, field="code")
    half = _take(app, actor, ticket)
    subject = subject_of(app, actor, half.account_id)
    outcome = half.login.answer(code.reveal())
    return _follow(app, actor, subject, half, outcome, step="code", ticket=ticket)


def cancel_session(app: App, actor: Actor, ticket: str) -> None:
    """Forget a login half-way; one that is no more is forgotten already."""
    try:
        _take(app, actor, ticket).login.close()
    except Conflict:
        return


def _follow(
    app: App,
    actor: Actor,
    subject: Subject,
    half: _HalfWay,
    outcome: Outcome,
    *,
    step: str,
    ticket: str = "",
) -> CodeWanted | Identity:
    """Write down how a step ended and do what follows from it."""
    said = outcome.reason if isinstance(outcome, LoginRefused) else type(outcome).__name__
    with app.write() as session:
        access.authorize(actor, "credential.install", plantel_id=subject.plantel_id)
        app.note(
            session,
            app.entry(
                actor,
                "account.login",
                "account",
                half.account_id,
                plantel_id=subject.plantel_id,
                reason=half.reason,
                result="failed" if isinstance(outcome, LoginRefused) else "ok",
                detail=json.dumps({"step": step, "outcome": said}),
            ),
        )
    if isinstance(outcome, NeedsCode):
        ticket = _keep(app, half, ticket or secrets.token_urlsafe(24))
        sentence = texts.code_wanted(outcome.kind, outcome.hint, again=outcome.again)
        return CodeWanted(ticket=ticket, kind=outcome.kind, sentence=sentence, until=half.until)
    if isinstance(outcome, LoginRefused):
        raise Invalid(outcome.sentence, field="password")
    return _connect(app, actor, half, outcome)


def _connect(app: App, actor: Actor, half: _HalfWay, done: Done) -> Identity:
    fields = {"settings": Secret(done.settings)}
    return connect_account(app, actor, half.account_id, fields, reason=half.reason, connector=RISKY)


def _network(app: App) -> str:
    return app.connector(RISKY).network


def _keep(app: App, half: _HalfWay, ticket: str) -> str:
    """Keep a login under its ticket; a person's earlier one of the same account is forgotten."""
    with _lock:
        _forget_old(app.clock())
        for name, other in list(_half_way.items()):
            same = (other.account_id, other.person_id) == (half.account_id, half.person_id)
            if same and other is not half:
                _half_way.pop(name).login.close()
        while len(_half_way) >= MOST:
            _half_way.pop(next(iter(_half_way))).login.close()
        _half_way[ticket] = half
    return ticket


def _take(app: App, actor: Actor, ticket: str) -> _HalfWay:
    """Take a login out, so that nobody else answers it meanwhile. Raises ``Conflict``."""
    with _lock:
        _forget_old(app.clock())
        half = _half_way.get(ticket)
        if half is None or not half.is_of(actor):
            raise Conflict(texts.SESSION_STALE)
        return _half_way.pop(ticket)


def _forget_old(now: datetime) -> None:
    for ticket, half in list(_half_way.items()):
        if half.until <= now:
            _half_way.pop(ticket).login.close()

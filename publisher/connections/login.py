"""Connecting accounts through Facebook Login: the state that goes out, the grant that comes back.

A state is bound to the session that asked, good once and for ten minutes; only its digest is kept.
Of what the person granted, each account that is registered here and within reach is connected as
if its token had been pasted: proven first, sealed then.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlmodel import Session, col

from connectors.errors import ConnectorError
from connectors.registry import ASSISTED
from publisher import access
from publisher.app import Actor, App
from publisher.connections.connect import connect_account
from publisher.delivery import facts
from publisher.errors import Conflict, Forbidden, Invalid, PublisherError
from publisher.institution.holding import ENDED
from publisher.models import Account
from publisher.texts import access as access_texts
from publisher.texts import connections as texts
from vault.secret import Secret

if TYPE_CHECKING:
    from connectors.meta_login import Granted

PREFIX: Final = "login.facebook."
LIFE: Final = timedelta(minutes=10)
AT_ONCE: Final = 8


@dataclass(frozen=True, kw_only=True)
class Connected:
    """What became of one account that was granted; ``sentence`` says why not, where it was not."""

    network: str
    name: str
    sentence: str = ""

    @property
    def well(self) -> bool:
        """Tell whether it was connected."""
        return not self.sentence


def offered(app: App, actor: Actor) -> bool:
    """Tell whether the application at Meta is configured and the actor may install somewhere."""
    known = app.endpoints.graph_app_id and app.endpoints.graph_app_secret
    return bool(known) and access.anywhere(actor, "credential.install")


def begin_login(app: App, actor: Actor, *, redirect_uri: str) -> str:
    """Return the address of the dialog, with a new state. Raises ``Forbidden``, ``Invalid``."""
    from connectors import meta_login

    _require(actor)
    state = secrets.token_urlsafe(32)
    try:
        address = meta_login.dialog(app.endpoints, redirect_uri=redirect_uri, state=state)
    except ConnectorError:
        raise Invalid(texts.LOGIN_UNSET) from None
    now = app.clock()
    with app.write() as session:
        _forget_old(session, now)
        held = {"session": actor.session_ref, "person": actor.person_id, "uri": redirect_uri}
        value = json.dumps({**held, "until": (now + LIFE).isoformat()})
        facts.add(session, _name(state), value, at=now)
    return address


def finish_login(app: App, actor: Actor, *, state: str, code: str) -> tuple[Connected, ...]:
    """Connect what was granted; the outcome of each account, those registered here first.

    Raises ``Forbidden``, ``Conflict`` for a state that is not this session's or was used, and
    ``Invalid`` where the network refuses the code.
    """
    from connectors import meta_login

    _require(actor)
    redirect_uri = _redeem(app, actor, state)
    try:
        granted = meta_login.granted(app.endpoints, code=code, redirect_uri=redirect_uri)
    except ConnectorError as error:
        raise Invalid(texts.LOGIN_FAILED.format(sentence=error.sentence)) from None
    if not granted:
        raise Invalid(texts.LOGIN_NOTHING)
    known = _registered(app, granted)
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="cuentas") as pool:
        done = pool.map(
            lambda one: _connect(app, actor, one, known.get((one.network, one.external_id))),
            granted,
        )
    return tuple(sorted(done, key=lambda one: (one.sentence == texts.LOGIN_UNKNOWN, not one.well)))


def cancel_login(app: App, actor: Actor, *, state: str) -> None:
    """Forget a state whose dialog the person left. Raises ``Conflict``."""
    _redeem(app, actor, state)


def _redeem(app: App, actor: Actor, state: str) -> str:
    """Use a state up and return where its dialog led back to."""
    with app.write() as session:
        stored = facts.read(session, _name(state))
        held = json.loads(stored) if stored else {}
        used = facts.erase(session, _name(state))
    mine = (held.get("session"), held.get("person")) == (actor.session_ref, actor.person_id)
    if not used or not mine or datetime.fromisoformat(held["until"]) < app.clock():
        raise Conflict(texts.LOGIN_STALE)
    return str(held["uri"])


def _connect(
    app: App, actor: Actor, granted: Granted, account: tuple[int, str] | None
) -> Connected:
    made = Connected(network=granted.network, name=granted.name)
    if account is None:
        return Connected(network=made.network, name=made.name, sentence=texts.LOGIN_UNKNOWN)
    account_id, connector = account
    # one that is published on by hand stays so until somebody decides otherwise
    key = connector if connector in ASSISTED else granted.network
    field = app.connector(key).credential_fields[0]
    try:
        connect_account(
            app,
            actor,
            account_id,
            {field: Secret(granted.token)},
            reason=texts.LOGIN_REASON,
            connector=key,
        )
    except PublisherError as error:
        return Connected(network=made.network, name=made.name, sentence=str(error))
    return made


def _registered(app: App, granted: tuple[Granted, ...]) -> dict[tuple[str, str], tuple[int, str]]:
    ids = sorted({one.external_id for one in granted})
    with app.read() as session:
        rows = session.execute(
            select(
                col(Account.network),
                col(Account.external_id),
                col(Account.id),
                col(Account.connector),
            ).where(col(Account.external_id).in_(ids), col(Account.state).not_in(ENDED))
        )
        return {(row.network, row.external_id): (row.id, row.connector) for row in rows}


def _forget_old(session: Session, now: datetime) -> None:
    for name, value in facts.named(session, PREFIX):
        if datetime.fromisoformat(json.loads(value)["until"]) < now:
            facts.erase(session, name)


def _require(actor: Actor) -> None:
    if not access.anywhere(actor, "credential.install"):
        words = access_texts.ACTIONS["credential.install"]
        raise Forbidden(access_texts.NOT_ALLOWED.format(action=words))


def _name(state: str) -> str:
    return PREFIX + hashlib.sha256(state.encode()).hexdigest()

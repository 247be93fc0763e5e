"""«Entrar con X»: the person goes to X and comes back; whose account it is, X says.

By OAuth 2 with PKCE (``oauth2``), or by OAuth 1.0a (``oauth1``), whose own token is what comes back
in the place of a state. What was begun waits sealed in ``held``; what is granted is connected as if
it had been pasted: proven first, sealed then.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final, Literal

from sqlalchemy import select
from sqlmodel import col

from connectors.errors import ConnectorError, NotConfigured
from connectors.registry import ASSISTED
from publisher import access
from publisher.app import Actor, App
from publisher.connections import choosing, held
from publisher.connections.choosing import Connected
from publisher.connections.connect import connect_account
from publisher.errors import Invalid
from publisher.institution.holding import ENDED, live_account
from publisher.models import Account
from publisher.texts import connections as texts
from vault.secret import Secret

Way = Literal["oauth2", "oauth1"]

CONNECTOR: Final[Mapping[Way, str]] = {"oauth2": "x_oauth2", "oauth1": "x"}
NETWORK: Final = "x"


def x_ways(app: App, actor: Actor) -> tuple[Way, ...]:
    """Return the ways in that are configured, for who may install a credential somewhere."""
    if not access.anywhere(actor, "credential.install"):
        return ()
    places = app.endpoints
    first: tuple[Way, ...] = ("oauth2",) if places.x_client_id else ()
    return (*first, "oauth1") if places.x_api_key and places.x_api_secret else first


def begin_x(
    app: App, actor: Actor, way: Way, *, redirect_uri: str, account_id: int | None = None
) -> str:
    """Return where the person enters X. With ``account_id`` no other account will do.

    Raises ``Forbidden``, ``NotFound``, and ``Invalid`` where the way is not configured or X does
    not answer.
    """
    from connectors import x_login

    choosing.require(actor)
    if account_id is not None:
        with app.read() as session:
            account = live_account(session, account_id)
            access.authorize(actor, "credential.install", plantel_id=account.plantel_id)
    values = {"uri": redirect_uri, "account": account_id}
    try:
        if way == "oauth1":
            asked = x_login.ask(app.endpoints, callback=redirect_uri)
            held.hold(app, actor, way, asked.token, {**values, "secret": asked.secret})
            return x_login.approval(app.endpoints, asked)
        state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        address = x_login.dialog(
            app.endpoints, redirect_uri=redirect_uri, state=state, verifier=verifier
        )
    except NotConfigured:
        raise Invalid(texts.X_UNSET) from None
    except ConnectorError as error:
        raise Invalid(texts.X_FAILED.format(sentence=error.sentence)) from None
    held.hold(app, actor, way, state, {**values, "verifier": verifier})
    return address


def finish_x(app: App, actor: Actor, way: Way, answer: Mapping[str, str]) -> Connected | None:
    """Connect the account that the person entered with; None where they declined.

    ``answer`` is what X sent back. Raises ``Forbidden``, ``Conflict`` for a state that is not this
    session's or was used, and ``Invalid`` where X refuses or it is another account.
    """
    choosing.require(actor)
    name = answer.get("state" if way == "oauth2" else "oauth_token", answer.get("denied", ""))
    values = held.take(app, actor, way, name)
    proof = answer.get("code" if way == "oauth2" else "oauth_verifier", "")
    if not proof:
        return None
    try:
        owner_id, handle, fields = _granted(app, way, name, values, proof)
    except ConnectorError as error:
        raise Invalid(texts.X_FAILED.format(sentence=error.sentence)) from None
    account = _registered(app, owner_id)
    wanted = values.get("account")
    if wanted is not None and (account is None or account.id != wanted):
        with app.read() as session:
            other = live_account(session, int(wanted)).handle
        raise Invalid(texts.X_OTHER.format(entered=handle, wanted=other))
    if account is None:
        raise Invalid(texts.X_UNKNOWN.format(entered=handle, id=owner_id))
    connect_account(
        app,
        actor,
        account.id or 0,
        fields,
        reason=texts.X_REASON,
        connector=CONNECTOR[way],
    )
    note = texts.X_TAKES_OVER if account.connector in ASSISTED else ""
    return Connected(network=NETWORK, name=account.handle, note=note)


def _granted(
    app: App, way: Way, name: str, values: Mapping[str, str], proof: str
) -> tuple[str, str, dict[str, Secret]]:
    """Return id and handle of whom it was granted by, and the fields of the credential."""
    from connectors import x_login, x_permit

    places = app.endpoints
    if way == "oauth1":
        asked = x_login.Asked(token=name, secret=values["secret"])
        keys = x_login.approved(places, asked, verifier=proof)
        fields = {key: Secret(value) for key, value in keys.fields.items()}
        return keys.owner.external_id, keys.owner.handle, fields
    permit = x_login.redeem(
        places, code=proof, redirect_uri=values["uri"], verifier=values["verifier"]
    )
    if not permit.refresh:
        raise Invalid(texts.X_SHORT)
    owner = x_login.whose(places, permit)
    return owner.external_id, owner.handle, {x_permit.FIELD: Secret(permit.to_field())}


def _registered(app: App, external_id: str) -> Account | None:
    with app.read() as session:
        found: Account | None = session.scalars(
            select(Account).where(
                col(Account.network) == NETWORK,
                col(Account.external_id) == external_id,
                col(Account.state).not_in(ENDED),
            )
        ).first()
        return found

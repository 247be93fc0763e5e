"""Facebook Login: the state that goes out, and what it lets us choose from when it comes back.

A state is bound to the session that asked, good once and for ten minutes; only its digest is kept.
"""

from __future__ import annotations

import secrets
from typing import Final

from connectors.errors import ConnectorError
from publisher import access
from publisher.app import Actor, App
from publisher.connections import choosing, held
from publisher.connections.choosing import Chooser
from publisher.errors import Invalid
from publisher.texts import connections as texts

KIND: Final = "facebook"


def offered(app: App, actor: Actor) -> bool:
    """Tell whether the application at Meta is configured and the actor may install somewhere."""
    known = app.endpoints.graph_app_id and app.endpoints.graph_app_secret
    return bool(known) and access.anywhere(actor, "credential.install")


def begin_login(app: App, actor: Actor, *, redirect_uri: str) -> str:
    """Return the address of the dialog, with a new state. Raises ``Forbidden``, ``Invalid``."""
    from connectors import meta_login

    choosing.require(actor)
    state = secrets.token_urlsafe(32)
    try:
        address = meta_login.dialog(app.endpoints, redirect_uri=redirect_uri, state=state)
    except ConnectorError:
        raise Invalid(texts.LOGIN_UNSET) from None
    held.hold(app, actor, KIND, state, {"uri": redirect_uri})
    return address


def finish_login(app: App, actor: Actor, *, state: str, code: str) -> Chooser:
    """Return what was granted, to choose from; nothing is connected yet.

    Raises ``Forbidden``, ``Conflict`` for a state that is not this session's or was used, and
    ``Invalid`` where the network refuses the code.
    """
    from connectors import meta_login

    choosing.require(actor)
    uri = str(held.take(app, actor, KIND, state)["uri"])
    try:
        granted = meta_login.granted(app.endpoints, code=code, redirect_uri=uri)
    except ConnectorError as error:
        raise Invalid(texts.LOGIN_FAILED.format(sentence=error.sentence)) from None
    if not granted:
        raise Invalid(texts.LOGIN_NOTHING)
    return choosing.offer(app, actor, granted, reason=texts.LOGIN_REASON)


def cancel_login(app: App, actor: Actor, *, state: str) -> None:
    """Forget a state whose dialog the person left. Raises ``Conflict``."""
    held.take(app, actor, KIND, state)

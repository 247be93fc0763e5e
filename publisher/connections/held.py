"""What waits until a person comes back from a network, or has chosen: sealed, theirs, used once.

It is bound to the session and person that began: opened for anybody else it is not what was sealed.
Only the digest of its name is kept, for ten minutes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session

from publisher.app import Actor, App
from publisher.delivery import facts
from publisher.errors import Conflict
from publisher.texts import connections as texts
from vault import handoff
from vault.errors import VaultError
from vault.secret import Secret

PREFIX: Final = "login."
LIFE: Final = timedelta(minutes=10)


def hold(app: App, actor: Actor, kind: str, name: str, values: Mapping[str, Any]) -> None:
    """Keep ``values`` (JSON) under ``name``, which only the person's browser knows."""
    now = app.clock()
    value = Secret(json.dumps(dict(values)))
    sealed = handoff.wrap(app.keyring, _place(actor, kind, name), value)
    kept = json.dumps({"until": (now + LIFE).isoformat(), "sealed": sealed})
    with app.write() as session:
        forget_old(session, now)
        facts.add(session, _fact(kind, name), kept, at=now)


def take(app: App, actor: Actor, kind: str, name: str) -> dict[str, Any]:
    """Use it up and return the values. Raises ``Conflict``: a second time, too late, a stranger."""
    with app.write() as session:
        kept = facts.read(session, _fact(kind, name))
        used = facts.erase(session, _fact(kind, name))
    if not used or kept is None:
        raise Conflict(texts.LOGIN_STALE)
    return _opened(app, actor, kind, name, kept)


def look(app: App, actor: Actor, kind: str, name: str) -> dict[str, Any]:
    """Return the values and leave them where they are. Raises ``Conflict``."""
    with app.read() as session:
        kept = facts.read(session, _fact(kind, name))
    if kept is None:
        raise Conflict(texts.LOGIN_STALE)
    return _opened(app, actor, kind, name, kept)


def forget_old(session: Session, now: datetime) -> None:
    """Forget what nobody came back for."""
    for name, value in facts.named(session, PREFIX):
        if datetime.fromisoformat(json.loads(value)["until"]) < now:
            facts.erase(session, name)


def _opened(app: App, actor: Actor, kind: str, name: str, kept: str) -> dict[str, Any]:
    held = json.loads(kept)
    if datetime.fromisoformat(held["until"]) < app.clock():
        raise Conflict(texts.LOGIN_STALE)
    try:
        value = handoff.unwrap(app.keyring, _place(actor, kind, name), held["sealed"])
    except VaultError:
        raise Conflict(texts.LOGIN_STALE) from None
    found: dict[str, Any] = json.loads(value.reveal())
    return found


def _fact(kind: str, name: str) -> str:
    return f"{PREFIX}{kind}.{hashlib.sha256(name.encode()).hexdigest()}"


def _place(actor: Actor, kind: str, name: str) -> str:
    return json.dumps([kind, name, actor.session_ref, actor.person_id])

"""People of tests with a browser session and an authenticator application."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from datetime import datetime

from publisher import people
from publisher.app import Actor, App
from publisher.models import SecondFactor, WebSession
from publisher.people import codes, signin, standing
from vault import onetime


def seated(app: App, actor: Actor, *, address: str = "10.0.0.1") -> Actor:
    """Return the actor in a browser session of their own."""
    now = app.clock()
    hashed = hashlib.sha256(secrets.token_bytes(16)).hexdigest()
    with app.write() as session:
        row = WebSession(
            token_hash=hashed,
            person_id=actor.person_id,
            created_at=now,
            seen_at=now,
            expires_at=now + signin.ABSOLUTE,
            address=address,
        )
        session.add(row)
    return replace(actor, session_ref=hashed[: signin.REFERENCE_LENGTH])


def proven(app: App, actor: Actor) -> Actor:
    """Return the actor in a session where a second factor was just proven, enrolled if need be."""
    actor = seated(app, actor)
    with app.read() as session:
        known = standing.confirmed(session, actor.person_id) is not None
    if known:
        people.prove(app, actor, code_of(app, actor))
    else:
        people.enrol(app, actor)
        people.confirm(app, actor, code_of(app, actor))
    return actor


def code_of(app: App, actor: Actor, *, at: datetime | None = None) -> str:
    """Return what the person's application shows now: the next code where this one has served."""
    with app.read() as session:
        factor = session.get_one(SecondFactor, actor.person_id)
    now = onetime.step_at(at or app.clock())
    step = now if at else max(now, factor.last_step + 1)
    return onetime.code_at(codes.seed_of(app, factor), step)

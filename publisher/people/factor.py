"""The second factor as it is asked for: proven in the session, a moment ago.

``prove`` records a code in the actor's session; ``require_factor`` refuses where none is recent.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlmodel import Session, col

from publisher import notices
from publisher.access import grants_in_force
from publisher.app import Actor, App
from publisher.errors import Forbidden, PublisherError
from publisher.models import SecondFactor, WebSession
from publisher.people import codes, standing
from publisher.people.persons import find
from publisher.people.signin import REFERENCE_LENGTH, alive
from publisher.texts import factor as texts

WITHIN: Final = timedelta(minutes=5)
"""How old a proof may be where something is opened (reliability, ASVS 5.0 §7.5)."""


class FactorNeeded(PublisherError):
    """The code was not proven in this session, or too long ago: ask for it and repeat."""

    def __init__(self) -> None:
        super().__init__(texts.NEEDED)


class FactorMissing(PublisherError):
    """This person has no second factor: it must be enrolled first."""

    def __init__(self) -> None:
        super().__init__(texts.MISSING)


class FactorResting(PublisherError):
    """The factor is too new to open anything; ``until`` says when it may."""

    def __init__(self, until: datetime, when: str) -> None:
        super().__init__(texts.RESTING.format(when=when))
        self.until = until


@dataclass(frozen=True, kw_only=True)
class FactorState:
    """A person's own second factor. ``proven_until`` is None where a code would be asked."""

    confirmed_at: datetime | None
    codes_left: int
    rests_until: datetime | None
    proven_until: datetime | None
    compulsory: bool
    asks_password: bool


def require_factor(session: Session, app: App, actor: Actor, *, within: timedelta = WITHIN) -> None:
    """Refuse unless the actor proved a second factor in this session, no longer ago than that.

    Raises ``FactorMissing`` (enrol one), ``FactorResting`` (wait) or ``FactorNeeded`` (ask for a
    code). Somebody without a browser session, a command included, never passes.
    """
    now = app.clock()
    factor = standing.confirmed(session, actor.person_id)
    if factor is None:
        raise FactorMissing
    rest = _rests_until(app, factor)
    if rest is not None and now < rest:
        raise FactorResting(rest, notices.when(session, rest))
    held = held_by(session, actor, now)
    # either way: a clock set back must not make an old proof last
    if held is None or held.proven_at is None or abs(now - held.proven_at) > within:
        raise FactorNeeded


def check_factor(app: App, actor: Actor, *, within: timedelta = WITHIN) -> None:
    """Ask ``require_factor`` before a screen offers what needs it; decides nothing by itself."""
    with app.read() as session:
        require_factor(session, app, actor, within=within)


def factor_state(app: App, actor: Actor) -> FactorState:
    """Return what the actor has of a second factor, for their own screen."""
    now = app.clock()
    with app.read() as session:
        factor = standing.confirmed(session, actor.person_id)
        held = held_by(session, actor, now)
        proven = held.proven_at + WITHIN if factor and held and held.proven_at else None
        rest = _rests_until(app, factor) if factor else None
        return FactorState(
            confirmed_at=factor.confirmed_at if factor else None,
            codes_left=codes.codes_left(session, actor.person_id) if factor else 0,
            rests_until=rest if rest is not None and now < rest else None,
            proven_until=proven if proven is not None and now <= proven else None,
            compulsory=standing.compulsory(app, grants_in_force(session, actor.person_id, now)),
            asks_password=asks_password(find(session, actor.person_id).password_hash, held, now),
        )


def must_enrol(app: App, actor: Actor) -> bool:
    """Tell whether the actor has no grant until a second factor is enrolled."""
    with app.read() as session:
        grants = grants_in_force(session, actor.person_id, app.clock())
        return standing.lacking(session, app, actor.person_id, grants)


def prove(app: App, actor: Actor, code: str) -> None:
    """Record in the actor's session that they have their second factor now.

    ``code`` is the application's or a recovery code. Raises ``FactorMissing``, ``Throttled``,
    ``CodeRefused``, or ``Forbidden`` without a browser session.
    """
    now = app.clock()
    with app.write() as session:
        held = session_of(session, actor, now)
        factor = standing.confirmed(session, actor.person_id)
        if factor is None:
            raise FactorMissing
        spent = codes.spend(session, app, factor, code, address=held.address)
        if spent.kind:
            held.proven_at = now
        if spent.tried:
            note(session, app, actor, "person.factor.prove", spent)
    spent.demand()


def note(session: Session, app: App, actor: Actor, action: str, spent: codes.Spent) -> None:
    """Tell the audit about a try: which kind of code, or that it was refused; never the code."""
    result = "ok" if spent.kind else "refused"
    detail = json.dumps({"code": spent.kind}) if spent.kind else ""
    entry = app.entry(actor, action, "person", actor.person_id, result=result, detail=detail)
    app.note(session, entry)


def held_by(session: Session, actor: Actor, now: datetime) -> WebSession | None:
    """Return the actor's browser session while it lives."""
    if len(actor.session_ref) != REFERENCE_LENGTH:
        return None
    return session.scalars(
        select(WebSession).where(
            col(WebSession.person_id) == actor.person_id,
            col(WebSession.token_hash).startswith(actor.session_ref, autoescape=True),
            *alive(now),
        )
    ).first()


def session_of(session: Session, actor: Actor, now: datetime) -> WebSession:
    """Return the actor's browser session. Raises ``Forbidden`` where there is none."""
    held = held_by(session, actor, now)
    if held is None:
        raise Forbidden(texts.SESSION_NEEDED)
    return held


def asks_password(stored: str, held: WebSession | None, now: datetime) -> bool:
    """Tell whether beginning a factor asks the password: there is one, and it is long ago."""
    return bool(stored) and (held is None or long_ago(held, now))


def long_ago(held: WebSession, now: datetime) -> bool:
    """Tell whether the sign-in is too old to begin a factor by it alone."""
    return abs(now - held.created_at) > WITHIN


def _rests_until(app: App, factor: SecondFactor) -> datetime | None:
    if factor.confirmed_at is None or not app.timing.factor_rest:
        return None
    return factor.confirmed_at + timedelta(seconds=app.timing.factor_rest)

"""The life of a second factor: begun, confirmed, its recovery codes renewed, taken off, reset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col

from publisher import access, notices
from publisher.access import persons_with
from publisher.app import Actor, App
from publisher.errors import Conflict, Forbidden, Invalid
from publisher.models import RecoveryCode, SecondFactor, WebSession
from publisher.people import codes, passwords, standing
from publisher.people.factor import FactorMissing, asks_password, long_ago, note, session_of
from publisher.people.persons import end_sessions, find
from publisher.people.throttle import Throttled
from publisher.texts import factor as texts
from publisher.texts import people as people_texts
from vault import onetime
from vault.secret import Secret


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    """The key of a new factor, shown once: as the address of a QR code, and to be typed."""

    uri: Secret
    key: Secret


def enrol(app: App, actor: Actor, *, password: str = "") -> Enrolment:
    """Begin a second factor with a fresh key; nothing holds until ``confirm``.

    ``password`` is asked once the sign-in is older than five minutes, so that nobody makes an
    unwatched session theirs; whoever has none signs in again. Raises ``Conflict`` (there is one, or
    the sign-in is old), ``Throttled``, or ``Invalid`` with ``field`` ``password``.
    """
    now = app.clock()
    with app.write() as session:
        held = session_of(session, actor, now)
        _not_yet(session, actor)
        stored = find(session, actor.person_id).password_hash
        asks = asks_password(stored, held, now)
        if not stored and long_ago(held, now):
            raise Conflict(texts.SIGN_IN_AGAIN)
        if asks and not password:
            raise Invalid(texts.PASSWORD_NEEDED, field="password")
        attempt = codes.begin(session, actor.person_id, held.address, now) if asks else None
    if isinstance(attempt, timedelta):
        raise Throttled(attempt)
    if asks and not passwords.verify(stored, password):
        with app.write() as session:
            codes.tell_guessed(session, app, actor.person_id, now)
            note(session, app, actor, "person.factor.enrol", codes.Spent())
        raise Invalid(people_texts.PASSWORD_WRONG, field="password")
    with app.write() as session:
        factor = _not_yet(session, actor)
        if attempt is not None:
            session.merge(attempt).succeeded = True
        salt = onetime.new_salt()
        if factor is None:
            factor = SecondFactor(person_id=actor.person_id, salt=salt, created_at=now)
            session.add(factor)
        factor.salt, factor.created_at, factor.last_step = salt, now, 0
        app.note(session, app.entry(actor, "person.factor.enrol", "person", actor.person_id))
        return _shown(app, actor, factor)


def enrolment_begun(app: App, actor: Actor) -> Enrolment | None:
    """Return what ``enrol`` gave last, while it waits for its first code."""
    with app.read() as session:
        factor = session.get(SecondFactor, actor.person_id)
        if factor is None or factor.confirmed_at is not None:
            return None
        return _shown(app, actor, factor)


def confirm(app: App, actor: Actor, code: str) -> tuple[Secret, ...]:
    """Take the application's first code: the factor holds from now on; return recovery codes.

    The codes are shown once. This session counts as proven and every other one of the person ends.
    Raises ``Conflict`` (nothing begun, or confirmed already), ``Throttled`` or ``CodeRefused``.
    """
    now = app.clock()
    with app.write() as session:
        held = session_of(session, actor, now)
        factor = _not_yet(session, actor)
        if factor is None:
            raise Conflict(texts.NOT_STARTED)
        spent = codes.spend(session, app, factor, code, address=held.address)
        if spent.tried:
            note(session, app, actor, "person.factor.confirm", spent)
        if spent.kind:
            factor.confirmed_at = held.proven_at = now
            given = _new_codes(session, app, actor.person_id, now)
            end_sessions(session, actor.person_id, now=now, keep=actor.session_ref)
            _tell(session, app, actor, "confirm", texts.ENROLLED_SUBJECT, texts.ENROLLED_BODY)
    spent.demand(refused=texts.CONFIRM_REFUSED)
    return given


def renew_codes(app: App, actor: Actor, code: str) -> tuple[Secret, ...]:
    """Return ten new recovery codes, shown once; the old ones are void. ``code`` proves the factor.

    Raises ``FactorMissing``, ``Throttled`` or ``CodeRefused``.
    """
    now = app.clock()
    with app.write() as session:
        held = session_of(session, actor, now)
        factor = _own(session, actor)
        spent = codes.spend(session, app, factor, code, address=held.address)
        if spent.tried:
            note(session, app, actor, "person.factor.codes", spent)
        if spent.kind:
            held.proven_at = now
            given = _new_codes(session, app, actor.person_id, now)
            _tell(session, app, actor, "codes", texts.RENEWED_SUBJECT, texts.RENEWED_BODY)
    spent.demand()
    return given


def remove_factor(app: App, actor: Actor, code: str) -> None:
    """Take the actor's own factor off, by one of its codes; for a new telephone it is the way.

    Raises ``FactorMissing``, ``Throttled`` or ``CodeRefused``.
    """
    now = app.clock()
    with app.write() as session:
        held = session_of(session, actor, now)
        factor = _own(session, actor)
        spent = codes.spend(session, app, factor, code, address=held.address)
        if spent.tried:
            note(session, app, actor, "person.factor.remove", spent)
        if spent.kind:
            _take_off(session, actor.person_id)
            # whoever waited for a second step must not be let in by its absence
            end_sessions(session, actor.person_id, now=now, keep=actor.session_ref)
            _tell(session, app, actor, "remove", texts.REMOVED_SUBJECT, texts.REMOVED_BODY)
    spent.demand()


def reset_factor(app: App, actor: Actor, person_id: int, *, reason: str) -> None:
    """Take off the factor of somebody who lost it; all their sessions end.

    The person, the Directora and the auditors are told, and a factor enrolled afterwards rests
    before it opens a credential: whoever administers could otherwise become somebody else. Raises
    ``Conflict`` where there is none, ``Forbidden`` for one's own, ``Invalid`` without a reason.
    """
    access.authorize(actor, "people.manage")
    if person_id == actor.person_id:
        raise Forbidden(texts.NOT_YOUR_OWN)
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid(texts.RESET_REASON, field="reason")
    now = app.clock()
    with app.write() as session:
        person = find(session, person_id)
        if session.get(SecondFactor, person_id) is None:
            raise Conflict(texts.OTHER_NOT_ENROLLED.format(name=person.name))
        _take_off(session, person_id)
        end_sessions(session, person_id, now=now)
        entry = app.entry(actor, "person.factor.reset", "person", person_id, reason=reason)
        app.note(session, entry)
        when = notices.when(session, now)
        facts = {"name": person.name, "by": actor.name, "when": when, "reason": reason}
        watchers = persons_with(session, "DIRV", now=now) | persons_with(session, "AUD", now=now)
        for heard, subject, body in (
            (frozenset({person_id}), texts.RESET_SUBJECT, texts.RESET_BODY),
            (watchers - {person_id}, texts.RESET_WATCH_SUBJECT, texts.RESET_WATCH_BODY),
        ):
            notices.notify(
                session,
                app,
                person_ids=heard,
                kind="person.factor.reset",
                subject=subject.format(**facts),
                body=body.format(**facts),
            )


def _not_yet(session: Session, actor: Actor) -> SecondFactor | None:
    factor = session.get(SecondFactor, actor.person_id, with_for_update=True)
    if factor is not None and factor.confirmed_at is not None:
        raise Conflict(texts.ENROLLED)
    return factor


def _own(session: Session, actor: Actor) -> SecondFactor:
    factor = standing.confirmed(session, actor.person_id)
    if factor is None:
        raise FactorMissing
    return factor


def _shown(app: App, actor: Actor, factor: SecondFactor) -> Enrolment:
    issuer = texts.ISSUER.format(institution=app.institution.short_name)
    seed = codes.seed_of(app, factor)
    uri, key = onetime.enrolment(seed, issuer=issuer, account=actor.email)
    return Enrolment(uri=uri, key=key)


def _new_codes(session: Session, app: App, person_id: int, now: datetime) -> tuple[Secret, ...]:
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.person_id) == person_id))
    given = onetime.new_recovery_codes()
    key = app.keyring.subkey("recovery")
    for one in given:
        digest = onetime.recovery_digest(key, person_id, one.reveal())
        session.add(RecoveryCode(digest=digest, person_id=person_id, created_at=now))
    return given


def _take_off(session: Session, person_id: int) -> None:
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.person_id) == person_id))
    session.execute(delete(SecondFactor).where(col(SecondFactor.person_id) == person_id))
    session.execute(
        update(WebSession).where(col(WebSession.person_id) == person_id).values(proven_at=None)
    )


def _tell(session: Session, app: App, actor: Actor, what: str, subject: str, body: str) -> None:
    codes.tell(session, app, actor.person_id, f"person.factor.{what}", subject, body)

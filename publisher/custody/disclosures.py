"""Reading what people hold of an account: asked for and allowed by another, one's own, or broken.

Vinculación asks, somebody else decides, and whoever asked sees it once. Custodian and director read
what is theirs. In an emergency the Directora opens alone, and another person reviews it. Each way
leaves its row, its audit entries, its notices and the duty to change what was seen; the technical
administrator and the auditor have none of them. Source: RS-5.1.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from publisher import access, notices
from publisher.access import persons_with
from publisher.app import Actor, App
from publisher.custody import opening, telling
from publisher.custody.opening import Opened
from publisher.custody.subjects import Subject, subject
from publisher.custody.terms import custodian_of
from publisher.errors import Conflict, Forbidden, Invalid
from publisher.people.delegations import delegation_in_force
from publisher.texts import disclosure as texts
from vault import disclosure
from vault.disclosure import BREAK_GLASS, OWN, REQUEST


def ask(
    app: App,
    actor: Actor,
    account_id: int,
    fields: Sequence[str],
    *,
    reason_code: str,
    reason: str,
) -> int:
    """Ask to see fields of an account; return the request's id. It lives 72 hours.

    ``reason_code`` is one of ``reasons("request")``. Raises ``Forbidden``, ``NotFound``,
    ``Conflict`` (the account ended) or ``Invalid`` whose ``field`` says what to correct.
    """
    opening.never_for(actor)
    now = app.clock()
    with app.write() as session:
        held = subject(session, account_id)
        _require_asker(session, actor, held, now=now)
        one = opening.apply(
            session, app, actor, held, fields, REQUEST, reason_code, reason, now=now
        )
        telling.tell(
            session,
            app,
            one,
            texts.ASKED,
            texts.ASKED_BODY,
            kind="disclosure.asked",
            now=now,
            also=persons_with(session, "DIRV", now=now),
            person=actor.name,
            reason=one.reason,
            when=notices.when(session, one.expires_at),
        )
        return one.id


def decide(app: App, actor: Actor, disclosure_id: int, *, allow: bool, reason: str = "") -> None:
    """Allow or deny somebody else's request; a denial says why. Allowed, it lives 15 minutes.

    Raises ``Forbidden`` (one's own included), ``NotFound``, ``Invalid``, or ``Conflict`` when it
    waits no longer.
    """
    opening.never_for(actor)
    now = app.clock()
    with app.write() as session:
        one, held = opening.find(session, disclosure_id)
        access.authorize(actor, "disclosure.decide", plantel_id=held.plantel_id)
        if not disclosure.second_person(asked_by=one.asked_by, person_id=actor.person_id):
            raise Forbidden(texts.OWN_REQUEST)
        if not allow:
            _long_enough(reason, texts.DECISION_REASON)
        done = disclosure.decide(
            session, one.id, allow=allow, by=actor.person_id, reason=reason, now=now
        )
        if not done:
            raise Conflict(texts.NO_LONGER_WAITS.format(state=opening.state(one, now)))
        action = "disclosure.allow" if allow else "disclosure.deny"
        opening.note(session, app, actor, action, one, held, reason=disclosure.clean(reason))
        one, _ = opening.find(session, disclosure_id)
        telling.tell(
            session,
            app,
            one,
            texts.ALLOWED if allow else texts.DENIED,
            texts.ALLOWED_BODY if allow else texts.DENIED_BODY,
            kind="disclosure.allowed" if allow else "disclosure.denied",
            now=now,
            person=actor.name,
            reason=disclosure.clean(reason),
            when=notices.when(session, one.expires_at),
        )


def withdraw(app: App, actor: Actor, disclosure_id: int) -> None:
    """Take back one's own request before it was used. Raises as ``decide`` does."""
    now = app.clock()
    with app.write() as session:
        one, held = opening.find(session, disclosure_id)
        if one.asked_by != actor.person_id:
            raise Forbidden(texts.NOT_YOURS)
        if not disclosure.withdraw(session, one.id, by=actor.person_id):
            raise Conflict(texts.NO_LONGER_WAITS.format(state=opening.state(one, now)))
        opening.note(session, app, actor, "disclosure.withdraw", one, held)
        telling.tell(
            session,
            app,
            one,
            texts.WITHDRAWN,
            texts.WITHDRAWN_BODY,
            kind="disclosure.withdrawn",
            now=now,
            person=actor.name,
        )


def open_once(app: App, actor: Actor, disclosure_id: int) -> Opened:
    """Show what was allowed, once, to whoever asked; of two clicks at once one sees it.

    Obliges to change it within 24 hours. Raises ``FactorNeeded`` or ``FactorMissing`` (nothing was
    used up), ``Forbidden``, ``NotFound``, ``Conflict`` when it is not open or five were opened
    today, ``Unready`` when the audit's chain would not hold it: then no value is given out.
    """
    opening.never_for(actor)
    now = app.clock()
    entries: list[str] = []
    with app.write() as session:
        one, held = opening.find(session, disclosure_id)
        if one.asked_by != actor.person_id:
            raise Forbidden(texts.NOT_YOURS)
        _require_asker(session, actor, held, now=now)
        if (
            one.kind != REQUEST
            or one.state != "approved"
            or disclosure.expired(one.expires_at, now=now)
        ):
            raise Conflict(texts.NOT_OPEN.format(state=opening.state(one, now)))
        values = opening.show(session, app, actor, one, held, now=now, entries=entries)
    return opening.given(app, one, held, values, person=actor.name, now=now, entries=entries)


def read_own(
    app: App,
    actor: Actor,
    account_id: int,
    fields: Sequence[str],
    reason: str,
    *,
    reason_code: str = "custodia",
) -> Opened:
    """Show fields of an account to its custodian or to its plantel's director.

    ``reason_code`` is one of ``reasons("own")``. Raises what ``ask`` and ``open_once`` raise.
    """
    opening.never_for(actor)
    now = app.clock()
    entries: list[str] = []
    with app.write() as session:
        held = subject(session, account_id)
        _require_keeper(session, actor, held, now=now)
        one = opening.apply(session, app, actor, held, fields, OWN, reason_code, reason, now=now)
        values = opening.show(session, app, actor, one, held, now=now, entries=entries)
    return opening.given(app, one, held, values, person=actor.name, now=now, entries=entries)


def break_glass(
    app: App,
    actor: Actor,
    account_id: int,
    fields: Sequence[str],
    reason: str,
    *,
    reason_code: str = "emergencia",
) -> Opened:
    """Show fields of an account to the Directora at once, with nobody else's leave.

    Custodian, director, every coordinator, auditor and Directora hear of it; another person reviews
    it within 72 hours. ``reason_code`` is one of ``reasons("break_glass")``. Raises what ``ask``
    and ``open_once`` raise.
    """
    opening.never_for(actor)
    now = app.clock()
    entries: list[str] = []
    with app.write() as session:
        held = subject(session, account_id)
        access.authorize(actor, "disclosure.break_glass", plantel_id=held.plantel_id)
        one = opening.apply(
            session, app, actor, held, fields, BREAK_GLASS, reason_code, reason, now=now
        )
        values = opening.show(session, app, actor, one, held, now=now, entries=entries)
    return opening.given(app, one, held, values, person=actor.name, now=now, entries=entries)


def review(app: App, actor: Actor, disclosure_id: int, note: str) -> None:
    """Review somebody else's emergency opening, with a note of at least 20 characters.

    After 72 hours it still counts, and is told as late. Raises ``Forbidden``, ``NotFound``,
    ``Invalid``, ``Conflict``.
    """
    now = app.clock()
    with app.write() as session:
        one, held = opening.find(session, disclosure_id)
        access.authorize(actor, "disclosure.review", plantel_id=held.plantel_id)
        if not disclosure.second_person(asked_by=one.asked_by, person_id=actor.person_id):
            raise Forbidden(texts.OWN_OPENING)
        _long_enough(note, texts.REVIEW_NOTE)
        if not disclosure.review(session, one.id, by=actor.person_id, note=note, now=now):
            raise Conflict(texts.NOT_REVIEWABLE)
        late = disclosure.overdue(one.review_due, one.reviewed_at, now=now)
        opening.note(
            session, app, actor, "disclosure.review", one, held, reason=disclosure.clean(note)
        )
        telling.tell(
            session,
            app,
            one,
            texts.REVIEWED,
            "\n".join([texts.REVIEWED_BODY, *([texts.REVIEWED_LATE] if late else [])]),
            kind="disclosure.reviewed",
            now=now,
            person=actor.name,
            note=disclosure.clean(note),
        )


def _require_asker(session: Session, actor: Actor, held: Subject, *, now: datetime) -> None:
    lent = delegation_in_force(session, actor.person_id, now) is not None
    access.authorize(actor, "disclosure.request", plantel_id=held.plantel_id, delegated=lent)


def _require_keeper(session: Session, actor: Actor, held: Subject, *, now: datetime) -> None:
    """Let the plantel's director pass, and its operator only as custodian of this very account."""
    lent = delegation_in_force(session, actor.person_id, now) is not None
    access.authorize(actor, "credential.reveal", plantel_id=held.plantel_id, delegated=lent)
    mine = {role for role, plantel_id in actor.grants if plantel_id == held.plantel_id}
    if "DIRP" in mine:
        return
    if "OPER" not in mine:
        raise Forbidden(texts.MUST_ASK)
    if custodian_of(session, held.account_id, now=now) != actor.person_id:
        raise Forbidden(texts.NOT_CUSTODIAN)


def _long_enough(text: str, sentence: str) -> None:
    if len(disclosure.clean(text)) < disclosure.REASON_LENGTH:
        raise Invalid(sentence.format(length=disclosure.REASON_LENGTH), field="reason")

"""Keeping the register: what a plantel writes down, and what a revocation reaches at once.

A consent is registered once and never changed: a mistake is revoked and written anew, so that what
a post cited stays what it was. Revoking holds every delivery that can still be stopped in the same
transaction; what is already public is listed for whoever takes it down.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from publisher import access, localtime, notices
from publisher.app import Actor, App
from publisher.consents import using
from publisher.consents.covers import tidy
from publisher.consents.given import FOLIO_MAX, Given, check
from publisher.consents.using import Drafted, Use
from publisher.delivery import aftermath
from publisher.delivery.evidence import require_reason
from publisher.delivery.outbox.holding import hold_unsent
from publisher.editorial.content import plain
from publisher.errors import Conflict, NotFound
from publisher.models import Consent, Delivery, Plantel
from publisher.texts import consents as texts

TAKE_DOWN_WITHIN: Final = timedelta(hours=24)
"""Rule 6.8: what a family asks to be taken down is gone within a day."""

LINK: Final = "/consentimientos?folio={folio}"


@dataclass(frozen=True, kw_only=True)
class Reached:
    """What a revocation reached: what is public, what was held, what nobody knows, what waits."""

    folio: str
    until: datetime
    uses: tuple[Use, ...]
    drafted: tuple[Drafted, ...]

    def ids(self, kind: str) -> list[int]:
        """Return the deliveries of a kind; what was just held is ``ahead``."""
        return [one.delivery_id for one in self.uses if one.kind == kind]

    def count(self, kind: str) -> int:
        """Return how many deliveries are of a kind."""
        return len(self.ids(kind))


def register(app: App, actor: Actor, plantel_id: int, given: Given) -> str:
    """Write down a consent of a plantel and return its folio.

    Raises ``Invalid`` with the field to correct, ``Forbidden``, ``NotFound``, ``Conflict`` where
    the folio is taken.
    """
    access.authorize(actor, "consent.keep", plantel_id=plantel_id)
    given = check(given, today=today(app))
    try:
        with app.write() as session:
            return add(app, session, actor, plantel_id, given)
    except IntegrityError:
        raise Conflict(texts.FOLIO_TAKEN.format(folio=given.folio)) from None


def add(app: App, session: Session, actor: Actor, plantel_id: int, given: Given) -> str:
    """Write a consent that ``check`` accepted, with its audit entry, in the caller's transaction.

    The entry tells what it covers and until when, and nothing of the person.
    """
    plantel = session.get(Plantel, plantel_id)
    if plantel is None:
        raise NotFound(texts.NO_SUCH_PLANTEL)
    folio = given.folio or _next(session, plantel, app.clock().year)
    taken = session.execute(select(col(Consent.id)).where(col(Consent.folio) == folio)).first()
    if taken is not None:
        raise Conflict(texts.FOLIO_TAKEN.format(folio=folio))
    session.add(
        Consent(
            folio=folio,
            plantel_id=plantel_id,
            subject=given.subject,
            minor=given.minor,
            guardian=given.guardian,
            opinion=given.opinion,
            scopes=list(given.scopes),
            networks=list(given.networks),
            valid_from=given.valid_from,
            valid_until=given.valid_until,
            kept_at=given.kept_at,
            note=given.note,
            registered_by=actor.person_id,
            registered_at=app.clock(),
        )
    )
    session.flush()
    told = {
        "scopes": list(given.scopes),
        "networks": list(given.networks),
        "from": given.valid_from.isoformat(),
        "until": given.valid_until.isoformat(),
        "minor": given.minor,
    }
    app.note(
        session,
        app.entry(
            actor,
            "consent.register",
            "consent",
            folio,
            plantel_id=plantel_id,
            detail=json.dumps(told),
        ),
    )
    return folio


def revoke(app: App, actor: Actor, folio: str, *, reason: str) -> Reached:
    """Revoke a consent; hold what can still be stopped, and tell who must take down the rest.

    Raises ``Invalid`` for a reason too short, ``NotFound``, ``Forbidden``, ``Conflict``.
    """
    require_reason(reason, texts.REASON_SHORT)
    now = app.clock()
    with app.write() as session:
        row = find(session, actor, "consent.keep", folio)
        if row.state == "revoked":
            raise Conflict(texts.ALREADY_REVOKED.format(folio=row.folio))
        row.state, row.revoked_by, row.revoked_at = "revoked", actor.person_id, now
        row.revoked_reason = plain(reason).strip()
        session.flush()
        reached = Reached(
            folio=row.folio,
            until=now + TAKE_DOWN_WITHIN,
            uses=using.uses(session, row.folio),
            drafted=using.drafted(session, row.folio),
        )
        held = _hold(app, session, row.folio, [use.delivery_id for use in reached.uses])
        app.note(
            session,
            app.entry(
                actor,
                "consent.revoke",
                "consent",
                row.folio,
                plantel_id=row.plantel_id,
                reason=row.revoked_reason,
                detail=json.dumps(
                    {
                        "live": reached.ids("live"),
                        "held": held,
                        "doubtful": reached.ids("doubtful"),
                        "drafted": [one.post_id for one in reached.drafted],
                    }
                ),
            ),
        )
        _tell(app, session, actor, row, reached)
        return reached


def find(session: Session, actor: Actor, action: str, folio: str) -> Consent:
    """Return a consent that the actor may do ``action`` with. Raises ``NotFound``, ``Forbidden``.

    One of a plantel that the actor cannot even read of is told as if it did not exist.
    """
    row = session.scalars(
        select(Consent).where(col(Consent.folio) == tidy(folio)).with_for_update()
    ).one_or_none()
    if row is None or not access.allows(actor, "consent.read", plantel_id=row.plantel_id):
        raise NotFound(texts.NO_SUCH.format(folio=folio[:FOLIO_MAX]))
    access.authorize(actor, action, plantel_id=row.plantel_id)
    return row


def today(app: App) -> date:
    """Return the day where the institution is."""
    return app.clock().astimezone(localtime.zone(app.institution.timezone)).date()


def _next(session: Session, plantel: Plantel, year: int) -> str:
    """Return the plantel's next folio of the year; whoever is second is refused by the table."""
    begin = f"C-{plantel.code}-{year}-"
    used = session.scalars(select(col(Consent.folio)).where(col(Consent.folio).startswith(begin)))
    numbers = [int(rest) for folio in used if (rest := folio.removeprefix(begin)).isdecimal()]
    return f"{begin}{max(numbers, default=0) + 1:04d}"


def _hold(app: App, session: Session, folio: str, delivery_ids: Collection[int]) -> list[int]:
    """Hold what was not begun; the fence grows, so that a worker that has one lets it go."""
    if not delivery_ids:
        return []
    held = hold_unsent(
        session,
        "revoke",
        col(Delivery.id).in_(delivery_ids),
        reason="consent",
        sentence=texts.HELD_REVOKED.format(folio=folio),
        now=app.clock(),
    )
    aftermath.tell(app, session, held, notify=False)
    return held


def _tell(app: App, session: Session, actor: Actor, row: Consent, reached: Reached) -> None:
    now = app.clock()
    planteles = {row.plantel_id, *(one.plantel_id for one in reached.uses)}
    planteles |= {one.plantel_id for one in reached.drafted}
    heard = set(access.persons_with(session, "DIRV", now=now))
    for plantel_id in sorted(planteles):
        heard |= notices.custodians(session, plantel_id, now=now)
    for one in reached.drafted:
        heard |= one.people
    public = reached.count("live") + reached.count("doubtful")
    body = texts.REVOKED_BODY.format(
        plantel=session.get_one(Plantel, row.plantel_id).name,
        live=reached.count("live"),
        held=reached.count("ahead"),
        doubtful=reached.count("doubtful"),
        drafted=len(reached.drafted),
    )
    if public:
        body += texts.REVOKED_UNTIL.format(until=notices.when(session, reached.until))
    subject = texts.REVOKED_SUBJECT if public else texts.REVOKED_SUBJECT_CLEAR
    notices.notify(
        session,
        app,
        person_ids=heard - {actor.person_id},
        kind="consent.revoked",
        subject=subject.format(folio=row.folio),
        body=body,
        link=LINK.format(folio=row.folio),
    )

"""Keeping the register: what a plantel writes down, and what a revocation reaches at once.

A consent is registered once and never changed: a mistake is revoked and written anew, so that what
a post cited stays what it was. Revoking holds every delivery that can still be stopped in the same
transaction; what is already public is listed for whoever takes it down.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from connectors.registry import NETWORKS
from publisher import access, localtime, notices
from publisher.app import Actor, App
from publisher.consents import using
from publisher.consents.covers import SCOPES, tidy
from publisher.consents.using import Drafted, Use
from publisher.delivery import aftermath
from publisher.delivery.evidence import require_reason
from publisher.delivery.states import outcome, sources
from publisher.editorial.content import plain
from publisher.errors import Conflict, Invalid, NotFound
from publisher.models import Consent, Delivery, Plantel
from publisher.texts import consents as texts

SUBJECT_MAX: Final = 40
NOTE_MAX: Final = 200
FOLIO_MAX: Final = 40
YEARS_MAX: Final = 6
TAKE_DOWN_WITHIN: Final = timedelta(hours=24)
"""Rule 6.8: what a family asks to be taken down is gone within a day."""

LINK: Final = "/consentimientos?folio={folio}"
GUARDIANS: Final = ("madre", "padre", "tutor")
_FOLIO: Final = re.compile(rf"[^\W_][\w ./-]{{0,{FOLIO_MAX - 1}}}")
_CURP: Final = re.compile(r"\b[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d\b", re.IGNORECASE)
_NAME: Final = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, kw_only=True)
class Given:
    """What somebody writes down of a signed paper; an empty ``folio`` asks for the next one.

    ``subject`` is initials and school number, ``guardian`` who signed (of ``GUARDIANS``),
    ``opinion`` that the minor was heard, ``networks`` empty all of them, ``kept_at`` where the
    paper is.
    """

    subject: str
    valid_from: date
    valid_until: date
    scopes: tuple[str, ...] = ("image",)
    networks: tuple[str, ...] = ()
    minor: bool = True
    guardian: str = ""
    opinion: bool = False
    kept_at: str = ""
    note: str = ""
    folio: str = ""


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


def check(given: Given, *, today: date) -> Given:
    """Return ``given`` as it is kept. Raises ``Invalid`` with a sentence and its field. Pure."""
    given = _tidied(given)
    for refuse, sentence, field in (
        (not given.subject, texts.NEEDS_SUBJECT, "subject"),
        (len(given.subject) > SUBJECT_MAX, texts.SUBJECT_LONG.format(n=SUBJECT_MAX), "subject"),
        (_CURP.search(given.subject), texts.SUBJECT_CURP, "subject"),
        (
            len(_NAME.findall(given.subject)) > 1,
            texts.SUBJECT_NAME.format(subject=given.subject),
            "subject",
        ),
        (given.minor and given.guardian not in GUARDIANS, texts.NEEDS_GUARDIAN, "guardian"),
        (given.minor and not given.opinion, texts.NEEDS_OPINION, "opinion"),
        (not given.scopes, texts.NEEDS_SCOPE, "scopes"),
        (given.valid_until < given.valid_from, texts.DATES_ORDER, "valid_until"),
        (
            given.valid_until < today,
            texts.DATES_PAST.format(day=texts.day(given.valid_until)),
            "valid_until",
        ),
        (
            given.valid_until.year - given.valid_from.year > YEARS_MAX,
            texts.DATES_LONG.format(years=YEARS_MAX),
            "valid_until",
        ),
        (not given.kept_at, texts.NEEDS_PLACE, "kept_at"),
        (len(given.kept_at) > NOTE_MAX, texts.TOO_LONG.format(n=NOTE_MAX), "kept_at"),
        (len(given.note) > NOTE_MAX, texts.TOO_LONG.format(n=NOTE_MAX), "note"),
        (
            given.folio and not _FOLIO.fullmatch(given.folio),
            texts.FOLIO_FORM.format(n=FOLIO_MAX),
            "folio",
        ),
    ):
        if refuse:
            raise Invalid(sentence, field=field)
    for scope in set(given.scopes) - set(SCOPES):
        raise Invalid(texts.NO_SUCH_SCOPE.format(scope=scope[:20]), field="scopes")
    for network in set(given.networks) - set(NETWORKS.values()):
        raise Invalid(texts.NO_SUCH_NETWORK.format(network=network[:20]), field="networks")
    return given


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


def _tidied(given: Given) -> Given:
    return Given(
        subject=" ".join(plain(given.subject).split()),
        valid_from=given.valid_from,
        valid_until=given.valid_until,
        scopes=tuple(scope for scope in SCOPES if scope in given.scopes)
        + tuple(sorted(set(given.scopes) - set(SCOPES))),
        networks=tuple(sorted(set(given.networks))),
        minor=given.minor,
        guardian=given.guardian if given.minor else "",
        opinion=given.opinion and given.minor,
        kept_at=" ".join(plain(given.kept_at).split()),
        note=plain(given.note).strip(),
        folio=tidy(plain(given.folio)),
    )


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
    result: Any = session.execute(
        update(Delivery)
        .where(col(Delivery.id).in_(delivery_ids), col(Delivery.state).in_(sources("revoke")))
        .values(
            state=outcome("revoke"),
            hold_reason="consent",
            reason=texts.HELD_REVOKED.format(folio=folio),
            fence=Delivery.__table__.c.fence + 1,  # type: ignore[attr-defined]
            owner=None,
            lease_until=None,
            updated_at=app.clock(),
        )
        .returning(col(Delivery.id))
    )
    held = sorted(result.scalars())
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

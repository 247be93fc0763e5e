"""The worker's part of the register: what ends soon, what ended, what is still public after a day.

Each is told once: the notice itself, by its link, is what is remembered.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from publisher import access, notices
from publisher.app import App
from publisher.consents import register, using
from publisher.consents.using import Use
from publisher.models import Consent, Notice, Plantel
from publisher.texts import consents as texts

SOON: Final = timedelta(days=30)
LOOK_BACK: Final = timedelta(days=30)
"""How long after an end or a revocation it is still told, where no worker ran before."""

ENDING, ENDED, OVERDUE = "consent.ending", "consent.ended", "consent.overdue"


class _Case(NamedTuple):
    kind: str
    consent: Consent
    link: str
    uses: tuple[Use, ...]

    def count(self, kind: str) -> int:
        return sum(use.kind == kind for use in self.uses)


def remind(app: App) -> int:
    """Tell of what is due and return how many consents it were; nothing is written otherwise."""
    now, today = app.clock(), register.today(app)
    with app.read() as session:
        if not _cases(session, now, today):
            return 0
    with app.write() as session:
        cases = _cases(session, now, today)
        for case in cases:
            _tell(app, session, case, now)
    return len(cases)


def _cases(session: Session, now: datetime, today: date) -> list[_Case]:
    """Return what is to be told and was not: of an end always before, and after only if it shows.

    What was revoked is told again where something is still public a day later.
    """
    rows = session.scalars(
        select(Consent)
        .where(
            or_(
                and_(
                    col(Consent.state) == "active",
                    col(Consent.valid_until) >= today - LOOK_BACK,
                    col(Consent.valid_until) <= today + SOON,
                ),
                and_(
                    col(Consent.state) == "revoked",
                    col(Consent.revoked_at) > now - LOOK_BACK,
                    col(Consent.revoked_at) <= now - register.TAKE_DOWN_WITHIN,
                ),
            )
        )
        .order_by(col(Consent.id))
    ).all()
    if not rows:
        return []
    named = [(_kind(row, today), row, register.LINK.format(folio=row.folio)) for row in rows]
    found = session.execute(
        select(col(Notice.kind), col(Notice.link)).where(
            col(Notice.kind).in_((ENDING, ENDED, OVERDUE)),
            col(Notice.link).in_({link for _, _, link in named}),
        )
    )
    told = {(row.kind, row.link) for row in found}
    cases = [
        _Case(kind, row, link, using.uses(session, row.folio))
        for kind, row, link in named
        if (kind, link) not in told
    ]
    return [case for case in cases if _matters(case)]


def _matters(case: _Case) -> bool:
    shown = case.count("live")
    return {ENDING: True, ENDED: shown + case.count("ahead") > 0, OVERDUE: shown > 0}[case.kind]


def _kind(row: Consent, today: date) -> str:
    if row.state == "revoked":
        return OVERDUE
    return ENDED if row.valid_until < today else ENDING


def _tell(app: App, session: Session, case: _Case, now: datetime) -> None:
    """Tell whoever keeps it and the coordination; of what a day did not take down, all of them."""
    row = case.consent
    heard = set(notices.custodians(session, row.plantel_id, now=now))
    if case.kind == OVERDUE:
        heard |= access.persons_with(session, "DIRV", now=now)
        for use in case.uses:
            heard |= notices.custodians(session, use.plantel_id, now=now)
    elif not case.count("live") + case.count("ahead"):
        # a paper that nothing rests on is its plantel's affair alone
        heard -= access.persons_with(session, "COOR", now=now)
    subject, body = _WORDS[case.kind]
    notices.notify(
        session,
        app,
        person_ids=heard,
        kind=case.kind,
        subject=subject.format(folio=row.folio, day=texts.day(row.valid_until)),
        body=body.format(
            plantel=session.get_one(Plantel, row.plantel_id).name,
            live=case.count("live"),
            ahead=case.count("ahead"),
        ),
        link=case.link,
    )


_WORDS: Final = {
    ENDING: (texts.SOON_SUBJECT, texts.SOON_BODY),
    ENDED: (texts.ENDED_SUBJECT, texts.SOON_BODY),
    OVERDUE: (texts.OVERDUE_SUBJECT, texts.OVERDUE_BODY),
}

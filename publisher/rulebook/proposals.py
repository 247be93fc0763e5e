"""From draft to proposal: proposed for a date, taken back, or sent back by somebody else.

``adopting`` makes a version of it. Whoever last edited or proposed a manual never approves it
(clauses 3.2, DV-5.1.1). A manual that does not do what its own examples say is not proposed at all.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from publisher import access, localtime, notices
from publisher.app import Actor, App
from publisher.errors import Conflict, Forbidden, Invalid
from publisher.manual import document, editing
from publisher.manual.comparison import compare
from publisher.manual.document import Manual
from publisher.models import ManualDraft, ManualVersion
from publisher.rulebook.drafts import hold, note, text_of
from publisher.rulebook.versions import newest
from publisher.texts import rulebook as texts

LINK = "/manual"
SUMMARY_MIN = 10
REASON_MIN = 10
_SHOWN = 3


def propose(app: App, actor: Actor, *, lock: int, in_force_from: date, summary: str) -> int:
    """Propose the draft to the Directora, in force from the start of a date; returns the lock.

    Every rule's examples are run first. Raises ``Invalid`` for a rule that does not do what it
    says, a date past or before a version already approved, a number used, or nothing changed.
    """
    access.authorize(actor, "manual.edit")
    summary = " ".join(summary.split())
    if len(summary) < SUMMARY_MIN:
        raise Invalid(texts.SUMMARY_SHORT, field="summary")
    require_proved(text_of(app))
    with app.write() as session:
        row = hold(session, lock)
        if row.state != "open":
            raise Conflict(texts.DRAFT_PROPOSED)
        manual = document.load(row.document)
        require_new(session, manual)
        start = _start(app, session, in_force_from)
        manual = editing.dated(manual, in_force_from)
        row.document, row.in_force_from, row.summary = document.dump(manual), start, summary
        row.state, row.lock = "proposed", row.lock + 1
        row.proposed_by, row.proposed_at = actor.person_id, app.clock()
        note(app, session, actor, row, "manual.propose", reason=summary)
        notices.notify(
            session,
            app,
            person_ids=access.persons_with(session, "DIRV", now=app.clock())
            - {actor.person_id, row.edited_by},
            kind="manual.proposed",
            subject=texts.NOTICE_PROPOSED.format(version=manual.version),
            body=summary,
            link=LINK,
        )
        return row.lock


def recall(app: App, actor: Actor, *, lock: int) -> int:
    """Take a proposal back to edit it again; returns the lock."""
    access.authorize(actor, "manual.edit")
    with app.write() as session:
        row = proposed(session, lock)
        row.state, row.lock, row.in_force_from = "open", row.lock + 1, None
        note(app, session, actor, row, "manual.recall")
        return row.lock


def send_back(app: App, actor: Actor, *, lock: int, reason: str) -> int:
    """Give a proposal back to be corrected, with the reason; returns the lock."""
    access.authorize(actor, "manual.approve")
    reason = reason.strip()
    if len(reason) < REASON_MIN:
        raise Invalid(texts.SEND_BACK_REASON, field="reason")
    with app.write() as session:
        row = proposed(session, lock)
        require_other(actor, row)
        heard = {row.edited_by, row.proposed_by or row.edited_by}
        row.state, row.lock, row.in_force_from = "open", row.lock + 1, None
        row.decided_by, row.decided_at, row.reason = actor.person_id, app.clock(), reason
        note(app, session, actor, row, "manual.send_back", reason=reason)
        notices.notify(
            session,
            app,
            person_ids=heard,
            kind="manual.sent_back",
            subject=texts.NOTICE_SENT_BACK,
            body=reason,
            link=LINK,
        )
        return row.lock


def proposed(session: Session, lock: int) -> ManualDraft:
    """Return the proposal if it is still the one seen. Raises ``NotFound``, ``Conflict``."""
    row = hold(session, lock)
    if row.state != "proposed":
        raise Conflict(texts.NOT_PROPOSED)
    return row


def require_other(actor: Actor, row: ManualDraft) -> None:
    """Raise ``Forbidden`` for whoever edited or proposed it last."""
    if actor.person_id in {row.edited_by, row.proposed_by}:
        raise Forbidden(texts.OWN_DRAFT)


def require_proved(manual: Manual) -> None:
    """Raise ``Invalid`` for a manual that does not do what its own examples say."""
    # a worker knows the manual by its versions; only who changes it tries the rules
    from publisher.manual.proving import failures

    found = failures(manual)
    if found:
        shown = [failure.sentence for failure in found[:_SHOWN]]
        raise Invalid(texts.unproved(shown, len(found)), field="examples")


def require_new(session: Session, manual: Manual) -> None:
    """Raise ``Invalid`` for a manual that says what the last one says, or has its number."""
    used = session.scalars(
        select(col(ManualVersion.id)).where(col(ManualVersion.version) == manual.version)
    ).first()
    if used is not None:
        raise Invalid(texts.VERSION_USED.format(version=manual.version), field="version")
    if compare(document.load(newest(session).document), manual).equal:
        raise Invalid(texts.NOTHING_CHANGED)


def _start(app: App, session: Session, on: date) -> datetime:
    """Return the first minute of a date where the institution is, if a version may begin then."""
    if on < today(app):
        raise Invalid(texts.DATE_PAST, field="in_force_from")
    start = localtime.resolve(f"{on.isoformat()}T00:00", app.institution.timezone)
    last = newest(session).in_force_from
    if last > start and last > app.clock():
        when = notices.when(session, last)
        raise Invalid(texts.DATE_BEFORE.format(when=when), field="in_force_from")
    return start


def today(app: App) -> date:
    """Return the day where the institution is."""
    return app.clock().astimezone(ZoneInfo(app.institution.timezone)).date()

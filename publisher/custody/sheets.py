"""What every step of an envelope's life shares: its row, who may, its entry, who hears of it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import Session

from publisher import access, notices
from publisher.app import Actor, App
from publisher.custody import telling, terms
from publisher.custody.subjects import Subject, subject
from publisher.errors import Conflict, Forbidden, NotFound
from publisher.texts import envelopes as texts
from publisher.texts import notices as notice_texts
from vault import paper
from vault.custody_tables import CustodyEnvelope

OBJECT: Final = "envelope"


def require_keeper(session: Session, actor: Actor, held: Subject, *, now: datetime) -> None:
    """Let the plantel's director pass, and an operator only as custodian of this very account."""
    access.authorize(actor, "custody.keep", plantel_id=held.plantel_id)
    if ("DIRP", held.plantel_id) in actor.grants:
        return
    if terms.custodian_of(session, held.account_id, now=now) != actor.person_id:
        raise Forbidden(texts.NOT_KEEPER)


def find(session: Session, envelope_id: int) -> tuple[CustodyEnvelope, Subject]:
    """Return an envelope and its account. Raises ``NotFound``."""
    row = session.get(CustodyEnvelope, envelope_id)
    if row is None:
        raise NotFound(texts.NO_SUCH)
    return row, subject(session, row.account_id, live=False)


def move(session: Session, row: CustodyEnvelope, when: str, **values: object) -> None:
    """Take a guarded step of an envelope. Raises ``Conflict`` saying where it stands."""
    if not paper.move_envelope(session, row.id or 0, when=when, **values):
        state = texts.STATES[paper.envelope_state(row)]
        raise Conflict(texts.NOT_NOW.format(folio=row.folio, state=state))


def note(
    session: Session,
    app: App,
    actor: Actor,
    action: str,
    row: CustodyEnvelope,
    held: Subject,
    *,
    reason: str = "",
    after: str = "",
    **facts: object,
) -> str:
    """Leave the entry of a step and return its id."""
    detail = {"folio": row.folio, "account": held.account_id, "contents": row.contents, **facts}
    entry = app.entry(
        actor,
        action,
        OBJECT,
        row.id,
        plantel_id=held.plantel_id,
        reason=reason,
        after=after,
        detail=json.dumps(detail),
    )
    app.note(session, entry)
    return entry.id


def tell(
    session: Session,
    app: App,
    row: CustodyEnvelope,
    held: Subject,
    subject_line: str,
    body: str,
    *,
    now: datetime,
    **facts: str,
) -> None:
    """Tell custodian, director, coordination and auditors."""
    words = {
        "folio": row.folio,
        "account": held.name,
        "plantel": held.plantel,
        "when": notices.when(session, now, zone=held.timezone),
        **facts,
    }
    notices.notify(
        session,
        app,
        person_ids=telling.listeners(session, held.account_id, now=now),
        kind="custody.envelope",
        subject=subject_line.format(**words),
        body=body.format(**words),
        link=held.link,
    )


def remind(session: Session, app: App, *, now: datetime) -> int:
    """Tell daily of sheets that lie about unsealed, in the caller's transaction.

    Return of how many.
    """
    found = paper.loose(session, now=now)
    for row in found:
        row.warned_at = now
        held = subject(session, row.account_id, live=False)
        tell(
            session,
            app,
            row,
            held,
            texts.LOOSE,
            texts.LOOSE_BODY,
            now=now,
            person=telling.name_of(session, row.printed_by),
            when=notices.when(session, row.printed_at, zone=held.timezone),
        )
    return len(found)


def day(instant: datetime, held: Subject) -> str:
    """Return the local day of an instant for sentences: 24 nov 2026."""
    local = instant.astimezone(ZoneInfo(held.timezone))
    return f"{local.day} {notice_texts.MONTHS[local.month - 1]} {local.year}"


def line(text: str) -> str:
    """Return what was typed as one line with single blanks."""
    return " ".join(text.split())

"""Sealed envelopes: the physical custody of what people hold of an account.

``print_sheet`` makes the sheet; sealing it confirms the physical custody of a change; opening the
envelope, or losing it, obliges to change what it held. Source: RS-5.1.3, reliability §2.4.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import Session

from publisher import access
from publisher.access import persons_with
from publisher.app import Actor, App
from publisher.custody import duties, sheets, telling, terms
from publisher.custody.printing import print_sheet
from publisher.custody.subjects import Subject
from publisher.errors import Conflict, Invalid
from publisher.texts import envelopes as texts
from vault import custody, disclosure, paper
from vault.custody_tables import CustodyEnvelope

__all__ = ["open_envelope", "print_sheet", "seal_envelope", "void"]

LONGEST: Final = 120
KEPT_BY: Final = (*terms.KEEPERS, "DIRV", "COOR")


def seal_envelope(
    app: App,
    actor: Actor,
    envelope_id: int,
    *,
    seal_number: str,
    place: str,
    responsible_id: int,
    sealed_on: date,
) -> None:
    """Record that a printed sheet is in its sealed envelope: seal, place, who keeps it, which day.

    It confirms the physical custody of the changes whose versions it holds. Raises ``Forbidden``,
    ``NotFound``, ``Invalid`` with its ``field``, and ``Conflict`` where the sheet is no longer what
    is in force, or the envelope is past this step.
    """
    seal_number, place = sheets.line(seal_number), sheets.line(place)
    now = app.clock()
    with app.write() as session:
        row, held = sheets.find(session, envelope_id)
        sheets.require_keeper(session, actor, held, now=now)
        _check_sealing(session, row, held, seal_number, place, responsible_id, sealed_on, now=now)
        versions = custody.held_versions(session, [held.account_id])[held.account_id]
        if not paper.whole(row.contents, versions):
            stale = set(row.contents) - paper.in_force(row.contents, versions)
            raise Conflict(texts.STALE.format(fields=telling.listed(sorted(stale))))
        sheets.move(
            session,
            row,
            "printed",
            seal_number=seal_number,
            place=place,
            responsible_id=responsible_id,
            sealed_at=_instant(sealed_on, held, now),
        )
        changes = custody.attach_envelope(session, row)
        sheets.note(session, app, actor, "envelope.seal", row, held, changes=list(changes))
        sheets.tell(
            session,
            app,
            row,
            held,
            texts.SEALED,
            texts.SEALED_BODY,
            now=now,
            person=actor.name,
            seal=seal_number,
            place=place,
            responsible=telling.name_of(session, responsible_id),
        )


def open_envelope(app: App, actor: Actor, envelope_id: int, *, reason: str, witness: str) -> None:
    """Record that a sealed envelope was opened, why and before whom.

    What it held must change within 24 hours, unless none of it was in force any more. By whoever
    operates or directs the plantel, or by the Directora. Raises ``Forbidden``, ``NotFound``,
    ``Invalid`` with its ``field``, ``Conflict``.
    """
    reason, witness = sheets.line(reason), sheets.line(witness)
    now = app.clock()
    with app.write() as session:
        row, held = sheets.find(session, envelope_id)
        if not access.allows(actor, "disclosure.break_glass", plantel_id=held.plantel_id):
            access.authorize(actor, "custody.keep", plantel_id=held.plantel_id)
        if len(reason) < disclosure.REASON_LENGTH:
            sentence = texts.OPENING_REASON.format(length=disclosure.REASON_LENGTH)
            raise Invalid(sentence, field="reason")
        if not witness:
            raise Invalid(texts.WITNESS_MISSING, field="witness")
        if witness.casefold() == sheets.line(actor.name).casefold():
            raise Invalid(texts.WITNESS_SELF, field="witness")
        sheets.move(
            session,
            row,
            "sealed",
            opened_by=actor.person_id,
            opened_at=now,
            opening_reason=reason,
            witness=witness,
        )
        paper.detach(session, envelope_id)
        sheets.note(session, app, actor, "envelope.open", row, held, reason=reason, witness=witness)
        sheets.tell(
            session,
            app,
            row,
            held,
            texts.OPENED,
            texts.OPENED_BODY,
            now=now,
            person=actor.name,
            reason=reason,
            witness=witness,
        )
        _oblige(session, app, row, held, now=now)


def void(app: App, actor: Actor, envelope_id: int, *, reason: str, lost: bool = False) -> None:
    """Record that an envelope or a loose sheet was destroyed, or ``lost``.

    What a lost one held must change within 24 hours; whoever works at the plantel may say so. That
    one was destroyed its custodian or director says. Raises ``Forbidden``, ``NotFound``,
    ``Invalid`` with its ``field``, ``Conflict``.
    """
    reason = sheets.line(reason)
    now = app.clock()
    with app.write() as session:
        row, held = sheets.find(session, envelope_id)
        if lost:
            access.authorize(actor, "custody.keep", plantel_id=held.plantel_id)
        else:
            sheets.require_keeper(session, actor, held, now=now)
        if not reason:
            raise Invalid(texts.VOID_REASON, field="reason")
        sheets.move(session, row, "kept", voided_at=now)
        paper.detach(session, envelope_id)
        sheets.note(session, app, actor, "envelope.void", row, held, reason=reason, lost=lost)
        sheets.tell(
            session,
            app,
            row,
            held,
            texts.LOST if lost else texts.VOIDED,
            texts.LOST_BODY if lost else texts.VOIDED_BODY,
            now=now,
            person=actor.name,
            reason=reason,
        )
        if lost:
            _oblige(session, app, row, held, now=now)


def _check_sealing(
    session: Session,
    row: CustodyEnvelope,
    held: Subject,
    seal_number: str,
    place: str,
    responsible_id: int,
    sealed_on: date,
    *,
    now: datetime,
) -> None:
    zone = ZoneInfo(held.timezone)
    for value, missing, field in (
        (seal_number, texts.SEAL_MISSING, "seal_number"),
        (place, texts.PLACE_MISSING, "place"),
    ):
        if not value:
            raise Invalid(missing, field=field)
        if len(value) > LONGEST:
            raise Invalid(texts.TOO_LONG.format(limit=LONGEST), field=field)
    if paper.seal_taken(session, seal_number, but=row.id or 0):
        raise Invalid(texts.SEAL_TAKEN.format(seal=seal_number), field="seal_number")
    able = {
        person_id
        for role in KEPT_BY
        for person_id in persons_with(
            session,
            role,
            now=now,
            plantel_id=held.plantel_id if role in terms.KEEPERS else None,
        )
    }
    if responsible_id not in able:
        raise Invalid(texts.RESPONSIBLE.format(plantel=held.plantel), field="responsible_id")
    if sealed_on > now.astimezone(zone).date():
        raise Invalid(texts.SEALED_FUTURE, field="sealed_on")
    if sealed_on < row.printed_at.astimezone(zone).date():
        words = texts.SEALED_EARLY.format(when=sheets.day(row.printed_at, held))
        raise Invalid(words, field="sealed_on")


def _instant(day: date, held: Subject, now: datetime) -> datetime:
    """Return the instant that stands for a day: now for today, else its last second there."""
    zone = ZoneInfo(held.timezone)
    if day == now.astimezone(zone).date():
        return now
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone) - timedelta(seconds=1)


def _oblige(
    session: Session, app: App, row: CustodyEnvelope, held: Subject, *, now: datetime
) -> None:
    versions = custody.held_versions(session, [held.account_id])[held.account_id]
    if paper.known(row.contents, versions):
        duties.oblige(session, app, held.account_id, sheets.OBJECT, row.id or 0, now=now)

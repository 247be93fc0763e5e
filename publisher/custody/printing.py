"""Printing the sheet of an envelope: an opening like any other, whose values leave as a PDF.

Second factor, row, entries that the chain holds before the sheet exists, notices. The PDF is made
in memory and never a file; its library is loaded only where a sheet is printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sqlmodel import Session

from publisher import notices
from publisher.app import Actor, App
from publisher.custody import opening, sheets, telling, terms
from publisher.custody.subjects import Subject, subject
from publisher.errors import Conflict, Invalid
from publisher.institution.procedure import printed
from publisher.texts import disclosure as opening_texts
from publisher.texts import envelopes as texts
from publisher.texts import paper as paper_texts
from publisher.texts import queries as platform_texts
from vault import custody, disclosure, paper, rotation_duties
from vault.custody_tables import CustodyEnvelope
from vault.secret import Secret

if TYPE_CHECKING:
    from publisher.documents.sobre import EnvelopeSheet

REASON_CODE: Final = "resguardo"


def print_sheet(
    app: App,
    actor: Actor,
    account_id: int,
    *,
    fields: Sequence[str],
    reason: str,
    next_rotation: date | None = None,
) -> bytes:
    """Return the sheet of a new envelope as PDF: its outside, and the values for its inside.

    For the account's custodian and its plantel's director. ``next_rotation`` is printed (in 180
    days without one; sooner where a change is due). Raises what an opening raises: ``FactorNeeded``
    and its kin, ``Forbidden``, ``NotFound``, ``Invalid`` with its ``field``, ``Conflict`` (too many
    today, nobody would hear of it), ``Unready`` where the chain did not take it.
    """
    from publisher.documents import sobre

    opening.never_for(actor)
    now = app.clock()
    entries: list[str] = []
    with app.write() as session:
        held = subject(session, account_id)
        sheets.require_keeper(session, actor, held, now=now)
        rotation = _rotation(session, held, next_rotation, now=now)
        one = opening.apply(
            session,
            app,
            actor,
            held,
            fields,
            disclosure.PRINT,
            REASON_CODE,
            reason,
            now=now,
        )
        opening.require(session, app, actor, now=now)
        telling.witnessed(session, held, person_id=actor.person_id, now=now)
        if not disclosure.show(session, one.id, by=actor.person_id, now=now):
            raise Conflict(opening_texts.NOT_OPEN.format(state=opening_texts.STATES["shown"]))
        values = opening.reveal(
            session, app, actor, held, one.fields, reason=one.reason, now=now, entries=entries
        )
        row, digest = _insert(session, app, actor, held, one.fields, now=now)
        entry_id = sheets.note(
            session, app, actor, "envelope.print", row, held, reason=one.reason, after=digest
        )
        entries.append(entry_id)
        sheets.tell(
            session,
            app,
            row,
            held,
            texts.PRINTED,
            texts.PRINTED_BODY,
            now=now,
            person=actor.name,
            fields=telling.listed(one.fields),
            reason=one.reason,
        )
        sheet = _sheet(
            session, app, actor, row, held, values, one.reason, rotation, entry_id, digest
        )
    opening.linked(app, entries)
    return sobre.render(sheet)


def _rotation(session: Session, held: Subject, asked: date | None, *, now: datetime) -> datetime:
    """Return until when the contents may stay in force: the first of what is asked and is due."""
    zone = ZoneInfo(held.timezone)
    if asked is not None and asked <= now.astimezone(zone).date():
        raise Invalid(texts.ROTATION_PAST, field="next_rotation")
    limit = now + paper.NEXT_ROTATION
    if asked is not None:
        limit = datetime.combine(asked, time(12), tzinfo=zone)
    due = [duty.due_at for duty in rotation_duties.open_duties(session, [held.account_id])]
    return min([limit, *due])


def _insert(
    session: Session,
    app: App,
    actor: Actor,
    held: Subject,
    fields: Sequence[str],
    *,
    now: datetime,
) -> tuple[CustodyEnvelope, str]:
    """Insert the envelope of these fields; return it and the digest of its contents."""
    stored = paper.stored(session, held.account_id, fields)
    row = CustodyEnvelope(
        folio=app.new_id(),
        account_id=held.account_id,
        contents={name: stored[name][0] for name in fields},
        printed_by=actor.person_id,
        printed_at=now,
    )
    session.add(row)
    session.flush()
    row.folio = paper.folio("SOB", now.astimezone(ZoneInfo(held.timezone)).year, row.id or 0)
    session.flush()
    digests = {name: (version, digest) for name, (version, digest, _) in stored.items()}
    return row, paper.contents_digest(row.folio, held.account_id, digests)


def _sheet(
    session: Session,
    app: App,
    actor: Actor,
    row: CustodyEnvelope,
    held: Subject,
    values: Mapping[str, Secret],
    reason: str,
    rotation: datetime,
    entry_id: str,
    digest: str,
) -> EnvelopeSheet:
    from publisher.documents.sobre import EnvelopeSheet, HeldValue

    stored = paper.stored(session, held.account_id, list(values))
    custodian = terms.custodian_of(session, held.account_id, now=row.printed_at)
    return EnvelopeSheet(
        institution=app.institution.name,
        procedure_code=printed(app, session),
        folio=row.folio,
        plantel=held.plantel,
        network=platform_texts.PLATFORMS.get(held.network, held.network),
        account=held.handle,
        custodian=telling.name_of(session, custodian or 0),
        reason=reason,
        printed_by=actor.name,
        printed_words=notices.when(session, row.printed_at, zone=held.timezone),
        next_rotation_words=sheets.day(rotation, held),
        entry_id=entry_id,
        digest=digest,
        values=tuple(
            HeldValue(
                label=paper_texts.FIELDS[name],
                value=values[name],
                version=stored[name][0],
                since_words=notices.when(session, stored[name][2], zone=held.timezone),
            )
            for name in custody.FIELDS
            if name in values
        ),
        made_at=row.printed_at,
    )

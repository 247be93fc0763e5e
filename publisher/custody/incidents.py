"""Signs that somebody changed a credential outside the system: told at once, closed by a person."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from publisher import access, notices
from publisher.access import persons_with
from publisher.app import SYSTEM, Actor, App
from publisher.custody import duties
from publisher.custody.hearers import hearers
from publisher.custody.subjects import subject
from publisher.errors import Conflict, Invalid, NotFound
from publisher.texts import custody as texts
from vault import rotation_duties
from vault.custody_tables import CustodyIncident


def open_incident(
    session: Session, app: App, account_id: int, sentence: str, now: datetime
) -> int | None:
    """Open an account's incident and its duty, in the caller's transaction; return the new id.

    ``sentence`` says what was seen, as the network put it; None where one is open already.
    Custodian, director, coordination and the Directora hear of it. Raises ``NotFound``.
    """
    held = subject(session, account_id, live=False)
    connection = session.connection()
    table = CustodyIncident.__table__  # type: ignore[attr-defined]
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    made: int | None = connection.execute(
        insert(table)
        .values(account_id=account_id, sentence=sentence, opened_at=now, resolution="")
        .on_conflict_do_nothing(
            index_elements=["account_id"], index_where=table.c.closed_at.is_(None)
        )
        .returning(table.c.id)
    ).scalar()
    if made is None:
        return None
    app.note(
        session,
        app.entry(
            SYSTEM,
            "custody.incident",
            "account",
            account_id,
            plantel_id=held.plantel_id,
            reason=sentence,
            result="failed",
            detail=json.dumps({"incident": made}),
        ),
    )
    everyone = hearers(session, account_id, now).everyone
    notices.notify(
        session,
        app,
        person_ids=everyone | persons_with(session, "DIRV", now=now),
        kind="custody.incident",
        subject=texts.INCIDENT.format(account=held.name),
        body=texts.INCIDENT_BODY.format(account=held.name, plantel=held.plantel, sentence=sentence),
        link=held.link,
    )
    duties.oblige(session, app, account_id, "incident", made, now=now)
    return made


def close_incident(app: App, actor: Actor, incident_id: int, *, resolution: str) -> None:
    """Close an incident with what was found out and done.

    The plantel closes it once a change was recorded; Vinculación also without one, where nobody
    had touched the account. Raises ``Forbidden``, ``NotFound``, ``Invalid``, ``Conflict``.
    """
    resolution = " ".join(resolution.split())
    if not resolution:
        raise Invalid(texts.RESOLUTION_MISSING, field="resolution")
    now = app.clock()
    with app.write() as session:
        incident = session.get(CustodyIncident, incident_id)
        if incident is None:
            raise NotFound(texts.NO_SUCH_INCIDENT)
        held = subject(session, incident.account_id, live=False)
        centre = access.allows(actor, "custody.acknowledge", plantel_id=held.plantel_id)
        if not centre:
            access.authorize(actor, "custody.keep", plantel_id=held.plantel_id)
        closed = session.execute(
            update(CustodyIncident)
            .where(col(CustodyIncident.id) == incident_id, col(CustodyIncident.closed_at).is_(None))
            .values(closed_at=now, closed_by=actor.person_id, resolution=resolution)
            .returning(col(CustodyIncident.id))
        ).first()
        if closed is None:
            raise Conflict(texts.INCIDENT_CLOSED)
        owed = [
            one
            for one in rotation_duties.open_duties(session, [held.account_id])
            if (one.cause, one.cause_id) == ("incident", incident_id)
        ]
        if owed and not centre:
            raise Conflict(texts.INCIDENT_OWES)
        for one in owed:
            rotation_duties.close_duty(session, one.id or 0, change_id=None, now=now)
        app.note(
            session,
            app.entry(
                actor,
                "custody.incident.close",
                "account",
                held.account_id,
                plantel_id=held.plantel_id,
                reason=resolution,
                detail=json.dumps({"incident": incident_id, "changed": not owed}),
            ),
        )
        notices.notify(
            session,
            app,
            person_ids=hearers(session, held.account_id, now).everyone - {actor.person_id},
            kind="custody.incident.closed",
            subject=texts.INCIDENT_OVER.format(account=held.name),
            body=texts.INCIDENT_OVER_BODY.format(person=actor.name, resolution=resolution),
            link=held.link,
        )


def is_open(session: Session, account_id: int) -> bool:
    """Tell whether an account has an open incident."""
    found = session.execute(
        select(col(CustodyIncident.id)).where(
            col(CustodyIncident.account_id) == account_id, col(CustodyIncident.closed_at).is_(None)
        )
    )
    return found.first() is not None

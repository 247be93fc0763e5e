"""What is written down and said of each step of a handing over."""

from __future__ import annotations

import json
from datetime import datetime

from sqlmodel import Session

from publisher import notices
from publisher.access import persons_with
from publisher.app import Actor, App
from publisher.custody import parties
from publisher.custody.subjects import subjects
from publisher.models import Plantel
from publisher.texts import transfers as texts
from vault import paper
from vault.custody_tables import CustodyTransfer

OBJECT = "transfer"
LINK = "/custodia?entrega={id}"


def note(
    session: Session,
    app: App,
    actor: Actor,
    action: str,
    row: CustodyTransfer,
    *,
    reason: str = "",
    **facts: object,
) -> None:
    """Write the audit entry of a step; ``facts`` are those of that step alone."""
    detail = {
        "folio": row.folio,
        "from": row.from_id,
        "to": row.to_id,
        "accounts": list(parties.account_ids_of(row)),
        **facts,
    }
    app.note(
        session,
        app.entry(
            actor,
            action,
            OBJECT,
            row.id,
            plantel_id=row.plantel_id,
            reason=reason,
            after=paper.accounts_digest(row.folio, row.accounts),
            detail=json.dumps(detail),
        ),
    )


def tell(
    session: Session,
    app: App,
    row: CustodyTransfer,
    subject_line: str,
    body: str,
    *,
    now: datetime,
    **facts: str,
) -> None:
    """Tell both persons, the director and the coordination."""
    held = subjects(session, parties.account_ids_of(row))
    words = {
        "folio": row.folio,
        "plantel": session.get_one(Plantel, row.plantel_id).name,
        "holder": parties.name_of(session, row.from_id) if row.from_id else texts.NOBODY,
        "receiver": parties.name_of(session, row.to_id),
        "accounts": parties.listed([held[id_].name for id_ in parties.account_ids_of(row)]),
        "cause": row.cause,
        "witness": row.witness,
        **facts,
    }
    people = {row.to_id} | ({row.from_id} if row.from_id else set())
    people |= persons_with(session, "DIRP", now=now, plantel_id=row.plantel_id)
    people |= persons_with(session, "COOR", now=now)
    notices.notify(
        session,
        app,
        person_ids=people,
        kind="custody.transfer",
        subject=subject_line.format(**words),
        body=body.format(**words),
        link=LINK.format(id=row.id),
    )

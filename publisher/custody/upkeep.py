"""The worker's part of custody: what ended by its date, what is due, whose word lacks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlmodel import Session, col

from publisher.app import App
from publisher.custody import confirmations, duties, leaving, sheets
from publisher.custody.terms import KEEPERS
from publisher.models import Designation
from vault import paper, rotation_duties
from vault.custody_tables import RotationDuty

LOOK_BACK: Final = timedelta(days=90)
"""How long ago a designation may have ended by its date and still open its duties, once: what an
installation did before it kept custody stays as it was."""


def keep(app: App) -> int:
    """Do what is due now and return how many duties, reminders and requests there were.

    Nothing is written, nor the database kept from others, where nothing is due.
    """
    now = app.clock()
    with app.read() as session:
        waits = bool(_ended(session, now)) or _to_remind(session, now)
        waits = waits or confirmations.is_due(session, app, now=now)
        waits = waits or bool(paper.loose(session, now=now))
    if not waits:
        return 0
    with app.write() as session:
        opened = sum(
            len(leaving.oblige_for_designation(session, app, one, now=now))
            for one in _ended(session, now)
        )
        return (
            opened
            + duties.remind(session, app, now=now)
            + confirmations.remind(session, app, now=now)
            + sheets.remind(session, app, now=now)
        )


def _ended(session: Session, now: datetime) -> list[Designation]:
    """Return the designations that ended by their date and left something to be done."""
    found = session.scalars(
        select(Designation)
        .where(
            col(Designation.role).in_(KEEPERS),
            col(Designation.ends_at) <= now,
            col(Designation.ends_at) > now - LOOK_BACK,
        )
        .order_by(col(Designation.id))
    ).all()
    return [one for one in found if leaving.left_behind(session, one, now=now)]


def _to_remind(session: Session, now: datetime) -> bool:
    open_ones = session.scalars(
        select(RotationDuty).where(col(RotationDuty.fulfilled_at).is_(None))
    )
    return any(rotation_duties.reminder(one, now=now) for one in open_ones)

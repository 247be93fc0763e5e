"""Holding what nobody has begun to send, whoever has it in hand."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col

from publisher.delivery.states import outcome, sources
from publisher.models import Delivery


def hold_unsent(
    session: Session,
    event: str,
    *which: ColumnElement[bool],
    reason: str,
    sentence: str,
    now: datetime,
) -> list[int]:
    """Hold the deliveries that ``which`` says and ``event`` may stop; return their ids.

    One UPDATE guarded by state, in the caller's transaction; the fence grows, so that a worker
    that has one in hand lets it go. What may be public already is not touched.
    """
    held = session.scalars(
        update(Delivery)
        .where(*which, col(Delivery.state).in_(sources(event)))
        .values(
            state=outcome(event),
            hold_reason=reason,
            reason=sentence,
            fence=Delivery.__table__.c.fence + 1,  # type: ignore[attr-defined]
            owner=None,
            lease_until=None,
            updated_at=now,
        )
        .returning(col(Delivery.id))
    )
    return sorted(id_ for id_ in held if id_ is not None)

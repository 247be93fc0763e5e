"""For how long an approval is still good once its hour could not be kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlmodel import Session, col

from publisher import localtime
from publisher.errors import Conflict
from publisher.models import Approval, Delivery
from publisher.texts import deciding as texts

LATE_DAYS: Final = 7
"""How far from the approved hour a late post may still be sent on its approval."""


@dataclass(frozen=True, kw_only=True)
class Window:
    """The instants for which an approval is still good: after ``first``, up to ``last``.

    ``kept`` says that the approved hour is still to come, so that its tolerance binds.
    """

    first: datetime
    last: datetime
    kept: bool


def window(agreed: datetime, tolerance_min: int, *, now: datetime) -> Window:
    """Return when a delivery may be sent on its approval, whose hour was ``agreed``.

    While that hour is to come, its tolerance binds whoever moves it. Once it has passed nobody can
    keep it: whoever decides on the delivery names another one, within ``LATE_DAYS``, as they may
    let it out at once. Beyond, what was approved is another thing and needs another approval.
    """
    margin = timedelta(minutes=tolerance_min)
    if now <= agreed:
        return Window(first=max(now, agreed - margin), last=agreed + margin, kept=True)
    return Window(first=now, last=agreed + timedelta(days=LATE_DAYS), kept=False)


def require_within(session: Session, delivery: Delivery, due: datetime, *, now: datetime) -> None:
    """Raise ``Conflict`` unless the delivery may be due at ``due`` on the approval that it has."""
    approval = session.scalars(
        select(Approval).where(
            col(Approval.post_id) == delivery.post_id,
            col(Approval.revision) == delivery.revision,
            col(Approval.voided_at).is_(None),
        )
    ).one_or_none()
    if approval is None:
        raise Conflict(texts.NO_APPROVAL)
    agreed = localtime.resolve(approval.local_at, delivery.timezone, approval.fold)
    allowed = window(agreed, approval.tolerance_min, now=now)
    if allowed.first <= due <= allowed.last:
        return
    wall = approval.local_at.replace("T", " ")
    if allowed.kept:
        sentence = texts.BEYOND_TOLERANCE.format(agreed=wall, n=approval.tolerance_min)
    else:
        sentence = texts.TOO_FAR.format(agreed=wall, days=LATE_DAYS)
    raise Conflict(sentence)

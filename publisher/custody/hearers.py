"""Who must hear of what happens to an account's credentials: custodian, director, coordination."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from publisher.access import persons_with
from publisher.custody.subjects import subject
from publisher.custody.terms import custodian_of


@dataclass(frozen=True, kw_only=True)
class Hearers:
    """The persons by what they are to the account; a plantel may have no director for a while."""

    custodian_id: int | None
    directors: frozenset[int]
    coordinators: frozenset[int]

    @property
    def everyone(self) -> frozenset[int]:
        """All of them, once each."""
        custodian = frozenset() if self.custodian_id is None else frozenset({self.custodian_id})
        return custodian | self.directors | self.coordinators


def hearers(session: Session, account_id: int, now: datetime) -> Hearers:
    """Return who must hear of the account. Raises ``NotFound``."""
    held = subject(session, account_id, live=False)
    return Hearers(
        custodian_id=custodian_of(session, account_id, now=now),
        directors=persons_with(session, "DIRP", now=now, plantel_id=held.plantel_id),
        coordinators=persons_with(session, "COOR", now=now),
    )

"""Custody as its screen lists it: who holds each account, and what is still owed. Never a value.

Of what people hold only the names of the fields and their versions are told. Source: RS-5.1.3.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, exists, func, or_, select
from sqlmodel import Session, col

from publisher.app import Actor, App
from publisher.custody import confirmations
from publisher.custody.terms import custodians_of
from publisher.institution.holding import ENDED
from publisher.models import Account, Person, Plantel
from publisher.queries.rows import require, within
from vault import custody
from vault.custody_tables import (
    CONFIRMATION_PARTS,
    CredentialChange,
    CustodyEnvelope,
    CustodyIncident,
    CustodyTerm,
    RotationDuty,
)

ACTION: Final = "custody.read"

CURRENT: Final = "current"
"""A sealed envelope holds everything that is in force."""
STALE: Final = "stale"
"""A sealed envelope holds what was replaced since, or not everything."""
PRINTED: Final = "printed"
"""A sheet was printed and nobody told its seal yet."""
ABSENT: Final = ""
"""There is no envelope."""

NOTHING_OWED: Final = 4
"""The urgency of an account with everything in order."""

SETTLED: Final = frozenset(custody.STAGES[-2:])
"""Stages in which nobody owes anything to the change itself."""


@dataclass(frozen=True, kw_only=True)
class CustodyLine:
    """One account in the list.

    ``custodian`` is who holds it; ``assigned`` tells whether somebody said so, else it is the
    plantel's operator or director by office. ``holds`` maps the fields that people hold to their
    versions. ``stage`` is where the change in force stands, empty without one. ``paper`` is
    ``CURRENT``, ``STALE``, ``PRINTED`` or ``ABSENT``. ``missing`` lists who has not confirmed
    custody this quarter; ``due_at`` is when the first of the ``duties`` ends. One that ``ended`` is
    only listed for what is owed.
    """

    id: int
    plantel_id: int
    plantel: str
    network: str
    handle: str
    custodian_id: int | None = None
    custodian: str = ""
    assigned: bool = False
    holds: Mapping[str, int] = field(default_factory=dict)
    stage: str = ""
    changed_at: datetime | None = None
    paper: str = ABSENT
    missing: tuple[str, ...] = CONFIRMATION_PARTS
    duties: int = 0
    due_at: datetime | None = None
    incident: str = ""
    ended: bool = False

    @property
    def pending(self) -> bool:
        """Tell whether somebody still has to do something about the last change."""
        return bool(self.stage) and self.stage not in SETTLED

    def late(self, now: datetime) -> bool:
        """Tell whether a change that must be made was not made in time."""
        return self.due_at is not None and self.due_at <= now

    def urgency(self, now: datetime) -> int:
        """Return the place in the list, the lowest first; ``NOTHING_OWED`` when all is in order."""
        if self.incident or self.late(now):
            return 0
        if self.duties:
            return 1
        if self.pending:
            return 2
        settled = self.holds and self.paper == CURRENT and not self.missing
        return NOTHING_OWED if settled else 3


def lines(app: App, actor: Actor) -> tuple[CustodyLine, ...]:
    """Return the accounts in service that the actor may look at, the most pressing first.

    Raises ``Forbidden``.
    """
    where = require(actor, ACTION)
    now = app.clock()
    with app.read() as session:
        rows = session.execute(accounts_within(where)).mappings().all()
        found = complete(app, session, rows)
    return tuple(sorted(found, key=lambda row: (row.urgency(now), row.plantel, row.network)))


def of_installation(app: App) -> tuple[CustodyLine, ...]:
    """Return every account in service, for whoever runs this machine's commands; not for screens.

    Who holds what and what is owed: as everywhere here, never a value.
    """
    with app.read() as session:
        rows = session.execute(accounts_within(None)).mappings().all()
        found = complete(app, session, rows)
    return tuple(sorted(found, key=lambda row: (row.plantel, row.network)))


def accounts_within(where: frozenset[int] | None) -> Select[*tuple[Any, ...]]:
    """Return the statement of the accounts in service of those planteles.

    One that was closed or replaced is among them while somebody still knows its password.
    """
    return (
        select(
            col(Account.id),
            col(Account.plantel_id),
            col(Plantel.name).label("plantel"),
            col(Account.network),
            col(Account.handle),
            col(Account.state).in_(ENDED).label("ended"),
        )
        .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
        .where(
            within(Account.plantel_id, where),
            or_(
                col(Account.state).not_in(ENDED),
                exists().where(
                    col(RotationDuty.account_id) == col(Account.id),
                    col(RotationDuty.fulfilled_at).is_(None),
                ),
            ),
        )
    )


def complete(
    app: App, session: Session, rows: Sequence[Mapping[Any, Any]]
) -> tuple[CustodyLine, ...]:
    """Return the lines of ``accounts_within``'s rows, by a fixed number of statements."""
    now = app.clock()
    ids = sorted(row["id"] for row in rows)
    if not ids:
        return ()
    holds = custody.held_versions(session, ids)
    changes = standing(session, ids)
    papers = _papers(session, ids)
    keepers = custodians_of(session, ids, now=now)
    names = _names(session, keepers.values())
    assigned = _assigned(session, ids)
    unsaid = {one.account_id: one.parts for one in confirmations.missing(session, ids, now=now)}
    duties = _duties(session, ids)
    incidents = _incidents(session, ids)
    found = []
    for row in rows:
        id_, keeper = row["id"], keepers.get(row["id"])
        count, due_at = duties.get(id_, (0, None))
        owed = bool(count) or id_ in incidents
        found.append(
            CustodyLine(
                **row,
                custodian_id=keeper,
                custodian=names.get(keeper or 0, ""),
                assigned=keeper is not None and assigned.get(id_) == keeper,
                holds=holds[id_],
                paper=paper(papers[id_], holds[id_]),
                missing=unsaid.get(id_, ()),
                duties=count,
                due_at=due_at,
                incident=incidents.get(id_, ""),
                **_told(changes[id_], owed=owed),
            )
        )
    return tuple(found)


def standing(session: Session, ids: Iterable[int]) -> dict[int, list[CredentialChange]]:
    """Return, for each account, the changes that no later one replaced, newest first."""
    found: dict[int, list[CredentialChange]] = defaultdict(list)
    for change in session.scalars(
        select(CredentialChange)
        .where(
            col(CredentialChange.account_id).in_(sorted(ids)),
            col(CredentialChange.superseded_at).is_(None),
        )
        .order_by(col(CredentialChange.changed_at).desc(), col(CredentialChange.id).desc())
    ):
        found[change.account_id].append(change)
    return found


def paper(envelopes: Sequence[CustodyEnvelope], holds: Mapping[str, int]) -> str:
    """Return what is on paper, from the envelopes neither opened nor voided, newest first."""
    sealed = [row for row in envelopes if row.sealed_at is not None]
    if any(all(row.contents.get(name) == holds[name] for name in holds) for row in sealed):
        return CURRENT
    if any(row.sealed_at is None for row in envelopes):
        return PRINTED
    return STALE if sealed else ABSENT


def _told(changes: Sequence[CredentialChange], *, owed: bool) -> dict[str, Any]:
    """Return what the line says of the changes in force: the one that is behind, else the last."""
    if not changes:
        return {}
    stages = [custody.stage(change, owed=owed) for change in changes]
    behind = next((n for n, one in enumerate(stages) if one not in SETTLED), 0)
    return {"stage": stages[behind], "changed_at": changes[behind].changed_at}


def _papers(session: Session, ids: Sequence[int]) -> dict[int, list[CustodyEnvelope]]:
    found: dict[int, list[CustodyEnvelope]] = defaultdict(list)
    for row in session.scalars(
        select(CustodyEnvelope)
        .where(
            col(CustodyEnvelope.account_id).in_(ids),
            col(CustodyEnvelope.opened_at).is_(None),
            col(CustodyEnvelope.voided_at).is_(None),
        )
        .order_by(col(CustodyEnvelope.id).desc())
    ):
        found[row.account_id].append(row)
    return found


def _assigned(session: Session, ids: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        select(col(CustodyTerm.account_id), col(CustodyTerm.custodian_id)).where(
            col(CustodyTerm.account_id).in_(ids), col(CustodyTerm.until).is_(None)
        )
    )
    return {row.account_id: row.custodian_id for row in rows}


def _names(session: Session, person_ids: Iterable[int | None]) -> dict[int, str]:
    rows = session.execute(
        select(col(Person.id), col(Person.name)).where(
            col(Person.id).in_(sorted({one for one in person_ids if one}))
        )
    )
    return {person_id: name for person_id, name in rows if person_id is not None}


def _duties(session: Session, ids: Sequence[int]) -> dict[int, tuple[int, datetime | None]]:
    rows = session.execute(
        select(col(RotationDuty.account_id), func.count(), func.min(col(RotationDuty.due_at)))
        .where(col(RotationDuty.account_id).in_(ids), col(RotationDuty.fulfilled_at).is_(None))
        .group_by(col(RotationDuty.account_id))
    )
    return {account_id: (count, due_at) for account_id, count, due_at in rows}


def _incidents(session: Session, ids: Sequence[int]) -> dict[int, str]:
    rows = session.execute(
        select(col(CustodyIncident.account_id), col(CustodyIncident.sentence)).where(
            col(CustodyIncident.account_id).in_(ids), col(CustodyIncident.closed_at).is_(None)
        )
    )
    return {row.account_id: row.sentence for row in rows}

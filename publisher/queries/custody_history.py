"""What happened to one account in custody, row by row, with the names of the people in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy import select
from sqlmodel import Session, SQLModel, col

from publisher.app import SYSTEM
from publisher.models import Person
from publisher.queries.custody import CustodyLine
from vault import custody
from vault.custody_tables import (
    CredentialChange,
    CustodyConfirmation,
    CustodyEnvelope,
    CustodyIncident,
    CustodyTerm,
    Disclosure,
    RotationDuty,
)

Row = TypeVar("Row", bound=SQLModel)

LATEST: Final = 20
"""How many rows of each kind a sheet goes back."""


@dataclass(frozen=True, kw_only=True)
class Signed:
    """Who did something and when; empty where nobody has."""

    person_id: int | None = None
    name: str = ""
    at: datetime | None = None

    def __bool__(self) -> bool:
        return self.at is not None


@dataclass(frozen=True, kw_only=True)
class ChangeRow:
    """One change of credential and its way: who made, verified, confirmed and acknowledged it."""

    id: int
    fields: tuple[str, ...]
    cause: str
    reason: str
    made: Signed
    verified_at: datetime | None
    director: Signed
    vinculacion: Signed
    folio: str
    stage: str
    superseded: bool

    @property
    def of_people(self) -> bool:
        """Tell whether it changed what people hold, which goes into an envelope."""
        return custody.needs_paper(self.fields)


@dataclass(frozen=True, kw_only=True)
class EnvelopeRow:
    """One envelope and its way; ``current`` while it holds all that is in force."""

    id: int
    folio: str
    fields: tuple[str, ...]
    printed: Signed
    seal_number: str
    place: str
    sealed: Signed
    opened: Signed
    opening_reason: str
    witness: str
    voided_at: datetime | None
    current: bool

    @property
    def state(self) -> str:
        """``voided``, ``opened``, ``sealed`` or ``printed``."""
        if self.voided_at is not None:
            return "voided"
        if self.opened:
            return "opened"
        return "sealed" if self.sealed else "printed"


@dataclass(frozen=True, kw_only=True)
class DutyRow:
    """A change that must be made, and whether it was."""

    id: int
    cause: str
    opened_at: datetime
    due_at: datetime
    fulfilled_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class IncidentRow:
    """A sign of a change made elsewhere, and how it ended."""

    id: int
    sentence: str
    opened_at: datetime
    closed: Signed
    resolution: str


@dataclass(frozen=True, kw_only=True)
class TermRow:
    """Who held the account, from when until when."""

    name: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class ReadingRow:
    """Who read what, how it came about and why."""

    id: int
    kind: str
    name: str
    at: datetime
    fields: tuple[str, ...]
    reason: str
    break_glass: bool


class History:
    """The latest rows of one account, with the names of the people in them."""

    def __init__(self, session: Session, line: CustodyLine) -> None:
        self._session = session
        self._line = line
        self._changes = self._latest(CredentialChange)
        self._envelopes = self._latest(CustodyEnvelope)
        self._incidents = self._latest(CustodyIncident)
        self._terms = self._latest(CustodyTerm)
        self._readings = [row for row in self._latest(Disclosure) if row.shown_at is not None]
        self._names = self._people()

    def changes(self) -> tuple[ChangeRow, ...]:
        """Return the changes of credential, the newest first, with how far each has come."""
        folios = {row.id: row.folio for row in self._envelopes}
        owed = bool(self._line.duties or self._line.incident)
        return tuple(
            ChangeRow(
                id=row.id or 0,
                fields=tuple(sorted(row.versions)),
                cause=row.cause,
                reason=row.reason,
                made=self._signed(row.changed_by, row.changed_at),
                verified_at=row.verified_at,
                director=self._signed(row.director_id, row.director_at),
                vinculacion=self._signed(row.vinculacion_id, row.vinculacion_at),
                folio=folios.get(row.envelope_id, ""),
                stage=custody.stage(row, owed=owed),
                superseded=row.superseded_at is not None,
            )
            for row in self._changes
        )

    def envelopes(self) -> tuple[EnvelopeRow, ...]:
        """Return the envelopes, the newest first."""
        holds = self._line.holds
        return tuple(
            EnvelopeRow(
                id=row.id or 0,
                folio=row.folio,
                fields=tuple(sorted(row.contents)),
                printed=self._signed(row.printed_by, row.printed_at),
                seal_number=row.seal_number,
                place=row.place,
                sealed=self._signed(row.responsible_id, row.sealed_at),
                opened=self._signed(row.opened_by, row.opened_at),
                opening_reason=row.opening_reason,
                witness=row.witness,
                voided_at=row.voided_at,
                current=all(row.contents.get(name) == holds[name] for name in holds),
            )
            for row in self._envelopes
        )

    def duties(self) -> tuple[DutyRow, ...]:
        """Return the changes that were owed, the newest first."""
        return tuple(
            DutyRow(
                id=row.id or 0,
                cause=row.cause,
                opened_at=row.opened_at,
                due_at=row.due_at,
                fulfilled_at=row.fulfilled_at,
            )
            for row in self._latest(RotationDuty)
        )

    def incidents(self) -> tuple[IncidentRow, ...]:
        """Return the signs of changes made elsewhere, the newest first."""
        return tuple(
            IncidentRow(
                id=row.id or 0,
                sentence=row.sentence,
                opened_at=row.opened_at,
                closed=self._signed(row.closed_by, row.closed_at),
                resolution=row.resolution,
            )
            for row in self._incidents
        )

    def terms(self) -> tuple[TermRow, ...]:
        """Return who held the account, the last one first."""
        return tuple(
            TermRow(name=self._name(row.custodian_id), since=row.since, until=row.until)
            for row in self._terms
        )

    def readings(self) -> tuple[ReadingRow, ...]:
        """Return who was shown what, the newest first."""
        return tuple(
            ReadingRow(
                id=row.id or 0,
                kind=row.kind,
                name=self._name(row.asked_by),
                at=row.shown_at,
                fields=tuple(row.fields),
                reason=row.reason,
                break_glass=row.break_glass,
            )
            for row in self._readings
            if row.shown_at is not None
        )

    def confirmations(self, quarter: str) -> dict[str, Signed]:
        """Return who confirmed custody in ``quarter``, by the part that they confirmed."""
        rows = self._session.execute(
            select(
                col(CustodyConfirmation.part),
                col(CustodyConfirmation.person_id),
                col(Person.name),
                col(CustodyConfirmation.at),
            )
            .outerjoin(Person, col(Person.id) == col(CustodyConfirmation.person_id))
            .where(
                col(CustodyConfirmation.account_id) == self._line.id,
                col(CustodyConfirmation.quarter) == quarter,
            )
        )
        return {
            part: Signed(person_id=person_id, name=name or "", at=at)
            for part, person_id, name, at in rows
        }

    def _latest(self, table: type[Row]) -> list[Row]:
        columns = table.__table__.c  # type: ignore[attr-defined]
        return list(
            self._session.scalars(
                select(table)
                .where(columns.account_id == self._line.id)
                .order_by(columns.id.desc())
                .limit(LATEST)
            )
        )

    def _people(self) -> dict[int, str]:
        wanted: set[int | None] = set()
        for change in self._changes:
            wanted |= {change.changed_by, change.director_id, change.vinculacion_id}
        for envelope in self._envelopes:
            wanted |= {envelope.printed_by, envelope.responsible_id, envelope.opened_by}
        wanted |= {row.closed_by for row in self._incidents}
        wanted |= {row.custodian_id for row in self._terms}
        wanted |= {row.asked_by for row in self._readings}
        rows = self._session.execute(
            select(col(Person.id), col(Person.name)).where(
                col(Person.id).in_(sorted(one for one in wanted if one))
            )
        )
        return {id_: name for id_, name in rows if id_ is not None}

    def _name(self, person_id: int | None) -> str:
        return self._names.get(person_id or 0, SYSTEM.name)

    def _signed(self, person_id: int | None, at: datetime | None) -> Signed:
        if at is None:
            return Signed()
        return Signed(person_id=person_id, name=self._name(person_id), at=at)

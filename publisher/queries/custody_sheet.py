"""One account's custody, whole: its changes, envelopes, duties, incidents, terms and readings.

No value leaves. Source: RS-5.1.3 (custody, confirmation, *enterado*, physical copy, disclosure).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy import select
from sqlmodel import Session, SQLModel, col

from publisher import access
from publisher.app import SYSTEM, Actor, App
from publisher.custody import confirmations
from publisher.custody.subjects import subject
from publisher.errors import NotFound
from publisher.models import Account, Person
from publisher.queries.custody import (
    ACTION,
    CustodyLine,
    accounts_within,
    complete,
)
from publisher.queries.rows import require
from publisher.texts import institution as texts
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


@dataclass(frozen=True, kw_only=True)
class CustodySheet:
    """Everything shown of one account; the ``may_*`` only spare buttons, the verbs decide.

    To read and to print takes who holds this very account, or directs the plantel. Of one that
    ended only what is owed is left: ``may_discharge``.
    """

    line: CustodyLine
    changes: tuple[ChangeRow, ...]
    envelopes: tuple[EnvelopeRow, ...]
    duties: tuple[DutyRow, ...]
    incidents: tuple[IncidentRow, ...]
    terms: tuple[TermRow, ...]
    readings: tuple[ReadingRow, ...]
    quarter: str
    confirmations: Mapping[str, Signed]
    may_change: bool
    may_keep: bool
    may_direct: bool
    may_acknowledge: bool
    may_transfer: bool
    may_open: bool
    may_print: bool
    may_read: bool
    may_close: bool
    may_discharge: bool


def sheet(app: App, actor: Actor, account_id: int) -> CustodySheet:
    """Return one account's custody. Raises ``Forbidden``, ``NotFound``."""
    where = require(actor, ACTION)
    with app.read() as session:
        rows = session.execute(accounts_within(where).where(col(Account.id) == account_id))
        found = complete(app, session, rows.mappings().all())
        if not found:
            raise NotFound(texts.NO_SUCH_ACCOUNT)
        line = found[0]
        place = line.plantel_id
        history = _History(session, line)
        held = subject(session, account_id, live=False)
        quarter = confirmations.quarter_at(held, app.clock())
        live = not line.ended
        keeps = ("DIRP", place) in actor.grants or line.custodian_id == actor.person_id
        return CustodySheet(
            line=line,
            changes=history.changes(),
            envelopes=history.envelopes(),
            duties=history.duties(),
            incidents=history.incidents(),
            terms=history.terms(),
            readings=history.readings(),
            quarter=quarter,
            confirmations=history.confirmations(quarter),
            may_change=live and access.allows(actor, "credential.rotate", plantel_id=place),
            may_keep=access.allows(actor, "custody.keep", plantel_id=place),
            may_direct=live and access.allows(actor, "custody.direct", plantel_id=place),
            may_acknowledge=access.allows(actor, "custody.acknowledge", plantel_id=place),
            may_transfer=live and access.allows(actor, "custody.transfer", plantel_id=place),
            may_open=live and access.allows(actor, "disclosure.break_glass", plantel_id=place),
            may_print=live and keeps and access.allows(actor, "custody.keep", plantel_id=place),
            may_read=live and keeps and access.allows(actor, "credential.reveal", plantel_id=place),
            may_close=any(
                access.allows(actor, action, plantel_id=place)
                for action in ("custody.keep", "custody.acknowledge")
            ),
            may_discharge=line.ended
            and access.allows(actor, "custody.acknowledge", plantel_id=place),
        )


class _History:
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
        return tuple(
            TermRow(name=self._name(row.custodian_id), since=row.since, until=row.until)
            for row in self._terms
        )

    def readings(self) -> tuple[ReadingRow, ...]:
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

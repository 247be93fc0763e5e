"""Tables of custody: who answers for each account, on paper and sealed; every change and opening.

``account_id`` and person ids belong to whoever owns accounts and people: no foreign keys. Nothing
here holds a value. Source: RS-5.1.3 and the life cycle of a change of credential.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

CHANGE_CAUSES = ("rotation", "staff", "leak", "platform", "disclosure", "token", "outside")
DUTY_CAUSES = ("designation", "disclosure", "break_glass", "transfer", "envelope", "incident")
DISCLOSURE_STATES = ("pending", "approved", "denied", "shown", "expired", "withdrawn")
CONFIRMATION_PARTS = ("custodian", "director", "vinculacion")


def _one_of(column: str, values: tuple[str, ...], name: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=name)


class CustodyTerm(SQLModel, table=True):
    """Who holds an account's credentials, between two instants; one open term an account."""

    __tablename__ = "custody_term"
    __table_args__ = (
        Index(
            "custody_term_open",
            "account_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(index=True)
    custodian_id: int = Field(index=True)
    since: datetime
    until: datetime | None = None
    made_by: int
    transfer_id: int | None = None


class CredentialChange(SQLModel, table=True):
    """One change of an account's credential and its way to *vigente*.

    ``versions`` maps each changed field to its new version. The person who made it is never the one
    who acknowledges it for Vinculación. ``superseded_at`` is when a later change took its place.
    """

    __tablename__ = "credential_change"
    __table_args__ = (_one_of("cause", CHANGE_CAUSES, "credential_change_cause"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(index=True)
    versions: dict[str, int] = Field(sa_column=Column(JSON, nullable=False))
    cause: str
    reason: str
    changed_by: int
    changed_at: datetime
    verified_at: datetime | None = None
    director_id: int | None = None
    director_at: datetime | None = None
    vinculacion_id: int | None = None
    vinculacion_at: datetime | None = None
    envelope_id: int | None = None
    superseded_at: datetime | None = None


class CustodyEnvelope(SQLModel, table=True):
    """A sealed envelope with an account's credentials on paper: printed, sealed, opened.

    ``contents`` maps fields to versions. Opening one obliges to change what it held. ``warned_at``
    is when people were last told that it is printed and not sealed.
    """

    __tablename__ = "custody_envelope"
    __table_args__ = (
        UniqueConstraint("folio", name="custody_envelope_folio"),
        Index(
            "custody_envelope_loose",
            "printed_at",
            sqlite_where=text("voided_at IS NULL AND sealed_at IS NULL"),
            postgresql_where=text("voided_at IS NULL AND sealed_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    folio: str
    account_id: int = Field(index=True)
    contents: dict[str, int] = Field(sa_column=Column(JSON, nullable=False))
    printed_by: int
    printed_at: datetime
    seal_number: str = ""
    place: str = ""
    responsible_id: int | None = None
    sealed_at: datetime | None = None
    opened_by: int | None = None
    opened_at: datetime | None = None
    opening_reason: str = ""
    witness: str = ""
    voided_at: datetime | None = None
    warned_at: datetime | None = None


class CustodyTransfer(SQLModel, table=True):
    """A handing over of accounts from one custodian to another, with its *acta*.

    ``accounts`` lists, for each account, its id and the fingerprints of what it held before and
    after. It is complete once both signed and every password was changed.
    """

    __tablename__ = "custody_transfer"
    __table_args__ = (UniqueConstraint("folio", name="custody_transfer_folio"),)

    id: int | None = Field(default=None, primary_key=True)
    folio: str
    plantel_id: int = Field(index=True)
    from_id: int | None = None
    to_id: int
    cause: str
    witness: str
    accounts: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    opened_by: int
    opened_at: datetime
    delivered_at: datetime | None = None
    received_at: datetime | None = None
    completed_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str = ""


class RotationDuty(SQLModel, table=True):
    """A change of credential that must be made, and until when; closed by that change."""

    __tablename__ = "rotation_duty"
    __table_args__ = (
        _one_of("cause", DUTY_CAUSES, "rotation_duty_cause"),
        Index(
            "rotation_duty_open",
            "account_id",
            "cause",
            "cause_id",
            unique=True,
            sqlite_where=text("fulfilled_at IS NULL"),
            postgresql_where=text("fulfilled_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(index=True)
    cause: str
    cause_id: int
    opened_at: datetime
    due_at: datetime
    warned_at: datetime | None = None
    fulfilled_at: datetime | None = None
    change_id: int | None = None


class Disclosure(SQLModel, table=True):
    """One reading of a secret by a person: asked, allowed by another, shown once.

    ``break_glass`` was shown at once and is reviewed by another person afterwards. A custodian or
    director who reads their own account's secret has a row too, born ``approved``.
    """

    __tablename__ = "disclosure"
    __table_args__ = (
        _one_of("state", DISCLOSURE_STATES, "disclosure_state"),
        Index("disclosure_state_at", "state", "asked_at"),
        Index(
            "disclosure_to_review",
            "review_due",
            sqlite_where=text("reviewed_at IS NULL"),
            postgresql_where=text("reviewed_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(index=True)
    fields: list[str] = Field(sa_column=Column(JSON, nullable=False))
    kind: str
    state: str
    reason_code: str
    reason: str
    asked_by: int = Field(index=True)
    asked_at: datetime
    expires_at: datetime
    decided_by: int | None = None
    decided_at: datetime | None = None
    decision_reason: str = ""
    shown_at: datetime | None = None
    break_glass: bool = False
    review_due: datetime | None = None
    reviewed_by: int | None = None
    reviewed_at: datetime | None = None
    review_note: str = ""


class CustodyConfirmation(SQLModel, table=True):
    """The quarterly word of one of the three that an account's custody is as it should be."""

    __tablename__ = "custody_confirmation"
    __table_args__ = (
        UniqueConstraint("account_id", "quarter", "part", name="custody_confirmation_once"),
        _one_of("part", CONFIRMATION_PARTS, "custody_confirmation_part"),
    )

    id: int | None = Field(default=None, primary_key=True)
    account_id: int
    quarter: str
    part: str
    person_id: int
    at: datetime
    note: str = ""


class CustodyIncident(SQLModel, table=True):
    """A sign of a change made outside the system; one open incident an account."""

    __tablename__ = "custody_incident"
    __table_args__ = (
        Index(
            "custody_incident_open",
            "account_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    account_id: int
    sentence: str
    opened_at: datetime
    closed_at: datetime | None = None
    closed_by: int | None = None
    resolution: str = ""


class AuditAnchor(SQLModel, table=True):
    """One sending of the chain's signed end to a place outside the machine."""

    __tablename__ = "audit_anchor"
    __table_args__ = (Index("audit_anchor_target", "target", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    target: str
    at: datetime
    seq: int
    head: str
    ok: bool
    sentence: str = ""

"""The register of consents for image, voice and name (rule 6.1; LGDNNA arts. 76–80)."""

from datetime import date, datetime

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from publisher.models.columns import one_of, refers

CONSENT_STATES = ("active", "revoked")


class Consent(SQLModel, table=True):
    """A written consent: what it covers, until when, and where the paper is kept.

    ``subject`` names the person as little as the office can (initials and school number): the
    paper has the rest. ``scopes`` are of image, voice, name, interview; ``networks`` empty means
    all. ``opinion`` is that the minor was heard. Its ``folio`` is what a medium cites.
    """

    __tablename__ = "consent"
    __table_args__ = (
        UniqueConstraint("folio", name="consent_folio"),
        one_of("state", CONSENT_STATES, name="consent_state"),
        Index("consent_until", "state", "valid_until"),
        Index("consent_revoked", "state", "revoked_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    folio: str
    plantel_id: int = Field(sa_column=refers("plantel.id"))
    subject: str
    minor: bool = True
    guardian: str = ""
    opinion: bool = False
    scopes: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    networks: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    valid_from: date
    valid_until: date
    kept_at: str = ""
    note: str = ""
    state: str = "active"
    registered_by: int = Field(foreign_key="person.id")
    registered_at: datetime
    revoked_by: int | None = Field(default=None, foreign_key="person.id")
    revoked_at: datetime | None = None
    revoked_reason: str = ""

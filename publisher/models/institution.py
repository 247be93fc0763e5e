"""The institution, its planteles and the accounts they publish on."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    false,
    text,
)
from sqlmodel import Field, SQLModel

from publisher.models.columns import one_of, refers

PLANTEL_STATES = ("active", "closed", "merged")
ACCOUNT_STATES = ("active", "paused", "reauth", "closed", "replaced")
PROOFS = (
    "unproven",
    "ok",
    "expired",
    "revoked",
    "checkpoint",
    "permission",
    "missing",
    "unreachable",
)


class Institution(SQLModel, table=True):
    """The one row that says whose system this is.

    ``mode`` is ``sandbox`` for demo data: every process on such a database refuses any address that
    is not loopback. ``addresses`` are the sandbox's base URLs; the environment wins over them.
    ``vocabulary`` renames the domain's words (a municipality says *dependencia*). ``clearance``
    asks for the visto bueno of a plantel's director before consulta. ``procedure`` is the written
    procedure that papers name (``institution.procedure``).
    """

    __tablename__ = "institution"
    __table_args__ = (one_of("mode", ("sandbox", "production"), name="institution_mode"),)

    id: int = Field(default=1, primary_key=True)
    name: str
    short_name: str
    timezone: str
    mode: str = "production"
    addresses: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    vocabulary: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    clearance: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    procedure: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False, server_default="{}")
    )
    created_at: datetime


class Plantel(SQLModel, table=True):
    """One campus, or any unit that owns accounts. ``timezone`` is IANA, mapped by INEGI code."""

    __tablename__ = "plantel"
    __table_args__ = (
        UniqueConstraint("code", name="plantel_code"),
        one_of("state", PLANTEL_STATES, name="plantel_state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str
    name: str
    kind: str
    municipality: str
    cve_inegi: str
    region: str
    timezone: str
    verified: bool = False
    state: str = "active"
    merged_into_id: int | None = Field(
        default=None, sa_column=refers("plantel.id", nullable=True, index=False)
    )
    created_at: datetime


class Account(SQLModel, table=True):
    """One official account of a plantel on one network.

    ``connector`` may differ from ``network``: ``instagram_private`` serves ``instagram``, opt-in,
    with ``risk_accepted_by`` and its date. Nothing is claimed for it before ``ready_at``.
    ``surveyed_at`` is when a worker last read what it shows.
    """

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("network", "external_id", name="account_external"),
        Index(
            "account_one_live",
            "plantel_id",
            "network",
            unique=True,
            sqlite_where=text("state NOT IN ('closed', 'replaced')"),
            postgresql_where=text("state NOT IN ('closed', 'replaced')"),
        ),
        one_of("state", ACCOUNT_STATES, name="account_state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    plantel_id: int = Field(sa_column=refers("plantel.id"))
    network: str = Field(index=True)
    connector: str
    handle: str
    external_id: str
    url: str = ""
    state: str = "active"
    state_reason: str = ""
    replaced_by_id: int | None = Field(
        default=None, sa_column=refers("account.id", nullable=True, index=False)
    )
    risk_accepted_by: int | None = None
    risk_accepted_at: datetime | None = None
    last_sent_at: datetime | None = None
    ready_at: datetime | None = None
    surveyed_at: datetime | None = None
    created_at: datetime


class AccountProof(SQLModel, table=True):
    """What the network last said of an account's credential; no row before the first look.

    ``sentence`` is Spanish, empty when all is well; ``proven_at`` is the last look that went well.
    ``expires_at`` is as the network told it; ``warned`` the smallest number of days before it that
    people were told of. ``next_at`` is when the next look is due, and the claim of whoever looks;
    before ``renewing_until`` somebody renews the credential.
    """

    __tablename__ = "account_proof"
    __table_args__ = (one_of("outcome", PROOFS, name="account_proof_outcome"),)

    account_id: int = Field(
        sa_column=Column(Integer, ForeignKey("account.id"), primary_key=True, autoincrement=False)
    )
    outcome: str = "unproven"
    code: str = ""
    sentence: str = ""
    looked_at: datetime | None = None
    proven_at: datetime | None = None
    handle: str = ""
    scopes: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    expires_at: datetime | None = None
    warned: int | None = None
    next_at: datetime
    renewing_until: datetime | None = None
    name: str = Field(default="", sa_column_kwargs={"server_default": ""})
    picture: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))

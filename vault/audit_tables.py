"""Tables of the audit. Entries, links and checkpoints are insert-only (``vault.guards``)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

RESULTS = ("ok", "refused", "failed")


class AuditEntry(SQLModel, table=True):
    """Who did what, when and why; ``mac`` authenticates every other column."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        CheckConstraint("result IN ('ok', 'refused', 'failed')", name="audit_entry_result"),
        Index("ix_audit_entry_at", "at"),
        Index("ix_audit_entry_plantel", "plantel_id", "at"),
        Index("ix_audit_entry_object", "object_type", "object_id"),
    )

    id: str = Field(primary_key=True)
    at: datetime
    actor_id: int | None
    actor: str
    role: str
    session_ref: str
    action: str
    object_type: str
    object_id: str
    plantel_id: int | None
    reason: str
    before_digest: str
    after_digest: str
    result: str
    detail: str
    mac: str


class AuditPending(SQLModel, table=True):
    """The ids of entries not yet linked: the sealer's work list.

    It is no evidence and needs no guard: whoever empties it leaves unlinked entries, which
    ``verify`` reports.
    """

    __tablename__ = "audit_pending"

    n: int | None = Field(default=None, primary_key=True)
    entry_id: str


class AuditLink(SQLModel, table=True):
    """One link of the chain; ``mac`` covers the previous link, the entry's own mac and when."""

    __tablename__ = "audit_link"

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    entry_id: str = Field(unique=True)
    at: datetime
    mac: str


class AuditCheckpoint(SQLModel, table=True):
    """A signed statement of how long the chain was and where it ended."""

    __tablename__ = "audit_checkpoint"

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    count: int
    head: str
    at: datetime
    signature: str
    public_key: str

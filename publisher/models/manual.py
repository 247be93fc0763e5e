"""The manual de contenidos: its versions, drafts, and who has acknowledged which."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from publisher.models.columns import one_of

DRAFT_STATES = ("open", "proposed", "approved", "discarded")


class ManualVersion(SQLModel, table=True):
    """One version of the manual de contenidos, whole, as TOML; the newest in force judges.

    ``approved_by`` is empty for the version that shipped; ``summary`` says what changed.
    """

    __tablename__ = "manual_version"
    __table_args__ = (UniqueConstraint("hash", name="manual_version_hash"),)

    id: int | None = Field(default=None, primary_key=True)
    version: str
    hash: str
    document: str
    in_force_from: datetime
    added_by: int
    at: datetime
    approved_by: int | None = None
    approved_at: datetime | None = None
    summary: str = Field(default="", sa_column_kwargs={"server_default": ""})


class ManualDraft(SQLModel, table=True):
    """A manual being written: whole, as TOML, from the version ``based_on``.

    ``lock`` is its optimistic lock; ``slot`` is 1 until it is decided, so that only one is open. It
    is proposed for a date, and approved by somebody else.
    """

    __tablename__ = "manual_draft"
    __table_args__ = (
        one_of("state", DRAFT_STATES, name="manual_draft_state"),
        UniqueConstraint("slot", name="manual_draft_one_open"),
    )

    id: int | None = Field(default=None, primary_key=True)
    based_on: str
    document: str
    summary: str = ""
    state: str = "open"
    lock: int = 1
    slot: int | None = 1
    edited_by: int = Field(foreign_key="person.id")
    edited_at: datetime
    created_at: datetime
    proposed_by: int | None = Field(default=None, foreign_key="person.id")
    proposed_at: datetime | None = None
    in_force_from: datetime | None = None
    decided_by: int | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = None
    reason: str = ""


class ManualAcknowledgement(SQLModel, table=True):
    """That a person has read a version of the manual."""

    __tablename__ = "manual_acknowledgement"

    manual_version_id: int = Field(primary_key=True, foreign_key="manual_version.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    at: datetime


class ManualRecheck(SQLModel, table=True):
    """What a new version says of a post that an older one had judged and that is not out yet.

    ``changes`` lists what is found now and was not, and the reverse.
    """

    __tablename__ = "manual_recheck"

    post_id: int = Field(primary_key=True, foreign_key="post.id")
    revision: int = Field(primary_key=True)
    manual_version_id: int = Field(primary_key=True, foreign_key="manual_version.id")
    before: str
    after: str
    changes: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    at: datetime
    seen_at: datetime | None = None
    seen_by: int | None = Field(default=None, foreign_key="person.id")

"""From due to published: deliveries, their parts, attempts and receipts.

States and transitions are the table of ``publisher.delivery.states``; the CHECK and the partial
indexes repeat what must hold whatever the code does.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from publisher.models.columns import one_of, refers

DELIVERY_STATES = (
    "scheduled",
    "leased",
    "staging",
    "sending",
    "unknown",
    "retrying",
    "held",
    "needs_decision",
    "published",
    "rejected",
    "dead",
    "cancelled",
)
IN_FLIGHT = ("leased", "staging", "sending", "unknown")
HOLD_REASONS = (
    "approval",
    "late",
    "credential",
    "paused",
    "account",
    "veda",
    "consent",
    "manual",
    "configuration",
)
BREAKER_STATES = ("closed", "open", "half_open")
OUTCOMES = ("published", "not_sent", "throttled", "refused", "credential", "unknown")

_IN_FLIGHT = text("state IN ('leased', 'staging', 'sending', 'unknown')")
_DUE = text("state IN ('scheduled', 'retrying')")
_OPEN = text("outcome IS NULL")


class Delivery(SQLModel, table=True):
    """One revision of a post on one account.

    ``due_at`` is the UTC instant; ``local_at`` and ``timezone`` are what people agreed on.
    ``next_at`` is when the engine looks at it next. ``fence`` grows with each lease. ``owner`` is
    ``worker.id``. ``handle`` is what staging left on the network. ``cost`` is what the network
    bills for it, in millionths of a US dollar, by the prices of the day it was planned; None:
    nothing.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("post_id", "revision", "account_id", name="delivery_once"),
        one_of("state", DELIVERY_STATES, name="delivery_state"),
        one_of("hold_reason", HOLD_REASONS, name="delivery_hold", optional=True),
        Index("delivery_due", "next_at", "id", sqlite_where=_DUE, postgresql_where=_DUE),
        Index(
            "delivery_queue",
            "account_id",
            "due_at",
            "id",
            sqlite_where=_DUE,
            postgresql_where=_DUE,
        ),
        Index(
            "delivery_one_in_flight",
            "account_id",
            unique=True,
            sqlite_where=_IN_FLIGHT,
            postgresql_where=_IN_FLIGHT,
        ),
        Index("delivery_by_day", "due_at"),
        Index("delivery_by_account", "account_id", "due_at"),
        Index("delivery_by_state", "state", "due_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    post_id: int = Field(foreign_key="post.id")
    revision: int
    account_id: int = Field(foreign_key="account.id")
    network: str
    state: str = "scheduled"
    hold_reason: str | None = None
    reason: str = ""
    due_at: datetime
    local_at: str
    timezone: str
    not_after: datetime
    next_at: datetime
    fence: int = 0
    owner: str | None = None
    lease_until: datetime | None = None
    part: int = 0
    handle: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    unsent_tries: int = 0
    resend_used: bool = False
    looks: int = 0
    absences: int = 0
    unknown_since: datetime | None = None
    evidence: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    published_at: datetime | None = None
    cost: int | None = None
    updated_at: datetime


class DeliveryPart(SQLModel, table=True):
    """One visible request of a delivery, in order: 0 the post, then thread items, first comment."""

    __tablename__ = "delivery_part"
    __table_args__ = (one_of("kind", ("post", "reply", "comment"), name="delivery_part_kind"),)

    delivery_id: int = Field(primary_key=True, foreign_key="delivery.id")
    position: int = Field(primary_key=True)
    kind: str = "post"


class Attempt(SQLModel, table=True):
    """The durable intent of one visible request; open until ``outcome`` is written.

    Its key is (delivery, part, fence): no generated id. ``secret_versions`` and ``key_id`` record
    the machine's use of the credential.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        one_of("outcome", OUTCOMES, name="attempt_outcome", optional=True),
        Index(
            "attempt_one_open",
            "delivery_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    delivery_id: int = Field(primary_key=True, foreign_key="delivery.id")
    part: int = Field(primary_key=True)
    fence: int = Field(primary_key=True)
    owner: str
    opened_at: datetime
    closed_at: datetime | None = None
    outcome: str | None = None
    code: str = ""
    detail: str = ""
    http_status: int | None = None
    digest: str = ""
    secret_version: int | None = None
    key_id: str | None = None


class Handover(SQLModel, table=True):
    """What people were asked to publish by hand, because the account's access is not granted yet.

    It is in force while its delivery waits with the same ``fence``. ``text`` and ``media`` (JSON:
    sha256, mime, kind, alt_text) are what was approved, as it stood then; ``escalated_at`` is when
    the coordinators heard that it is overdue.
    """

    __tablename__ = "handover"

    delivery_id: int = Field(primary_key=True, foreign_key="delivery.id")
    fence: int = Field(primary_key=True)
    part: int = 0
    text: str
    media: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
    at: datetime
    escalated_at: datetime | None = None


class Receipt(SQLModel, table=True):
    """The network's proof that a part is public; one remote post belongs to one part.

    ``given_by`` is the person who gave the proof, where it was one.
    """

    __tablename__ = "receipt"
    __table_args__ = (UniqueConstraint("account_id", "remote_id", name="receipt_remote"),)

    delivery_id: int = Field(primary_key=True, foreign_key="delivery.id")
    part: int = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    remote_id: str
    permalink: str
    published_at: datetime
    found_by: str = "reply"
    given_by: int | None = None


class Worker(SQLModel, table=True):
    """A worker process and its last heartbeat; enough to know whether it lives on this host."""

    __tablename__ = "worker"

    id: str = Field(primary_key=True)
    host: str
    boot_id: str
    pid_namespace: str
    pid: int
    pid_start: int
    started_at: datetime
    beat_at: datetime
    stopped_at: datetime | None = None
    version: str = Field(default="", sa_column_kwargs={"server_default": ""})


class Pause(SQLModel, table=True):
    """An emergency stop of everything (``plantel_id`` None) or of one plantel, with its reason."""

    __tablename__ = "pause"

    id: int | None = Field(default=None, primary_key=True)
    plantel_id: int | None = Field(default=None, sa_column=refers("plantel.id", nullable=True))
    reason: str
    by: int = Field(foreign_key="person.id")
    at: datetime
    lifted_by: int | None = Field(default=None, foreign_key="person.id")
    lifted_at: datetime | None = None


class Breaker(SQLModel, table=True):
    """Whether a platform, or one of its accounts, is spared after infrastructure failures.

    ``scope`` is a connector's key, or ``account:ID``. ``probe_at`` is when one read may be tried;
    ``open_seconds`` is the wait that doubles with each failed probe. The window counts calls since
    ``window_at``.
    """

    __tablename__ = "breaker"
    __table_args__ = (one_of("state", BREAKER_STATES, name="breaker_state"),)

    scope: str = Field(primary_key=True)
    state: str = "closed"
    reason: str = ""
    failures: int = 0
    window_at: datetime
    window_calls: int = 0
    window_failures: int = 0
    opened_at: datetime | None = None
    probe_at: datetime | None = None
    open_seconds: float = 0
    updated_at: datetime


class Bucket(SQLModel, table=True):
    """What may still be sent of a quota: ``tokens`` at ``updated_at``, refilled over time.

    ``scope`` is a connector's key (the application's quota) or ``account:ID``. ``blocked_until`` is
    what the network itself said; ``resets_at`` ends a fixed window; until ``halved_until`` half of
    it is used. A quota that is far from its end has no row.
    """

    __tablename__ = "bucket"

    scope: str = Field(primary_key=True)
    tokens: float
    capacity: float
    window_seconds: float
    resets_at: datetime | None = None
    blocked_until: datetime | None = None
    halved_until: datetime | None = None
    updated_at: datetime


class Fact(SQLModel, table=True):
    """What the installation remembers of itself, such as the zone data it planned with."""

    __tablename__ = "fact"

    name: str = Field(primary_key=True)
    value: str
    updated_at: datetime

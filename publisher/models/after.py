"""What happens to posts once they are public, and what publishing costs."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from publisher.models.columns import one_of, refers

CHANGE_KINDS = ("removal", "correction")
CHANGE_STATES = ("proposed", "asked", "working", "done", "failed")

_OPEN = text("state IN ('proposed', 'asked', 'working')")
_WAITING = text("state IN ('asked', 'working')")


class RemoteChange(SQLModel, table=True):
    """A post that is taken down from its network, or whose text is corrected there.

    One row a public part. A correction waits as ``proposed`` until another person approves it; a
    removal is done at once and ratified afterwards. ``evidence`` is what the network showed just
    before, and how it ended. ``tries`` fences the worker that holds it until ``next_at``.

    Of a correction ``replaced`` is the text it replaces and ``digest`` covers both texts and where
    they stand; ``checked`` is what the manual and the network said of the new one (JSON: verdict,
    manual, findings). ``delegation_id`` is set where a delegate approved. ``refused_by`` is who
    rejected it, or who proposed it and took it back, for the reason in ``sentence``.
    """

    __tablename__ = "remote_change"
    __table_args__ = (
        one_of("kind", CHANGE_KINDS, name="remote_change_kind"),
        one_of("state", CHANGE_STATES, name="remote_change_state"),
        Index(
            "remote_change_one_open",
            "delivery_id",
            "part",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("remote_change_due", "next_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int = Field(sa_column=refers("delivery.id"))
    part: int
    kind: str
    state: str
    remote_id: str
    permalink: str
    text: str = ""
    reason: str
    asked_by: int = Field(foreign_key="person.id")
    asked_at: datetime
    approved_by: int | None = Field(default=None, foreign_key="person.id")
    approved_at: datetime | None = None
    next_at: datetime
    tries: int = 0
    sentence: str = ""
    code: str = ""
    found_by: str = ""
    done_at: datetime | None = None
    evidence: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    replaced: str = Field(default="", sa_column_kwargs={"server_default": ""})
    digest: str = Field(default="", sa_column_kwargs={"server_default": ""})
    checked: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    delegation_id: int | None = None
    refused_by: int | None = None
    refused_at: datetime | None = None


class RemotePost(SQLModel, table=True):
    """A post as an account shows it, with what the network counts of it.

    Posts of ours have their ``delivery_id``; of others ``text`` keeps an excerpt. A figure is None
    where the network does not give it, which is not nought; ``measured_at`` is when it was read.
    ``listened`` is how many comments it had when they were last read.
    """

    __tablename__ = "remote_post"
    __table_args__ = (
        UniqueConstraint("account_id", "remote_id", name="remote_post_once"),
        Index("remote_post_newest", "account_id", "created_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    remote_id: str
    delivery_id: int | None = Field(default=None, sa_column=refers("delivery.id", nullable=True))
    text: str = ""
    permalink: str = ""
    created_at: datetime
    first_seen_at: datetime
    seen_at: datetime
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    views: int | None = None
    measured_at: datetime | None = None
    listened: int | None = None


class RemoteComment(SQLModel, table=True):
    """What somebody answered under a post of ours, as its network last showed it (clause 16.1)."""

    __tablename__ = "remote_comment"
    __table_args__ = (
        UniqueConstraint("remote_post_id", "remote_id", name="remote_comment_once"),
        Index("remote_comment_newest", "created_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    remote_post_id: int = Field(sa_column=refers("remote_post.id", ondelete="CASCADE"))
    remote_id: str
    author: str = ""
    text: str = ""
    created_at: datetime
    seen_at: datetime
    handled_at: datetime | None = None
    handled_by: int | None = Field(default=None, foreign_key="person.id")


class SpendingCap(SQLModel, table=True):
    """What the institution may spend on one network in a month, from ``at`` on; the newest holds.

    ``amount`` is in millionths of a US dollar; None lifts the cap.
    """

    __tablename__ = "spending_cap"
    __table_args__ = (Index("spending_cap_newest", "network", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    network: str
    amount: int | None = Field(default=None, sa_type=BigInteger)
    reason: str
    by: int | None = Field(default=None, foreign_key="person.id")
    at: datetime

"""What people say of a post while they judge it, and how they are asked to."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from publisher.models.columns import one_of, refers

CLEARANCES = ("cleared", "objected")


class ReviewComment(SQLModel, table=True):
    """A remark on a revision, anchored to a fragment of one of its texts where it names one.

    ``place`` is ``base``, a network, ``alt:N`` or ``x:2``, as in a finding; ``start`` and ``end``
    index that text, and ``fragment`` is what stood there.
    """

    __tablename__ = "review_comment"
    __table_args__ = (Index("review_comment_of_post", "post_id", "revision"),)

    id: int | None = Field(default=None, primary_key=True)
    post_id: int = Field(foreign_key="post.id")
    revision: int
    place: str = "base"
    start: int | None = None
    end: int | None = None
    fragment: str = ""
    text: str
    author_id: int = Field(foreign_key="person.id")
    at: datetime
    resolved_at: datetime | None = None
    resolved_by: int | None = Field(default=None, foreign_key="person.id")


class ReasonPhrase(SQLModel, table=True):
    """A reason for a return that is used again and again; ``rule`` is the one that it cites."""

    __tablename__ = "reason_phrase"

    id: int | None = Field(default=None, primary_key=True)
    text: str
    rule: str = ""
    added_by: int
    at: datetime
    retired_at: datetime | None = None


class SeenRevision(SQLModel, table=True):
    """The last revision of a post that a person had on the screen, to show what changed since.

    ``before`` is the one that they had seen before it; None where it is the first.
    """

    __tablename__ = "seen_revision"

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    post_id: int = Field(primary_key=True, foreign_key="post.id")
    revision: int
    before: int | None = None
    at: datetime


class FindingDismissal(SQLModel, table=True):
    """A reviewer's word that a finding was a false alarm, so that the office can tune its manual.

    The finding's own row is replaced by each check, so that what it said is kept here.
    """

    __tablename__ = "finding_dismissal"
    __table_args__ = (
        UniqueConstraint(
            "post_id", "revision", "rule", "place", "fragment", name="finding_dismissal_once"
        ),
        Index("finding_dismissal_by_rule", "rule", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    post_id: int = Field(foreign_key="post.id")
    revision: int
    rule: str
    severity: str
    place: str = "base"
    fragment: str = ""
    reason: str = ""
    person_id: int = Field(foreign_key="person.id")
    at: datetime


class GoodExample(SQLModel, table=True):
    """A published post that the office holds up as an example; ``topic`` says of what."""

    __tablename__ = "good_example"

    post_id: int = Field(primary_key=True, foreign_key="post.id")
    revision: int
    topic: str
    note: str = ""
    chosen_by: int = Field(foreign_key="person.id")
    at: datetime


class Clearance(SQLModel, table=True):
    """The visto bueno of a plantel's director on exactly one content, where it is asked for."""

    __tablename__ = "clearance"
    __table_args__ = (
        UniqueConstraint("post_id", "digest", name="clearance_once"),
        one_of("outcome", CLEARANCES, name="clearance_outcome"),
    )

    id: int | None = Field(default=None, primary_key=True)
    post_id: int = Field(foreign_key="post.id")
    revision: int
    digest: str
    outcome: str
    reason: str = ""
    person_id: int = Field(foreign_key="person.id")
    at: datetime


class DecisionLink(SQLModel, table=True):
    """A link in an e-mail by which one person may decide on one content, once.

    Only the digest of its token is kept. Reading the page decides nothing; ``content_digest`` is
    the content that was asked about, and another one makes the link worthless.
    """

    __tablename__ = "decision_link"
    __table_args__ = (
        UniqueConstraint("token_digest", name="decision_link_token"),
        Index(
            "decision_link_open",
            "post_id",
            sqlite_where=text("used_at IS NULL"),
            postgresql_where=text("used_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    token_digest: str
    post_id: int = Field(foreign_key="post.id")
    revision: int
    content_digest: str
    person_id: int = Field(sa_column=refers("person.id"))
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    outcome: str = ""


class ReviewReminder(SQLModel, table=True):
    """That a waiting post was recalled to somebody at a level: each level is told once."""

    __tablename__ = "review_reminder"

    post_id: int = Field(primary_key=True, foreign_key="post.id")
    revision: int = Field(primary_key=True)
    level: str = Field(primary_key=True)
    at: datetime

"""Posts and what is said of them before they are due.

A post's rows carry the number of the revision they belong to. The working revision is
``Post.revision``; submitting freezes it, and the first edit after a return opens the next one.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from publisher.models.columns import one_of, refers

POST_STATES = (
    "draft",
    "in_review",
    "reviewed",
    "approved",
    "returned",
    "rejected",
    "cancelled",
)
TOPICS = ("institucional", "conmemoracion", "educativo")


class Post(SQLModel, table=True):
    """One publication of one plantel, composed once and sent to many accounts.

    ``local_at`` is wall time without zone, ``YYYY-MM-DDTHH:MM``; ``time_mode`` says whether each
    plantel's own clock shows it (``local``) or ``timezone``'s clock does everywhere (``instant``).
    ``version`` is the optimistic lock of the composer. While ``awaits_clearance`` a post in
    consulta waits for the visto bueno of its plantel's director, and nobody reviews it yet.
    """

    __tablename__ = "post"
    __table_args__ = (
        one_of("state", POST_STATES, name="post_state"),
        one_of("time_mode", ("local", "instant"), name="post_time_mode"),
        Index("post_by_plantel", "plantel_id", "state", "updated_at"),
        Index("post_by_state", "state", "local_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    plantel_id: int = Field(sa_column=refers("plantel.id", index=False))
    author_id: int = Field(sa_column=refers("person.id"))
    last_editor_id: int = Field(sa_column=refers("person.id", index=False))
    submitted_by_id: int | None = Field(
        default=None, sa_column=refers("person.id", nullable=True, index=False)
    )
    state: str = "draft"
    revision: int = 1
    version: int = 1
    topic: str = ""
    local_at: str | None = None
    timezone: str
    time_mode: str = "local"
    fold: int = 0
    tolerance_min: int = 60
    max_late_min: int = 30
    digest: str | None = None
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None = None
    awaits_clearance: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class Variant(SQLModel, table=True):
    """The text of one revision for one network; ``network='base'`` is the common text.

    ``form`` is the network's form of post where it is not the feed; ``extras`` is what goes with
    the text (``editorial.extras``). A row with an empty text only says these: the network shows
    the common text.
    """

    __tablename__ = "variant"

    post_id: int = Field(primary_key=True, foreign_key="post.id")
    revision: int = Field(primary_key=True)
    network: str = Field(primary_key=True)
    text: str
    form: str | None = None
    extras: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))


class Media(SQLModel, table=True):
    """One accepted file, cleaned of metadata and stored by the SHA-256 of its cleaned bytes.

    What moves has a ``poster``: the SHA-256 of a JPEG of one of its pictures, for the screens.
    ``duration`` is in seconds, ``frame_rate`` in pictures a second, ``bitrate`` in bits a second.
    """

    __tablename__ = "media"
    __table_args__ = (
        UniqueConstraint("plantel_id", "sha256", name="media_of_plantel"),
        one_of("kind", ("image", "gif", "video"), name="media_kind"),
    )

    id: int | None = Field(default=None, primary_key=True)
    plantel_id: int = Field(sa_column=refers("plantel.id", index=False))
    sha256: str = Field(index=True)
    kind: str
    mime: str
    width: int
    height: int
    size: int
    duration: float | None = None
    file_name: str = ""
    uploaded_by: int = Field(sa_column=refers("person.id", index=False))
    created_at: datetime
    poster: str | None = None
    poster_size: int | None = None
    frame_rate: float | None = None
    bitrate: int | None = None
    video_codec: str | None = None
    audio_codec: str | None = None


class Rendition(SQLModel, table=True):
    """The exact bytes that one network gets of one medium."""

    __tablename__ = "rendition"

    media_id: int = Field(primary_key=True, foreign_key="media.id")
    network: str = Field(primary_key=True)
    sha256: str = Field(index=True)
    mime: str
    width: int
    height: int
    size: int


class PostMedia(SQLModel, table=True):
    """A medium in its place within a revision, with what the author declared of it.

    ``consent_ref`` names the consent record when ``persons_in_image`` (rule 6.1); ``credit`` is
    rule 14.1. ``captions`` tells whether a video has captions or a transcript (rule 12.4).
    """

    __tablename__ = "post_media"

    post_id: int = Field(primary_key=True, foreign_key="post.id")
    revision: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    media_id: int = Field(sa_column=refers("media.id"))
    alt_text: str = ""
    credit: str = ""
    persons_in_image: bool = False
    consent_ref: str = ""
    captions: bool | None = None


class Target(SQLModel, table=True):
    """An account that the coordinador proposes for a revision; approving authorises it."""

    __tablename__ = "target"

    post_id: int = Field(primary_key=True, foreign_key="post.id")
    revision: int = Field(primary_key=True)
    account_id: int = Field(primary_key=True, foreign_key="account.id")


class CheckRun(SQLModel, table=True):
    """One evaluation of a revision: which manual, lexicon and engine judged it, and how."""

    __tablename__ = "check_run"
    __table_args__ = (one_of("verdict", ("ok", "flag", "block"), name="check_run_verdict"),)

    post_id: int = Field(primary_key=True, foreign_key="post.id")
    revision: int = Field(primary_key=True)
    verdict: str
    manual_version: str
    manual_hash: str
    lexicon_hash: str
    engine_version: str
    at: datetime


class Finding(SQLModel, table=True):
    """One finding of the manual, or one issue of a connector's check, on a revision."""

    __tablename__ = "finding"
    __table_args__ = (
        one_of("severity", ("block", "warn", "info"), name="finding_severity"),
        one_of("source", ("manual", "connector"), name="finding_source"),
        Index("finding_of_revision", "post_id", "revision"),
    )

    id: int | None = Field(default=None, primary_key=True)
    post_id: int = Field(foreign_key="post.id")
    revision: int
    source: str = "manual"
    network: str = "base"
    rule: str
    section: str = ""
    severity: str
    category: str = ""
    fragment: str = ""
    start: int | None = None
    end: int | None = None
    explanation: str
    suggestion: str = ""


class ExceptionRequest(SQLModel, table=True):
    """A request to let a *bloqueo* through, which only the Directora resolves; never 6.3 or 6.4.

    It holds for exactly the content of ``content_digest``. ``legal_basis`` is what an override
    during an electoral window rests on.
    """

    __tablename__ = "exception_request"
    __table_args__ = (
        one_of("state", ("open", "granted", "denied"), name="exception_request_state"),
        Index(
            "exception_request_open",
            "post_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    post_id: int = Field(foreign_key="post.id")
    revision: int
    content_digest: str
    requested_by: int = Field(foreign_key="person.id")
    reason: str
    state: str = "open"
    resolved_by: int | None = Field(default=None, foreign_key="person.id")
    resolution: str = ""
    legal_basis: str = Field(default="", sa_column_kwargs={"server_default": ""})
    created_at: datetime
    resolved_at: datetime | None = None


class Review(SQLModel, table=True):
    """A dictamen of Difusión, a decision of the Directora, or the author's withdrawal.

    ``cites`` are the manual's rules that the reason names, with commas between. ``was`` is how the
    post stood before (``editorial.standing``); ``undone_at`` is when its own author took it back,
    within seconds.
    """

    __tablename__ = "review"
    __table_args__ = (
        one_of(
            "decision",
            (
                "submitted",
                "reviewed",
                "returned",
                "rejected",
                "approved",
                "withdrawn",
                "pulled_back",
                "cancelled",
            ),
            name="review_decision",
        ),
        Index("review_of_post", "post_id", "revision"),
    )

    id: int | None = Field(default=None, primary_key=True)
    post_id: int = Field(foreign_key="post.id")
    revision: int
    person_id: int = Field(sa_column=refers("person.id"))
    decision: str
    reason: str = ""
    cites: str = Field(default="", sa_column_kwargs={"server_default": ""})
    was: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    at: datetime
    undone_at: datetime | None = None


class Approval(SQLModel, table=True):
    """The authorisation of exactly one digest of one revision, until it is voided.

    ``snapshot`` is the canonical content that the digest covers; the send recomputes it from rows.
    """

    __tablename__ = "approval"
    __table_args__ = (
        Index(
            "approval_in_force",
            "post_id",
            "revision",
            unique=True,
            sqlite_where=text("voided_at IS NULL"),
            postgresql_where=text("voided_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    post_id: int = Field(foreign_key="post.id")
    revision: int
    digest: str
    snapshot: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    approver_id: int = Field(sa_column=refers("person.id"))
    delegation_id: int | None = Field(default=None, foreign_key="delegation.id")
    local_at: str
    timezone: str
    time_mode: str
    fold: int = 0
    tolerance_min: int
    at: datetime
    voided_at: datetime | None = None
    voided_reason: str = ""

"""Persons, what they may do and until when, and their sessions."""

from datetime import datetime

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, UniqueConstraint
from sqlmodel import Field, SQLModel

from publisher.models.columns import one_of, refers

ROLES = ("DIRV", "COOR", "DIRP", "OPER", "AUD", "ADM")


class Person(SQLModel, table=True):
    """Somebody who signs in. ``password_hash`` is argon2id; ``email`` is stored in lower case."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("email", name="person_email"),
        one_of("state", ("active", "disabled"), name="person_state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    email: str
    name: str
    password_hash: str = ""
    must_change_password: bool = True
    state: str = "active"
    created_at: datetime
    password_changed_at: datetime | None = None


class Designation(SQLModel, table=True):
    """A role held by a person between two instants; ``plantel_id`` is None for central roles.

    Source: RS-5.1.2, 4.1, S6-3. Never edited to another person: it is ended and a new one made.
    """

    __tablename__ = "designation"
    __table_args__ = (
        one_of("role", ROLES, name="designation_role"),
        Index("designation_ends", "ends_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(sa_column=refers("person.id"))
    role: str
    plantel_id: int | None = Field(default=None, sa_column=refers("plantel.id", nullable=True))
    position: str = ""
    starts_at: datetime
    ends_at: datetime | None = None
    appointed_by: int | None = None
    created_at: datetime


class Delegation(SQLModel, table=True):
    """The Directora's power to approve, lent to a named person between two dates.

    ``max_posts``, ``only_clean`` and ``topics`` (none: all) narrow it; own content is always
    excluded; no re-delegation.
    """

    __tablename__ = "delegation"

    id: int | None = Field(default=None, primary_key=True)
    from_person_id: int = Field(sa_column=refers("person.id"))
    to_person_id: int = Field(sa_column=refers("person.id"))
    starts_at: datetime
    ends_at: datetime
    reason: str
    max_posts: int | None = None
    only_clean: bool = False
    topics: list[str] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]")
    )
    revoked_at: datetime | None = None
    created_at: datetime


class WebSession(SQLModel, table=True):
    """A signed-in browser; the cookie holds the token, the row only its SHA-256.

    ``proven_at`` is when its person last proved a second factor in it.
    """

    __tablename__ = "web_session"

    token_hash: str = Field(primary_key=True)
    person_id: int = Field(sa_column=refers("person.id"))
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    address: str = ""
    agent: str = ""
    proven_at: datetime | None = None


class SecondFactor(SQLModel, table=True):
    """A person's authenticator application (TOTP, RFC 6238).

    Its seed is derived from the installation's root and ``salt``: no row holds it. ``last_step`` is
    the newest time step accepted, so that no code serves twice. ``confirmed_at`` is empty until the
    first code proved that the application has the seed.
    """

    __tablename__ = "second_factor"

    person_id: int = Field(
        sa_column=Column(Integer, ForeignKey("person.id"), primary_key=True, autoincrement=False)
    )
    salt: str
    created_at: datetime
    confirmed_at: datetime | None = None
    last_step: int = 0


class RecoveryCode(SQLModel, table=True):
    """One code for whoever lost the application: a keyed digest, used once."""

    __tablename__ = "recovery_code"

    digest: str = Field(primary_key=True)
    person_id: int = Field(sa_column=refers("person.id"))
    created_at: datetime
    used_at: datetime | None = None


class ExternalIdentity(SQLModel, table=True):
    """Who a person is at an OpenID Connect provider: issuer and subject, never the e-mail alone."""

    __tablename__ = "external_identity"

    issuer: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    person_id: int = Field(sa_column=refers("person.id"))
    linked_at: datetime


class SignIn(SQLModel, table=True):
    """One try to sign in, kept to slow down guessing per person and per address."""

    __tablename__ = "sign_in"
    __table_args__ = (
        Index("sign_in_email", "email", "at"),
        Index("sign_in_address", "address", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    email: str
    address: str
    succeeded: bool
    at: datetime

"""Opening a session with a person there: what a login says, and which connectors know one.

A login is half-way from ``begin`` to its last answer and lives in the memory of one process; it
waits for nobody. Nothing that it says or raises holds the password, a code or the session.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from connectors.contract import Credential

CodeKind = Literal["app", "sms", "whatsapp", "email", "sent"]
"""Where a code is: the authenticator, a message, an e-mail; ``sent``, one of the last two."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """The session is open; ``settings`` is what the credential's field of that name holds."""

    settings: str = field(repr=False)
    handle: str


@dataclass(frozen=True, kw_only=True)
class NeedsCode:
    """A code is wanted; ``hint`` is a mask of where it went, ``again`` says the last was wrong."""

    kind: CodeKind
    hint: str = ""
    again: bool = False


@dataclass(frozen=True, kw_only=True)
class LoginRefused:
    """This login is over; ``reason`` is stable, ``sentence`` Spanish and complete."""

    reason: str
    sentence: str


Outcome = Done | NeedsCode | LoginRefused


class Login(Protocol):
    """One login of one account."""

    def begin(self, username: str, password: str) -> Outcome:
        """Send user and password; once."""
        ...

    def answer(self, code: str) -> Outcome:
        """Send the code that was asked for."""
        ...

    def close(self) -> None:
        """Forget the password and whatever was said."""
        ...


@runtime_checkable
class LogsIn(Protocol):
    """A connector whose credential is a session that a person opens."""

    def login(self, credential: Credential) -> Login:
        """Return a login of the account ``credential.external_id``, not begun.

        Settings in the credential keep the device what it was; it may be empty.
        """
        ...

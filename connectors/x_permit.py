"""What a person grants us on X by OAuth 2, as one sealed field: token, renewal, end, scopes.

The four belong together: a renewal replaces all of them at once, so they are one value in the vault
and one version of it. The field is JSON; a bare access token, pasted by a person, is read too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from connectors import texts
from connectors.errors import CredentialRejected

FIELD: Final = "oauth2"
NEEDED: Final = ("tweet.read", "tweet.write", "users.read", "media.write")
"""Without these nothing is published; the scopes are told by whoever issued the token."""

SCOPES: Final = (*NEEDED, "offline.access")
"""What is asked for: the last is what a renewal needs."""

LIFE: Final = timedelta(hours=2)
RENEW_BEFORE: Final = timedelta(minutes=30)
UNKNOWN_END: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""When a token whose end nobody told us should be renewed: as soon as anybody looks."""


@dataclass(frozen=True, kw_only=True)
class Permit:
    """A token that acts as one account until ``expires_at`` (aware UTC; None where unknown)."""

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()

    def is_over(self, now: datetime) -> bool:
        """Tell whether the token is known to have ended."""
        return self.expires_at is not None and self.expires_at <= now

    @property
    def lacks(self) -> tuple[str, ...]:
        """What publishing needs and was not granted, as far as the scopes were told."""
        return tuple(name for name in NEEDED if name not in self.scopes) if self.scopes else ()

    @property
    def renewal_at(self) -> datetime | None:
        """From when on it should be renewed; None where it cannot be."""
        if not self.refresh:
            return None
        return self.expires_at - RENEW_BEFORE if self.expires_at else UNKNOWN_END

    def to_field(self) -> str:
        """Return what the vault keeps."""
        end = int(self.expires_at.timestamp()) if self.expires_at else None
        return json.dumps(
            {
                "access_token": self.access,
                "refresh_token": self.refresh,
                "expires_at": end,
                "scope": " ".join(self.scopes),
            },
            separators=(",", ":"),
        )


def read(text: str) -> Permit:
    """Read the field. Raises ``CredentialRejected`` for JSON that holds no token."""
    text = text.strip()
    if not text.startswith("{"):
        return Permit(access=text)
    try:
        said = json.loads(text)
        return from_reply(said, told=None)
    except (ValueError, KeyError, TypeError, OverflowError):
        raise CredentialRejected(
            "no access token in the JSON",
            code="x.permit_unreadable",
            sentence=texts.error("x", "permit_unreadable"),
        ) from None


def from_reply(
    said: Mapping[str, Any], *, told: datetime | None, former: Permit | None = None
) -> Permit:
    """Return what a reply of the token endpoint grants (RFC 6749 §5.1).

    ``told`` is when it was asked for: from then its ``expires_in`` counts; without it only an
    ``expires_at`` says when it ends. What a renewal leaves out stays as it was in ``former``.
    Raises ``KeyError``, ``ValueError`` or ``TypeError`` where there is no token.
    """
    access = str(said["access_token"] or "").strip()
    if not access:
        raise ValueError("a reply without a token")
    end: datetime | None = None
    if said.get("expires_at"):
        end = datetime.fromtimestamp(float(said["expires_at"]), UTC)
    elif told is not None:
        life = float(said.get("expires_in") or LIFE.total_seconds())
        end = told + timedelta(seconds=life)
    scopes = tuple(str(said.get("scope") or "").split())
    return Permit(
        access=access,
        refresh=str(said.get("refresh_token") or (former.refresh if former else "")),
        expires_at=end,
        scopes=scopes or (former.scopes if former else ()),
    )

"""Short-lived addresses of our own media route, which nobody can guess or prolong.

An address says until when it holds and carries a MAC over that instant and the file's name. The
instant is rounded, so that the address of a file stays the same within an hour.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from connectors.errors import NotConfigured
from publisher.app import App
from publisher.media.store import is_name
from publisher.texts import media as texts

PREFIX: Final = "/medios"
HEALTH: Final = f"{PREFIX}/salud"
HOUR: Final = 3600
HOURS_VALID: Final = 24
EXTENSIONS: Final = MappingProxyType({"image/jpeg": "jpg", "image/gif": "gif", "video/mp4": "mp4"})
MIMES: Final = MappingProxyType({extension: mime for mime, extension in EXTENSIONS.items()})

_MAC_BYTES: Final = 18
_INSTANT: Final = re.compile(r"[1-9][0-9]{0,11}")
_PURPOSE: Final = "media"


@dataclass(frozen=True, kw_only=True)
class Link:
    """What a request asks for, and whether its address has lapsed."""

    sha256: str
    mime: str
    expired: bool


def media_url(app: App, sha256: str, mime: str) -> str:
    """Return the public address of a file, good for 24 to 25 hours.

    Raises ``NotConfigured`` if this installation has no public address for media.
    """
    base = app.media_base_url
    if not base:
        raise NotConfigured(
            "no public media address",
            code="settings.media_url",
            sentence=texts.NO_PUBLIC_ADDRESS,
        )
    name = f"{sha256}.{EXTENSIONS[mime]}"
    expiry = (int(app.clock().timestamp()) // HOUR + 1 + HOURS_VALID) * HOUR
    return f"{base}{PREFIX}/{expiry}-{_mac(app, expiry, name)}/{name}"


def read_link(app: App, token: str, name: str, *, now: datetime) -> Link | None:
    """Return what ``/medios/{token}/{name}`` asks for; None if we never gave that address."""
    until, _, mac = token.partition("-")
    if not _INSTANT.fullmatch(until):
        return None
    expiry = int(until)
    if not hmac.compare_digest(mac.encode(), _mac(app, expiry, name).encode()):
        return None
    sha256, _, extension = name.partition(".")
    if not is_name(sha256) or extension not in MIMES:
        return None
    return Link(sha256=sha256, mime=MIMES[extension], expired=now.timestamp() >= expiry)


def installation_id(app: App) -> str:
    """Return an id that tells this installation from any other and reveals nothing of it."""
    return hmac.digest(app.keyring.subkey(_PURPOSE), b"installation", "sha256")[:8].hex()


def _mac(app: App, expiry: int, name: str) -> str:
    message = f"link\0{expiry}\0{name}".encode()
    tag = hmac.digest(app.keyring.subkey(_PURPOSE), message, "sha256")[:_MAC_BYTES]
    return urlsafe_b64encode(tag).decode()

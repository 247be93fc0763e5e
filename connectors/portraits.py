"""The picture that an account shows of itself, fetched from its network's own picture hosts.

The address comes out of a network's reply, so it is not trusted: only these hosts are asked, over
HTTPS, and a redirect leads nowhere. A stand-in's base URL replaces the host as everywhere.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

import requests

from connectors.endpoints import Endpoints
from connectors.transport import Transport, session

HOSTS: Final = MappingProxyType(
    {
        "x": ("pbs.twimg.com", "abs.twimg.com"),
        "facebook": (".fbcdn.net", "platform-lookaside.fbsbx.com"),
        "instagram": (".fbcdn.net", ".cdninstagram.com"),
    }
)
"""Network → the hosts that serve its pictures; one with a dot first, and all below it."""

BYTES_MAX: Final = 1024 * 1024
SECONDS: Final = (3.0, 5.0)


def fetch(endpoints: Endpoints, network: str, address: str) -> bytes | None:
    """Return the picture's bytes as they are; None where there is none to be had.

    Nothing depends on it, so no failure is an error.
    """
    if not is_allowed(network, address):
        return None
    base = endpoints.x_base_url if network == "x" else endpoints.graph_base_url
    asking = session(Transport(base, loopback_only=endpoints.loopback_only, timeout=SECONDS))
    try:
        reply = asking.get(address, allow_redirects=False)
    except requests.RequestException:
        return None
    finally:
        asking.close()
    whole = reply.status_code == 200 and 0 < len(reply.content) <= BYTES_MAX
    return bytes(reply.content) if whole else None


def is_allowed(network: str, address: str) -> bool:
    """Tell whether ``address`` is one of the network's own picture hosts."""
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return False
    if parts.scheme != "https" or port not in (None, 443) or parts.username is not None:
        return False
    return any(
        host.endswith(known) if known.startswith(".") else host == known
        for known in HOSTS.get(network, ())
    )

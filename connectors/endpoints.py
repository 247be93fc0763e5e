"""Where the networks are, and how long we wait for them: the only set-up a connector gets."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType

SANDBOX_APPLICATIONS = MappingProxyType(
    {
        "graph_app_id": "1000000000000",
        "graph_app_secret": "sandbox",
        "x_client_id": "pregonero-sandbox",
        "x_api_key": "pregonero-sandbox",
        "x_api_secret": "sandbox",
    }
)
"""How we name ourselves to the sandbox, which takes any application."""


@dataclass(frozen=True, kw_only=True)
class Endpoints:
    """Addresses, version and patience shared by every connector.

    A base URL (``http://127.0.0.1:8900``) replaces scheme, host and port of the platform's own
    address and nothing else; None means the platform itself. ``loopback_only`` refuses every
    address that is not loopback, also where no base URL is set. Timeouts are seconds.
    ``graph_app_secret`` adds ``appsecret_proof`` to each Graph call; with ``graph_app_id`` it asks
    what a token may do and until when, and exchanges it for a longer-lived one. ``x_client_id``
    (with ``x_client_secret`` where the application is a confidential client) is how people grant
    us tokens of X by OAuth 2 and how these are renewed; ``x_api_key`` with ``x_api_secret``, how
    they do by OAuth 1.0a.
    """

    x_base_url: str | None = None
    graph_base_url: str | None = None
    instagram_private_base_url: str | None = None
    loopback_only: bool = False
    graph_version: str = "v26.0"
    graph_app_id: str | None = None
    graph_app_secret: str | None = field(default=None, repr=False)
    x_client_id: str | None = None
    x_client_secret: str | None = field(default=None, repr=False)
    x_api_key: str | None = None
    x_api_secret: str | None = field(default=None, repr=False)
    connect_timeout: float = 5.0
    read_timeout: float = 30.0
    upload_timeout: float = 60.0

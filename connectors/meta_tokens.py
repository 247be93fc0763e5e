"""What Meta says of a token, and the exchange for one that lives longer; for pages and Instagram.

``debug_token`` is asked as the application where its id and secret are configured, as the token
itself otherwise; where Meta does not answer that, scopes and expiry stay unknown. That a page's own
token can be exchanged is our reading of the documentation: it was never tried on a real page.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import requests

from connectors.endpoints import Endpoints
from connectors.graph import Graph, GraphFault
from connectors.verdicts import Facts

NEEDED: Final[Mapping[str, str]] = {
    "facebook": "pages_manage_posts",
    "instagram": "instagram_content_publish",
}
"""Network → the scope without which nothing is published."""

RENEW_BEFORE: Final = timedelta(days=14)
_PERMISSION = 200
_INVALID = 190


@dataclass(frozen=True, kw_only=True)
class Description:
    """Until when a token holds (aware UTC; None: without end, or unknown) and what it may do."""

    expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()


def describe(
    token: str, endpoints: Endpoints, shared: requests.Session, network: str
) -> Description:
    """Return what is known of ``token``.

    Raises ``GraphFault`` where the token is no longer valid, or lacks what publishing needs.
    """
    said: Mapping[str, Any] = {}
    with suppress(GraphFault):
        graph = Graph(app_token(endpoints) or token, endpoints, shared)
        reply = graph.request(f"{graph.version}/debug_token", args={"input_token": token})
        said = reply["data"] if isinstance(reply.get("data"), dict) else {}
    if said.get("is_valid") is False:
        error = said.get("error")
        raise GraphFault(_refusal(error if isinstance(error, dict) else {}))
    scopes = tuple(str(scope) for scope in said.get("scopes") or ())
    if scopes and NEEDED[network] not in scopes:
        raise GraphFault(
            Facts(status=403, code=_PERMISSION, text=f"the token lacks {NEEDED[network]}")
        )
    ends = [_moment(said.get(name)) for name in ("expires_at", "data_access_expires_at")]
    return Description(expires_at=min((end for end in ends if end), default=None), scopes=scopes)


def renewal_at(endpoints: Endpoints, expires_at: datetime | None) -> datetime | None:
    """Return from when on a token should be exchanged; None where that cannot be done."""
    if expires_at is None or app_token(endpoints) is None:
        return None
    return expires_at - RENEW_BEFORE


def exchange(graph: Graph, endpoints: Endpoints) -> str:
    """Return a longer-lived token for that of ``graph``."""
    reply = graph.request(
        f"{graph.version}/oauth/access_token",
        post_args={
            "grant_type": "fb_exchange_token",
            "client_id": endpoints.graph_app_id,
            "client_secret": endpoints.graph_app_secret,
            "fb_exchange_token": graph.access_token,
        },
    )
    token = str(reply.get("access_token") or "")
    if not token:
        raise ValueError("an exchange without a token")
    return token


def app_token(endpoints: Endpoints) -> str | None:
    """Return the application's own token, None where it is not configured."""
    if not (endpoints.graph_app_id and endpoints.graph_app_secret):
        return None
    return f"{endpoints.graph_app_id}|{endpoints.graph_app_secret}"


def _refusal(error: Mapping[str, Any]) -> Facts:
    subcode = error.get("subcode") or error.get("error_subcode")
    return Facts(
        status=400,
        code=int(error.get("code") or _INVALID),
        subcode=int(subcode) if subcode else None,
        text=str(error.get("message") or "the token is not valid"),
    )


def _moment(value: Any) -> datetime | None:
    try:
        seconds = int(value)
    except (TypeError, ValueError):
        return None
    return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None

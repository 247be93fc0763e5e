"""Facebook Login: the address of its dialog, and what a person granted there.

The application is known by id and secret (``Endpoints``). The code that comes back is exchanged for
the person's token, that for a long-lived one, and it lists the pages with a token of each; the
Instagram account linked to a page is published on with the page's token. The person's own token is
thrown away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from connectors.calls import call
from connectors.endpoints import Endpoints
from connectors.errors import NotConfigured
from connectors.graph import Graph, facts_of, shared_session
from connectors.meta_tokens import app_token, exchange

SCOPES: Final = (
    "pages_show_list",
    "pages_manage_posts",
    "pages_read_engagement",
    "instagram_basic",
    "instagram_content_publish",
    "business_management",
)
_DIALOG: Final = "https://www.facebook.com"
_FIELDS: Final = "id,name,access_token,instagram_business_account{id,username}"
_NETWORK: Final = "facebook"


@dataclass(frozen=True, kw_only=True)
class Granted:
    """One account that a person let us act as; ``token`` never shows."""

    network: str
    external_id: str
    name: str
    token: str = field(repr=False)


def is_configured(endpoints: Endpoints) -> bool:
    """Tell whether the application's id and secret are known."""
    return app_token(endpoints) is not None


def dialog(endpoints: Endpoints, *, redirect_uri: str, state: str) -> str:
    """Return the address of the dialog, which sends the person back to ``redirect_uri``.

    Raises ``NotConfigured`` without an application.
    """
    _require(endpoints)
    query = {
        "client_id": endpoints.graph_app_id,
        "redirect_uri": redirect_uri,
        "state": state,
        "response_type": "code",
        "scope": ",".join(SCOPES),
    }
    base = (endpoints.graph_base_url or _DIALOG).rstrip("/")
    return f"{base}/{endpoints.graph_version}/dialog/oauth?{urlencode(query)}"


def granted(endpoints: Endpoints, *, code: str, redirect_uri: str) -> tuple[Granted, ...]:
    """Return the pages, and their linked Instagram accounts, that ``code`` stands for.

    Raises ``ConnectorError``.
    """
    _require(endpoints)
    secret = {"code": code, "client_secret": endpoints.graph_app_secret or ""}
    return call(_NETWORK, "read", secret, lambda: _granted(endpoints, code, redirect_uri), facts_of)


def reached(endpoints: Endpoints, token: str) -> tuple[Granted, ...]:
    """Return the pages, and their linked Instagram accounts, that a token reaches.

    For the token of a business's system user, which acts for many pages at once; it is thrown away
    like a person's. Raises ``ConnectorError``.
    """
    person = Graph(token, endpoints, shared_session(endpoints))
    return call(_NETWORK, "read", {"token": token}, lambda: _reached(person), facts_of)


def _granted(endpoints: Endpoints, code: str, redirect_uri: str) -> tuple[Granted, ...]:
    shared = shared_session(endpoints)
    app = Graph(app_token(endpoints) or "", endpoints, shared)
    reply = app.request(
        f"{app.version}/oauth/access_token",
        post_args={
            "client_id": endpoints.graph_app_id,
            "client_secret": endpoints.graph_app_secret,
            "redirect_uri": redirect_uri,
            "code": code,
        },
    )
    person = Graph(str(reply["access_token"]), endpoints, shared)
    return _reached(Graph(exchange(person, endpoints), endpoints, shared))


def _reached(person: Graph) -> tuple[Granted, ...]:
    found: list[Granted] = []
    for pages, _last in person.pages("me", "accounts", fields=_FIELDS, limit=100):
        for page in pages:
            found += _of_page(page)
    return tuple(found)


def _of_page(page: Mapping[str, Any]) -> list[Granted]:
    token, name = str(page.get("access_token") or ""), str(page.get("name") or "")
    if not token:
        return []
    made = [Granted(network="facebook", external_id=str(page["id"]), name=name, token=token)]
    linked = page.get("instagram_business_account")
    if isinstance(linked, Mapping) and linked.get("id"):
        made.append(
            Granted(
                network="instagram",
                external_id=str(linked["id"]),
                name=str(linked.get("username") or name),
                token=token,
            )
        )
    return made


def _require(endpoints: Endpoints) -> None:
    if not is_configured(endpoints):
        raise NotConfigured("no application at Meta", code="settings.application")

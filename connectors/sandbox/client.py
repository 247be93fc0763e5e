"""A small client of the control API, for the demo and the tests. Loopback only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import requests

from connectors.sandbox import texts

TIMEOUT = 10.0


def _url(base_url: str, path: str) -> str:
    host = urlsplit(base_url).hostname or ""
    try:
        loopback = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise ValueError(texts.LOOPBACK_ONLY)
    return f"{base_url.rstrip('/')}{path}"


def _call(method: str, base_url: str, path: str, body: Any = None, **params: str) -> Any:
    with requests.Session() as session:
        session.trust_env = False
        reply = session.request(
            method, _url(base_url, path), json=body, params=params, timeout=TIMEOUT
        )
    if reply.status_code == 400:
        raise ValueError(reply.json()["error"])
    reply.raise_for_status()
    return reply.json() if reply.content else None


def register(base_url: str, accounts: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Register accounts and return all of them, without secrets.

    Each has ``network``, ``external_id``, ``handle``, ``name``, ``token`` and, for X,
    ``consumer_key``, ``consumer_secret``, ``access_token_secret``.
    """
    return list(_call("PUT", base_url, "/_sandbox/accounts", [dict(a) for a in accounts]))


def accounts(base_url: str) -> list[dict[str, Any]]:
    """Return the registered accounts, without secrets."""
    return list(_call("GET", base_url, "/_sandbox/accounts"))


def posts(base_url: str, **params: str) -> list[dict[str, Any]]:
    """Return every visible post, oldest first; ``network=`` and ``account=`` narrow it."""
    return list(_call("GET", base_url, "/_sandbox/posts", **params))


def requests_log(base_url: str) -> list[dict[str, Any]]:
    """Return every request the networks received, oldest first."""
    return list(_call("GET", base_url, "/_sandbox/requests"))


def put_faults(base_url: str, faults: Any) -> list[dict[str, Any]]:
    """Replace the faults in force (one object or a list) and return them as understood."""
    return list(_call("PUT", base_url, "/_sandbox/faults", faults))


def faults(base_url: str) -> list[dict[str, Any]]:
    """Return the faults in force with their counters."""
    return list(_call("GET", base_url, "/_sandbox/faults"))


def engage(base_url: str, items: Any) -> None:
    """Say what people did with posts: ``network``, ``id``, ``likes`` and so on."""
    _call("PUT", base_url, "/_sandbox/engagement", items)


def revoke(base_url: str, *, network: str, account: str) -> None:
    """Make an account's token worthless."""
    _call("POST", base_url, "/_sandbox/tokens/revoke", {"network": network, "account": account})


def system_token(base_url: str, pages: Sequence[str] | None = None) -> str:
    """Return a token of a system user at Meta that reaches ``pages``, or all of them."""
    body = {} if pages is None else {"pages": list(pages)}
    return str(_call("POST", base_url, "/_sandbox/tokens/system", body)["access_token"])


def reset(base_url: str, *, everything: bool = False) -> None:
    """Forget posts, media, requests and faults; with ``everything`` the accounts too."""
    _call("DELETE", base_url, "/_sandbox", **({"all": "1"} if everything else {}))

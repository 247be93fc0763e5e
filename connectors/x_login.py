"""X: the two ways in. OAuth 2 with PKCE (RFC 7636), and OAuth 1.0a in three legs (RFC 5849).

By the first a person grants a token of two hours and the right to renew it, and each renewal makes
the former right worthless; by the second, keys that do not end by themselves. Whose account it is,
the network says: X by name and id with the keys, ``whose`` for a token. Nothing here writes.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import requests
from requests_oauthlib import OAuth1

from connectors import x_permit
from connectors.calls import call
from connectors.endpoints import Endpoints
from connectors.errors import NotConfigured
from connectors.transport import Transport, session
from connectors.verdicts import Facts
from connectors.x_permit import Permit

NETWORK: Final = "x"
_API: Final = "https://api.x.com"
_DIALOG: Final = "https://x.com"


class LoginFault(Exception):
    """A reply that grants nothing, with all that it said."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        super().__init__(facts.native)


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Whose account was granted."""

    external_id: str
    handle: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The first leg of OAuth 1.0a: a token that the person is to approve, and its secret."""

    token: str
    secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Keys:
    """The four keys of one account (RFC 5849), as the connector ``x`` takes them."""

    owner: Owner
    fields: Mapping[str, str] = field(repr=False)


def challenge(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636 §4.2)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def dialog(endpoints: Endpoints, *, redirect_uri: str, state: str, verifier: str) -> str:
    """Return where a person grants us a token; raises ``NotConfigured`` without an application."""
    query = {
        "response_type": "code",
        "client_id": _client(endpoints),
        "redirect_uri": redirect_uri,
        "scope": " ".join(x_permit.SCOPES),
        "state": state,
        "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
    }
    base = (endpoints.x_base_url or _DIALOG).rstrip("/")
    return f"{base}/i/oauth2/authorize?{urlencode(query)}"


def redeem(endpoints: Endpoints, *, code: str, redirect_uri: str, verifier: str) -> Permit:
    """Exchange the code that came back. Raises ``ConnectorError``."""
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    return _granted(endpoints, "code", fields, None)


def refresh(endpoints: Endpoints, permit: Permit) -> Permit:
    """Exchange the right to renew for a fresh token; from then on the former right is worthless.

    Raises ``ConnectorError``; ``CredentialRejected`` where X no longer accepts the right.
    """
    fields = {"grant_type": "refresh_token", "refresh_token": permit.refresh}
    return _granted(endpoints, "refresh", fields, permit)


def whose(endpoints: Endpoints, permit: Permit) -> Owner:
    """Ask X whose token it is. Raises ``ConnectorError``."""

    def ask() -> Owner:
        headers = {"Authorization": f"Bearer {permit.access}"}
        reply = _session(endpoints).get(f"{_API}/2/users/me", headers=headers)
        me = _json(reply, "me")["data"]
        return Owner(
            external_id=str(me["id"]), handle=str(me["username"]), name=str(me.get("name") or "")
        )

    return call(NETWORK, "read", {"access": permit.access}, ask, facts_of)


def ask(endpoints: Endpoints, *, callback: str) -> Asked:
    """Take the first leg: ask for a token to be approved. Raises ``ConnectorError``."""
    key, secret = _keys(endpoints)
    auth = OAuth1(key, secret, callback_uri=callback)

    def first() -> Asked:
        said = _form(_session(endpoints).post(f"{_API}/oauth/request_token", auth=auth), "request")
        if said.get("oauth_callback_confirmed") != "true":
            raise ValueError("the callback was not confirmed")
        return Asked(token=said["oauth_token"], secret=said["oauth_token_secret"])

    return call(NETWORK, "read", {"secret": secret}, first, facts_of)


def approval(endpoints: Endpoints, asked: Asked) -> str:
    """Return where a person approves the token: the second leg."""
    base = (endpoints.x_base_url or _API).rstrip("/")
    return f"{base}/oauth/authorize?{urlencode({'oauth_token': asked.token})}"


def approved(endpoints: Endpoints, asked: Asked, *, verifier: str) -> Keys:
    """Take the third leg: exchange what was approved for the keys. Raises ``ConnectorError``."""
    key, secret = _keys(endpoints)
    auth = OAuth1(key, secret, asked.token, asked.secret, verifier=verifier)

    def third() -> Keys:
        said = _form(_session(endpoints).post(f"{_API}/oauth/access_token", auth=auth), "access")
        owner = Owner(external_id=said["user_id"], handle=said.get("screen_name", ""))
        fields = {
            "consumer_key": key,
            "consumer_secret": secret,
            "access_token": said["oauth_token"],
            "access_token_secret": said["oauth_token_secret"],
        }
        return Keys(owner=owner, fields=fields)

    secrets = {"secret": secret, "token": asked.secret, "verifier": verifier}
    return call(NETWORK, "read", secrets, third, facts_of)


def facts_of(error: BaseException) -> Facts | None:
    """Return what X replied, None if there is no reply in ``error``."""
    return error.facts if isinstance(error, LoginFault) else None


def may_renew(endpoints: Endpoints) -> bool:
    """Tell whether the application that tokens are renewed through is known."""
    return bool(endpoints.x_client_id)


def may_sign(endpoints: Endpoints) -> bool:
    """Tell whether the application that OAuth 1.0a signs with is known."""
    return bool(endpoints.x_api_key and endpoints.x_api_secret)


def _granted(
    endpoints: Endpoints, what: str, fields: Mapping[str, str], former: Permit | None
) -> Permit:
    client, secret = _client(endpoints), endpoints.x_client_secret
    # a confidential client names itself in the header, a public one in the body (RFC 6749 §2.3)
    auth = (client, secret) if secret else None
    body = dict(fields) if secret else {**fields, "client_id": client}

    def exchange() -> Permit:
        asked = datetime.now(UTC)
        reply = _session(endpoints).post(
            f"{_API}/2/oauth2/token", data=body, auth=auth, allow_redirects=False
        )
        return x_permit.from_reply(_json(reply, what), told=asked, former=former)

    hidden = {**fields, "secret": secret or ""}
    return call(NETWORK, "read", hidden, exchange, facts_of)


def _json(reply: requests.Response, what: str) -> dict[str, Any]:
    said: Any = None
    with suppress(ValueError):
        said = reply.json()
    if reply.status_code != 200:
        raise LoginFault(_facts(reply, said if isinstance(said, dict) else {}, what))
    if not isinstance(said, dict):
        raise TypeError("the reply is no JSON object")
    return said


def _form(reply: requests.Response, what: str) -> dict[str, str]:
    if reply.status_code != 200:
        raise LoginFault(_facts(reply, {}, what))
    return dict(parse_qsl(reply.text))


def _facts(reply: requests.Response, said: Mapping[str, Any], what: str) -> Facts:
    error = str(said.get("error") or f"http_{reply.status_code}")
    words = [str(said.get(name)) for name in ("error_description", "detail") if said.get(name)]
    return Facts(
        status=reply.status_code,
        kind=f"{what}:{error}",
        text=" · ".join(words) or reply.text[:200],
        headers=dict(reply.headers),
    )


def _client(endpoints: Endpoints) -> str:
    if not endpoints.x_client_id:
        raise NotConfigured("no application at X", code="settings.application")
    return endpoints.x_client_id


def _keys(endpoints: Endpoints) -> tuple[str, str]:
    if not (endpoints.x_api_key and endpoints.x_api_secret):
        raise NotConfigured("no application at X", code="settings.application")
    return endpoints.x_api_key, endpoints.x_api_secret


def _session(endpoints: Endpoints) -> requests.Session:
    return session(
        Transport(
            endpoints.x_base_url,
            loopback_only=endpoints.loopback_only,
            timeout=(endpoints.connect_timeout, endpoints.read_timeout),
        )
    )

"""An OpenID Connect provider over HTTP: what it publishes, the way to it, whom it vouches for.

Authorization code with PKCE (OpenID Connect Core 1.0 §3.1, RFC 7636). Everything goes through the
connectors' guarded transport: timeouts, no redirect, bounded replies, loopback only on a sandbox.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import structlog
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.integrations.requests_client import OAuth2Session  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests.exceptions import RequestException

from connectors import transport
from publisher.errors import PublisherError
from publisher.texts import elsewhere as texts
from vault.secret import Secret

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")
"""How an identity may be signed: by a key that only the provider has, never ``none`` nor HMAC."""

SCOPE: Final = "openid email"
LEEWAY: Final = 60
"""Seconds by which the provider's clock may differ from ours."""

WELL_KNOWN: Final = "/.well-known/openid-configuration"
SECONDS_KNOWN: Final = 300
_TIMEOUT: Final = (4.0, 8.0)

log = structlog.get_logger(__name__)


class ProviderSilent(PublisherError):
    """The provider did not answer, or not as the standard says."""


class ProviderRefused(PublisherError):
    """The provider vouches for nobody, or what it sent does not hold."""


@dataclass(frozen=True, kw_only=True)
class Registration:
    """What an installation has at its provider; addresses outside loopback may be forbidden."""

    issuer: str
    client_id: str
    client_secret: Secret
    loopback_only: bool = False


@dataclass(frozen=True, kw_only=True)
class Published:
    """What the provider says of itself (OpenID Connect Discovery 1.0 §3)."""

    issuer: str
    authorization: str
    token: str
    keys: str
    userinfo: str
    method: str
    names_itself: bool


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Whom the provider vouches for; ``email`` is empty unless it says that it verified it."""

    issuer: str
    subject: str
    email: str


def published(registration: Registration, *, elapsed: float, anew: bool = False) -> Published:
    """Return what the provider publishes, read again every five minutes of ``elapsed`` (seconds).

    Raises ``ProviderSilent``.
    """
    period = elapsed // SECONDS_KNOWN
    read = _published.__wrapped__ if anew else _published
    return read(registration.issuer, registration.loopback_only, period)


def address(
    registration: Registration,
    known: Published,
    *,
    redirect_uri: str,
    state: str,
    nonce: str,
    verifier: str,
) -> str:
    """Return where the person signs in at the provider."""
    with _client(registration, known, redirect_uri) as client:
        made, _ = client.create_authorization_url(
            known.authorization, state=state, nonce=nonce, code_verifier=verifier
        )
    return str(made)


def identity(
    registration: Registration,
    known: Published,
    *,
    redirect_uri: str,
    code: str,
    nonce: str,
    verifier: str,
    now: datetime,
) -> Identity:
    """Exchange the code and return whom it stands for.

    Raises ``ProviderSilent``, or ``ProviderRefused`` where signature, issuer, audience, expiry or
    nonce are not what they must be.
    """
    try:
        with _client(registration, known, redirect_uri) as client:
            token = client.fetch_token(
                known.token, grant_type="authorization_code", code=code, code_verifier=verifier
            )
        offered: Any = _get(registration.loopback_only, known.keys)
        keys = KeySet.import_key_set(offered)
        claims = _claims(str(token.get("id_token") or ""), keys, known, registration, nonce, now)
        if "email" not in claims and known.userinfo:
            claims = {**_userinfo(registration, known, token, claims["sub"]), **claims}
    except (RequestException, ProviderSilent) as error:
        raise _silent(error) from None
    except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError) as error:
        log.warning("elsewhere.refused", cause=_cause(error))
        raise ProviderRefused(texts.REFUSED) from None
    verified = claims.get("email_verified") is True
    email = str(claims.get("email") or "") if verified else ""
    return Identity(issuer=known.issuer, subject=str(claims["sub"]), email=email.strip().lower())


def is_allowed(url: str, *, loopback_only: bool) -> bool:
    """Tell whether an address may be used: HTTPS, or this machine; only this one on a sandbox."""
    parts = urlsplit(url)
    here = transport.is_loopback(parts.hostname or "")
    return here or (parts.scheme == "https" and bool(parts.hostname) and not loopback_only)


def _claims(
    token: str,
    keys: KeySet,
    known: Published,
    registration: Registration,
    nonce: str,
    now: datetime,
) -> Mapping[str, Any]:
    decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        options={
            "iss": {"essential": True, "value": known.issuer},
            "aud": {"essential": True, "value": registration.client_id},
            "sub": {"essential": True, "allow_blank": False},
        },
        params={"client_id": registration.client_id, "nonce": nonce},
    )
    claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
    return dict(claims)


def _userinfo(
    registration: Registration, known: Published, token: Mapping[str, Any], subject: str
) -> Mapping[str, Any]:
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    found = _get(registration.loopback_only, known.userinfo, headers=headers)
    # an answer for somebody else must not lend its e-mail (Core §5.3.2)
    return found if found.get("sub") == subject else {}


@lru_cache(maxsize=4)
def _published(issuer: str, loopback_only: bool, _period: float) -> Published:
    try:
        found = _get(loopback_only, issuer.rstrip("/") + WELL_KNOWN)
    except RequestException as error:
        raise _silent(error) from None
    named = found.get("issuer")
    methods = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    basic = "client_secret_basic" in methods
    known = Published(
        issuer=str(named),
        authorization=str(found.get("authorization_endpoint") or ""),
        token=str(found.get("token_endpoint") or ""),
        keys=str(found.get("jwks_uri") or ""),
        userinfo=str(found.get("userinfo_endpoint") or ""),
        method="client_secret_basic" if basic else "client_secret_post",
        names_itself=found.get("authorization_response_iss_parameter_supported") is True,
    )
    needed = [known.authorization, known.token, known.keys]
    needed += [known.userinfo] if known.userinfo else []
    same = known.issuer.rstrip("/") == issuer.rstrip("/")
    if not same or not all(is_allowed(url, loopback_only=loopback_only) for url in needed):
        log.warning("elsewhere.discovery", issuer=issuer, named=known.issuer)
        raise ProviderSilent(texts.SILENT)
    return known


def _client(registration: Registration, known: Published, redirect_uri: str) -> Any:
    client = OAuth2Session(
        client_id=registration.client_id,
        client_secret=registration.client_secret.reveal() or None,
        token_endpoint_auth_method=known.method if registration.client_secret else "none",
        redirect_uri=redirect_uri,
        scope=SCOPE,
        code_challenge_method="S256",
    )
    guarded = _session(registration.loopback_only)
    client.trust_env, client.proxies, client.verify = False, guarded.proxies, guarded.verify
    transport.mount(client, transport.Transport(**_guards(registration.loopback_only)))
    return client


def _session(loopback_only: bool) -> requests.Session:
    return transport.session(transport.Transport(**_guards(loopback_only)))


def _guards(loopback_only: bool) -> dict[str, Any]:
    return {"loopback_only": loopback_only, "timeout": _TIMEOUT}


def _get(
    loopback_only: bool, url: str, *, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    with _session(loopback_only) as session:
        answer = session.get(url, headers={"Accept": "application/json", **(headers or {})})
    found = answer.json() if answer.ok else None
    if not isinstance(found, dict):
        raise RequestException(f"HTTP {answer.status_code}")
    return found


def _silent(error: Exception) -> ProviderSilent:
    log.warning("elsewhere.silent", cause=_cause(error))
    return error if isinstance(error, ProviderSilent) else ProviderSilent(texts.SILENT)


def _cause(error: Exception) -> str:
    """Return the error's kind and code: its text may hold what the provider sent."""
    return f"{type(error).__name__} {getattr(error, 'error', '') or ''}".strip()[:80]

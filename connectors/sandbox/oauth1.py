"""OAuth 1.0a as a server sees it: read the header, verify the HMAC-SHA1 signature (RFC 5849)."""

from __future__ import annotations

import hmac
from base64 import b64encode
from hashlib import sha1
from urllib.parse import quote, unquote

from connectors.sandbox.exchange import Call

# The client signs before its transport replaces the host, so these are the hosts in the signature.
SIGNED_HOSTS = ("https://api.twitter.com", "https://api.x.com", "https://upload.twitter.com")


def read_header(header: str) -> dict[str, str]:
    """Return the parameters of an ``Authorization: OAuth …`` header; empty if it is another."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "oauth":
        return {}
    found = {}
    for part in rest.split(","):
        name, _, value = part.strip().partition("=")
        found[unquote(name)] = unquote(value.strip('"'))
    return found


def signed_well(call: Call, oauth: dict[str, str], secrets: dict[str, str]) -> bool:
    """Tell whether the signature is that of the account's secrets.

    ``secrets`` holds ``consumer_key``, ``consumer_secret`` and ``access_token_secret``; what is not
    known of an account is not verified.
    """
    if "consumer_key" in secrets and oauth.get("oauth_consumer_key") != secrets["consumer_key"]:
        return False
    if "consumer_secret" not in secrets or "access_token_secret" not in secrets:
        return bool(oauth.get("oauth_signature"))
    pairs = [(k, v) for k, v in oauth.items() if k not in ("realm", "oauth_signature")]
    pairs += [*call.query_pairs, *call.form_pairs]
    normal = "&".join(f"{k}={v}" for k, v in sorted((_quote(k), _quote(v)) for k, v in pairs))
    key = f"{_quote(secrets['consumer_secret'])}&{_quote(secrets['access_token_secret'])}".encode()
    given = oauth.get("oauth_signature", "")
    for host in SIGNED_HOSTS:
        base = f"{call.method}&{_quote(host + call.raw_path)}&{_quote(normal)}"
        made = b64encode(hmac.new(key, base.encode(), sha1).digest()).decode()
        if hmac.compare_digest(made, given):
            return True
    return False


def _quote(text: str) -> str:
    return quote(text, safe="-._~")

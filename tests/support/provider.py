"""An OpenID Connect provider on loopback: real HTTP, real signatures, and lies when asked to.

It consents at once. ``wrong`` changes what it says: claims of the identity, headers of its
signature, what it publishes, the answer of a route.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

CLIENT = "pregonero"
SECRET = "secreto-del-cliente-de-prueba"


@lru_cache(maxsize=2)
def _key(name: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": name, "use": "sig", "alg": "ES256"})


@dataclass
class Provider:
    """One provider; ``person`` are the claims of whoever signs in there."""

    url: str = ""
    person: dict[str, Any] = field(
        default_factory=lambda: {
            "sub": "s-1",
            "email": "ana@example.mx",
            "email_verified": True,
        }
    )
    claims: dict[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    sign: Callable[[dict[str, Any]], str] | None = None
    says: dict[str, Any] = field(default_factory=dict)
    routes: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def key(self) -> ECKey:
        """The key that the provider publishes."""
        return _key("uno")

    def consent(self, address: str, **changes: str) -> dict[str, str]:
        """Do what a browser does at ``address``; return the parameters that come back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = f"codigo-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.url, **changes}

    def published(self) -> dict[str, Any]:
        """What the well-known address says."""
        return {
            "issuer": self.url,
            "authorization_endpoint": self.url + "/authorize",
            "token_endpoint": self.url + "/token",
            "jwks_uri": self.url + "/keys",
            "userinfo_endpoint": self.url + "/userinfo",
            "authorization_response_iss_parameter_supported": True,
            **self.says,
        }

    def redeem(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Answer the token request: the client, the code and its verifier must fit."""
        asked = self.codes.pop(form.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        hashed = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(hashed).decode().rstrip("=")
        if authorization != f"Basic {basic}":
            return 401, {"error": "invalid_client"}
        if (
            asked is None
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != form.get("redirect_uri")
        ):
            return 400, {"error": "invalid_grant"}
        answer = {"access_token": "acceso", "token_type": "Bearer", "expires_in": 60}
        return 200, {**answer, "id_token": self.token(asked["nonce"]), **self.told}

    def token(self, nonce: str) -> str:
        """Return the identity, signed."""
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            **self.person,
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if name not in self.without}
        if self.sign is not None:
            return self.sign(claims)
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims, self.key)


def other_key() -> ECKey:
    """Return a key that no provider publishes."""
    return _key("otra")


def unsigned(claims: dict[str, Any]) -> str:
    """Return an identity with ``alg`` none and no signature."""
    parts = [json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    provider: Provider

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def log_message(self, *_args: Any) -> None:
        pass

    def answer(self, status: int, body: Any, **headers: str) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _serve(self, body: bytes) -> None:
        provider, path = self.provider, urlsplit(self.path).path
        provider.asked.append(path)
        if path in provider.routes:
            provider.routes[path](self)
        elif path == "/authorize":
            back = parse_qs(urlsplit(self.path).query)["redirect_uri"][0]
            self.answer(302, b"", Location=f"{back}?{urlencode(provider.consent(self.path))}")
        elif path == "/token":
            form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            status, told = provider.redeem(form, self.headers.get("Authorization", ""))
            self.answer(status, told)
        else:
            pages = {
                "/.well-known/openid-configuration": provider.published(),
                "/keys": KeySet([provider.key]).as_dict(private=False),
                "/userinfo": provider.person,
            }
            self.answer(200 if path in pages else 404, pages.get(path, {}))


@contextmanager
def running() -> Iterator[Provider]:
    """Run a provider on a free port until the block ends."""
    provider = Provider()
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)

"""Security headers on every answer that leaves the dashboard."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Streamlit compiles chart specifications and loads components from blobs; styles are inline.
_PANEL: Final = (
    "default-src 'self'",
    "script-src 'self' 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval' blob:",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self' ws: wss:",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)
_FORMS: Final = (
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
POLICY: Final = "; ".join(_PANEL)
STRICT_POLICY: Final = "; ".join(_FORMS)
"""For the pages that hold a password field, or an authorisation: no script at all."""

STRICT_PATHS: Final = frozenset(
    {
        "/entrar",
        "/entrar/institucion",
        "/entrar/institucion/regreso",
        "/entrar/codigo",
        "/verificacion",
        "/contrasena",
        "/conectar/facebook",
        "/conectar/facebook/vuelta",
        "/conectar/elegir",
        "/conectar/token",
        "/conectar/x",
        "/conectar/x/vuelta",
        "/conectar/x/claves",
        "/conectar/x/claves/vuelta",
    }
)

STRICT_PREFIX: Final = "/decidir/"


class Headers:
    """ASGI middleware that adds the headers; HSTS only where the public address is HTTPS."""

    def __init__(self, inner: ASGIApp, *, secure: bool) -> None:
        self._inner = inner
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and dress the start of its answer."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                path: str = scope["path"]
                strict = path in STRICT_PATHS or path.startswith(STRICT_PREFIX)
                headers.setdefault("Content-Security-Policy", STRICT_POLICY if strict else POLICY)
                headers["X-Content-Type-Options"] = "nosniff"
                headers.setdefault("Referrer-Policy", "same-origin")
                headers["X-Frame-Options"] = "DENY"
                headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                if self._secure:
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        await self._inner(scope, receive, dressed)

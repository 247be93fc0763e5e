"""The guard in front of everything, HTTP and WebSocket: no session, no page, no socket, no file."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal
from urllib.parse import urlencode, urlsplit

from anyio import to_thread
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.texts import web as texts
from dashboard.web import cookies, pages, steps
from publisher import people
from publisher.app import Actor, App

log = logging.getLogger(__name__)

OPEN_PATHS: Final = frozenset(
    {
        "/entrar",
        steps.CODE_PATH,
        "/entrar/institucion",
        "/entrar/institucion/regreso",
        "/salud",
        "/salud/listo",
        "/favicon.png",
        "/_stcore/health",
    }
)
OPEN_PREFIXES: Final = ("/recursos/", "/static/", "/medios/", "/decidir/")
"""Fonts and scripts that anyone may have, and what checks its own: media, decisions by e-mail."""

CLOSED_PREFIXES: Final = ("/_stcore/agent", "/_stcore/metrics")
MACHINE_PREFIXES: Final = ("/_stcore/", "/media/", "/component/", "/imagen/", "/toma/", "/retrato/")
SIGN_OUT_PATH: Final = "/salir"

Standing = Literal["in", "out", "must_change", "must_enrol"]

FIRST: Final[Mapping[Standing, str]] = MappingProxyType(
    {"must_change": steps.CHANGE_PATH, "must_enrol": steps.ENROL_PATH}
)
"""What somebody has to do before anything else, and where."""


class Guard:
    """ASGI middleware; ``scope["state"]["actor"]`` holds who asks, for the routes behind it."""

    def __init__(self, inner: ASGIApp, *, house: App) -> None:
        self._inner = inner
        self._app = house
        self._cookies = cookies.cookies_for(house.settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through what is open or has a session; refuse the rest."""
        if scope["type"] not in {"http", "websocket"}:
            await self._inner(scope, receive, send)
            return
        path: str = scope["path"]
        if path.startswith(CLOSED_PREFIXES):
            await self._refuse(scope, receive, send, pages.not_found(self._app))
            return
        if path in OPEN_PATHS or path.startswith(OPEN_PREFIXES):
            await self._inner(scope, receive, send)
            return
        if scope["type"] == "websocket" and not _from_here(scope):
            await self._refuse(scope, receive, send, self._answer(scope, "out"))
            return
        try:
            standing, actor = await to_thread.run_sync(self._who, _cookie_header(scope))
        except Exception:
            log.exception("guard: the session could not be read")
            await self._refuse(scope, receive, send, pages.unavailable())
            return
        first = FIRST.get(standing)
        if standing == "in" or (first is not None and path in {first, SIGN_OUT_PATH}):
            scope.setdefault("state", {})["actor"] = actor
            await self._inner(scope, receive, send)
            return
        await self._refuse(scope, receive, send, self._answer(scope, standing))

    def _who(self, header: str) -> tuple[Standing, Actor | None]:
        token = cookies.read(header, self._cookies.session)
        actor = people.actor_of(self._app, token) if token else None
        if actor is None:
            return "out", None
        if not actor.grants and people.must_change(self._app, actor):
            return "must_change", actor
        if not actor.grants and people.must_enrol(self._app, actor):
            return "must_enrol", actor
        return "in", actor

    def _answer(self, scope: Scope, standing: Standing) -> Response:
        path: str = scope["path"]
        if scope["type"] == "http" and not path.startswith(MACHINE_PREFIXES):
            if standing in FIRST:
                return RedirectResponse(FIRST[standing], status_code=303)
            if scope["method"] in {"GET", "HEAD"}:
                return RedirectResponse(_sign_in_address(scope), status_code=303)
        return Response(texts.NO_SESSION, status_code=401, media_type="text/plain")

    @staticmethod
    async def _refuse(scope: Scope, receive: Receive, send: Send, response: Response) -> None:
        if scope["type"] == "websocket":
            # Closing before accepting makes the server answer the handshake with 403.
            await receive()
            await send({"type": "websocket.close", "code": 4401})
            return
        await response(scope, receive, send)


def _sign_in_address(scope: Scope) -> str:
    query: str = scope.get("query_string", b"").decode("latin-1")
    wanted = scope["path"] + (f"?{query}" if query else "")
    return "/entrar" if wanted == "/" else "/entrar?" + urlencode({"sig": wanted})


def _from_here(scope: Scope) -> bool:
    """Tell whether a socket is opened by a page of this site; browsers always say by which."""
    told = dict(scope["headers"])
    origin = told.get(b"origin")
    return origin is None or urlsplit(origin.decode("latin-1")).netloc == told.get(
        b"host", b""
    ).decode("latin-1")


def _cookie_header(scope: Scope) -> str:
    return "; ".join(
        value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"
    )

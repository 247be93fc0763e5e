"""The sandbox as a server: one ASGI application on one loopback port."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from ipaddress import ip_address
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from connectors.sandbox import control, page, texts
from connectors.sandbox.platform import Platform
from connectors.sandbox.state import State
from connectors.sandbox.wire import SandboxProtocol

TICK_SECONDS = 0.2
HOSTS = ("127.0.0.1", "localhost", "[::1]")


class HostRefused(ValueError):
    """An address that is not loopback; the text is a Spanish sentence."""


class PortBusy(OSError):
    """Another program listens there; the text is a Spanish sentence."""


class LoopbackOnly:
    """Keeps web pages of other origins from the control API (DNS rebinding)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse control requests whose Host is not loopback."""
        if scope["type"] == "http" and scope["path"].startswith("/_sandbox"):
            host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
            if host.rpartition(":")[0] not in HOSTS and host not in HOSTS:
                await PlainTextResponse(texts.LOOPBACK_ONLY, 403)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def create_app(state: State) -> Starlette:
    """Return the whole sandbox over ``state``; ``app.state.platform`` is the networks' side."""
    platform = Platform(state)

    async def write_behind() -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            platform.tick()

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        ticking = asyncio.create_task(write_behind())
        try:
            yield
        finally:
            ticking.cancel()
            await asyncio.gather(ticking, return_exceptions=True)
            platform.tick()

    app = Starlette(
        routes=[*control.routes(state, platform), *page.routes(state), Mount("/", platform)],
        exception_handlers=control.HANDLERS,
        lifespan=lifespan,
    )
    app.add_middleware(LoopbackOnly)
    app.state.platform = platform
    return app


def listen(host: str, port: int) -> socket.socket:
    """Open the listening socket; port 0 takes a free one. Raises ``HostRefused``, ``PortBusy``."""
    try:
        loopback = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise HostRefused(texts.host_refused(host))
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio turns Nagle's delay off; without it each answer costs 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(512)
    except (OSError, OverflowError) as error:
        listener.close()
        raise PortBusy(texts.port_busy(port)) from error
    return listener


class Server(uvicorn.Server):
    """uvicorn, which ends hanging requests at once and leaves with status 0 when asked to stop."""

    def __init__(self, app: Starlette) -> None:
        self.platform: Platform = app.state.platform
        super().__init__(
            uvicorn.Config(
                app,
                http=SandboxProtocol,
                loop="asyncio",
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                date_header=False,
                timeout_keep_alive=120,
                timeout_graceful_shutdown=2,
            )
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let go of the hanging connections, then stop as uvicorn does."""
        self.platform.stopping.set()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT and SIGTERM without raising them again afterwards."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        signals = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in signals}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def run(host: str = "127.0.0.1", port: int = 0, path: Path | None = None) -> None:
    """Serve until SIGINT or SIGTERM. Raises ``HostRefused``, ``PortBusy``."""
    listener = listen(host, port)
    state = State(path)
    try:
        serve(state, listener)
    finally:
        state.close()


def serve(state: State, listener: socket.socket) -> None:
    """Serve ``state`` on an open socket until told to stop."""
    Server(create_app(state)).run(sockets=[listener])

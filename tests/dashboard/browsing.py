"""A browser of tests: real HTTP and WebSocket to our routes, served by uvicorn on loopback."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.sync.client import connect

from dashboard import server
from publisher.app import App


class Browser:
    """Keeps cookies as a browser does, and follows no redirect by itself."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()

    def get(self, path: str, **options: Any) -> requests.Response:
        """Ask for a page."""
        return self._ask("GET", path, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        """Send a form from a page of this site, unless ``headers`` say otherwise."""
        headers = {"Origin": self.url, **options.pop("headers", {})}
        return self._ask("POST", path, headers=headers, **options)

    def put(self, path: str, **options: Any) -> requests.Response:
        """Send a file."""
        return self._ask("PUT", path, **options)

    def cookie(self, name: str) -> str:
        """Return a cookie's value, empty when there is none."""
        return self.session.cookies.get(name) or ""

    def enter(self, email: str, password: str, wanted: str = "/") -> requests.Response:
        """Sign in through the form."""
        page = self.get("/entrar", params={"sig": wanted})
        token = page.text.split('name="formulario" value="')[1].split('"')[0]
        data = {"correo": email, "clave": password, "sig": wanted, "formulario": token}
        return self.post("/entrar", data=data)

    def socket(self, origin: str | None = None) -> str:
        """Open Streamlit's socket and return what it says first; ``origin`` is the page's site."""
        jar = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.session.cookies)
        url = self.url.replace("http", "ws", 1) + "/_stcore/stream"
        with connect(url, additional_headers={"Cookie": jar}, origin=origin, proxy=None) as socket:
            return str(socket.recv(timeout=5))

    def _ask(self, method: str, path: str, **options: Any) -> requests.Response:
        return self.session.request(
            method, self.url + path, allow_redirects=False, timeout=10, **options
        )


def front(app: App) -> Starlette:
    """Return our routes and middleware around stand-ins for what Streamlit would serve."""

    async def reached(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("Streamlit")

    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("Streamlit")
        await websocket.close()

    streamlit = [
        WebSocketRoute("/_stcore/stream", socket),
        Route("/_stcore/{rest:path}", reached, methods=["GET", "POST", "PUT", "DELETE"]),
        Route("/media/{rest:path}", reached),
    ]
    return Starlette(routes=[*server.routes(app), *streamlit], middleware=server.middleware(app))


@contextmanager
def serving(app: App) -> Iterator[str]:
    """Serve the front of ``app`` on a free port until the block ends; gives its address."""
    config = uvicorn.Config(
        front(app), host="127.0.0.1", port=0, log_level="error", ws="websockets-sansio"
    )
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    end = time.monotonic() + 10
    while not running.started:
        assert time.monotonic() < end, "uvicorn did not start"
        time.sleep(0.01)
    port = running.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        running.should_exit = True
        thread.join(timeout=10)

"""One sandbox for all tests of this folder, emptied before each; and a web server of pictures."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from connectors.sandbox.testing import RunningSandbox, running_sandbox
from tests.connectors.sandbox.clients import EVERYONE


@pytest.fixture(scope="session")
def _one_sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox() as running:
        yield running


@pytest.fixture
def sandbox(_one_sandbox: RunningSandbox) -> RunningSandbox:
    """A sandbox with every account and nothing published."""
    _one_sandbox.reset(everything=True)
    _one_sandbox.register(*EVERYONE)
    return _one_sandbox


@pytest.fixture
def url(sandbox: RunningSandbox) -> str:
    """The sandbox's address."""
    return sandbox.base_url


class Pictures:
    """A loopback web server that gives the bytes it was told for a path."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        pages = self.pages

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                data = pages.get(self.path)
                self.send_response(200 if data else 404)
                self.send_header("Content-Length", str(len(data or b"")))
                self.end_headers()
                self.wfile.write(data or b"")

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def put(self, data: bytes, path: str = "/picture.jpg") -> str:
        """Serve ``data`` and return its address."""
        self.pages[path] = data
        return f"http://127.0.0.1:{self.server.server_port}{path}"


@pytest.fixture(scope="session")
def _one_picture_server() -> Iterator[Pictures]:
    pictures = Pictures()
    yield pictures
    pictures.server.shutdown()
    pictures.server.server_close()


@pytest.fixture
def pictures(_one_picture_server: Pictures) -> Pictures:
    """A web server of pictures, empty."""
    _one_picture_server.pages.clear()
    return _one_picture_server

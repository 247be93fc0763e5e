"""Pictures for the connectors' tests, and a loopback server from which Instagram fetches them."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from PIL import Image

from connectors.contract import MediaItem

SIDE = 400


@cache
def jpeg(number: int) -> bytes:
    """Return a small JPEG; different numbers give different bytes."""
    out = io.BytesIO()
    colour = (number * 40 % 256, 90, 160)
    Image.new("RGB", (SIDE, SIDE), colour).save(out, "JPEG")
    return out.getvalue()


def picture(number: int, base_url: str = "http://127.0.0.1:9") -> MediaItem:
    """Return a rendition of picture ``number``."""
    data = jpeg(number)
    return MediaItem(
        sha256=hashlib.sha256(data).hexdigest(),
        kind="image",
        mime="image/jpeg",
        width=SIDE,
        height=SIDE,
        size=len(data),
        alt_text=f"Alumnas en el laboratorio, toma {number}",
        read=lambda: data,
        url=lambda: f"{base_url}/{number}.jpg",
    )


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        data = jpeg(int(self.path.strip("/").partition(".")[0]))
        self.send_response(200)
        self.send_header("Content-Type", "image/jpeg")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def picture_server() -> Iterator[str]:
    """Serve the pictures for the ``with`` block; gives the base URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""Pictures for the connectors' tests, and a loopback server from which Instagram fetches them."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

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


@cache
def gif_bytes(number: int) -> bytes:
    """Return a small animation of two frames."""
    out = io.BytesIO()
    frames = [Image.new("P", (64, 48), shade) for shade in (number % 200, 255)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=200, loop=0)
    return out.getvalue()


def gif(number: int) -> MediaItem:
    """Return a rendition of animation ``number``."""
    data = gif_bytes(number)
    return MediaItem(
        sha256=hashlib.sha256(data).hexdigest(),
        kind="gif",
        mime="image/gif",
        width=64,
        height=48,
        size=len(data),
        alt_text=f"Animación {number}",
        read=lambda: data,
    )


class _Handler(BaseHTTPRequestHandler):
    served: ClassVar[dict[str, bytes]] = {}

    def do_GET(self) -> None:
        number, _, suffix = self.path.strip("/").partition(".")
        data = self.served.get(self.path) or jpeg(int(number))
        self.send_response(200)
        self.send_header("Content-Type", "video/mp4" if suffix == "mp4" else "image/jpeg")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def picture_server(more: Mapping[str, bytes] | None = None) -> Iterator[str]:
    """Serve the pictures, and ``more`` by path, for the ``with`` block; gives the base URL."""
    handler = type("_Served", (_Handler,), {"served": more or {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""The media route on loopback, in a thread of a process that has no web server of its own."""

from __future__ import annotations

import errno
import ipaddress
import socket
import threading
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urlsplit

from publisher.app import App
from publisher.errors import Unready
from publisher.media.links import HEALTH, installation_id
from publisher.texts import media as texts

if TYPE_CHECKING:
    from publisher.media.quiet import QuietServer

_START_SECONDS: Final = 10.0
_ASK_SECONDS: Final = 2.0
_ASK_TIMES: Final = 3


class MediaServer:
    """A running media route; ``stop`` ends it."""

    def __init__(self, server: QuietServer, thread: threading.Thread) -> None:
        self._server = server
        self._thread = thread

    def stop(self) -> None:
        """Finish what is being served and give the port back."""
        self._server.ask_to_end()
        self._thread.join(_START_SECONDS)


def serve_media(app: App) -> MediaServer | None:
    """Serve the media route where ``app.media_base_url`` says, if that is loopback over http.

    None if it is served elsewhere: the address is not loopback, or another process of this
    installation already serves it there. Raises ``Unready`` if a stranger has the port.
    """
    address = urlsplit(app.media_base_url)
    if address.scheme != "http" or not _is_loopback(address.hostname or ""):
        return None
    host = address.hostname or ""
    try:
        port = address.port or 80
    except ValueError:
        raise Unready(texts.ADDRESS_INVALID.format(address=app.media_base_url)) from None
    try:
        listening = _listen(host, port)
    except OSError as error:
        if _is_ours(app, host, port, address.path):
            return None
        raise _unready(error, host, port) from error
    return _start(app, listening, address)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=64)


def _start(app: App, listening: socket.socket, address: SplitResult) -> MediaServer:
    import uvicorn

    from publisher.media.quiet import QuietServer
    from publisher.media.route import media_app

    config = uvicorn.Config(
        media_app(app, prefix=address.path),
        access_log=False,
        log_config=None,
        log_level="warning",
        lifespan="off",
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=5,
        ws="none",
    )
    server = QuietServer(config)
    thread = threading.Thread(
        target=server.run, args=([listening],), name="pregonero-medios", daemon=True
    )
    thread.start()
    deadline = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            server.ask_to_end()
            listening.close()
            raise Unready(texts.PORT_SILENT.format(host=address.hostname, port=address.port or 80))
        time.sleep(0.01)
    return MediaServer(server, thread)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def _is_ours(app: App, host: str, port: int, prefix: str) -> bool:
    """Ask who listens there; a process of ours that only just took the port answers soon."""
    return any(_who(host, port, prefix) == installation_id(app) for _ in range(_ASK_TIMES))


def _who(host: str, port: int, prefix: str) -> str | None:
    asking = HTTPConnection(host, port, timeout=_ASK_SECONDS)
    try:
        asking.request("GET", prefix + HEALTH)
        answer = asking.getresponse()
        return answer.read(64).decode("ascii", "replace") if answer.status == 200 else None
    except (OSError, HTTPException):
        return None
    finally:
        asking.close()


def _unready(error: OSError, host: str, port: int) -> Unready:
    if error.errno == errno.EADDRINUSE:
        return Unready(texts.PORT_BUSY.format(host=host, port=port))
    return Unready(texts.PORT_REFUSED.format(host=host, port=port, cause=error.strerror or error))

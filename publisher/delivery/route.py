"""The media route, from which networks fetch pictures: one worker of a host serves it.

A worker of this host that stands still keeps the port and answers nobody: the others work without
the route until that one is killed, and then one of them takes it over.
"""

from __future__ import annotations

import structlog

from publisher.app import App
from publisher.delivery import recovery
from publisher.errors import Unready
from publisher.media import MediaServer, serve_media

log = structlog.get_logger(__name__)


class Route:
    """The share of the worker ``owner`` in serving the route."""

    def __init__(self, app: App, owner: str) -> None:
        self._app = app
        self._owner = owner
        self._server: MediaServer | None = None

    def open(self) -> None:
        """Serve it if nobody does; raises ``Unready`` if a stranger has the port."""
        try:
            self.keep()
        except Unready:
            if not recovery.has_company(self._app, self._owner):
                raise
            log.warning("media.port_busy")

    def keep(self) -> None:
        """Serve it where nobody does any more: the process that did may have ended."""
        if self._server is None:
            self._server = serve_media(self._app)

    def close(self) -> None:
        """Serve it no more."""
        if self._server is not None:
            self._server.stop()

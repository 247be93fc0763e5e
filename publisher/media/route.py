"""The route behind ``media_url``: a small ASGI app, mounted by the dashboard or run by a worker.

Nothing is listed and nothing is told: an address that we did not give is like one that does not
exist. The addresses are secrets for a day, so whoever serves this app writes no access log.
"""

from __future__ import annotations

from http import HTTPStatus

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from publisher.app import App
from publisher.errors import NotFound, PublisherError
from publisher.media.links import HEALTH, HOUR, PREFIX, installation_id, read_link
from publisher.media.store import read_bytes
from publisher.media.streaming import stream
from publisher.texts import media as texts

log = structlog.get_logger(__name__)

_WHOLE = "image/jpeg"
"""What is short enough to be answered at once."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, noimageindex",
}


def media_routes(app: App) -> list[Route]:
    """Return ``/medios/{expiry}-{mac}/{sha}.{extension}`` and ``/medios/salud``."""

    def health(_request: Request) -> Response:
        return _plain(HTTPStatus.OK, installation_id(app))

    def serve(request: Request) -> Response:
        params = request.path_params
        return _serve(app, params["token"], params["name"], request)

    return [
        Route(HEALTH, health, methods=["GET"]),
        Route(f"{PREFIX}/{{token}}/{{name}}", serve, methods=["GET"]),
    ]


def media_app(app: App, *, prefix: str = "") -> Starlette:
    """Return the ASGI app of these routes alone, below the path ``prefix``."""
    routes: list[BaseRoute] = list(media_routes(app))
    return Starlette(routes=[Mount(prefix, routes=routes)] if prefix else routes)


def _serve(app: App, token: str, name: str, request: Request) -> Response:
    link = read_link(app, token, name, now=app.clock())
    if link is None:
        return _plain(HTTPStatus.NOT_FOUND, texts.LINK_UNKNOWN)
    if link.expired:
        return _plain(HTTPStatus.GONE, texts.LINK_EXPIRED)
    cache = {"Cache-Control": f"private, max-age={HOUR}", "Content-Disposition": "inline"}
    headers = _HEADERS | cache
    try:
        if link.mime != _WHOLE:
            return stream(
                app,
                link.sha256,
                link.mime,
                asked=request.headers.get("range"),
                headers=headers,
                body=request.method != "HEAD",
            )
        data = read_bytes(app, link.sha256)
    except NotFound:
        return _plain(HTTPStatus.NOT_FOUND, texts.LINK_UNKNOWN)
    except PublisherError:
        log.exception("media.unreadable", sha256=link.sha256)
        return _plain(HTTPStatus.SERVICE_UNAVAILABLE, texts.LINK_UNAVAILABLE)
    return Response(data, media_type=link.mime, headers=headers)


def _plain(status: HTTPStatus, sentence: str) -> Response:
    headers = _HEADERS | {"Cache-Control": "no-store"}
    return PlainTextResponse(sentence, status_code=status, headers=headers)

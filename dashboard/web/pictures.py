"""Thumbnails and players' streams of media by their SHA-256, for who may see their plantel."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.texts import web as texts
from publisher import media
from publisher.app import Actor, App
from publisher.errors import PublisherError
from publisher.queries import accounts, pictures

WIDTHS: Final = (96, 240, 480, 960)
_KEPT: Final = {"Cache-Control": "private, max-age=86400, immutable"}
_SOME_TIME: Final = {"Cache-Control": "private, max-age=3600"}
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def routes(app: App) -> list[Route]:
    """Return ``/imagen/{sha}?w=…``, ``/toma/{sha}`` and ``/retrato/{account}``.

    The guard has asked for a session. The first is a still JPEG of anything, the second a video or
    an animation as it is, the third the small picture that an account shows of itself.
    """

    async def picture(request: Request) -> Response:
        sha256 = request.path_params["sha256"]
        asked = request.query_params.get("w", "")
        wanted = int(asked) if asked.isdecimal() and len(asked) < 6 else WIDTHS[1]
        width = min((size for size in WIDTHS if size >= wanted), default=WIDTHS[-1])
        if not _DIGEST.fullmatch(sha256):
            return _refusal()
        load = partial(_load, app, request.state.actor, sha256, width)
        try:
            data = await to_thread.run_sync(load)
        except PublisherError:
            return _refusal()
        return Response(
            data,
            media_type=_mime(data),
            headers=_KEPT,
        )

    async def take(request: Request) -> Response:
        asked = request.headers.get("range")
        load = partial(_stream, app, request.state.actor, request.path_params["sha256"], asked)
        try:
            return await to_thread.run_sync(load)
        except PublisherError:
            return _refusal()

    async def portrait(request: Request) -> Response:
        account_id = request.path_params["account"]
        load = partial(accounts.picture, app, request.state.actor, account_id)
        try:
            data = await to_thread.run_sync(load)
        except PublisherError:
            return _refusal()
        return Response(data, media_type=_mime(data), headers=_SOME_TIME)

    return [
        Route("/imagen/{sha256}", picture),
        Route("/toma/{sha256}", take),
        Route("/retrato/{account:int}", portrait),
    ]


def _load(app: App, actor: Actor, sha256: str, width: int) -> bytes:
    pictures.require(app, actor, sha256)
    return media.thumbnail(app, sha256, width)


def _stream(app: App, actor: Actor, sha256: str, asked: str | None) -> Response:
    if not _DIGEST.fullmatch(sha256):
        return _refusal()
    mime = pictures.require(app, actor, sha256)
    return media.stream(app, sha256, mime, asked=asked, headers=_KEPT)


def _mime(data: bytes) -> str:
    if data.startswith(b"\x89PNG"):
        return "image/png"
    return "image/webp" if data[8:12] == b"WEBP" else "image/jpeg"


def _refusal() -> Response:
    return Response(texts.NO_PICTURE, status_code=404, media_type="text/plain")

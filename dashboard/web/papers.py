"""Papers of custody as PDF, made in memory and kept by nobody: the acta of a transfer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import context
from dashboard.web import pages
from publisher.app import App
from publisher.custody import actas
from publisher.errors import PublisherError

DIGITS: Final = 12


def routes(app: App) -> list[Route]:
    """Return ``/custodia/acta/{id}``; the guard asked for a session."""

    async def acta(request: Request) -> Response:
        number = _number(request.path_params["id"])
        draw = partial(actas.acta, app, request.state.actor, number)
        return await _paper(app, draw, "acta.pdf")

    return [
        Route("/custodia/acta/{id}", acta, methods=["GET"]),
    ]


async def _paper(app: App, draw: Callable[[], bytes], name: str) -> Response:
    """Answer with the PDF, or with the sentence of why there is none."""
    try:
        data = await to_thread.run_sync(draw)
    except PublisherError as error:
        return pages.refused(app, str(error), status=409)
    except Exception as error:  # noqa: BLE001 - the last line before a person
        return pages.refused(app, context.unexpected(error), status=500)
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'inline; filename="{name}"'}
    return Response(data, media_type="application/pdf", headers=headers)


def _number(given: object) -> int:
    """Return a row's number; 0, which is nobody's, for anything else."""
    text = str(given or "")
    return int(text) if text.isdecimal() and len(text) <= DIGITS else 0

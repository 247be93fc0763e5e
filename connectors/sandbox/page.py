"""The sandbox's web page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.sandbox.state import State


def routes(state: State) -> list[Route]:
    """Return the page's routes."""

    async def media(request: Request) -> Response:
        found = state.media(request.path_params["digest"])
        if found is None:
            return Response(status_code=404)
        return Response(found[1], media_type=found[0], headers={"cache-control": "max-age=86400"})

    return [Route("/_sandbox/media/{digest}", media)]

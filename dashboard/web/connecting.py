"""Facebook Login: the way to its dialog and the way back, for whoever may install credentials."""

from __future__ import annotations

from functools import partial

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard.texts import web as texts
from dashboard.web import pages
from publisher import connections
from publisher.app import App
from publisher.errors import PublisherError

START = "/conectar/facebook"
BACK = "/conectar/facebook/vuelta"


def routes(app: App) -> list[Route]:
    """Return the routes, in Spanish paths; the guard has let only sessions through."""

    async def start(request: Request) -> Response:
        begin = partial(
            connections.begin_login, app, request.state.actor, redirect_uri=_back(app, request)
        )
        try:
            address = await to_thread.run_sync(begin)
        except PublisherError as error:
            return pages.connected(app, said=str(error), status=400)
        return RedirectResponse(address, status_code=303)

    async def back(request: Request) -> Response:
        query, actor = request.query_params, request.state.actor
        state, code = query.get("state", ""), query.get("code", "")
        try:
            if not code:
                leave = partial(connections.cancel_login, app, actor, state=state)
                await to_thread.run_sync(leave)
                return pages.connected(app, said=texts.LOGIN_DENIED)
            finish = partial(connections.finish_login, app, actor, state=state, code=code)
            return pages.connected(app, found=await to_thread.run_sync(finish))
        except PublisherError as error:
            return pages.connected(app, said=str(error), status=400)

    return [Route(START, start, methods=["GET"]), Route(BACK, back, methods=["GET"])]


def _back(app: App, request: Request) -> str:
    """Return where the dialog leads back to; the public address wins over what was asked."""
    base = app.settings.public_url or str(request.base_url)
    return base.rstrip("/") + BACK

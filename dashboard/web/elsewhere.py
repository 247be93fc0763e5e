"""The institution's sign-in: the way to its provider and the way back, before any session."""

from __future__ import annotations

from functools import partial

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard.web import cookies
from dashboard.web.signin import SignIn, inner_path
from publisher import people
from publisher.app import App
from publisher.errors import PublisherError

START = "/entrar/institucion"
BACK = "/entrar/institucion/regreso"


def routes(app: App) -> list[Route]:
    """Return the routes, in Spanish paths; the guard leaves them open."""
    jar = cookies.cookies_for(app.settings)
    desk = SignIn(app)

    async def start(request: Request) -> Response:
        wanted = inner_path(request.query_params.get("sig", ""))
        leave = partial(people.depart, app, redirect_uri=_back(app, request), wanted=wanted)
        try:
            left = await to_thread.run_sync(leave)
        except PublisherError as error:
            return desk.page(wanted=wanted, said=str(error), status=400)
        answer = RedirectResponse(left.address, status_code=303)
        jar.set_note(answer, left.note)
        return answer

    async def back(request: Request) -> Response:
        enter = partial(
            people.arrive,
            app,
            note=request.cookies.get(jar.note, ""),
            answer=dict(request.query_params),
            redirect_uri=_back(app, request),
            address=request.client.host if request.client else "",
            agent=request.headers.get("user-agent", ""),
        )
        try:
            came = await to_thread.run_sync(enter)
        except people.Throttled as error:
            answer = desk.page(wanted="/", said=str(error), status=429)
            answer.headers["Retry-After"] = str(max(1, round(error.wait.total_seconds())))
        except PublisherError as error:
            answer = desk.page(wanted="/", said=str(error), status=401)
        else:
            answer = desk.welcome(came.signed, inner_path(came.wanted))
        jar.clear(answer, jar.note)
        return answer

    return [Route(START, start, methods=["GET"]), Route(BACK, back, methods=["GET"])]


def _back(app: App, request: Request) -> str:
    """Return where the provider leads back to; the public address wins over what was asked."""
    base = app.settings.public_url or str(request.base_url)
    return base.rstrip("/") + BACK

"""Connecting accounts by going to their network and back, for whoever may install credentials.

Facebook Login and a system user's token lead to the chooser; X, whose person is one account, does
not need one. The way back is a GET that only serves the session that began; what is chosen is a
POST of this site.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard import context
from dashboard.texts import granting as texts
from dashboard.texts import web as web_texts
from dashboard.web import granting
from dashboard.web.signin import same_origin
from publisher import connections
from publisher.app import App
from publisher.connections.x_login import Way
from publisher.errors import Invalid, PublisherError
from vault.secret import Secret

START: Final = "/conectar/facebook"
BACK: Final = "/conectar/facebook/vuelta"
X_START: Final[dict[Way, str]] = {"oauth2": "/conectar/x", "oauth1": "/conectar/x/claves"}
X_BACK: Final[dict[Way, str]] = {way: path + "/vuelta" for way, path in X_START.items()}
REGISTER: Final = "plantel:"
CHOICES_MAX: Final = 2_000

T = TypeVar("T")


def routes(app: App) -> list[Route]:
    """Return the routes, in Spanish paths; the guard has let only sessions through."""
    desk = Connecting(app)
    return [
        Route(START, desk.start, methods=["GET"]),
        Route(BACK, desk.back, methods=["GET"]),
        Route(granting.SYSTEM, desk.ask, methods=["GET"]),
        Route(granting.SYSTEM, desk.paste, methods=["POST"]),
        Route(granting.CHOOSE, desk.show, methods=["GET"]),
        Route(granting.CHOOSE, desk.choose, methods=["POST"]),
        *(Route(path, partial(desk.start_x, way)) for way, path in X_START.items()),
        *(Route(path, partial(desk.back_x, way)) for way, path in X_BACK.items()),
    ]


class Connecting:
    """The routes, bound to one App."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def start(self, request: Request) -> Response:
        """Send the person to Facebook's dialog."""
        begin = partial(
            connections.begin_login,
            self._app,
            request.state.actor,
            redirect_uri=self._address(request, BACK),
        )
        return await self._leave(texts.FACEBOOK_TITLE, begin)

    async def back(self, request: Request) -> Response:
        """Take what Facebook sent back and lead to the chooser."""
        query, actor = request.query_params, request.state.actor
        state, code = query.get("state", ""), query.get("code", "")
        try:
            if not code:
                leave = partial(connections.cancel_login, self._app, actor, state=state)
                await _run(leave)
                return granting.outcome(self._app, texts.FACEBOOK_TITLE, why=texts.DENIED)
            finish = partial(connections.finish_login, self._app, actor, state=state, code=code)
            found = await _run(finish)
        except PublisherError as error:
            return self._refused(texts.FACEBOOK_TITLE, error)
        return _to_chooser(found.ticket)

    async def ask(self, _request: Request) -> Response:
        """Show the form for a system user's token."""
        return granting.system_token(self._app)

    async def paste(self, request: Request) -> Response:
        """Take the token, and lead to the chooser of what it reaches."""
        if not same_origin(request):
            return granting.system_token(self._app, why=web_texts.FOREIGN_POST, status=403)
        form = await request.form(max_files=0, max_fields=4)
        token = Secret(str(form.get("token", "")))
        read = partial(connections.by_token, self._app, request.state.actor, token)
        try:
            found = await _run(read)
        except PublisherError as error:
            return granting.system_token(self._app, why=str(error), status=400)
        return _to_chooser(found.ticket)

    async def show(self, request: Request) -> Response:
        """Show what there is to choose from, as often as the person looks."""
        ticket = request.query_params.get("boleto", "")
        look = partial(connections.chooser, self._app, request.state.actor, ticket)
        try:
            found = await _run(look)
        except PublisherError as error:
            return self._refused(texts.CHOOSE_TITLE, error)
        return granting.choose(self._app, found)

    async def choose(self, request: Request) -> Response:
        """Connect what was chosen."""
        actor = request.state.actor
        if not same_origin(request):
            return granting.outcome(
                self._app, texts.CHOOSE_TITLE, why=web_texts.FOREIGN_POST, status=403
            )
        form = await request.form(max_files=0, max_fields=CHOICES_MAX)
        ticket = str(form.get("boleto", ""))
        chosen = [str(value) for value in form.getlist("cuenta")]
        register = {
            name.removeprefix(REGISTER): int(str(value))
            for name, value in form.items()
            if name.startswith(REGISTER) and str(value).isdecimal() and len(str(value)) < 10
        }
        connect = partial(connections.connect_chosen, self._app, actor, ticket, chosen, register)
        try:
            found = await _run(connect)
        except Invalid as error:
            look = partial(connections.chooser, self._app, actor, ticket)
            try:
                again = await _run(look)
            except PublisherError as gone:
                return self._refused(texts.CHOOSE_TITLE, gone)
            return granting.choose(self._app, again, chosen=chosen, why=str(error), status=400)
        except PublisherError as error:
            return self._refused(texts.CHOOSE_TITLE, error)
        return granting.outcome(self._app, texts.DONE_TITLE, found=found)

    async def start_x(self, way: Way, request: Request) -> Response:
        """Send the person to X; with ``cuenta`` only that account will do."""
        asked = request.query_params.get("cuenta", "")
        begin = partial(
            connections.begin_x,
            self._app,
            request.state.actor,
            way,
            redirect_uri=self._address(request, X_BACK[way]),
            account_id=int(asked) if asked.isdecimal() and len(asked) < 10 else None,
        )
        return await self._leave(texts.X_TITLE, begin)

    async def back_x(self, way: Way, request: Request) -> Response:
        """Take what X sent back and connect the account that the person entered with."""
        answer = {name: value[:512] for name, value in request.query_params.items()}
        finish = partial(connections.finish_x, self._app, request.state.actor, way, answer)
        try:
            done = await _run(finish)
        except PublisherError as error:
            return self._refused(texts.X_TITLE, error)
        if done is None:
            return granting.outcome(self._app, texts.X_TITLE, why=texts.X_DENIED)
        return granting.outcome(self._app, texts.X_TITLE, found=[done])

    async def _leave(self, title: str, begin: Callable[[], str]) -> Response:
        try:
            address = await _run(begin)
        except PublisherError as error:
            return self._refused(title, error)
        return RedirectResponse(address, status_code=303)

    def _refused(self, title: str, error: PublisherError) -> Response:
        return granting.outcome(self._app, title, why=str(error), status=400)

    def _address(self, request: Request, path: str) -> str:
        """Return where a dialog leads back to; the public address wins over what was asked."""
        base = self._app.settings.public_url or str(request.base_url)
        return base.rstrip("/") + path


async def _run(verb: Callable[[], T]) -> T:
    """Run a verb in a thread; what nobody foresaw becomes a sentence with the folio in the log."""
    try:
        return await to_thread.run_sync(verb)
    except PublisherError:
        raise
    except Exception as error:  # noqa: BLE001 - the last line before a person
        raise PublisherError(context.unexpected(error)) from None


def _to_chooser(ticket: str) -> Response:
    return RedirectResponse(f"{granting.CHOOSE}?boleto={ticket}", status_code=303)

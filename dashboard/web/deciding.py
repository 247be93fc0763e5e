"""``/decidir/…``: a decision from a link in an e-mail, as a plain page without script or session.

GET shows exactly what would go out and decides nothing; the form's POST decides, once. The token
in the address is the form's proof too: no other site can know it, and none may send it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard.texts import web as web_texts
from dashboard.web import decision_page
from dashboard.web.signin import FIELDS, same_origin
from publisher import media, people
from publisher.app import App
from publisher.editorial import by_mail
from publisher.editorial.by_mail import Asked
from publisher.errors import Forbidden, NotFound, PublisherError
from publisher.queries import post
from publisher.queries.post import Story

PREFIX: Final = "/decidir/"
WIDTH: Final = 480
DECISIONS: Final[Mapping[str, by_mail.Decision]] = {"autorizar": "approve", "devolver": "return"}
# no other site learns the address; "no-referrer" would make browsers hide a form's origin too
_HEADERS: Final = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}


def routes(app: App) -> list[Route]:
    """Return the routes; the guard lets them through without a session."""
    desk = Desk(app)
    return [
        Route(PREFIX + "{token}", desk.show, methods=["GET"]),
        Route(PREFIX + "{token}", desk.decide, methods=["POST"]),
        Route(PREFIX + "{token}/{number:int}", desk.picture, methods=["GET"]),
    ]


class Desk:
    """The routes, bound to one App."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def show(self, request: Request) -> Response:
        """Show the content, what the manual said of it, and the form."""
        return await self._page(request)

    async def decide(self, request: Request) -> Response:
        """Decide as the form says, and tell what became of it."""
        if not same_origin(request):
            return await self._page(request, said=web_texts.FOREIGN_POST, status=403)
        form = await request.form(max_files=0, max_fields=FIELDS)
        given = {name: value for name, value in form.items() if isinstance(value, str)}
        decision = DECISIONS.get(given.get("decision", ""))
        if decision is None:
            return await self._page(request, said=web_texts.EXPIRED_PAGE, status=400)
        reason = given.get("motivo", "")
        verb = partial(
            by_mail.decide,
            self._app,
            request.path_params["token"],
            decision=decision,
            reason=reason,
            code=given.get("codigo", ""),
            address=_address(request),
        )
        try:
            said = await to_thread.run_sync(verb)
        except PublisherError as error:
            return await self._page(request, said=str(error), status=_status(error), reason=reason)
        return _sealed(decision_page.over(self._app, said, good=True))

    async def picture(self, request: Request) -> Response:
        """Show one picture of the post, to whoever has the link."""
        number: int = request.path_params["number"]
        try:
            _, story = await self._look(request)
            sha256 = story.pictures[number].sha256
            data = await to_thread.run_sync(partial(media.thumbnail, self._app, sha256, WIDTH))
        except (PublisherError, IndexError):
            return Response(web_texts.NO_PICTURE, status_code=404, media_type="text/plain")
        return Response(data, media_type="image/jpeg", headers=_HEADERS)

    async def _look(self, request: Request) -> tuple[Asked, Story]:
        def read() -> tuple[Asked, Story]:
            token = request.path_params["token"]
            asked = by_mail.look(self._app, token, address=_address(request))
            return asked, post.story(self._app, asked.actor, asked.post_id)

        return await to_thread.run_sync(read)

    async def _page(
        self, request: Request, *, said: str = "", status: int = 200, reason: str = ""
    ) -> Response:
        if request.query_params:  # a mail program's own additions would stay in the history
            return RedirectResponse(request.url.path, status_code=303, headers=_HEADERS)
        try:
            asked, story = await self._look(request)
        except PublisherError as error:
            ended = decision_page.over(self._app, said or str(error), status=_status(error))
            return _sealed(ended)
        page = decision_page.ask(
            self._app,
            asked,
            story,
            address=request.url.path,
            said=said,
            status=status,
            reason=reason,
        )
        return _sealed(page)


def _sealed(page: HTMLResponse) -> HTMLResponse:
    page.headers.update(_HEADERS)
    return page


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _status(error: PublisherError) -> int:
    if isinstance(error, people.Throttled):
        return 429
    if isinstance(error, NotFound):
        return 404
    return 403 if isinstance(error, Forbidden) else 409

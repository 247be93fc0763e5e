"""The second factor over HTTP: the step after the password, and its activation.

The key and the recovery codes are shown by these pages alone, with no script and no store of any
kind: Streamlit keeps what it sends, in the server's memory and in the browser's.
"""

from __future__ import annotations

from functools import partial

import segno
from anyio import to_thread
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard.texts import factor as texts
from dashboard.texts import web as web_texts
from dashboard.web import cookies, pages, steps
from dashboard.web.signin import FIELDS, inner_path, same_origin
from publisher import people
from publisher.app import App
from publisher.errors import PublisherError
from publisher.people import Enrolment
from vault.secret import Secret

RECOVERY = "recuperacion"


def routes(app: App) -> list[Route]:
    """Return the routes, in Spanish paths; the guard leaves only the second step open."""
    desk = Desk(app)
    return [
        Route(steps.CODE_PATH, desk.ask, methods=["GET"]),
        Route(steps.CODE_PATH, desk.enter, methods=["POST"]),
        Route(steps.ENROL_PATH, desk.show, methods=["GET"]),
        Route(steps.ENROL_PATH, desk.go_on, methods=["POST"]),
    ]


class Desk:
    """The routes, bound to one App."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._cookies = cookies.cookies_for(app.settings)

    async def ask(self, request: Request) -> Response:
        """Ask whoever gave the password for a code."""
        wanted = inner_path(request.query_params.get("sig", ""))
        recovery = request.query_params.get("con") == RECOVERY
        return await self._ask(request, wanted=wanted, recovery=recovery)

    async def enter(self, request: Request) -> Response:
        """Open the session that waits for the code, under a new cookie."""
        form = await request.form(max_files=0, max_fields=FIELDS)
        wanted = inner_path(_text(form, "sig"))
        page = partial(self._ask, request, wanted=wanted, recovery=_text(form, "con") == RECOVERY)
        if not same_origin(request):
            return await page(said=web_texts.FOREIGN_POST, status=403)
        step = partial(people.second_step, self._app, self._token(request), _text(form, "codigo"))
        try:
            signed = await to_thread.run_sync(step)
        except people.StepExpired:
            return _expired(wanted)
        except people.Throttled as error:
            answer = await page(said=str(error), status=429)
            answer.headers["Retry-After"] = str(max(1, round(error.wait.total_seconds())))
            return answer
        except PublisherError as error:
            return await page(said=str(error), status=401)
        answer = RedirectResponse(steps.after(signed, wanted), status_code=303)
        self._cookies.set_session(answer, signed.token)
        return answer

    async def show(self, request: Request) -> Response:
        """Explain what begins here, or offer new recovery codes to whoever has a factor."""
        return await self._start(request)

    async def go_on(self, request: Request) -> Response:
        """Show a fresh key, take its first code, or give new recovery codes."""
        if not same_origin(request):
            return await self._start(request, said=web_texts.FOREIGN_POST, status=403)
        form = await request.form(max_files=0, max_fields=FIELDS)
        actor, code = request.state.actor, _text(form, "codigo")
        paso = _text(form, "paso")
        try:
            if paso == "confirmar":
                confirm = partial(people.confirm, self._app, actor, code)
                return self._codes(await to_thread.run_sync(confirm), renewed=False)
            if paso == "codigos":
                renew = partial(people.renew_codes, self._app, actor, code)
                return self._codes(await to_thread.run_sync(renew), renewed=True)
            begin = partial(people.enrol, self._app, actor, password=_text(form, "clave"))
            return self._key(await to_thread.run_sync(begin))
        except PublisherError as error:
            status = 429 if isinstance(error, people.Throttled) else 400
            if paso == "confirmar":
                begun = partial(people.enrolment_begun, self._app, actor)
                shown = await to_thread.run_sync(begun)
                if shown is not None:
                    return self._key(shown, said=str(error), status=status)
            return await self._start(request, said=str(error), status=status)

    async def _ask(
        self, request: Request, *, wanted: str, recovery: bool, said: str = "", status: int = 200
    ) -> Response:
        look = partial(people.waiting, self._app, self._token(request))
        queued = await to_thread.run_sync(look)
        if queued is None:
            return RedirectResponse(steps.with_wanted("/entrar", wanted), status_code=303)
        return pages.second_step(
            self._app, name=queued.name, wanted=wanted, recovery=recovery, said=said, status=status
        )

    async def _start(self, request: Request, *, said: str = "", status: int = 200) -> Response:
        look = partial(people.factor_state, self._app, request.state.actor)
        state = await to_thread.run_sync(look)
        return pages.factor_start(
            self._app,
            state,
            forced=state.compulsory and state.confirmed_at is None,
            said=said,
            status=status,
        )

    def _key(self, shown: Enrolment, *, said: str = "", status: int = 200) -> Response:
        drawn = segno.make(shown.uri.reveal(), error="l", micro=False)
        svg = drawn.svg_inline(border=4, omitsize=True, dark="#1B2733", light="#FFFFFF")
        return pages.factor_key(self._app, svg=svg, key=shown.key, said=said, status=status)

    def _codes(self, given: tuple[Secret, ...], *, renewed: bool) -> Response:
        rests = bool(self._app.timing.factor_rest) and not renewed
        said = texts.CODES_RENEWED if renewed else texts.CODES_INTRO
        return pages.recovery_codes(self._app, given, said=said, rests=rests)

    def _token(self, request: Request) -> str:
        return request.cookies.get(self._cookies.session, "")


def _expired(wanted: str) -> Response:
    return RedirectResponse(steps.with_wanted("/entrar", wanted, caduco="1"), status_code=303)


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""

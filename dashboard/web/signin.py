"""Sign-in, sign-out and the change of password, as plain HTML forms.

Argon2id runs in a thread. A form of somebody without a session must repeat the value of a cookie;
every POST must come from this origin.
"""

from __future__ import annotations

import hmac
import secrets
from functools import partial
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard.texts import factor as factor_texts
from dashboard.texts import web as texts
from dashboard.web import cookies, pages, steps
from dashboard.web.cookies import Cookies
from publisher import people
from publisher.app import App
from publisher.errors import PublisherError

FIELDS = 16


class SignIn:
    """The routes of the session, bound to one App."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._cookies: Cookies = cookies.cookies_for(app.settings)

    def routes(self) -> list[Route]:
        """Return the routes, in Spanish paths."""
        return [
            Route("/entrar", self.show, methods=["GET"]),
            Route("/entrar", self.enter, methods=["POST"]),
            Route("/salir", self.leave, methods=["POST"]),
            Route("/contrasena", self.show_change, methods=["GET"]),
            Route("/contrasena", self.change, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show the sign-in page, or go on when the person is already in."""
        wanted = inner_path(request.query_params.get("sig", ""))
        if await self._signed_in(request):
            return RedirectResponse(wanted, status_code=303)
        asked = request.query_params
        if "otra" not in asked and "caduco" not in asked and await self._queued(request):
            return RedirectResponse(steps.with_wanted(steps.CODE_PATH, wanted), status_code=303)
        said = texts.SIGNED_OUT if "adios" in asked else ""
        said = factor_texts.EXPIRED if "caduco" in asked else said
        return self.page(wanted=wanted, said=said, good="adios" in asked)

    async def enter(self, request: Request) -> Response:
        """Open a session and go where the person wanted to go."""
        form = await request.form(max_files=0, max_fields=FIELDS)
        email, password = _text(form, "correo"), _text(form, "clave")
        wanted = inner_path(_text(form, "sig"))
        page = partial(self.page, wanted=wanted, email=email)
        if not same_origin(request):
            return page(said=texts.FOREIGN_POST, status=403)
        expected = request.cookies.get(self._cookies.form, "")
        if not expected or not _same(_text(form, "formulario"), expected):
            return page(said=texts.EXPIRED_PAGE, status=403)
        if not email.strip() or not password:
            return page(said=texts.MISSING_FIELDS, status=400)
        enter = partial(
            people.sign_in,
            self._app,
            email,
            password,
            address=request.client.host if request.client else "",
            agent=request.headers.get("user-agent", ""),
        )
        try:
            signed = await to_thread.run_sync(enter)
        except people.Throttled as error:
            answer = page(said=str(error), status=429)
            answer.headers["Retry-After"] = str(max(1, round(error.wait.total_seconds())))
            return answer
        except PublisherError as error:
            return page(said=str(error), status=401)
        return self.welcome(signed, wanted)

    async def leave(self, request: Request) -> Response:
        """End the session; every open tab notices on its next action."""
        if not same_origin(request):
            return self.page(wanted="/", said=texts.FOREIGN_POST, status=403)
        token = request.cookies.get(self._cookies.session, "")
        await to_thread.run_sync(people.sign_out, self._app, token)
        answer = RedirectResponse("/entrar?adios=1", status_code=303)
        self._cookies.clear(answer, self._cookies.session)
        return answer

    async def show_change(self, request: Request) -> Response:
        """Show the page to choose a new password."""
        return pages.change_password(self._app, forced=not request.state.actor.grants)

    async def change(self, request: Request) -> Response:
        """Store the new password; the other sessions of the person end."""
        actor = request.state.actor
        page = partial(pages.change_password, self._app, forced=not actor.grants)
        if not same_origin(request):
            return page(said=texts.FOREIGN_POST, status=403)
        form = await request.form(max_files=0, max_fields=FIELDS)
        new = _text(form, "nueva")
        if new != _text(form, "repetida"):
            return page(said=texts.PASSWORDS_DIFFER, status=400)
        change = partial(
            people.change_password, self._app, actor, current=_text(form, "actual"), new=new
        )
        try:
            await to_thread.run_sync(change)
        except PublisherError as error:
            return page(said=str(error), status=400)
        return RedirectResponse("/", status_code=303)

    async def _signed_in(self, request: Request) -> bool:
        token = request.cookies.get(self._cookies.session, "")
        if not token:
            return False
        return await to_thread.run_sync(people.actor_of, self._app, token) is not None

    def welcome(self, signed: people.SignedIn, wanted: str) -> Response:
        """Give the browser its session and lead it on."""
        answer = RedirectResponse(steps.after(signed, wanted), status_code=303)
        self._cookies.set_session(answer, signed.token)
        self._cookies.clear(answer, self._cookies.form)
        return answer

    async def _queued(self, request: Request) -> bool:
        """Tell whether only the code is missing to this browser's sign-in."""
        token = request.cookies.get(self._cookies.session, "")
        if not token:
            return False
        return await to_thread.run_sync(people.waiting, self._app, token) is not None

    def page(
        self, *, wanted: str, email: str = "", said: str = "", good: bool = False, status: int = 200
    ) -> Response:
        """Return the sign-in page with a fresh form."""
        token = secrets.token_urlsafe(24)
        answer = pages.sign_in(
            self._app,
            form_token=token,
            wanted=wanted,
            email=email,
            said=said,
            good=good,
            status=status,
        )
        self._cookies.set_form(answer, token)
        return answer


def inner_path(wanted: str) -> str:
    """Return ``wanted`` when it is a path of this site, else the start page: no open redirect."""
    if not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted:
        return "/"
    if not wanted.isprintable() or len(wanted) > 512:
        return "/"
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or parts.path in {"/entrar", "/salir"}:
        return "/"
    return wanted


def same_origin(request: Request) -> bool:
    """Tell whether a POST came from a page of this site, by what the browser itself says."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""

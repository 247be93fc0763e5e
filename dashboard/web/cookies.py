"""Names and attributes of the dashboard's cookies, from the public address."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Final

from starlette.responses import Response

from publisher.settings import Settings

SESSION_SECONDS: Final = 10 * 3600
FORM_SECONDS: Final = 3600
NOTE_SECONDS: Final = 600


@dataclass(frozen=True, kw_only=True)
class Cookies:
    """How cookies are written here. ``__Host-`` needs HTTPS, so plain names serve over http."""

    session: str
    form: str
    note: str
    secure: bool

    def set_session(self, response: Response, token: str) -> None:
        """Give the browser its session; scripts cannot read it."""
        self._set(response, self.session, token, SESSION_SECONDS)

    def set_form(self, response: Response, token: str) -> None:
        """Give the browser the value that its next form must repeat."""
        self._set(response, self.form, token, FORM_SECONDS)

    def set_note(self, response: Response, note: str) -> None:
        """Give the browser what it brings back from the institution's sign-in."""
        self._set(response, self.note, note, NOTE_SECONDS)

    def clear(self, response: Response, name: str) -> None:
        """Take the cookie ``name`` away."""
        response.delete_cookie(name, path="/", secure=self.secure, httponly=True, samesite="lax")

    def _set(self, response: Response, name: str, value: str, seconds: int) -> None:
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )


def cookies_for(settings: Settings) -> Cookies:
    """Return the cookies of this installation; TLS is told by the public address, not guessed."""
    secure = settings.public_url.startswith("https://")
    prefix = "__Host-" if secure else ""
    return Cookies(
        session=f"{prefix}sesion",
        form=f"{prefix}formulario",
        note=f"{prefix}institucion",
        secure=secure,
    )


def read(header: str, name: str) -> str:
    """Return the value of cookie ``name`` in a Cookie header, or the empty string."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(header)
    except CookieError:
        return ""
    return jar[name].value if name in jar else ""

"""Where a sign-in goes on: to the code, to a password of one's own, or to the page wanted."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from publisher.people import SignedIn

CODE_PATH: Final = "/entrar/codigo"
ENROL_PATH: Final = "/verificacion"
CHANGE_PATH: Final = "/contrasena"


def after(signed: SignedIn, wanted: str) -> str:
    """Return the next address after a step of signing in; ``wanted`` is a path of this site."""
    if signed.needs_code:
        return with_wanted(CODE_PATH, wanted)
    return CHANGE_PATH if signed.must_change else wanted


def with_wanted(path: str, wanted: str, **more: str) -> str:
    """Return ``path`` that remembers where the person wanted to go."""
    query = dict(more) if wanted == "/" else {"sig": wanted, **more}
    return f"{path}?{urlencode(query)}" if query else path

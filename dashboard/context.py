"""The one seam between screens and publisher: the App, who is there, and errors as sentences."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import Literal, TypeVar

import streamlit as st

from dashboard.texts import common as texts
from dashboard.web import cookies
from publisher import people
from publisher.app import Actor, App, open_app
from publisher.errors import PublisherError

log = logging.getLogger(__name__)

T = TypeVar("T")

_NOTICE = "aviso"
_house: list[App] = []


def use(app: App) -> None:
    """Make ``app`` the one that every script of this process works with."""
    _house[:] = [app]


def house() -> App:
    """Return the App of this process; opened from the settings when nobody set one."""
    if not _house:
        use(open_app())
    return _house[0]


def token() -> str:
    """Return the session token that the browser sent when it opened its socket."""
    name = cookies.cookies_for(house().settings).session
    return str(st.context.cookies.get(name, ""))


def person() -> Actor:
    """Return who is looking, read from the session row on every run; else end the page here."""
    found = people.actor_of(house(), token())
    if found is None:
        session_ended()
    assert found is not None  # noqa: S101 - session_ended never returns
    return found


def session_ended() -> None:
    """Show that the session is over, with the way back in, and stop the run."""
    st.title(texts.SESSION_ENDED_TITLE)
    st.markdown(texts.SESSION_ENDED)
    st.html(f'<a class="pg-enlace" href="/entrar" target="_top">{texts.SIGN_IN_AGAIN}</a>')
    st.stop()


def attempt(verb: Callable[[], T], *, quiet: bool = False) -> T | None:
    """Return what ``verb`` returns; on a refusal show its sentence and return None.

    Anything unexpected gets a folio on the screen and its traceback in the log. With ``quiet`` the
    sentence is kept for the next run, because the caller is a callback.
    """
    try:
        return verb()
    except PublisherError as error:
        sentence = str(error)
    except Exception as error:  # noqa: BLE001 - the last line before a person
        sentence = unexpected(error)
    if quiet:
        tell(sentence, kind="error")
    else:
        st.error(sentence, icon=":material/error:")
    return None


def refusal(verb: Callable[[], object]) -> str | None:
    """Run ``verb``; return the sentence of its refusal instead of showing it, None if it worked.

    Anything unexpected gets its folio here too.
    """
    try:
        verb()
    except PublisherError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - the last line before a person
        return unexpected(error)
    return None


def done(verb: Callable[[], object], sentence: str) -> bool:
    """Run ``verb``; keep ``sentence`` for the next run, or show why it was refused."""
    refused = refusal(verb)
    if refused is not None:
        st.error(refused, icon=":material/error:")
        return False
    tell(sentence)
    return True


def button(
    label: str,
    verb: Callable[[], object],
    told: str,
    *,
    key: str,
    type: Literal["primary", "secondary", "tertiary"] = "secondary",  # noqa: A002 - Streamlit's
    icon: str | None = None,
    help: str | None = None,  # noqa: A002 - Streamlit's
    disabled: bool = False,
) -> None:
    """Draw a button that does ``verb``: the page runs anew and says ``told``, or says why not."""
    pressed = st.button(label, key=key, type=type, icon=icon, help=help, disabled=disabled)
    if pressed and done(verb, told):
        st.rerun()


def load(verb: Callable[[], T]) -> T:
    """Return what ``verb`` returns; a refusal shows its sentence and ends the page."""
    try:
        return verb()
    except PublisherError as error:
        st.error(str(error), icon=":material/error:")
        st.stop()


def unexpected(error: BaseException) -> str:
    """Write ``error`` to the log under a new folio and return the sentence that names it."""
    folio = secrets.token_hex(4).upper()
    log.error("folio %s", folio, exc_info=error)
    return texts.UNEXPECTED.format(folio=folio)


def on_script_error(error: Exception) -> bool:
    """Show a Spanish sentence instead of Streamlit's traceback."""
    st.error(unexpected(error), icon=":material/error:")
    st.markdown(texts.NOTHING_LOST)
    return True


def tell(sentence: str, *, kind: str = "ok") -> None:
    """Keep a sentence for the next run of this browser; ``kind`` is ``ok`` or ``error``."""
    st.session_state.setdefault(_NOTICE, []).append((kind, sentence))


def show_told() -> None:
    """Show what was kept: what went well as a toast, what did not in place."""
    for kind, sentence in st.session_state.pop(_NOTICE, []):
        if kind == "ok":
            st.toast(sentence, icon=":material/check_circle:")
        else:
            st.error(sentence, icon=":material/error:")

"""Signing in with the institution's account, at its OpenID Connect provider.

``offered`` ``depart`` ``arrive`` ``unlink`` ``reach_provider``. The person leaves with a signed
note in a cookie and comes back with the provider's answer; whoever only asks to leave writes
nothing here. The session that opens is one like any other.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from publisher import access, notices
from publisher.app import Actor, App
from publisher.errors import Conflict, Invalid, NotFound, PublisherError, Unready
from publisher.models import ExternalIdentity, SignIn
from publisher.people import throttle
from publisher.people.persons import end_sessions, find
from publisher.people.recognition import recognised, void_temporary
from publisher.people.signin import SignedIn, SignInRefused, open_session, tell_refused
from publisher.texts import elsewhere as texts
from vault.secret import Secret

if TYPE_CHECKING:
    from publisher.people.provider import Identity, Registration

LIFE: Final = timedelta(minutes=10)
PURPOSE: Final = "sign-in-elsewhere"
_PREFIX: Final = "elsewhere:"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Departure:
    """Where the person goes, and the note that only their browser keeps until they come back."""

    address: str
    note: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """The session that was opened, and the path that the person wanted."""

    signed: SignedIn
    wanted: str


def offered(app: App) -> str:
    """Return how this installation calls the institution's account; empty where it has none."""
    chosen = app.settings
    return (
        (chosen.oidc_label or texts.LABEL) if chosen.oidc_issuer and chosen.oidc_client_id else ""
    )


def depart(app: App, *, redirect_uri: str, wanted: str) -> Departure:
    """Return the provider's address with a new state.

    Raises ``Invalid`` where it is not configured or may not be reached, ``ProviderSilent``.
    """
    from publisher.people import provider

    registered = registration(app)
    known = provider.published(registered, elapsed=app.elapsed())
    state = secrets.token_urlsafe(32)
    until = app.clock() + LIFE
    address = provider.address(
        registered,
        known,
        redirect_uri=redirect_uri,
        state=state,
        nonce=_derived(app, "nonce", state),
        verifier=_derived(app, "verifier", state),
    )
    return Departure(address=address, note=_signed(app, state, until, wanted))


def arrive(
    app: App,
    *,
    note: str,
    answer: Mapping[str, str],
    redirect_uri: str,
    address: str = "",
    agent: str = "",
) -> Arrival:
    """Open a session for whom the provider vouches; ``answer`` are the parameters it sent back.

    Each state serves once, recorded like any try to sign in. Raises ``Throttled``, ``Conflict`` for
    a state that is not this browser's, is old or was used, ``SignInRefused`` where nobody may enter
    and ``ProviderSilent`` or ``ProviderRefused``.
    """
    registered = registration(app)
    state, wanted = _opened(app, note)
    if not hmac.compare_digest(state.encode(), answer.get("state", "").encode()):
        raise Conflict(texts.STALE)
    attempt_id = _redeem(app, state, address[:64])
    try:
        who = _vouched_for(app, registered, state, answer, redirect_uri)
        signed = _enter(app, who, attempt_id, address[:64], agent[:200])
    except PublisherError:
        tell_refused(app, None)
        raise
    return Arrival(signed=signed, wanted=wanted)


def unlink(app: App, actor: Actor, person_id: int) -> None:
    """Forget a person's account at the provider, end their sessions and tell them.

    For whoever got another account there; the next sign-in links it by its e-mail. Raises
    ``NotFound``.
    """
    access.authorize(actor, "people.manage")
    now = app.clock()
    with app.write() as session:
        person = find(session, person_id)
        gone = session.execute(
            delete(ExternalIdentity)
            .where(col(ExternalIdentity.person_id) == person_id)
            .returning(col(ExternalIdentity.subject))
        ).all()
        if not gone:
            raise NotFound(texts.NOT_LINKED)
        end_sessions(session, person_id, now=now)
        app.note(session, app.entry(actor, "person.identity.unlink", "person", person_id))
        notices.notify(
            session,
            app,
            person_ids=[person_id],
            kind="person.identity.unlink",
            subject=texts.UNLINKED_SUBJECT,
            body=texts.UNLINKED_BODY.format(
                name=person.name, by=actor.name, when=notices.when(session, now)
            ),
        )


def reach_provider(app: App) -> int:
    """Return how many milliseconds the provider took to say what it publishes, asked anew.

    Raises what ``depart`` raises.
    """
    from publisher.people import provider

    started = time.monotonic()
    provider.published(registration(app), elapsed=app.elapsed(), anew=True)
    return round((time.monotonic() - started) * 1000)


def registration(app: App) -> Registration:
    """Return what the installation has at its provider.

    Raises ``Invalid`` where that is not set, is not HTTPS, or would leave a sandbox's machine.
    """
    from publisher.people import provider

    chosen = app.settings
    if not offered(app):
        raise Invalid(texts.UNSET)
    if not provider.is_allowed(chosen.oidc_issuer, loopback_only=app.sandboxed):
        raise Invalid(texts.NOT_HERE if app.sandboxed else texts.INSECURE)
    try:
        secret = chosen.oidc_client_secret
    except Unready as error:
        # the sentence names a path of this machine: for the log and ``doctor``, not for a visitor
        log.warning("elsewhere.secret", cause=str(error))
        raise Invalid(texts.UNSET) from None
    return provider.Registration(
        issuer=chosen.oidc_issuer,
        client_id=chosen.oidc_client_id,
        client_secret=Secret(secret),
        loopback_only=app.sandboxed,
    )


def _vouched_for(
    app: App, registered: Registration, state: str, answer: Mapping[str, str], redirect_uri: str
) -> Identity:
    from publisher.people import provider

    code = answer.get("code", "")
    if not code:
        raise SignInRefused(texts.LEFT)
    known = provider.published(registered, elapsed=app.elapsed())
    # one who answers in another's name would get our code for that other (RFC 9207)
    if answer.get("iss", known.issuer if not known.names_itself else "") != known.issuer:
        raise provider.ProviderRefused(texts.REFUSED)
    return provider.identity(
        registered,
        known,
        redirect_uri=redirect_uri,
        code=code,
        nonce=_derived(app, "nonce", state),
        verifier=_derived(app, "verifier", state),
        now=app.clock(),
    )


def _enter(app: App, who: Identity, attempt_id: int | None, address: str, agent: str) -> SignedIn:
    detail = json.dumps({"issuer": who.issuer})
    try:
        with app.write() as session:
            person = recognised(session, app, who)
            void_temporary(session, app, person)
            return open_session(
                session, app, person, attempt_id, address=address, agent=agent, detail=detail
            )
    except IntegrityError:
        # the same account arrived twice at the same moment, for the first time
        raise Conflict(texts.STALE) from None


def _redeem(app: App, state: str, address: str) -> int | None:
    """Use a state up: the try is recorded before anything else, as one that failed."""
    name = _PREFIX + hashlib.sha256(state.encode()).hexdigest()[:32]
    now = app.clock()
    with app.write() as session:
        # this serialises the tries, so that of two with one state the second finds the first
        wait = throttle.wait(session, name, address, now)
        used = session.scalar(select(col(SignIn.id)).where(col(SignIn.email) == name))
        if used is not None:
            raise Conflict(texts.STALE)
        if wait is not None:
            raise throttle.Throttled(wait)
        attempt = SignIn(email=name, address=address, succeeded=False, at=now)
        session.add(attempt)
        session.flush()
        return attempt.id


def _derived(app: App, what: str, state: str) -> str:
    """Return the nonce or the verifier of a state: the browser never holds them (43 characters)."""
    return _mac(app, f"{what}:{state}")


def _signed(app: App, state: str, until: datetime, wanted: str) -> str:
    body = json.dumps([state, until.timestamp(), wanted]).encode()
    text = urlsafe_b64encode(body).decode()
    return f"{text}.{_mac(app, text)}"


def _opened(app: App, note: str) -> tuple[str, str]:
    """Return the state and the wanted path of a note of ours. Raises ``Conflict``."""
    text, _, mac = note.rpartition(".")
    if not text or not hmac.compare_digest(mac.encode(), _mac(app, text).encode()):
        raise Conflict(texts.STALE)
    state, until, wanted = json.loads(urlsafe_b64decode(text))
    if app.clock().timestamp() > until:
        raise Conflict(texts.STALE)
    return str(state), str(wanted)


def _mac(app: App, text: str) -> str:
    digest = hmac.digest(app.keyring.subkey(PURPOSE), text.encode(), "sha256")
    return urlsafe_b64encode(digest).decode().rstrip("=")

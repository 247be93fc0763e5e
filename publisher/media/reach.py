"""Whether a network could fetch our media now: the address is judged, then one link is asked for.

Told before anybody approves, so that nobody learns of it from a post that failed. ``known`` reads
what this process remembers and touches no network; ``ask`` looks again where that is old, and is
never called inside a transaction. A look from here is no proof for the outside, but a name that
does not resolve, a certificate that is not valid, a proxy that leads elsewhere all show.
"""

from __future__ import annotations

import hashlib
import ipaddress
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlmodel import col

from publisher import db
from publisher.app import App
from publisher.media.links import EXTENSIONS, HEALTH, installation_id, media_url
from publisher.models import Rendition
from publisher.texts import media as texts

State = Literal["ok", "none", "private", "silent", "wrong"]

GOOD_FOR: Final = timedelta(minutes=10)
BAD_FOR: Final = timedelta(minutes=1)
TIMEOUT: Final = (4.0, 8.0)

_remembered: dict[str, Reach] = {}
_lock = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What is known of the address: ``none`` is set, it is ``private``, ``silent`` or ``wrong``.

    ``sentence`` is Spanish and says what to do; empty when all is well. ``at`` is when it was
    looked at.
    """

    state: State
    sentence: str = ""
    at: datetime


def known(app: App) -> Reach:
    """Return what is known without looking; an address never looked at is presumed good."""
    base = app.media_base_url
    judged = _judge(app, base)
    return judged or _remembered.get(base) or Reach(state="ok", at=app.clock())


def ask(app: App) -> Reach:
    """Return ``known``, after a look where the last one is old."""
    base, now = app.media_base_url, app.clock()
    judged = _judge(app, base)
    if judged is not None:
        return judged
    last = _remembered.get(base)
    good_for = GOOD_FOR if last is not None and last.state == "ok" else BAD_FOR
    if last is not None and timedelta() <= now - last.at < good_for:
        return last
    # whoever comes while another looks waits for that one's answer
    with _lock:
        newer = _remembered.get(base)
        if newer is not None and newer is not last:
            return newer
        found = probe(app)
        _remembered[base] = found
    return found


def probe(app: App) -> Reach:
    """Fetch one of our own short-lived links from the public address; nothing is remembered.

    With no picture kept yet, the route is asked whose it is.
    """
    if db.in_transaction():
        raise RuntimeError("no network inside a transaction")
    now = app.clock()
    with app.read() as session:
        sample = session.execute(
            select(col(Rendition.sha256), col(Rendition.mime), col(Rendition.size))
            .where(col(Rendition.mime).in_(sorted(EXTENSIONS)))
            .order_by(col(Rendition.size))
            .limit(1)
        ).first()
    base = app.media_base_url
    url = media_url(app, sample.sha256, sample.mime) if sample else base + HEALTH
    status, body, trouble = _fetch(app, url)
    if trouble:
        sentence = texts.REACH_SILENT.format(address=base, cause=texts.REACH_CAUSES[trouble])
        return Reach(state="silent", sentence=sentence, at=now)
    if status != 200:
        sentence = texts.REACH_STATUS.format(address=base, status=status)
        return Reach(state="wrong", sentence=sentence, at=now)
    ours = (
        hashlib.sha256(body).hexdigest() == sample.sha256
        if sample
        else body == installation_id(app).encode()
    )
    if not ours:
        return Reach(state="wrong", sentence=texts.REACH_OTHER.format(address=base), at=now)
    return Reach(state="ok", at=now)


def forget() -> None:
    """Forget every look; the next ``ask`` looks."""
    _remembered.clear()


def is_public(address: str) -> bool:
    """Tell whether ``address`` is HTTPS on a host that a network on the internet may know."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme != "https" or host == "localhost":
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host


def _judge(app: App, base: str) -> Reach | None:
    """Return what can be said offline; a sandbox fetches on loopback from whoever serves then."""
    if not base:
        return Reach(state="none", sentence=texts.NO_PUBLIC_ADDRESS, at=app.clock())
    if app.sandboxed:
        return Reach(state="ok", at=app.clock())
    if not is_public(base):
        sentence = texts.REACH_PRIVATE.format(address=base)
        return Reach(state="private", sentence=sentence, at=app.clock())
    return None


def _fetch(app: App, url: str) -> tuple[int, bytes, str]:
    """Return (status, body, trouble), the last a name of ``texts.REACH_CAUSES`` or empty."""
    # requests takes a moment to import, and most processes never look
    import requests

    from connectors.transport import Transport, session

    with session(Transport(loopback_only=app.sandboxed, timeout=TIMEOUT)) as asking:
        try:
            answer = asking.get(url, allow_redirects=False)
        except requests.exceptions.SSLError:
            return 0, b"", "certificate"
        except requests.exceptions.Timeout:
            return 0, b"", "timeout"
        except requests.exceptions.ConnectionError as error:
            return 0, b"", "name" if "NameResolution" in repr(error) else "refused"
        except requests.exceptions.RequestException:
            return 0, b"", "failed"
        else:
            return answer.status_code, answer.content, ""

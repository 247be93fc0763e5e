"""The one ``requests`` adapter under every SDK: what leaves this process leaves through here.

It sets timeouts, replaces the address by a stand-in's, refuses addresses that are not loopback
when told so, follows no redirect, retries nothing, lets one visible request through and remembers
whether any of its bytes left.

``session(transport)`` gives a shared session; ``once(deadline)`` guards the visible request. What
a failure proves of a request is in ``arrival``.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import ChunkedEncodingError, ContentDecodingError, InvalidURL, ReadTimeout
from urllib3 import exceptions as urllib3_errors
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from connectors.redaction import quiet_loggers

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
POOL_SIZE = 64
MAX_REPLY_BYTES = 16 * 1024 * 1024
_CHUNK = 64 * 1024


class AddressRefused(InvalidURL):
    """A process that may only speak to loopback was about to speak to something else."""


class DeadlinePassed(InvalidURL):
    """The moment for sending was over before the first byte; nothing left."""


class SecondWrite(requests.RequestException):
    """Something tried to repeat the visible request; the repetition was not sent."""


class Sleep:
    """How long the machine slept since this object was made, which a deadline must count.

    ``time.monotonic()`` stands still while the machine is suspended: a call prepared before would
    be made long after its time.
    """

    __slots__ = ("_before",)

    def __init__(self) -> None:
        self._before = _asleep()

    def seconds(self) -> float:
        """Return the seconds of sleep since then."""
        return max(0.0, _asleep() - self._before)


_BOOT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def _asleep() -> float:
    return time.clock_gettime(_BOOT) - time.monotonic()


@dataclass(slots=True)
class Shot:
    """One visible request: may it start (``deadline``), did it (``asked``), did bytes leave.

    ``headers`` are those of its reply, which most SDKs throw away.
    """

    deadline: float
    asked: bool = False
    wrote: bool = False
    sleep: Sleep = field(default_factory=Sleep)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """Tell whether the deadline has passed, sleep included."""
        return time.monotonic() + self.sleep.seconds() >= self.deadline


_shot: ContextVar[Shot | None] = ContextVar("connectors_shot", default=None)


@contextmanager
def once(deadline: float) -> Iterator[Shot]:
    """Let one write through this thread's sessions, if it starts before ``deadline``.

    ``deadline`` is ``time.monotonic()`` seconds. A write after it raises ``DeadlinePassed``, a
    second write ``SecondWrite``; reads are not counted.
    """
    shot = Shot(deadline)
    token = _shot.set(shot)
    try:
        yield shot
    finally:
        _shot.reset(token)


class _Witness:
    """Connection mixin: checks the deadline after the handshake and notes the first byte."""

    sock: Any
    _opening = False

    def connect(self) -> None:
        self._opening = True
        try:
            super().connect()  # type: ignore[misc]
        finally:
            self._opening = False
        shot = _shot.get()
        if shot is not None and shot.asked and not shot.wrote and shot.is_over:
            # Name resolution knows no timeout: it may have eaten the deadline.
            self.close()  # type: ignore[attr-defined]
            raise DeadlinePassed("the deadline passed while connecting")

    def send(self, data: Any) -> None:
        if not self._opening:
            if self.sock is None:
                self.connect()
            shot = _shot.get()
            if shot is not None and shot.asked:
                shot.wrote = True
        super().send(data)  # type: ignore[misc]


class _PlainConnection(_Witness, HTTPConnection):
    pass


class _TlsConnection(_Witness, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class Transport(HTTPAdapter):
    """The guarded adapter; one per network and process, shared by threads.

    ``base_url`` replaces scheme, host and port. ``timeout`` is (connect, read) seconds, used where
    the caller gives none; the read part also bounds the whole body.
    """

    def __init__(
        self,
        base_url: str | None = None,
        *,
        loopback_only: bool = False,
        timeout: tuple[float, float] = (5.0, 30.0),
    ) -> None:
        base = urlsplit(base_url) if base_url else None
        self.base = (base.scheme, base.netloc) if base else None
        self.loopback_only = loopback_only
        self.timeout = timeout
        quiet_loggers()
        super().__init__(pool_connections=16, pool_maxsize=POOL_SIZE, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Build the pools out of connections that witness."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}

    def proxy_manager_for(self, proxy: Any, **proxy_kwargs: Any) -> Any:
        """Build a proxy's pools out of connections that witness, too."""
        manager = super().proxy_manager_for(proxy, **proxy_kwargs)
        manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}
        return manager

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send one request under all guards and read its whole reply."""
        self._address(request)
        shot = _shot.get()
        if shot is not None and (request.method or "GET").upper() not in SAFE_METHODS:
            if shot.asked:
                raise SecondWrite("a second write inside one attempt", request=request)
            if shot.is_over:
                raise DeadlinePassed("the deadline passed before sending", request=request)
            shot.asked = True
        direct = self.base is not None or self.loopback_only
        patience = timeout or self.timeout
        response = super().send(
            request,
            stream=True,
            timeout=patience,
            verify=verify,
            cert=cert,
            proxies={} if direct else proxies,
        )
        if shot is not None and (request.method or "GET").upper() not in SAFE_METHODS:
            shot.headers = dict(response.headers)
        # requests would repeat a write at the new address, and show a token to another host.
        response.headers.pop("location", None)
        if not stream:
            _read(response, patience[1] if isinstance(patience, tuple) else float(patience))
        return response

    def _address(self, request: requests.PreparedRequest) -> None:
        parts = urlsplit(request.url or "")
        if self.base is not None:
            scheme, netloc = self.base
            parts = parts._replace(scheme=scheme, netloc=netloc)
            request.url = urlunsplit(parts)
            # Some SDKs name the platform's own host here; the connection decides it.
            request.headers.pop("Host", None)
        if self.loopback_only and not is_loopback(parts.hostname or ""):
            raise AddressRefused(f"not a loopback address: {parts.hostname}")


def session(transport: Transport) -> requests.Session:
    """Return a session that only speaks through ``transport``; safe to share between threads.

    It keeps no cookies, so nothing passes from one account to another, and reads the environment
    (proxies, certificate bundle) once instead of on every call.
    """
    new = requests.Session()
    ambient = new.merge_environment_settings("https://example.org/", {}, None, None, None)
    new.trust_env = False
    new.proxies = dict(ambient["proxies"])
    new.verify = ambient["verify"]
    new.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    mount(new, transport)
    return new


def mount(target: requests.Session, transport: Transport) -> None:
    """Make ``transport`` the only way out of ``target``."""
    for prefix in ("https://", "http://"):
        target.mount(prefix, transport)


def is_loopback(host: str) -> bool:
    """Tell whether ``host`` names this machine: a loopback literal or ``localhost``."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _read(response: requests.Response, seconds: float) -> None:
    """Read the body within ``seconds`` in all: a peer that drips must not hold a thread."""
    end = time.monotonic() + seconds
    try:
        body = b"".join(_chunks(response.raw, end))
    except BaseException:
        response.raw.close()
        raise
    response.raw.release_conn()
    response._content = body  # noqa: SLF001
    response._content_consumed = True  # type: ignore[attr-defined]  # noqa: SLF001


def _chunks(raw: Any, end: float) -> Iterator[bytes]:
    size = 0
    try:
        while chunk := raw.read1(_CHUNK, decode_content=True):
            size += len(chunk)
            if size > MAX_REPLY_BYTES:
                raise ChunkedEncodingError("the reply is too large")
            if time.monotonic() > end:
                raise ReadTimeout("the reply did not end in time")
            yield chunk
    except urllib3_errors.ReadTimeoutError as error:
        raise ReadTimeout(str(error)) from None
    except urllib3_errors.DecodeError as error:
        raise ContentDecodingError(str(error)) from None
    except urllib3_errors.HTTPError as error:
        raise ChunkedEncodingError(str(error)) from None

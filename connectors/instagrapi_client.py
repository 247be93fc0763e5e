"""instagrapi's client, held to one request at a time through our transport."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from instagrapi import Client

from connectors.transport import Transport, mount
from connectors.verdicts import INSTAGRAM_PRIVATE, Facts

_SESSIONS = ("private", "public", "graphql")
_OURS = {
    "private_transport": "requests",
    "public_transport": "requests",
    "session_retry_total": 0,
    "public_request_retries_count": 1,
    "request_timeout": 0,
}
_NO_REPLY = frozenset(
    {
        "ClientConnectionError",
        "ClientIncompleteReadError",
        "ClientJSONDecodeError",
        "ClientRequestTimeout",
    }
)
_KNOWN_KINDS = frozenset(kind for row in INSTAGRAM_PRIVATE for kind in row.kinds)


_VOLATILE = frozenset({"rur", "shbid", "shbts", "urlgen", "csrftoken"})
"""Cookies that are new with every reply and that nothing depends on."""

_MATTERS = (
    "authorization_data",
    "mid",
    "ig_www_claim",
    "uuids",
    "device_settings",
    "user_agent",
    "usdid",
)


def matter(settings: Mapping[str, Any]) -> str:
    """Return what of settings must outlive their use: the session, its cookies, the device."""
    kept = {name: settings.get(name) or None for name in _MATTERS}
    cookies = {k: v for k, v in (settings.get("cookies") or {}).items() if k not in _VOLATILE}
    return json.dumps({**kept, "cookies": cookies}, sort_keys=True, default=str)


class _Uploaded(Exception):
    """A film is up, and the library would configure it next."""

    def __init__(self, found: tuple[str, int, int, float]) -> None:
        self.found = found
        super().__init__(found[0])


class GuardedClient(Client):  # type: ignore[misc]
    """instagrapi's client, speaking only through our transport and asking only once.

    The library puts its own adapters back whenever settings are loaded, so they are replaced after
    each of those moments. Its ``private_request`` sleeps and repeats; this one does neither, and
    never reaches the prompts for a code or a password.
    """

    def __init__(
        self,
        settings: Mapping[str, Any],
        transport: Transport,
        changed: Callable[[str], None] | None = None,
    ) -> None:
        """Call ``changed`` with settings that a request changed in what matters, as JSON."""
        self._transport = transport
        self._configures = False
        self._changed, self._matter = changed, matter(settings)
        super().__init__(settings={**settings, **_OURS}, with_challenge_flow=False)
        self.challenge_code_handler = self.change_password_handler = _no_prompt
        self._guard()

    def private_request(
        self,
        endpoint: str,
        data: Any = None,
        params: Any = None,
        login: bool = False,
        with_signature: bool = True,
        headers: Mapping[str, str] | None = None,
        extra_sig: Any = None,
        domain: str | None = None,
    ) -> dict[str, Any]:
        """Send one request of the private API, once; a post is made only while publishing."""
        if endpoint.startswith("media/configure") and not self._configures:
            raise RuntimeError("nothing is configured before the visible request")
        own = {"Authorization": self.authorization} if self.authorization else {}
        try:
            reply: dict[str, Any] = self._send_private_request(
                endpoint,
                data=data,
                params=params,
                login=login,
                with_signature=with_signature,
                headers={**own, **(headers or {})},
                extra_sig=extra_sig,
                domain=domain,
            )
        finally:
            self.take_authorization()
            self._tell_changes()
        return reply

    def _tell_changes(self) -> None:
        """Hand the settings over where the session or the device in them is another now."""
        if self._changed is None:
            return
        settings = self.get_settings()
        now = matter(settings)
        if now != self._matter:
            self._matter = now
            self._changed(json.dumps(settings))

    def take_authorization(self) -> bool:
        """Take the session that the last reply brought, as the application does; tell if any."""
        headers = getattr(self.last_response, "headers", None) or {}
        for name, keep in (
            ("ig-set-ig-u-rur", self.set_ig_u_rur),
            ("x-ig-set-www-claim", self.set_ig_www_claim),
        ):
            if headers.get(name):
                keep(headers[name])
        given = self.parse_authorization(headers.get("ig-set-authorization"))
        if not isinstance(given, dict) or not given.get("sessionid"):
            return False
        self.authorization_data = given
        return True

    @contextmanager
    def publishing(self) -> Iterator[None]:
        """Let the ``with`` block configure what was uploaded; nothing else may."""
        self._configures = True
        try:
            yield
        finally:
            self._configures = False

    def clip_rupload(self, film: Path, cover: Path) -> tuple[str, int, int, float]:
        """Upload a reel's film; return its id, width, height and seconds.

        The library has one verb for uploading and configuring; it is left before the second.
        """
        try:
            self.clip_upload(film, "", thumbnail=cover, configure_timeout=0)
        except _Uploaded as done:
            return done.found
        raise RuntimeError("the library configured what was only to be uploaded")

    def clip_configure(self, upload_id: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Configure a reel, or say to ``clip_rupload`` that its upload is done."""
        if not self._configures:
            _, width, height, seconds = args[:4]
            raise _Uploaded((str(upload_id), int(width), int(height), float(seconds)))
        reply: dict[str, Any] = super().clip_configure(upload_id, *args, **kwargs)
        return reply

    def photo_rupload(self, path: Path, upload_id: str = "", *args: Any, **kwargs: Any) -> Any:
        """Upload a picture; not while configuring, since the still went up with its film."""
        if self._configures:
            return upload_id, 0, 0
        return super().photo_rupload(path, upload_id, *args, **kwargs)

    def _guard(self) -> None:
        for name in _SESSIONS:
            if hasattr(self, name):
                target: requests.Session = getattr(self, name)
                target.trust_env = False
                mount(target, self._transport)

    def _configure_private_session_retry(self, *_: Any, **__: Any) -> None:
        self.private_transport = "requests"
        self._guard()

    def _configure_public_session_retry(self) -> None:
        self._guard()


def facts_of(error: BaseException) -> Facts | None:
    """Return what Instagram replied, None if there is no reply in ``error``.

    Only the class and a genuine response are trusted: the library lets the server's text set any
    attribute of its exceptions.
    """
    names = [kind.__name__ for kind in type(error).__mro__]
    if "ClientError" not in names or not _NO_REPLY.isdisjoint(names):
        return None
    response = getattr(error, "response", None)
    real = response if isinstance(response, requests.Response) else None
    known = next((name for name in names if name in _KNOWN_KINDS), names[0])
    return Facts(
        status=real.status_code if real is not None else None,
        kind=known,
        text=f"{names[0]}: {error}",
        headers=dict(real.headers) if real is not None else {},
    )


def _no_prompt(*_: Any, **__: Any) -> str:
    raise RuntimeError("a worker never asks for a code or a password")

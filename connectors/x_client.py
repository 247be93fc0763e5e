"""tweepy's client with the v2 media upload that tweepy lacks, and what X's replies say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, cast

import requests
import tweepy
from requests_oauthlib import OAuth1

from connectors.calls import field
from connectors.contract import Credential
from connectors.verdicts import Facts

FIELDS = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")

_HOST = "https://api.twitter.com"  # as tweepy writes it; the transport replaces it
_WAIT_MIN, _WAIT_MAX = 1.0, 60.0


class MediaFailed(Exception):
    """X could not process an upload."""


class Client(tweepy.Client):  # type: ignore[misc]
    """tweepy's client for one account, with v2 media upload.

    ``keys`` are the account's four OAuth 1.0a keys, or the token of OAuth 2 that acts as it;
    ``signs`` says which, and is what tweepy's verbs take as ``user_auth``.
    """

    def __init__(
        self, keys: Sequence[str] | str, shared: requests.Session, patience: float
    ) -> None:
        self.signs = not isinstance(keys, str)
        self._keys = keys
        bearer, signing = (None, keys) if self.signs else (keys, ())
        super().__init__(bearer, *signing, wait_on_rate_limit=False)
        self.session = shared
        self._patience = patience

    def initialize(self, size: int, mime: str, category: str) -> dict[str, Any]:
        """Open an upload of ``size`` bytes and return X's description of it."""
        start = {"media_type": mime, "total_bytes": size, "media_category": category}
        return self._data("POST", "/2/media/upload/initialize", json=start)

    def append(self, media_id: str, index: int, chunk: bytes, mime: str) -> None:
        """Send one segment; sending it again replaces it."""
        response = self.session.post(
            f"{_HOST}/2/media/upload/{media_id}/append",
            data={"segment_index": str(index)},
            files={"media": ("media", chunk, mime)},
            auth=self._authorise,
            timeout=(5.0, self._patience),
        )
        if response.status_code == 404:
            raise tweepy.NotFound(response)
        if not 200 <= response.status_code < 300:
            raise tweepy.HTTPException(response)

    def finalize(self, media_id: str) -> dict[str, Any]:
        """Close an upload and return X's description of it, processing or ready."""
        return self._data("POST", f"/2/media/upload/{media_id}/finalize")

    def media_status(self, media_id: str) -> dict[str, Any]:
        """Return X's description of an upload."""
        query = {"media_id": media_id, "command": "STATUS"}
        return self._data("GET", "/2/media/upload", params=query)

    def describe(self, media_id: str, text: str) -> None:
        """Give an upload its alternative text."""
        body = {"id": media_id, "metadata": {"alt_text": {"text": text}}}
        self.request("POST", "/2/media/metadata", json=body, user_auth=self.signs)

    def _authorise(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if isinstance(self._keys, str):
            request.headers["Authorization"] = f"Bearer {self._keys}"
            return request
        key, secret, token, token_secret = self._keys
        signed: requests.PreparedRequest = OAuth1(key, secret, token, token_secret)(request)
        return signed

    def _data(self, method: str, route: str, **kwargs: Any) -> dict[str, Any]:
        reply = self.request(method, route, user_auth=self.signs, **kwargs).json()
        return cast("dict[str, Any]", reply["data"])


def keys_of(credential: Credential) -> tuple[str, ...]:
    """Return the four keys of OAuth 1.0a; ``NotConfigured`` where one is missing."""
    return tuple(field("x", credential, name) for name in FIELDS)


def facts_of(error: BaseException) -> Facts | None:
    """Return what X replied, None if there is no reply in ``error``."""
    if isinstance(error, MediaFailed):
        return Facts(status=400, kind="media_failed", text=str(error))
    response = getattr(error, "response", None)
    if not isinstance(error, tweepy.HTTPException) or response is None:
        return None
    said: Any = None
    with suppress(ValueError):
        said = response.json()
    said = said if isinstance(said, dict) else {}
    words = [str(said.get(name)) for name in ("title", "detail") if said.get(name)]
    words += [
        str(entry.get("message") or entry) if isinstance(entry, dict) else str(entry)
        for entry in said.get("errors") or ()
    ]
    return Facts(
        status=response.status_code,
        kind=str(said.get("type") or ""),
        text=" · ".join(words),
        headers=dict(response.headers),
    )


def processing_wait(described: Mapping[str, Any]) -> float:
    """Return how long X still needs, 0 if the media is ready; raise if it failed."""
    processing = described.get("processing_info")
    if not isinstance(processing, Mapping):
        return 0.0
    state = processing.get("state")
    if state == "failed":
        error = processing.get("error")
        name = error.get("name") or error.get("message") if isinstance(error, Mapping) else None
        raise MediaFailed(str(name or "failed"))
    if state == "succeeded":
        return 0.0
    return min(_WAIT_MAX, max(_WAIT_MIN, float(processing.get("check_after_secs") or 0)))

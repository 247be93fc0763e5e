"""The Graph client that Facebook and Instagram share: facebook-sdk, mended in one place.

The SDK stops at Graph 3.1, looks at no HTTP status, loses the error's details and the headers, and
writes the token into the caller's arguments. All of that is overridden here, so that another
client could take its place by changing this file.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO, cast
from urllib.parse import parse_qs, urlsplit

import facebook
import requests

from connectors.after import Metrics
from connectors.contract import Seen
from connectors.endpoints import Endpoints
from connectors.errors import OutcomeUnknown
from connectors.sighting import PAGES_MAX, Page, gather
from connectors.transport import Transport, session
from connectors.verdicts import Facts

_NO_SUCH_OBJECT = (100, 33)
_LISTED = 50
_COUNTED = 50


_FILM_URL = "https://graph-video.facebook.com/"
_REEL_URL = "https://rupload.facebook.com/video-upload/"
_BYTES = "application/octet-stream"


class GraphFault(Exception):
    """The Graph API's refusal with everything it said."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        super().__init__(facts.native)


class Graph(facebook.GraphAPI):  # type: ignore[misc]
    """A Graph client for one token; cheap to make, the session is shared."""

    def __init__(self, token: str, endpoints: Endpoints, shared: requests.Session) -> None:
        super().__init__(access_token=token, session=shared)
        self.version = endpoints.graph_version
        self._upload_timeout = (endpoints.connect_timeout, endpoints.upload_timeout)
        self._proof = _proof(token, endpoints.graph_app_secret)

    def request(
        self,
        path: str,
        args: Mapping[str, Any] | None = None,
        post_args: Mapping[str, Any] | None = None,
        files: Any = None,
        method: str | None = None,
        timeout: Any = None,
        base: str | None = None,
    ) -> dict[str, Any]:
        """Call ``path`` (with its version) of ``base`` and return the JSON object of the reply.

        Raises ``GraphFault`` for every reply that is not a success, and ``ValueError`` for a
        success that is no JSON object; ``requests`` exceptions pass.
        """
        verb = "POST" if post_args is not None else (method or "GET")
        fields = _plain(post_args or {})
        query = _plain(args or {})
        target = fields if verb == "POST" else query
        target.setdefault("access_token", self.access_token)
        if self._proof:
            target.setdefault("appsecret_proof", self._proof)
        response = self.session.request(
            verb,
            (base or facebook.FACEBOOK_GRAPH_URL) + path,
            params=query,
            data=fields if verb == "POST" else None,
            files=files,
            timeout=timeout or (self._upload_timeout if files else None),
            allow_redirects=False,
        )
        return read_reply(response)

    def shown(
        self,
        node: str,
        fields: str,
        read: Callable[[Mapping[str, Any]], Seen],
        pages: Iterator[Page],
    ) -> Seen | None:
        """Return a post by its id; None if it is neither there nor in the listing ``pages``.

        Graph answers alike for what is gone and for what a token may not see, so a listing that
        still works is asked too.
        """
        try:
            return read(self.get_object(node, fields=fields))
        except GraphFault as fault:
            if (fault.facts.code, fault.facts.subcode) != _NO_SUCH_OBJECT:
                raise
        listed = gather(pages, since=None, limit=_LISTED)
        return next((seen for seen in listed.items if seen.remote_id == node), None)

    def remove(self, node: str) -> None:
        """Delete a node; ``OutcomeUnknown`` where the reply does not say that it was done."""
        self._done(node, "DELETE", None)

    def amend(self, node: str, **fields: str) -> None:
        """Change fields of a node, as ``remove`` deletes it."""
        self._done(node, "POST", fields)

    def _done(self, node: str, verb: str, fields: Mapping[str, str] | None) -> None:
        try:
            reply = self.request(f"{self.version}/{node}", post_args=fields, method=verb)
        except GraphFault as fault:
            if (fault.facts.code, fault.facts.subcode) != _NO_SUCH_OBJECT:
                raise
            raise OutcomeUnknown(fault.facts.text, code="graph.no_such_object") from None
        if reply.get("success") is not True:
            raise OutcomeUnknown("a success that does not say so", code="graph.no_success")

    def counted(
        self,
        owner: str,
        edge: str,
        fields: str,
        wanted: frozenset[str],
        read: Callable[[Mapping[str, Any]], Metrics],
    ) -> dict[str, Metrics]:
        """Return what ``read`` makes of the ``wanted`` items of a listing, newest pages first."""
        found: dict[str, Metrics] = {}
        if not wanted:
            return found
        pages = self.pages(owner, edge, fields=fields, limit=_COUNTED)
        for items, _ in islice(pages, PAGES_MAX):
            found |= {str(i["id"]): read(i) for i in items if str(i["id"]) in wanted}
            if len(found) == len(wanted):
                break
        return found

    def send_film(
        self, path: str, fields: Mapping[str, Any], piece: bytes | None = None
    ) -> dict[str, Any]:
        """Take one step of a film's upload, with a ``piece`` of it or without."""
        files = None if piece is None else {"video_file_chunk": ("film", piece, _BYTES)}
        return self.request(path, post_args=fields, files=files, base=_FILM_URL)

    def send_reel(self, film: str, source: BinaryIO, size: int, offset: int) -> dict[str, Any]:
        """Send what is missing of a reel's film of ``size`` bytes after its first ``offset``."""
        source.seek(offset)
        response = self.session.post(
            f"{_REEL_URL}{self.version}/{film}",
            data=source if offset < size else b"",
            headers={
                "Authorization": f"OAuth {self.access_token}",
                "Content-Type": _BYTES,
                "offset": str(offset),
                "file_size": str(size),
            },
            timeout=self._upload_timeout,
            allow_redirects=False,
        )
        return read_reply(response)

    def pages(self, owner: str, edge: str, **args: Any) -> Iterator[tuple[list[Any], bool]]:
        """Yield (items, is it the last page) of a listing, newest first, by its cursors."""
        after: str | None = None
        while True:
            more = {"after": after} if after else {}
            reply = self.get_connections(owner, edge, **args, **more)
            items = reply["data"]
            if not isinstance(items, list):
                raise TypeError("a listing without a list")
            after = _next_cursor(reply.get("paging"))
            yield items, after is None
            if after is None:
                return


def read_reply(response: requests.Response) -> dict[str, Any]:
    """Return the reply's JSON object, or raise what it says."""
    try:
        reply = response.json()
    except ValueError:
        reply = None
    error = reply.get("error") if isinstance(reply, dict) else None
    if response.status_code >= 300 or error:
        raise GraphFault(_facts(response, error))
    if not isinstance(reply, dict):
        raise TypeError("the reply is no JSON object")
    return reply


def facts_of(error: BaseException) -> Facts | None:
    """Return what the network replied, None if there is no reply in ``error``."""
    return error.facts if isinstance(error, GraphFault) else None


def container_fault(status: str) -> GraphFault:
    """Return the refusal that a failed container describes in words, error code included."""
    found = re.search(r"22\d{5}", status)
    return GraphFault(
        Facts(status=400, subcode=int(found[0]) if found else None, kind="container", text=status)
    )


def shared_session(endpoints: Endpoints) -> requests.Session:
    """Return the session through which all Graph calls of ``endpoints`` go."""
    return session(
        Transport(
            endpoints.graph_base_url,
            loopback_only=endpoints.loopback_only,
            timeout=(endpoints.connect_timeout, endpoints.read_timeout),
        )
    )


def _facts(response: requests.Response, error: Any) -> Facts:
    said: Mapping[str, Any] = error if isinstance(error, dict) else {"message": error or ""}
    words = (said.get("message"), said.get("error_user_title"), said.get("error_user_msg"))
    return Facts(
        status=response.status_code,
        code=number(said.get("code")),
        subcode=number(said.get("error_subcode")),
        kind=str(said.get("type") or ""),
        text=" · ".join(str(word) for word in words if word),
        transient=said.get("is_transient") is True,
        headers=dict(response.headers),
    )


def number(value: Any) -> int | None:
    """Return ``value`` as a whole number, None if it is none."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def total(edge: Any) -> int | None:
    """Return the total that a listing's summary tells, None if it tells none."""
    summary = edge.get("summary") if isinstance(edge, dict) else None
    return number(summary.get("total_count")) if isinstance(summary, dict) else None


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Copy ``fields`` as the Graph API reads them: lower-case booleans, JSON for structures."""
    return {name: _plain_value(value) for name, value in fields.items() if value is not None}


def _plain_value(value: Any) -> Any:
    if isinstance(value, bool | dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return value


def _proof(token: str, secret: str | None) -> str | None:
    if not secret:
        return None
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def _next_cursor(paging: Any) -> str | None:
    if not isinstance(paging, dict) or not paging.get("next"):
        return None
    cursors = paging.get("cursors")
    after = cursors.get("after") if isinstance(cursors, dict) else None
    if after is None:
        after = next(iter(parse_qs(urlsplit(str(paging["next"])).query).get("after", [])), None)
    if after is None:
        raise ValueError("a next page without a cursor")
    return cast("str", after)

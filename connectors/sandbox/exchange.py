"""One request and one reply, as values: what the networks' handlers take and return.

A network module turns a ``Call`` into a ``Target``: which network and route it is, whose account
the token names, and what to run. The server stands between the two and applies the faults.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File, FormParser, parse_options_header

from connectors.sandbox.records import Account
from connectors.sandbox.state import State

MEMORY_MAX = 1 << 31


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request read to its end.

    ``base_url`` is where it found the sandbox (clients of the private API send the real network's
    Host). Header names are lower case; ``listing`` is a fault's wish: kind and seconds.
    """

    method: str
    path: str
    base_url: str = "http://127.0.0.1"
    raw_path: str = ""
    query: dict[str, str] = field(default_factory=dict)
    query_pairs: tuple[tuple[str, str], ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    listing: tuple[str, float] | None = None

    @property
    def content_type(self) -> str:
        """The media type of the body, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @cached_property
    def json(self) -> dict[str, Any]:
        """The JSON object in the body; empty if there is none."""
        try:
            value = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    @cached_property
    def form_pairs(self) -> tuple[tuple[str, str], ...]:
        """Fields of a URL-encoded body, in order."""
        if self.content_type != "application/x-www-form-urlencoded":
            return ()
        text = self.body.decode("utf-8", "replace")
        return tuple(parse_qsl(text, keep_blank_values=True))

    @cached_property
    def _multipart(self) -> tuple[dict[str, str], dict[str, bytes]]:
        fields: dict[str, str] = {}
        files: dict[str, bytes] = {}

        def on_field(part: Field) -> None:
            name = (part.field_name or b"").decode("utf-8", "replace")
            fields[name] = (part.value or b"").decode("utf-8", "replace")

        def on_file(part: File) -> None:
            part.file_object.seek(0)
            files[(part.field_name or b"").decode("utf-8", "replace")] = part.file_object.read()
            part.close()

        _, options = parse_options_header(self.headers.get("content-type", ""))
        try:
            parser = FormParser(
                "multipart/form-data",
                on_field,
                on_file,
                boundary=options.get(b"boundary"),
                config={"MAX_MEMORY_FILE_SIZE": MEMORY_MAX},
            )
            parser.write(self.body)
            parser.finalize()
        except FormParserError:
            return {}, {}
        return fields, files

    @cached_property
    def fields(self) -> dict[str, str]:
        """Query, then body: all named values, whatever the encoding; the body wins."""
        found = dict(self.query)
        if self.content_type == "multipart/form-data":
            found.update(self._multipart[0])
        elif self.content_type == "application/json":
            found.update({k: _as_text(v) for k, v in self.json.items()})
        else:
            found.update(self.form_pairs)
        return found

    @property
    def files(self) -> dict[str, bytes]:
        """Files of a multipart body, by field name."""
        return self._multipart[1] if self.content_type == "multipart/form-data" else {}


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A response with its whole body."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "application/json; charset=utf-8"


def reply_json(status: int, value: Any, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    """Return ``value`` as a JSON reply."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Reply(status=status, body=body, headers=headers)


class Refusal(Exception):
    """A network's own refusal; ``reply`` is what it answers."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        super().__init__(reply.status)


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A call whose token was accepted, as a handler gets it; ``groups`` are the path's parts."""

    state: State
    call: Call
    account: Account
    groups: Mapping[str, str] = field(default_factory=dict)


Runner = Callable[[], Reply | Awaitable[Reply]]


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a call means: its network, its route's name, the account its token names."""

    network: str
    route: str
    account: str | None
    run: Runner


def compile_path(pattern: str) -> re.Pattern[str]:
    """Turn ``/2/tweets/{id}`` into an anchored regular expression with named groups."""
    return re.compile("^" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern) + "/?$")

"""Answer a request for a file of the store, whole or a span of it, without reading it at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Final

import structlog
from starlette.responses import Response, StreamingResponse

from publisher.app import App
from publisher.media.places import Trouble
from publisher.media.store import Held, chunks, hold

log = structlog.get_logger(__name__)

_SPAN: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def stream(
    app: App,
    sha256: str,
    mime: str,
    *,
    asked: str | None,
    headers: Mapping[str, str],
    body: bool = True,
) -> Response:
    """Return the answer with the file, or with the one span that a ``Range`` header ``asked`` for.

    Without ``body`` it only says what there would be, as ``HEAD`` wants to know.
    What a player asks for in parts it can move about in. A header that asks for several spans is
    answered with everything, as it may be. Raises as ``hold``, before anything is answered.
    """
    held = hold(app, sha256)
    span = _span(asked, held.size) if asked else None
    if asked and span is None and _SPAN.fullmatch(asked.strip()):
        beyond = {"Content-Range": f"bytes */{held.size}"}
        return Response(
            status_code=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers={**headers, **beyond}
        )
    start, end = span or (0, held.size)
    dressed = {**headers, "Accept-Ranges": "bytes", "Content-Length": str(end - start)}
    if span:
        dressed["Content-Range"] = f"bytes {start}-{end - 1}/{held.size}"
    return StreamingResponse(
        _pieces(app, held, start, end if body else start),
        status_code=HTTPStatus.PARTIAL_CONTENT if span else HTTPStatus.OK,
        media_type=mime,
        headers=dressed,
    )


def _span(asked: str, size: int) -> tuple[int, int] | None:
    """Return (start, end) of the one span asked for; None if there is none within the file."""
    found = _SPAN.fullmatch(asked.strip())
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        return (max(0, size - int(last)), size) if int(last) else None
    start, end = int(first), min(int(last) + 1, size) if last else size
    return (start, end) if start < end else None


def _pieces(app: App, held: Held, start: int, end: int) -> Iterator[bytes]:
    try:
        yield from chunks(app, held, start, end)
    except (Trouble, FileNotFoundError):
        log.exception("media.stream.cut", sha256=held.sha256)
        raise

"""Could a failed request have reached the network? What the exceptions of a request prove."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import requests
from urllib3 import exceptions as urllib3_errors

from connectors.transport import AddressRefused, DeadlinePassed, Shot

_NOT_SENT = (
    AddressRefused,
    DeadlinePassed,
    requests.exceptions.ConnectTimeout,
    requests.exceptions.ProxyError,
    requests.exceptions.SSLError,
    requests.exceptions.InvalidURL,
    urllib3_errors.NewConnectionError,
    urllib3_errors.NameResolutionError,
    urllib3_errors.ConnectTimeoutError,
    urllib3_errors.ProxyError,
    urllib3_errors.SSLError,
)
_CURL_NOT_SENT = frozenset({5, 6, 7, 35, 60})


def sent(error: BaseException, shot: Shot | None = None) -> bool:
    """Tell whether the request behind ``error`` may have reached the network.

    ``shot`` is the attempt's own record: where the adapter saw bytes leave, they left, whatever
    the exception says (a TLS failure on a reused connection, for one). Without it the exception
    is walked through cause, context, reason and arguments.
    """
    if shot is not None:
        return shot.wrote
    return not any(_proves_not_sent(link) for link in links(error))


def links(error: BaseException) -> Iterator[BaseException]:
    """Walk an exception and everything it carries, each once."""
    seen: set[int] = set()
    queue: list[Any] = [error]
    while queue:
        link = queue.pop()
        if not isinstance(link, BaseException) or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        queue += [link.__cause__, link.__context__, getattr(link, "reason", None), *link.args]


def _proves_not_sent(link: BaseException) -> bool:
    if isinstance(link, _NOT_SENT):
        return True
    module = type(link).__module__ or ""
    return module.startswith("curl_cffi") and getattr(link, "code", None) in _CURL_NOT_SENT

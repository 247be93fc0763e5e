"""The taxonomy of outcomes, a row a test: what really comes back → our error → what follows.

Each row goes through the real SDK and the guarded transport: staged on the sandbox, then published
at an address that answers, or fails to, in the row's way. Kinds of failure that every network shows
alike in its own sandbox (drop, cut, 5xx, 429, hang) are in the connectors' own suite.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from connectors.contract import Credential, MediaItem, Part, Pending, Staged
from connectors.errors import (
    ConnectorError,
    CredentialRejected,
    NotSent,
    OutcomeUnknown,
    Refused,
    Throttled,
    Unavailable,
)
from connectors.registry import load
from connectors.sandbox.testing import RunningSandbox, running_sandbox
from publisher.delivery.retry import Verdict, after_error
from publisher.timing import PRODUCTION
from tests.connectors.bench import endpoints
from tests.connectors.pictures import picture, picture_server
from tests.connectors.suite import ConnectorSuite
from tests.connectors.test_facebook import TestFacebook as Facebook
from tests.connectors.test_instagram import TestInstagram as Instagram
from tests.connectors.test_instagram_private import TestInstagramPrivate as Private
from tests.connectors.test_x import TestX as X

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SUITES: dict[str, type[ConnectorSuite]] = {
    suite.key: suite for suite in (X, Facebook, Instagram, Private)
}
ALL = tuple(SUITES)
GRAPH = ("facebook", "instagram")
Address = Callable[[], AbstractContextManager[str]]


def answer(status: int, body: object, **headers: str) -> bytes:
    """Return one HTTP reply as bytes."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(data)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "Content-Type: application/json", "", ""]).encode() + data


def graph_error(code: int, sub: int | None = None, *, status: int = 400) -> bytes:
    error: dict[str, object] = {"message": "said", "type": "OAuthException", "code": code}
    if sub:
        error["error_subcode"] = sub
    return answer(status, {"error": error})


@contextmanager
def replying(reply: bytes) -> Iterator[str]:
    """Answer every request with ``reply``."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                # a handshake is no request, and nobody waits for its answer
                with client, suppress(OSError):
                    client.settimeout(1)
                    _read_request(client)
                    client.sendall(reply)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        thread.join(2)


def _read_request(client: socket.socket) -> None:
    data = b""
    while b"\r\n\r\n" not in data and (part := client.recv(65536)):
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ),
        0,
    )
    while len(body) < length and (part := client.recv(65536)):
        body += part


@contextmanager
def refusing() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    yield f"http://127.0.0.1:{port}"


@contextmanager
def unheard() -> Iterator[str]:
    """A host that never completes a connection: its queue is full."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(server.getsockname())
        time.sleep(0.05)
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        for each in waiting:
            each.close()


@contextmanager
def without_tls() -> Iterator[str]:
    with replying(b"not a handshake\r\n") as base:
        yield base.replace("http:", "https:")


@contextmanager
def nameless() -> Iterator[str]:
    """An address whose name nobody resolves."""
    plain = socket.getaddrinfo

    def resolve(host: object, *args: object, **named: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    socket.getaddrinfo = resolve  # type: ignore[assignment]
    try:
        yield "http://localhost:9"
    finally:
        socket.getaddrinfo = plain


@dataclass(frozen=True, kw_only=True)
class Row:
    """What happens, on which networks, and what must follow at the visible request."""

    name: str
    networks: tuple[str, ...]
    address: Address
    error: type[ConnectorError]
    state: str
    late: bool = False


X_PROBLEM = "https://api.twitter.com/2/problems/"
# a whole suite may run between the import of this file and its tests, and what is past is no wait
RESET = str(int(time.time()) + 7200)


def said(reply: bytes) -> Address:
    return lambda: replying(reply)


ROWS = (
    Row(name="DNS", networks=ALL, address=nameless, error=Unavailable, state="retrying"),
    Row(name="refused", networks=ALL, address=refusing, error=Unavailable, state="retrying"),
    Row(name="connecting", networks=ALL, address=unheard, error=Unavailable, state="retrying"),
    Row(name="TLS", networks=ALL, address=without_tls, error=Unavailable, state="retrying"),
    Row(
        name="deadline", networks=ALL, address=refusing, error=NotSent, state="retrying", late=True
    ),
    Row(
        name="content",
        networks=("x",),
        address=said(answer(400, {"type": f"{X_PROBLEM}invalid-request", "detail": "no"})),
        error=Refused,
        state="rejected",
    ),
    Row(
        name="content",
        networks=GRAPH,
        address=said(graph_error(100)),
        error=Refused,
        state="rejected",
    ),
    Row(
        name="401",
        networks=("x",),
        address=said(answer(401, {"title": "Unauthorized"})),
        error=CredentialRejected,
        state="held",
    ),
    Row(
        name="190",
        networks=GRAPH,
        address=said(graph_error(190, 463)),
        error=CredentialRejected,
        state="held",
    ),
    Row(
        name="login required",
        networks=("instagram_private",),
        address=said(answer(403, {"message": "login_required", "status": "fail"})),
        error=CredentialRejected,
        state="held",
    ),
    Row(
        name="429 that says when",
        networks=("x",),
        address=said(answer(429, {"title": "Too Many Requests"}, x_rate_limit_reset=RESET)),
        error=Throttled,
        state="retrying",
    ),
    Row(
        name="429",
        networks=("x", "facebook"),
        address=said(answer(429, {})),
        error=Throttled,
        state="retrying",
    ),
    Row(
        name="429",
        networks=("instagram", "instagram_private"),
        address=said(answer(429, {})),
        error=OutcomeUnknown,
        state="unknown",
    ),
    Row(
        name="4/2207051 of a live post",
        networks=("instagram",),
        address=said(graph_error(4, 2207051, status=403)),
        error=OutcomeUnknown,
        state="unknown",
    ),
    Row(
        name="500",
        networks=ALL,
        address=said(answer(500, {})),
        error=OutcomeUnknown,
        state="unknown",
    ),
    Row(
        name="malformed success",
        networks=ALL,
        address=said(answer(200, b"<html>")),
        error=OutcomeUnknown,
        state="unknown",
    ),
    Row(
        name="success without an id",
        networks=ALL,
        address=said(answer(200, {"data": {}, "status": "ok"})),
        error=OutcomeUnknown,
        state="unknown",
    ),
    Row(
        name="closed after the request",
        networks=ALL,
        address=said(b""),
        error=OutcomeUnknown,
        state="unknown",
    ),
)
CASES = [
    pytest.param(row, network, id=f"{row.name}-{network}")
    for row in ROWS
    for network in row.networks
]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox() as running:
        for suite in SUITES.values():
            running.register(suite.registration)
        yield running


@pytest.fixture(scope="module")
def image() -> Iterator[MediaItem]:
    with picture_server() as base:
        yield picture(1, base)


@pytest.fixture(scope="module")
def staged(sandbox: RunningSandbox, image: MediaItem) -> Callable[[str], tuple[Part, Staged]]:
    """Stage one part a network, once."""
    part = Part(text="Jornada de vacunación en el plantel", media=(image,))
    made: dict[str, Staged] = {}

    def stage(key: str) -> tuple[Part, Staged]:
        if key not in made:
            suite = SUITES[key]
            credential = Credential(suite.account, suite.fields)
            connector = load(key, endpoints(sandbox.base_url))
            result = connector.stage(credential, part)
            while isinstance(result, Pending):
                time.sleep(min(result.wait, 0.05))
                result = connector.stage(credential, part, result.handle)
            made[key] = result
        return part, made[key]

    return stage


def verdict_of(error: BaseException, *, resend_used: bool = False, tries: int = 0) -> Verdict:
    return after_error(
        error,
        phase="publish",
        tries=tries,
        resend_used=resend_used,
        not_after=NOW + timedelta(hours=5),
        now=NOW,
        jitter=0.5,
        timing=PRODUCTION,
    )


@pytest.mark.parametrize(("row", "network"), CASES)
def test_what_comes_back_is_classed_and_judged(
    row: Row, network: str, staged: Callable[[str], tuple[Part, Staged]]
) -> None:
    part, ready = staged(network)
    suite = SUITES[network]
    with row.address() as base:
        connector = load(network, endpoints(base))
        deadline = time.monotonic() + (-0.001 if row.late else 10)
        with pytest.raises(ConnectorError) as caught:
            connector.publish(
                Credential(suite.account, suite.fields), part, ready, deadline=deadline
            )
    assert isinstance(caught.value, row.error), repr(caught.value)
    assert verdict_of(caught.value).state == row.state


def test_a_duplicate_answer_refuses_the_first_send_and_casts_doubt_on_the_second(
    staged: Callable[[str], tuple[Part, Staged]],
) -> None:
    part, ready = staged("x")
    reply = answer(403, {"detail": "You are not allowed to create a Tweet with duplicate content."})
    with replying(reply) as base, pytest.raises(Refused) as caught:
        load("x", endpoints(base)).publish(
            Credential(X.account, X.fields), part, ready, deadline=time.monotonic() + 10
        )
    assert verdict_of(caught.value).state == "rejected"
    assert verdict_of(caught.value, resend_used=True).state == "unknown"


def test_a_wait_that_the_network_names_is_kept(
    staged: Callable[[str], tuple[Part, Staged]],
) -> None:
    part, ready = staged("x")
    reply = answer(429, {}, x_rate_limit_reset=RESET)
    with replying(reply) as base, pytest.raises(Throttled) as caught:
        load("x", endpoints(base)).publish(
            Credential(X.account, X.fields), part, ready, deadline=time.monotonic() + 10
        )
    assert caught.value.until == datetime.fromtimestamp(int(RESET), UTC)


def test_a_defect_of_ours_after_the_request_is_in_doubt_and_before_it_may_be_repeated() -> None:
    assert verdict_of(KeyError("id")).state == "unknown"
    before = after_error(
        KeyError("id"),
        phase="stage",
        tries=0,
        resend_used=False,
        not_after=NOW + timedelta(hours=5),
        now=NOW,
        jitter=0.5,
        timing=PRODUCTION,
    )
    assert before.state == "retrying"


def test_the_last_try_ends_it() -> None:
    assert verdict_of(Unavailable(), tries=PRODUCTION.unsent_tries).state == "dead"

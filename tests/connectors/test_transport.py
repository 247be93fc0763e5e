from __future__ import annotations

import json
import logging
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import facebook
import pytest
import requests
import tweepy
from curl_cffi import CurlError
from urllib3 import exceptions as urllib3_errors
from urllib3.util import connection as urllib3_connection

from connectors.arrival import sent
from connectors.contract import Credential
from connectors.endpoints import Endpoints
from connectors.graph import Graph
from connectors.instagrapi_client import GuardedClient
from connectors.redaction import QUIET
from connectors.transport import (
    AddressRefused,
    DeadlinePassed,
    SecondWrite,
    Transport,
    is_loopback,
    mount,
    once,
    session,
)
from connectors.x_client import FIELDS, Client

KEYS = Credential("1", dict.fromkeys(FIELDS, "planted0123"))


class Far:
    """A tiny far side that notes what it received and answers as told."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []
        self.peers: set[Any] = set()
        self.status = 200
        self.headers: dict[str, str] = {}
        self.drip = 0.0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.seen.append((self.command, self.path))
                outer.peers.add(self.client_address)
                body = b'{"ok":true}'
                self.send_response(outer.status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                for byte in body:
                    time.sleep(outer.drip)
                    self.wfile.write(bytes([byte]))

            do_GET = do_POST = answer  # noqa: N815

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def far() -> Iterator[Far]:
    made = Far()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@contextmanager
def silent_port(*, reset: bool) -> Iterator[str]:
    """Accept connections and say nothing, or reset them after the first bytes."""
    listener = socket.create_server(("127.0.0.1", 0))
    held: list[socket.socket] = []

    def accept() -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            held.append(peer)
            if reset:
                peer.recv(10)
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                peer.close()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(2)
        for peer in held:
            peer.close()


def closed_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def through(base: str | None, **more: Any) -> requests.Session:
    return session(Transport(base, loopback_only=True, **more))


# The address


def test_a_base_url_replaces_scheme_host_and_port_only(far: Far) -> None:
    through(far.url).post("https://graph.facebook.com/v26.0/1/feed?a=b%20c", data={"x": "y"})
    assert far.seen == [("POST", "/v26.0/1/feed?a=b%20c")]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "LOCALHOST"])
def test_loopback_is_recognised(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["", "10.0.0.1", "0.0.0.0", "localhost.example.com", "127.0.0.1.nip.io", "fe80::1"]
)
def test_everything_else_is_not_loopback(host: str) -> None:
    assert not is_loopback(host)


def test_a_base_url_outside_loopback_is_refused_too() -> None:
    with pytest.raises(AddressRefused):
        through("http://192.0.2.1").get("https://api.twitter.com/2/users/me")


def _tweepy() -> None:
    Client(KEYS, through(None), 1.0).get_me()


def _tweepy_upload() -> None:
    Client(KEYS, through(None), 1.0).append("1", 0, b"x", "image/jpeg")


def _facebook() -> None:
    Graph("planted", Endpoints(), through(None)).get_object("me")


def _private(name: str) -> Callable[[], None]:
    def speak() -> None:
        client = GuardedClient({}, Transport(loopback_only=True))
        getattr(client, name).get("https://i.instagram.com/api/v1/feed/")

    return speak


@pytest.mark.parametrize(
    "speak",
    [
        pytest.param(_tweepy, id="tweepy"),
        pytest.param(_tweepy_upload, id="tweepy-upload"),
        pytest.param(_facebook, id="facebook-sdk"),
        pytest.param(_private("private"), id="instagrapi-private"),
        pytest.param(_private("public"), id="instagrapi-public"),
        pytest.param(_private("graphql"), id="instagrapi-graphql"),
    ],
)
def test_no_session_of_any_sdk_leaves_loopback(
    speak: Callable[[], None], network_attempts: list[str]
) -> None:
    with pytest.raises(AddressRefused):
        speak()
    assert network_attempts == []


# One write


def test_the_second_write_of_an_attempt_is_not_sent(far: Far) -> None:
    speaker = through(far.url)
    with once(time.monotonic() + 5) as shot:
        speaker.post("https://x.test/2/tweets")
        with pytest.raises(SecondWrite):
            speaker.post("https://x.test/2/tweets")
    assert far.seen == [("POST", "/2/tweets")]
    assert shot.wrote


def test_reads_are_not_counted_as_the_write(far: Far) -> None:
    speaker = through(far.url)
    with once(time.monotonic() + 5):
        speaker.get("https://x.test/a")
        speaker.post("https://x.test/b")
        speaker.get("https://x.test/c")
    assert len(far.seen) == 3


def test_outside_an_attempt_writes_are_free(far: Far) -> None:
    speaker = through(far.url)
    for _ in range(3):
        speaker.post("https://x.test/upload")
    assert len(far.seen) == 3


def test_past_the_deadline_no_byte_leaves(far: Far) -> None:
    with once(time.monotonic()) as shot, pytest.raises(DeadlinePassed):
        through(far.url).post("https://x.test/2/tweets")
    assert far.seen == []
    assert not shot.wrote


def test_a_connection_that_ate_the_deadline_sends_nothing(
    far: Far, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = urllib3_connection.create_connection
    speaker = through(far.url)

    def slow(*args: Any, **kwargs: Any) -> Any:
        time.sleep(0.15)
        return real(*args, **kwargs)

    monkeypatch.setattr(urllib3_connection, "create_connection", slow)
    with once(time.monotonic() + 0.05) as shot, pytest.raises(requests.ConnectionError) as caught:
        speaker.post("https://x.test/2/tweets")
    time.sleep(0.05)
    assert far.seen == []
    assert not shot.wrote
    assert not sent(caught.value, shot)


def test_an_attempt_ends_with_its_block(far: Far) -> None:
    speaker = through(far.url)
    for _ in range(2):
        with once(time.monotonic() + 5):
            speaker.post("https://x.test/2/tweets")
    assert len(far.seen) == 2


def test_attempts_of_different_threads_do_not_meet(far: Far) -> None:
    speaker = through(far.url)
    failures: list[BaseException] = []

    def attempt() -> None:
        try:
            with once(time.monotonic() + 5):
                speaker.post("https://x.test/2/tweets")
        except requests.RequestException as error:
            failures.append(error)

    threads = [threading.Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(far.seen) == 8


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(far: Far, status: int) -> None:
    far.status, far.headers = status, {"Location": f"{far.url}/elsewhere"}
    response = through(far.url).post("https://x.test/2/tweets", data="a")
    assert response.status_code == status
    assert far.seen == [("POST", "/2/tweets")]


def test_nothing_is_retried_on_a_server_error(far: Far) -> None:
    far.status = 503
    assert through(far.url).post("https://x.test/2/tweets").status_code == 503
    assert len(far.seen) == 1


# Waiting


def test_a_dripping_reply_is_cut_off(far: Far) -> None:
    far.drip = 0.1
    began = time.monotonic()
    with pytest.raises(requests.ReadTimeout):
        through(far.url, timeout=(1.0, 0.3)).get("https://x.test/a")
    assert time.monotonic() - began < 0.9


def test_a_silent_peer_is_left_after_the_read_timeout() -> None:
    with silent_port(reset=False) as base:
        began = time.monotonic()
        with pytest.raises(requests.ReadTimeout):
            through(base, timeout=(1.0, 0.2)).get("https://x.test/a")
        assert time.monotonic() - began < 1


def test_connections_are_reused(far: Far) -> None:
    speaker = through(far.url)
    for _ in range(5):
        speaker.get("https://x.test/a")
    assert len(far.seen) == 5
    assert len(far.peers) == 1


def test_cookies_of_one_account_never_reach_another(far: Far) -> None:
    far.headers = {"Set-Cookie": "guest_id=1"}
    speaker = through(far.url)
    speaker.get("https://x.test/a")
    assert len(speaker.cookies) == 0


# Did it leave?


def _fails(base: str, shot_wanted: bool) -> tuple[BaseException, Any]:
    speaker = through(base, timeout=(1.0, 0.2))
    with once(time.monotonic() + 5) as shot, pytest.raises(requests.RequestException) as caught:
        speaker.post("https://x.test/2/tweets")
    return caught.value, shot if shot_wanted else None


@pytest.mark.parametrize("shot", [True, False])
def test_a_refused_connection_was_not_sent(shot: bool) -> None:
    assert not sent(*_fails(closed_port(), shot))


@pytest.mark.parametrize("shot", [True, False])
@pytest.mark.parametrize("reset", [True, False])
def test_a_reset_or_silence_after_the_first_byte_was_sent(reset: bool, shot: bool) -> None:
    with silent_port(reset=reset) as base:
        assert sent(*_fails(base, shot))


def _curl(code: int) -> BaseException:
    error = requests.ConnectionError("curl")
    error.__cause__ = CurlError("curl", code)
    return error


@pytest.mark.parametrize(
    ("error", "left"),
    [
        (requests.ConnectTimeout(), False),
        (requests.exceptions.ProxyError(), False),
        (requests.exceptions.SSLError(), False),
        (requests.exceptions.InvalidURL(), False),
        (
            requests.ConnectionError(
                urllib3_errors.MaxRetryError(
                    None,  # type: ignore[arg-type]
                    "/",
                    urllib3_errors.NameResolutionError("h", None, socket.gaierror()),  # type: ignore[arg-type]
                )
            ),
            False,
        ),
        (requests.ReadTimeout(), True),
        (requests.ConnectionError(urllib3_errors.ProtocolError("aborted")), True),
        (requests.exceptions.ChunkedEncodingError(), True),
        (KeyError("content-type"), True),
        (_curl(5), False),
        (_curl(6), False),
        (_curl(7), False),
        (_curl(35), False),
        (_curl(60), False),
        (_curl(28), True),
        (_curl(56), True),
    ],
    ids=repr,
)
def test_without_a_record_the_exception_says_whether_it_left(
    error: BaseException, left: bool
) -> None:
    wrapped = tweepy.TweepyException("wrapped")
    wrapped.__context__ = error
    assert sent(error) is left
    assert sent(wrapped) is left


def test_an_exception_that_holds_itself_ends() -> None:
    error = ValueError()
    error.args = (error,)
    assert sent(error)


# Logs


def test_sdk_loggers_stay_quiet_whatever_is_set_later(caplog: pytest.LogCaptureFixture) -> None:
    Transport()
    caplog.set_level(logging.DEBUG)
    for name in QUIET:
        logger = logging.getLogger(name)
        logger.setLevel(logging.DEBUG)
        logger.debug("Headers: {'Authorization': 'Bearer plantedtoken123'}")
        logger.warning("retrying /me?access_token=%s", "plantedtoken123")
    assert "plantedtoken123" not in caplog.text
    assert caplog.text.count("access_token=***") == len(QUIET)


def test_mounting_leaves_no_other_way_out() -> None:
    speaker, transport = requests.Session(), Transport()
    mount(speaker, transport)
    assert set(speaker.adapters.values()) == {transport}


def test_the_sdk_still_reads_its_address_from_where_we_think() -> None:
    assert facebook.FACEBOOK_GRAPH_URL == "https://graph.facebook.com/"
    assert json.dumps(facebook.VALID_API_VERSIONS[-1]) == '"3.1"'

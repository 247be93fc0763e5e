"""Nothing outside loopback is reached while the tests run."""

from __future__ import annotations

import asyncio
import socket
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support import network

OUTSIDE = "192.0.2.1"  # TEST-NET-1: belongs to nobody
OUTSIDE_NAME = "graph.facebook.com"


@pytest.mark.parametrize("verb", ["connect", "connect_ex"])
def test_a_connection_outside_is_refused_at_once(verb: str, network_attempts: list[str]) -> None:
    started = time.monotonic()
    with socket.socket() as plain, pytest.raises(network.OutsideLoopback):
        getattr(plain, verb)((OUTSIDE, 80))
    assert time.monotonic() - started < 0.5
    assert network_attempts == [OUTSIDE]


def test_a_datagram_outside_is_refused(network_attempts: list[str]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain:
        with pytest.raises(network.OutsideLoopback):
            plain.sendto(b"x", (OUTSIDE, 53))
        with pytest.raises(network.OutsideLoopback):
            plain.sendmsg([b"x"], [], 0, (OUTSIDE, 53))
    assert len(network_attempts) == 2


@pytest.mark.usefixtures("network_attempts")
def test_a_name_outside_is_not_even_looked_up() -> None:
    with pytest.raises(network.OutsideLoopback):
        socket.getaddrinfo(OUTSIDE_NAME, 443)
    with pytest.raises(network.OutsideLoopback):
        socket.gethostbyname(OUTSIDE_NAME)


@pytest.mark.usefixtures("network_attempts")
def test_asyncio_is_guarded_too() -> None:
    with pytest.raises(network.OutsideLoopback):
        asyncio.run(asyncio.open_connection(OUTSIDE, 80))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", "", None, "0.0.0.0"]
)
def test_this_machine_is_local(host: str | None) -> None:
    assert network.is_local(host)


@pytest.mark.parametrize("host", [OUTSIDE, "10.0.0.1", "::ffff:192.0.2.1", "localhost.example.com"])
def test_any_other_is_not(host: str) -> None:
    assert not network.is_local(host)


def test_loopback_still_works() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=2) as client,
    ):
        client.sendall(b"hola")
        peer, _ = server.accept()
        with peer:
            assert peer.recv(4) == b"hola"


@pytest.fixture
def in_a_namespace() -> None:
    if not network.isolated():
        pytest.skip("this run has no namespace of its own, so libcurl is not held: use make test")


def _libcurl() -> Any:
    from curl_cffi.requests import Session

    return Session()


def _tweepy() -> Any:
    import tweepy

    return tweepy.Client(bearer_token="x").session


def _facebook() -> Any:
    import facebook

    return facebook.GraphAPI(access_token="x").session


def _instagrapi_private() -> Any:
    import instagrapi

    return instagrapi.Client().private


def _instagrapi_public() -> Any:
    import instagrapi

    return instagrapi.Client().public


@pytest.mark.usefixtures("network_attempts")
@pytest.mark.parametrize("make", [requests.Session, _tweepy, _facebook, _instagrapi_public])
def test_the_session_of_each_sdk_meets_the_guard(make: Any) -> None:
    with pytest.raises(network.OutsideLoopback):
        make().get(f"http://{OUTSIDE}/", timeout=2)


@pytest.mark.usefixtures("in_a_namespace")
@pytest.mark.parametrize("make", [_instagrapi_private, _libcurl])
def test_a_session_on_libcurl_is_held_by_the_namespace(make: Any) -> None:
    started = time.monotonic()
    with pytest.raises(OSError, match=r"(?i)connect|curl"):
        make().get(f"http://{OUTSIDE}/", timeout=5)
    assert time.monotonic() - started < 2.5, "it waited for an answer: there was a way out"


@pytest.mark.usefixtures("in_a_namespace")
def test_the_namespace_has_loopback_and_no_route_out() -> None:
    assert network.interfaces() == {"lo"}
    assert Path("/proc/net/route").read_text().splitlines()[1:] == []

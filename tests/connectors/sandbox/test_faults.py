"""Every fault over a real socket: what the client meets, and what became visible."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from connectors.sandbox.faults import BadFault, FaultBook, parse
from connectors.sandbox.testing import RunningSandbox, running_sandbox
from tests.connectors.sandbox.clients import (
    OTHER_X,
    PAGE,
    X,
    graph,
    private,
    tweet,
    x,
)

X_PUBLISH = {"network": "x", "route": "publish"}


@contextmanager
def connection(base_url: str, text: str) -> Iterator[socket.socket]:
    """Send a whole request to publish on X by a bare socket."""
    body = f'{{"text": "{text}"}}'.encode()
    head = (
        "POST /2/tweets HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer x-token\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    address = urlsplit(base_url)
    with socket.create_connection((str(address.hostname), int(address.port or 0)), 5) as peer:
        peer.sendall(head.encode() + body)
        yield peer


def all_of(peer: socket.socket) -> bytes:
    """Read until the other side closes."""
    parts = []
    while part := peer.recv(65_536):
        parts.append(part)
    return b"".join(parts)


def last(sandbox: RunningSandbox) -> dict[str, Any]:
    entry: dict[str, Any] = sandbox.requests_log()[-1]
    return entry


@pytest.mark.parametrize(("fault", "visible"), [("drop", 0), ("accept-then-drop", 1)])
def test_drop_closes_without_a_byte(sandbox: RunningSandbox, fault: str, visible: int) -> None:
    sandbox.put_faults({**X_PUBLISH, "fault": fault})
    with connection(sandbox.base_url, "hola") as peer:
        assert all_of(peer) == b""
    assert len(sandbox.posts()) == visible
    entry = last(sandbox)
    assert (entry["status"], entry["fault"], entry["account"]) == (None, fault, "101")
    assert (entry["method"], entry["path"]) == ("POST", "/2/tweets")


@pytest.mark.parametrize(("fault", "visible"), [("reset", 0), ("accept-then-reset", 1)])
def test_reset_is_a_tcp_reset(sandbox: RunningSandbox, fault: str, visible: int) -> None:
    sandbox.put_faults({**X_PUBLISH, "fault": fault})
    with connection(sandbox.base_url, "hola") as peer, pytest.raises(ConnectionResetError):
        peer.recv(1)
    assert len(sandbox.posts()) == visible
    assert last(sandbox)["status"] is None


def test_cut_sends_headers_and_half_a_body_of_a_post_that_is_visible(
    sandbox: RunningSandbox,
) -> None:
    sandbox.put_faults({**X_PUBLISH, "fault": "cut"})
    with connection(sandbox.base_url, "hola") as peer:
        head, _, body = all_of(peer).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 201")
    (length,) = (
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    )
    assert 0 < len(body) < length
    assert len(sandbox.posts()) == 1


@pytest.mark.parametrize(("fault", "visible"), [("hang", 0), ("accept-then-hang", 1)])
def test_hang_is_silent_for_its_seconds_and_then_closes(
    sandbox: RunningSandbox, fault: str, visible: int
) -> None:
    sandbox.put_faults({**X_PUBLISH, "fault": fault, "seconds": 0.5})
    with connection(sandbox.base_url, "hola") as peer:
        peer.settimeout(0.3)
        with pytest.raises(TimeoutError):
            peer.recv(1)
        assert last(sandbox)["status"] is None
        assert len(sandbox.posts()) == visible
        peer.settimeout(2)
        assert peer.recv(1) == b""


def test_a_hanging_client_that_leaves_frees_the_server_and_others_are_served(
    sandbox: RunningSandbox,
) -> None:
    sandbox.put_faults({**X_PUBLISH, "fault": "hang"})
    with connection(sandbox.base_url, "hola"):
        time.sleep(0.05)
        assert tweet(sandbox.base_url, "otro").status_code == 201
    assert tweet(sandbox.base_url, "después").status_code == 201
    assert [post["text"] for post in sandbox.posts()] == ["otro", "después"]


def test_the_server_stops_at_once_while_a_request_hangs() -> None:
    with running_sandbox(accounts=[X]) as sandbox:
        sandbox.put_faults({**X_PUBLISH, "fault": "hang"})
        hanging = connection(sandbox.base_url, "hola")
        peer = hanging.__enter__()
        time.sleep(0.1)
        start = time.monotonic()
    assert time.monotonic() - start < 2
    assert peer.recv(1) == b""
    hanging.__exit__(None, None, None)


@pytest.mark.parametrize(
    ("fault", "status", "visible"),
    [
        ("500", 500, 0),
        ("502", 502, 0),
        ("503", 503, 0),
        ("5xx", 500, 0),
        ("429", 429, 0),
        ("429-bare", 429, 0),
        ("accept-then-5xx", 500, 1),
        ("accept-then-503", 503, 1),
        ("accept-then-429", 429, 1),
        ("html", 200, 1),
        ("empty", 200, 1),
    ],
)
def test_answers_that_lie(sandbox: RunningSandbox, fault: str, status: int, visible: int) -> None:
    sandbox.put_faults({**X_PUBLISH, "fault": fault})
    reply = tweet(sandbox.base_url, "hola")
    assert reply.status_code == status
    assert len(sandbox.posts()) == visible
    assert last(sandbox)["status"] == status
    if status >= 400:
        assert reply.json()["status"] == status
    assert tweet(sandbox.base_url, "otra").status_code == 201


def test_x_says_when_to_come_back_unless_told_not_to(sandbox: RunningSandbox) -> None:
    sandbox.put_faults({**X_PUBLISH, "fault": "429", "seconds": 30})
    reply = tweet(sandbox.base_url, "hola")
    assert 25 < int(reply.headers["x-rate-limit-reset"]) - time.time() < 35
    assert reply.headers["x-rate-limit-remaining"] == "0"
    sandbox.put_faults({**X_PUBLISH, "fault": "429-bare"})
    assert "x-rate-limit-reset" not in tweet(sandbox.base_url, "hola").headers


def test_graph_and_the_private_api_spoil_in_their_own_shapes(sandbox: RunningSandbox) -> None:
    url = sandbox.base_url
    sandbox.put_faults(
        {"network": "facebook", "route": "publish", "fault": "429", "seconds": 120},
        {"network": "facebook", "route": "list", "fault": "503"},
        {"network": "instagram", "route": "list", "fault": "429"},
        {"network": "instagram", "route": "verify", "fault": "502"},
    )
    many = graph(url, "POST", "201/feed", message="a")
    assert (many.status_code, many.json()["error"]["code"]) == (400, 32)
    assert '"estimated_time_to_regain_access": 2' in many.headers["x-business-use-case-usage"]
    down = graph(url, "GET", "201/feed")
    assert (down.status_code, down.json()["error"]["code"]) == (503, 2)
    wait = private(url, "GET", "/api/v1/feed/user/302/")
    assert (wait.status_code, wait.json()["status"]) == (429, "fail")
    broken = private(url, "GET", "/api/v1/accounts/current_user/")
    assert (broken.status_code, broken.headers["content-type"][:9]) == (502, "text/html")


def test_revoke_makes_the_token_worthless_until_a_reset(sandbox: RunningSandbox) -> None:
    url = sandbox.base_url
    sandbox.put_faults({"network": "facebook", "account": "201", "fault": "revoke"})
    assert graph(url, "POST", "201/feed", message="a").json()["error"]["code"] == 190
    sandbox.put_faults()
    assert graph(url, "POST", "201/feed", message="a").json()["error"]["code"] == 190
    sandbox.reset()
    assert graph(url, "POST", "201/feed", message="a").status_code == 200


def test_a_lagging_listing_hides_the_young_posts(sandbox: RunningSandbox) -> None:
    url, path = sandbox.base_url, "/2/users/101/tweets"
    tweet(url, "joven")
    sandbox.put_faults({"network": "x", "fault": "listing-lag", "seconds": 0.4})
    assert x(url, "GET", path).json()["meta"]["result_count"] == 0
    assert len(sandbox.posts()) == 1
    time.sleep(0.45)
    assert x(url, "GET", path).json()["meta"]["result_count"] == 1


def test_empty_and_truncated_listings(sandbox: RunningSandbox) -> None:
    url = sandbox.base_url
    for number in range(3):
        graph(url, "POST", "201/feed", message=f"n{number}")
    sandbox.put_faults({"network": "facebook", "fault": "listing-empty"})
    assert graph(url, "GET", "201/feed").json()["data"] == []
    sandbox.put_faults({"network": "facebook", "fault": "listing-truncated"})
    assert [p["message"] for p in graph(url, "GET", "201/feed").json()["data"]] == ["n2"]
    sandbox.put_faults()
    assert len(graph(url, "GET", "201/feed").json()["data"]) == 3


def test_a_fault_hits_its_network_route_account_and_count_only(sandbox: RunningSandbox) -> None:
    url = sandbox.base_url
    sandbox.put_faults({**X_PUBLISH, "account": "101", "fault": "500", "count": 2})
    assert tweet(url, "a", account=OTHER_X).status_code == 201
    assert x(url, "GET", "/2/users/me").status_code == 200
    assert graph(url, "POST", "201/feed", message="a").status_code == 200
    assert [tweet(url, f"n{n}").status_code for n in range(3)] == [500, 500, 201]
    (told,) = sandbox.faults()
    assert (told["fired"], told["count"]) == (2, 2)


def test_a_route_may_be_a_path_with_wildcards(sandbox: RunningSandbox) -> None:
    sandbox.put_faults({"network": "x", "route": "/2/users/*/tweets", "fault": "503"})
    assert x(sandbox.base_url, "GET", "/2/users/me").status_code == 200
    assert x(sandbox.base_url, "GET", "/2/users/101/tweets").status_code == 503


def drawn(order: list[str], seed: int) -> set[tuple[str, int]]:
    book = FaultBook(parse({**X_PUBLISH, "fault": "500", "probability": 0.5, "seed": seed}))
    turns: dict[str, int] = {}
    hit = set()
    for account in order:
        turn = turns.setdefault(account, 0)
        turns[account] += 1
        if book.take("x", "publish", "/2/tweets", account):
            hit.add((account, turn))
    return hit


def test_probability_is_the_same_for_a_seed_in_whatever_order_the_accounts_come() -> None:
    accounts = [str(n) for n in range(20)]
    first = drawn(accounts * 5, seed=7)
    assert first == drawn([a for a in reversed(accounts) for _ in range(5)], seed=7)
    assert first != drawn(accounts * 5, seed=8)
    assert 30 < len(first) < 70


def test_probability_stops_at_count(sandbox: RunningSandbox) -> None:
    sandbox.put_faults({**X_PUBLISH, "fault": "500", "probability": 1.0, "count": 1})
    assert [tweet(sandbox.base_url, f"n{n}").status_code for n in range(2)] == [500, 201]


def test_many_connections_dropped_at_once_are_all_logged(sandbox: RunningSandbox) -> None:
    sandbox.put_faults({**X_PUBLISH, "fault": "accept-then-drop", "probability": 1.0})
    failed = []

    def publish(number: int) -> None:
        try:
            requests.post(
                f"{sandbox.base_url}/2/tweets",
                json={"text": f"n{number}"},
                headers={"Authorization": "Bearer x-token"},
                timeout=5,
            )
        except requests.ConnectionError:
            failed.append(number)

    threads = [threading.Thread(target=publish, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(failed) == list(range(20))
    assert len(sandbox.posts()) == len(sandbox.requests_log()) == 20


@pytest.mark.parametrize(
    "bad",
    [
        "drop",
        [1],
        {"fault": "explode"},
        {"fault": "drop", "network": "myspace"},
        {"fault": "drop", "route": "nowhere"},
        {"fault": "drop", "colour": "red"},
        {"fault": "drop", "count": "many"},
        {},
    ],
    ids=str,
)
def test_a_fault_that_makes_no_sense_is_refused_in_spanish(
    sandbox: RunningSandbox, bad: Any
) -> None:
    with pytest.raises(BadFault):
        parse(bad)
    reply = requests.put(f"{sandbox.base_url}/_sandbox/faults", json=bad, timeout=5)
    assert reply.status_code == 400
    assert reply.json()["error"].endswith(".")


def test_one_fault_needs_no_list(sandbox: RunningSandbox) -> None:
    reply = requests.put(
        f"{sandbox.base_url}/_sandbox/faults", json={"fault": "drop", "network": "x"}, timeout=5
    )
    assert (reply.json()[0]["route"], reply.json()[0]["count"]) == ("publish", 1)
    assert PAGE["external_id"] not in reply.text

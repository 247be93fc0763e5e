"""The control API and the page."""

from __future__ import annotations

import re

import pytest
import requests

from connectors.sandbox import client
from connectors.sandbox.server import HostRefused, PortBusy, listen
from connectors.sandbox.testing import RunningSandbox
from tests.connectors.sandbox.clients import (
    EVERYONE,
    OTHER_X,
    X,
    attached,
    graph,
    photo,
    picture,
    tweet,
    x_upload,
)


def test_accounts_are_told_without_their_secrets(url: str) -> None:
    told = requests.get(f"{url}/_sandbox/accounts", timeout=5)
    assert {a["external_id"] for a in told.json()} == {a["external_id"] for a in EVERYONE}
    assert {"network", "handle", "name", "connector", "revoked"} <= told.json()[0].keys()
    for secret in ("x-token", "page-token", "app-secret", "token-secret", "session"):
        assert secret not in told.text


@pytest.mark.parametrize(
    "bad",
    [
        "x",
        [1],
        [{"network": "x"}],
        [{**X, "network": "myspace"}],
        [{key: value for key, value in X.items() if key != "token"}],
    ],
    ids=["text", "number", "incomplete", "network", "no token"],
)
def test_accounts_that_make_no_sense_are_refused_in_spanish(url: str, bad: object) -> None:
    reply = requests.put(f"{url}/_sandbox/accounts", json=bad, timeout=5)
    assert reply.status_code == 400
    assert reply.json()["error"].endswith(".")
    broken = requests.put(f"{url}/_sandbox/accounts", data=b"{", timeout=5)
    assert broken.status_code == 400


def test_posts_may_be_narrowed_by_network_and_account(sandbox: RunningSandbox) -> None:
    url = sandbox.base_url
    tweet(url, "uno")
    tweet(url, "dos", account=OTHER_X)
    graph(url, "POST", "201/feed", message="tres")
    assert [p["text"] for p in sandbox.posts()] == ["uno", "dos", "tres"]
    assert [p["text"] for p in sandbox.posts(network="x")] == ["uno", "dos"]
    assert [p["text"] for p in sandbox.posts(account="102")] == ["dos"]


def test_the_request_log_is_complete_when_read_and_holds_no_token(
    sandbox: RunningSandbox,
) -> None:
    graph(sandbox.base_url, "GET", "201/feed")
    tweet(sandbox.base_url, "hola")
    graph(sandbox.base_url, "POST", "201/feed", token="unknown", message="a")
    log = sandbox.requests_log()
    assert [(e["method"], e["path"], e["account"], e["status"]) for e in log] == [
        ("GET", "/v26.0/201/feed", "201", 200),
        ("POST", "/2/tweets", "101", 201),
        ("POST", "/v26.0/201/feed", None, 401),
    ]
    assert "token" not in str(log)


def test_reset_keeps_the_accounts_unless_asked_for_all(sandbox: RunningSandbox) -> None:
    url = sandbox.base_url
    media_id = x_upload(url, picture())
    tweet(url, "hola")
    sandbox.put_faults({"network": "x", "fault": "drop"})
    sandbox.reset()
    assert sandbox.posts() == sandbox.requests_log() == sandbox.faults() == []
    assert tweet(url, "hola", media=[media_id]).status_code == 400
    assert tweet(url, "hola").status_code == 201
    sandbox.reset(everything=True)
    assert client.accounts(url) == []
    assert tweet(url, "hola").status_code == 401


def test_revoking_what_nobody_knows_is_a_404(url: str) -> None:
    body = {"network": "x", "account": "999"}
    assert requests.post(f"{url}/_sandbox/tokens/revoke", json=body, timeout=5).status_code == 404
    by_token = {"token": "x-token"}
    reply = requests.post(f"{url}/_sandbox/tokens/revoke", json=by_token, timeout=5)
    assert reply.status_code == 204
    assert tweet(url, "hola").status_code == 401


def test_control_is_refused_under_another_host_name(url: str) -> None:
    reply = requests.get(f"{url}/_sandbox/posts", headers={"Host": "evil.example"}, timeout=5)
    assert reply.status_code == 403
    assert requests.get(f"{url}/nothing/here", timeout=5).status_code == 404


@pytest.mark.parametrize("host", ["0.0.0.0", "203.0.113.7", "example.com", "::"])
def test_no_address_but_loopback_is_opened(host: str) -> None:
    with pytest.raises(HostRefused):
        listen(host, 0)


def test_a_busy_port_is_said(url: str) -> None:
    port = int(url.rpartition(":")[2])
    with pytest.raises(PortBusy, match=str(port)):
        listen("127.0.0.1", port)


def test_the_client_speaks_to_loopback_only() -> None:
    with pytest.raises(ValueError, match=r"127\.0\.0\.1"):
        client.posts("http://example.com")


def test_the_page_shows_text_picture_and_alternative_text_escaped(
    sandbox: RunningSandbox,
) -> None:
    url = sandbox.base_url
    media_id = x_upload(url, picture(), alt_text='Un "patio" <amplio>')
    tweet(url, "<b>Fe</b> & ciencia #CETIS", media=[media_id])
    photo_id = photo(url, picture()).json()["id"]
    graph(url, "POST", "201/feed", message="sin texto alternativo", **attached([photo_id]))
    page = requests.get(url, timeout=5)
    assert '<html lang="es-MX">' in page.text
    assert "&lt;b&gt;Fe&lt;/b&gt; &amp; ciencia" in page.text
    assert "<b>Fe" not in page.text
    assert 'alt="Un &quot;patio&quot; &lt;amplio&gt;"' in page.text
    assert "Sin texto alternativo" in page.text
    assert "@cetis1" in page.text
    source = re.search(r'src="(/_sandbox/media/[0-9a-f]{64})"', page.text)
    assert source
    assert requests.get(url + source[1], timeout=5).content == picture()
    outside = re.findall(r'(?:src|href|action)="(https?:[^"]*)"', page.text)
    assert outside == []
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_the_page_is_filtered_by_plantel_network_and_words(sandbox: RunningSandbox) -> None:
    url = sandbox.base_url
    sandbox.register({**OTHER_X, "name": "CETIS 2"})
    tweet(url, "uno de uno")
    tweet(url, "dos de dos", account=OTHER_X)
    graph(url, "POST", "202/feed", token="page-token-2", message="tres de dos")
    seen = requests.get(url, params={"cuenta": "CETIS 2"}, timeout=5).text
    assert "uno de uno" not in seen
    assert "dos de dos" in seen
    assert "tres de dos" in seen
    only_x = requests.get(url, params={"cuenta": "CETIS 2", "red": "x"}, timeout=5).text
    assert "tres de dos" not in only_x
    words = requests.get(url, params={"texto": "TRES"}, timeout=5).text
    assert "tres de dos" in words
    assert "dos de dos" not in words.replace("tres de dos", "")
    odd = requests.get(url, params={"red": "myspace", "hasta": "nunca"}, timeout=5)
    assert odd.status_code == 200


def test_the_page_goes_back_in_time(sandbox: RunningSandbox) -> None:
    url = sandbox.base_url
    for number in range(32):
        tweet(url, f"aviso número {number}.")
    page = requests.get(url, params={"red": "x"}, timeout=5).text
    assert "aviso número 31." in page
    assert "aviso número 1." not in page
    older = re.search(r'class="more" href="([^"]+)"', page)
    assert older
    before = requests.get(url + older[1].replace("&amp;", "&"), timeout=5).text
    assert "aviso número 1." in before
    assert "aviso número 31." not in before


def test_each_post_has_a_page_of_its_own_also_at_the_real_networks_paths(
    sandbox: RunningSandbox,
) -> None:
    url = sandbox.base_url
    tweet(url, "hola X")
    graph(url, "POST", "201/feed", message="hola Facebook")
    on_x, on_facebook = (post["id"] for post in sandbox.posts())
    for path, text in (
        (f"/_sandbox/p/x/{on_x}", "hola X"),
        (f"/i/web/status/{on_x}", "hola X"),
        (f"/cetis1/status/{on_x}", "hola X"),
        (f"/_sandbox/p/facebook/{on_facebook}", "hola Facebook"),
        (f"/{on_facebook}", "hola Facebook"),
    ):
        assert text in requests.get(url + path, timeout=5).text
    assert requests.get(f"{url}/_sandbox/p/x/1", timeout=5).status_code == 404


def test_the_pulse_changes_when_something_becomes_visible_or_goes(
    sandbox: RunningSandbox,
) -> None:
    def pulse() -> str:
        return requests.get(f"{sandbox.base_url}/_sandbox/pulse", timeout=5).text

    before = pulse()
    post_id = graph(sandbox.base_url, "POST", "201/feed", message="a").json()["id"]
    after = pulse()
    graph(sandbox.base_url, "DELETE", post_id)
    assert len({before, after, pulse()}) == 3

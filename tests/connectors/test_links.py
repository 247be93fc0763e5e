"""Addresses of posts as people paste them."""

from __future__ import annotations

import pytest

from connectors import links

READ = [
    ("x", "https://x.com/CECyTE_Sal/status/1990?s=20&t=abc", "1990", "CECyTE_Sal"),
    ("x", "https://mobile.twitter.com/a/status/7/photo/1", "7", "a"),
    ("x", "x.com/i/web/status/7", "7", None),
    ("facebook", "https://www.facebook.com/cecyte.sal/posts/pfbid0abcdefghijkl", "pfbid0abcdefghijkl", "cecyte.sal"),  # noqa: E501
    ("facebook", "https://m.facebook.com/permalink.php?story_fbid=88888&id=99999&x=1", "88888", "99999"),  # noqa: E501
    ("facebook", "https://www.facebook.com/photo/?fbid=55555&set=a.1", "55555", None),
    ("facebook", "https://www.facebook.com/watch/?v=66666", "66666", None),
    ("facebook", "https://www.facebook.com/100200_300400", "100200_300400", "100200"),
    ("facebook", "https://www.facebook.com/share/p/1AbCdEfG/", "1AbCdEfG", None),
    ("facebook", "https://www.facebook.com/cecyte/videos/un-titulo/123456", "123456", "cecyte"),
    ("instagram", "https://www.instagram.com/p/DAbC-e_f/?igsh=xyz", "DAbC-e_f", None),
    ("instagram", "https://instagram.com/cecyte/reel/DAbCdE", "DAbCdE", "cecyte"),
    ("instagram", "https://www.instagram.com/stories/cecyte/34567890", "34567890", "cecyte"),
]  # fmt: skip
REFUSED = [
    ("x", "https://x.com/cecyte"),
    ("x", "https://x.com/cecyte/status/abc"),
    ("x", "https://x.com/cecyte/status/12abc"),
    ("x", "https://x.com@example.com/a/status/1"),
    ("x", "https://x.com:8443/a/status/1"),
    ("x", "https://notx.com/a/status/1"),
    ("x", "ftp://x.com/a/status/1"),
    ("x", "http://["),
    ("facebook", "https://www.facebook.com/cecyte/posts/"),
    ("facebook", "https://www.facebook.com/login?next=posts"),
    ("facebook", "https://facebook.com.example.com/c/posts/12345"),
    ("instagram", "https://www.instagram.com/cecyte/"),
    ("instagram", "https://www.instagram.com/p/"),
    ("instagram", "https://x.com/a/status/1"),
    ("instagram", "https://www.instagram.com/p/" + "a" * 600),
]


@pytest.mark.parametrize(("network", "address", "remote_id", "account"), READ)
def test_a_network_s_own_addresses_are_read(
    network: str, address: str, remote_id: str, account: str | None
) -> None:
    link = links.read(network, f"  {address} ")
    assert link is not None
    assert (link.remote_id, link.account) == (remote_id, account)
    assert link.url.startswith("https://")
    assert not {"igsh", "s=20", "set=a"} & set(link.url.replace("?", "&").split("&"))


@pytest.mark.parametrize(("network", "address"), REFUSED)
def test_anything_else_is_refused(network: str, address: str) -> None:
    assert links.read(network, address) is None


@pytest.mark.parametrize(
    ("network", "address", "verdict"),
    [
        ("x", "https://x.com/CECYTE_sal/status/1", True),
        ("x", "https://x.com/otra/status/1", False),
        ("x", "https://x.com/i/status/1", None),
        ("facebook", "https://www.facebook.com/900100_5555555", True),
        ("facebook", "https://www.facebook.com/CecyteSaltilloOficial/posts/1234567", None),
        ("instagram", "https://www.instagram.com/otra/p/DAbCdE", False),
    ],
)
def test_an_address_names_its_account_or_does_not_say(
    network: str, address: str, verdict: bool | None
) -> None:
    link = links.read(network, address)
    assert link is not None
    assert links.names(link, handle="@cecyte_sal", external_id="900100") is verdict

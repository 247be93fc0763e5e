from __future__ import annotations

import pytest

from connectors import portraits
from connectors.contract import Credential
from connectors.endpoints import Endpoints
from connectors.registry import load
from connectors.sandbox.testing import RunningSandbox
from tests.connectors.bench import endpoints

ID = "4401"


@pytest.mark.parametrize(
    ("network", "address"),
    [
        ("x", "http://pbs.twimg.com/a.png"),
        ("x", "https://pbs.twimg.com.otro.example/a.png"),
        ("x", "https://scontent.xx.fbcdn.net/a.png"),
        ("x", "https://pbs.twimg.com:8443/a.png"),
        ("x", "https://alguien@pbs.twimg.com/a.png"),
        ("facebook", "https://fbcdn.net.otro.example/a.png"),
        ("facebook", "https://malfbcdn.net/a.png"),
        ("facebook", "https://169.254.169.254/latest/meta-data"),
        ("facebook", "file:///etc/passwd"),
        ("instagram", "https://[::1/a.png"),
        ("tiktok", "https://pbs.twimg.com/a.png"),
    ],
)
def test_only_the_networks_own_picture_hosts_are_asked(network: str, address: str) -> None:
    assert not portraits.is_allowed(network, address)
    # nothing is asked: loopback would refuse the connection with an error, not with None
    assert portraits.fetch(Endpoints(loopback_only=True), network, address) is None


@pytest.mark.parametrize("network", ["x", "facebook", "instagram"])
def test_an_account_is_read_with_its_name_and_picture(
    shared_sandbox: RunningSandbox, network: str
) -> None:
    shared_sandbox.reset(everything=True)
    account = {"network": network, "external_id": ID, "handle": "saltillo", "name": "Saltillo"}
    shared_sandbox.register({**account, "token": "tokendeprueba01"})
    places = endpoints(shared_sandbox.base_url, read_timeout=5.0)
    key, name = {
        "x": ("x_oauth2", "oauth2"),
        "facebook": ("facebook", "page_token"),
        "instagram": ("instagram", "access_token"),
    }[network]
    identity = load(key, places).verify(Credential(ID, {name: "tokendeprueba01"}))
    assert identity.name == "Saltillo"
    assert portraits.is_allowed(network, identity.picture_url)
    data = portraits.fetch(places, network, identity.picture_url)
    assert data is not None
    assert data.startswith(b"\x89PNG")
    assert portraits.fetch(places, network, identity.picture_url.replace(ID, "9")) is None

from __future__ import annotations

import json
from collections.abc import Callable
from typing import ClassVar

import pytest

from connectors.contract import Credential, Part
from connectors.errors import CredentialRejected, NotConfigured
from connectors.instagrapi_client import GuardedClient
from connectors.transport import Transport
from tests.connectors.suite import Bench, ConnectorSuite

SESSION = "plantedsessionid0123456789"
SETTINGS = {
    "authorization_data": {"ds_user_id": "4404", "sessionid": SESSION},
    "private_transport": "curl",
    "session_retry_total": 3,
    "request_timeout": 1,
}


class TestInstagramPrivate(ConnectorSuite):
    key = "instagram_private"
    account = "4404"
    fields: ClassVar[dict[str, str]] = {"settings": json.dumps(SETTINGS)}
    tokens = (SESSION,)
    throttles_at_publish = False
    quotas_told = frozenset()
    registration: ClassVar[dict[str, str]] = {
        "network": "instagram",
        "external_id": account,
        "handle": "plantelsaltillo",
        "name": "Plantel Saltillo",
        "token": SESSION,
    }

    def test_unreadable_settings_are_our_set_up(self, bench: Bench) -> None:
        with pytest.raises(NotConfigured) as caught:
            bench.connector.verify(Credential(self.account, {"settings": "{no"}))
        assert "vuelva a iniciar sesión" in caught.value.sentence

    def test_a_session_lost_before_the_upload_holds_the_account(
        self, bench: Bench, part: Part
    ) -> None:
        bench.sandbox.revoke(network="instagram", account=self.account)
        with pytest.raises(CredentialRejected):
            bench.ready(part)

    def test_several_images_are_one_configure_request(self, bench: Bench, part: Part) -> None:
        bench.publish(part)
        configures = [e for e in bench.sandbox.requests_log() if "configure" in e["path"]]
        assert len(configures) == 1


@pytest.mark.parametrize(
    "disturb",
    [
        lambda client: None,
        lambda client: client.set_settings(SETTINGS),
        lambda client: client.set_retry_config(session_retry_total=3, private_transport="curl"),
        lambda client: client.set_retry_config(private_transport="requests"),
        lambda client: client.set_retry_config(public_transport="requests"),
    ],
    ids=["new", "settings", "curl", "private", "public"],
)
def test_nothing_brings_the_librarys_own_transport_back(
    disturb: Callable[[GuardedClient], object],
) -> None:
    transport = Transport("http://127.0.0.1:9", loopback_only=True)
    client = GuardedClient(SETTINGS, transport)
    disturb(client)
    for session in (client.private, client.public, client.graphql):
        assert set(session.adapters.values()) == {transport}


def test_a_prompt_is_never_reached() -> None:
    client = GuardedClient(SETTINGS, Transport("http://127.0.0.1:9", loopback_only=True))
    assert client.with_challenge_flow is False
    with pytest.raises(RuntimeError):
        client.challenge_code_handler("plantel", "sms")

"""What Meta says of a token: scopes and end, read and renewed, against the sandbox."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from connectors.contract import Credential
from connectors.errors import CredentialRejected
from connectors.facebook import FacebookConnector
from connectors.instagram import InstagramConnector
from connectors.sandbox.testing import RunningSandbox
from tests.connectors.bench import endpoints

PAGE = "2202"
APP = {"graph_app_id": "1000000000000", "graph_app_secret": "plantedappsecret"}
DAY = 86_400


@pytest.fixture
def page(shared_sandbox: RunningSandbox) -> RunningSandbox:
    """A sandbox that knows nothing but what a test registers."""
    shared_sandbox.reset(everything=True)
    return shared_sandbox


def register(sandbox: RunningSandbox, network: str = "facebook", **more: str) -> Credential:
    account = {"network": network, "external_id": PAGE, "handle": "saltillo", "name": "Saltillo"}
    sandbox.register({**account, "token": "EAAvieja0123456789", **more})
    name = "page_token" if network == "facebook" else "access_token"
    return Credential(PAGE, {name: "EAAvieja0123456789"})


@pytest.mark.parametrize("app", [{}, APP])
def test_scopes_and_end_are_read_with_and_without_an_application(
    page: RunningSandbox, app: dict[str, str]
) -> None:
    end = int(time.time()) + 20 * DAY
    credential = register(page, expires_at=str(end))
    identity = FacebookConnector(endpoints(page.base_url, **app)).verify(credential)
    assert identity.expires_at == datetime.fromtimestamp(end, UTC)
    assert "pages_manage_posts" in identity.scopes


def test_a_token_that_lost_what_publishing_needs_is_refused_as_such(page: RunningSandbox) -> None:
    credential = register(page, "instagram", scopes="instagram_basic")
    with pytest.raises(CredentialRejected) as refused:
        InstagramConnector(endpoints(page.base_url)).verify(credential)
    assert refused.value.code == "instagram.permission"


def test_a_token_past_its_end_is_told_from_a_revoked_one(page: RunningSandbox) -> None:
    connector = FacebookConnector(endpoints(page.base_url))
    credential = register(page, expires_at=str(int(time.time()) - 5))
    with pytest.raises(CredentialRejected) as refused:
        connector.verify(credential)
    assert refused.value.code == "facebook.token_expired"
    credential = register(page)
    page.revoke(network="facebook", account=PAGE)
    with pytest.raises(CredentialRejected) as refused:
        connector.verify(credential)
    assert refused.value.code == "facebook.password_changed"


def test_a_token_is_exchanged_for_one_that_lives_longer(page: RunningSandbox) -> None:
    end = datetime.now(UTC) + timedelta(days=3)
    credential = register(page, expires_at=str(int(end.timestamp())))
    connector = FacebookConnector(endpoints(page.base_url, **APP))
    assert connector.renewal_at(credential, end) == end - timedelta(days=14)
    fields = connector.renew(credential)
    identity = connector.verify(Credential(PAGE, fields))
    assert identity.expires_at is not None
    assert identity.expires_at > end + timedelta(days=50)
    with pytest.raises(CredentialRejected):
        connector.verify(credential)
    assert "plantedappsecret" not in repr(page.requests_log())


def test_without_an_application_or_an_end_nothing_is_renewed(page: RunningSandbox) -> None:
    credential = register(page)
    now = datetime.now(UTC)
    assert FacebookConnector(endpoints(page.base_url)).renewal_at(credential, now) is None
    whole = FacebookConnector(endpoints(page.base_url, **APP))
    assert whole.renewal_at(credential, None) is None

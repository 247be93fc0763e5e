"""The two ways into X, as a person goes and as our code follows, against the sandbox."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
import requests

from connectors import x_login, x_permit
from connectors.contract import Credential, Part, Renews
from connectors.endpoints import Endpoints
from connectors.errors import CredentialRejected, NotConfigured, NotSent, Unavailable
from connectors.registry import load
from connectors.sandbox.testing import RunningSandbox
from connectors.x_oauth2 import XOAuth2Connector
from connectors.x_permit import Permit
from tests.connectors.bench import endpoints
from tests.connectors.test_x import TestX as XSuite
from tests.connectors.x_dialog import agree

APP = {
    "x_client_id": "cliente-de-prueba",
    "x_api_key": "plantedapikey01",
    "x_api_secret": "plantedapisecret02",
}
BACK = "https://escuela.example/conectar/x/vuelta"
VERIFIER = "v" * 43


class TestXByPermit(XSuite):
    """What X does by keys it does by a permit too."""

    key = "x_oauth2"
    account = "1101"
    tokens = ("plantedpermitaccess01", "plantedpermitrefresh02")
    fields: ClassVar[dict[str, str]] = {
        "oauth2": Permit(access=tokens[0], refresh=tokens[1]).to_field()
    }
    registration: ClassVar[dict[str, str]] = {
        "network": "x",
        "external_id": account,
        "handle": "plantel_saltillo",
        "name": "Plantel Saltillo",
        "token": tokens[0],
    }


@pytest.fixture
def places(shared_sandbox: RunningSandbox) -> Endpoints:
    shared_sandbox.reset(everything=True)
    for number in ("1", "2"):
        shared_sandbox.register(
            {
                "network": "x",
                "external_id": number,
                "handle": f"plantel{number}",
                "token": f"anterior{number}",
            }
        )
    return endpoints(shared_sandbox.base_url, **APP)


def granted(places: Endpoints, account: str = "1") -> Permit:
    """Go through the dialog as ``account`` and exchange what comes back."""
    where = x_login.dialog(places, redirect_uri=BACK, state="s1", verifier=VERIFIER)
    back = agree(where, account)
    assert back["state"] == "s1"
    return x_login.redeem(places, code=back["code"], redirect_uri=BACK, verifier=VERIFIER)


def credential(permit: Permit, account: str = "1") -> Credential:
    return Credential(account, {"oauth2": permit.to_field()})


def test_a_person_grants_a_token_of_two_hours_that_acts_as_their_account(
    places: Endpoints,
) -> None:
    permit = granted(places, "2")
    assert set(permit.scopes) == set(x_permit.SCOPES)
    assert permit.expires_at is not None
    assert timedelta(minutes=118) < permit.expires_at - datetime.now(UTC) <= timedelta(hours=2)
    assert x_login.whose(places, permit).handle == "plantel2"
    connector = XOAuth2Connector(places)
    identity = connector.verify(credential(permit, "2"))
    assert identity.expires_at == permit.expires_at.replace(microsecond=0)
    with pytest.raises(CredentialRejected):
        connector.verify(credential(permit, "1"))


def test_the_challenge_is_that_of_the_standard() -> None:
    # RFC 7636, appendix B
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert x_login.challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.mark.parametrize(
    "change",
    [{"verifier": "w" * 43}, {"redirect_uri": "https://otro.example/"}, {"code": "inventado"}],
)
def test_a_code_serves_once_and_only_with_what_it_was_asked_with(
    places: Endpoints, change: dict[str, str]
) -> None:
    where = x_login.dialog(places, redirect_uri=BACK, state="s", verifier=VERIFIER)
    asked = {"code": agree(where, "1")["code"], "redirect_uri": BACK, "verifier": VERIFIER}
    with pytest.raises(Unavailable) as refused:
        x_login.redeem(places, **(asked | change))
    assert refused.value.code == "x.code_refused"
    if "code" not in change:
        with pytest.raises(Unavailable):
            x_login.redeem(places, **asked)


def test_a_renewal_uses_its_right_up(places: Endpoints) -> None:
    first = granted(places)
    second = x_login.refresh(places, first)
    assert (second.access, second.refresh) != (first.access, first.refresh)
    with pytest.raises(CredentialRejected) as refused:
        x_login.refresh(places, first)
    assert refused.value.code == "x.renewal_refused"
    assert "«Entrar con X»" in refused.value.sentence
    assert XOAuth2Connector(places).verify(credential(second)).handle == "plantel1"


def test_the_connector_renews_half_an_hour_before_the_end(places: Endpoints) -> None:
    connector, permit = load("x_oauth2", places), granted(places)
    assert isinstance(connector, Renews)
    assert permit.expires_at is not None
    known = credential(permit)
    at = connector.renewal_at(known, None)
    assert at == permit.expires_at.replace(microsecond=0) - timedelta(minutes=30)
    fresh = connector.renew(known)
    assert connector.verify(Credential("1", fresh)).external_id == "1"
    bare = Credential("1", {"oauth2": permit.access})
    assert connector.renewal_at(bare, None) is None
    unsure = credential(replace(permit, expires_at=None))
    assert connector.renewal_at(unsure, None) == x_permit.UNKNOWN_END
    assert load("x_oauth2", replace(places, x_client_id=None)).renewal_at(known, None) is None  # type: ignore[attr-defined]


def test_with_a_token_that_ended_nothing_is_asked_of_x(
    places: Endpoints, shared_sandbox: RunningSandbox
) -> None:
    connector = XOAuth2Connector(places)
    over = credential(replace(granted(places), expires_at=datetime.now(UTC)))
    before = len(shared_sandbox.requests_log())
    with pytest.raises(NotSent) as waits:
        connector.stage(over, Part(text="Aviso"))
    assert type(waits.value) is NotSent
    with pytest.raises(CredentialRejected) as ended:
        connector.verify(over)
    assert ended.value.code == "x.token_expired"
    assert len(shared_sandbox.requests_log()) == before


def test_a_token_ends_by_the_sandboxs_clock(
    places: Endpoints, shared_sandbox: RunningSandbox
) -> None:
    faster = {"speed": 72_000}
    requests.put(f"{shared_sandbox.base_url}/_sandbox/speed", json=faster, timeout=5)
    try:
        permit = granted(places)
        time.sleep(0.12)
        with pytest.raises(CredentialRejected):
            x_login.whose(places, permit)
        assert x_login.whose(places, x_login.refresh(places, permit)).external_id == "1"
    finally:
        requests.put(f"{shared_sandbox.base_url}/_sandbox/speed", json={"speed": 1}, timeout=5)


def test_who_takes_the_right_back_ends_token_and_renewal(
    places: Endpoints, shared_sandbox: RunningSandbox
) -> None:
    permit = granted(places)
    shared_sandbox.revoke(network="x", account="1")
    with pytest.raises(CredentialRejected):
        XOAuth2Connector(places).verify(credential(permit))
    with pytest.raises(CredentialRejected):
        x_login.refresh(places, permit)
    again = granted(places)
    assert XOAuth2Connector(places).verify(credential(again)).external_id == "1"
    with pytest.raises(CredentialRejected):
        XOAuth2Connector(places).verify(credential(permit))


def test_a_token_that_may_not_write_is_refused_by_name(places: Endpoints) -> None:
    reads = replace(granted(places), scopes=("tweet.read", "users.read"))
    with pytest.raises(CredentialRejected) as refused:
        XOAuth2Connector(places).verify(credential(reads))
    assert refused.value.code == "x.permission"


@pytest.mark.parametrize("secret", [None, "plantedclientsecret"])
def test_public_and_confidential_applications_name_themselves(
    places: Endpoints, secret: str | None
) -> None:
    assert granted(replace(places, x_client_secret=secret)).refresh


def test_the_three_legs_of_the_older_way_give_keys_that_act_as_the_account(
    places: Endpoints,
) -> None:
    asked = x_login.ask(places, callback=BACK)
    back = agree(x_login.approval(places, asked), "2")
    assert back["oauth_token"] == asked.token
    keys = x_login.approved(places, asked, verifier=back["oauth_verifier"])
    assert (keys.owner.external_id, keys.owner.handle) == ("2", "plantel2")
    assert load("x", places).verify(Credential("2", keys.fields)).handle == "plantel2"
    with pytest.raises(Unavailable):
        x_login.approved(places, asked, verifier=back["oauth_verifier"])


def test_a_callback_that_x_does_not_know_is_the_fault_of_the_application(
    places: Endpoints,
) -> None:
    with pytest.raises(CredentialRejected) as refused:
        x_login.ask(places, callback="oob")
    assert refused.value.code == "x.application"


def test_who_declines_comes_back_without_anything(places: Endpoints) -> None:
    where = x_login.dialog(places, redirect_uri=BACK, state="s", verifier=VERIFIER)
    assert agree(where, "1", decide="no") == {"state": "s", "error": "access_denied"}
    asked = x_login.ask(places, callback=BACK)
    where = x_login.approval(places, asked)
    assert agree(where, "1", decide="no") == {"denied": asked.token}


def test_without_an_application_no_way_is_open(places: Endpoints) -> None:
    bare = endpoints(str(places.x_base_url))
    with pytest.raises(NotConfigured):
        x_login.dialog(bare, redirect_uri=BACK, state="s", verifier=VERIFIER)
    with pytest.raises(NotConfigured):
        x_login.ask(bare, callback=BACK)


def test_what_a_person_pastes_is_read_or_refused_with_the_step_that_mends_it() -> None:
    assert x_permit.read(" soloeltoken ").access == "soloeltoken"
    whole = x_permit.read('{"access_token":"a","refresh_token":"r","scope":"x y","expires_in":7}')
    assert (whole.access, whole.refresh, whole.scopes) == ("a", "r", ("x", "y"))
    assert whole.expires_at is None
    for text in ("{", "{}", '{"access_token":""}', '{"access_token":"a","expires_at":"mañana"}'):
        with pytest.raises(CredentialRejected) as refused:
            x_permit.read(text)
        assert refused.value.code == "x.permit_unreadable"


def test_no_token_shows_in_a_representation_an_error_or_a_log(
    places: Endpoints, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    permit = granted(places)
    asked = x_login.ask(places, callback=BACK)
    used = x_login.refresh(places, permit)
    with pytest.raises(CredentialRejected) as refused:
        x_login.refresh(places, permit)
    back = agree(x_login.approval(places, asked), "2")
    x_login.approved(places, asked, verifier=back["oauth_verifier"])
    ours = [one for one in caplog.records if not one.name.startswith("uvicorn")]
    shown = repr((permit, asked, used, places, refused.value, refused.value.detail))
    shown += "".join(one.getMessage() for one in ours)
    hidden = (permit.access, permit.refresh, used.refresh, asked.secret, back["oauth_verifier"])
    for secret in (*hidden, *APP.values()):
        if secret != APP["x_client_id"] and secret != APP["x_api_key"]:
            assert secret not in shown

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from publisher.people import provider
from publisher.people.provider import Identity, ProviderRefused, ProviderSilent, Registration
from tests.support import provider as local
from tests.support.provider import CLIENT, SECRET, Provider
from vault.secret import Secret

BACK = "http://127.0.0.1:8501/entrar/institucion/regreso"
NONCE, VERIFIER = "n" * 43, "v" * 43


@pytest.fixture
def there() -> Iterator[Provider]:
    provider._published.cache_clear()
    with local.running() as running:
        yield running


def registered(there: Provider, **changes: Any) -> Registration:
    plain = {"issuer": there.url, "client_id": CLIENT, "client_secret": Secret(SECRET)}
    return Registration(**{**plain, "loopback_only": True, **changes})


def vouched(there: Provider, **changes: Any) -> Identity:
    known = provider.published(registered(there), elapsed=0.0)
    address = provider.address(
        registered(there), known, redirect_uri=BACK, state="e", nonce=NONCE, verifier=VERIFIER
    )
    answer = there.consent(address)
    asked: dict[str, Any] = {"nonce": NONCE, "verifier": VERIFIER, "redirect_uri": BACK}
    return provider.identity(
        registered(there), known, code=answer["code"], now=datetime.now(UTC), **{**asked, **changes}
    )


def test_a_code_is_exchanged_for_whom_the_provider_vouches_for(there: Provider) -> None:
    assert vouched(there) == Identity(issuer=there.url, subject="s-1", email="ana@example.mx")
    assert there.asked == ["/.well-known/openid-configuration", "/token", "/keys"]


def test_what_the_provider_publishes_is_read_anew_every_five_minutes(there: Provider) -> None:
    for elapsed in (0.0, 299.0, 301.0, 599.0):
        provider.published(registered(there), elapsed=elapsed)
    assert len(there.asked) == 2


CLAIMS: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "x" * 43},
    "another audience": {"aud": "otro-sistema"},
    "another audience, made out to us": {"aud": "otro-sistema", "azp": CLIENT},
    "somebody else's token that names us too": {"aud": ["otro-sistema", CLIENT], "azp": "otro"},
    "another issuer": {"iss": "https://otro.example"},
    "expired": {"exp": int(time.time()) - 120},
    "not yet valid": {"nbf": int(time.time()) + 600},
    "made in the future": {"iat": int(time.time()) + 600},
    "no subject": {"sub": ""},
    "an expiry that is no number": {"exp": "mañana"},
}


@pytest.mark.parametrize("case", CLAIMS)
def test_an_identity_whose_claims_do_not_fit_is_refused(there: Provider, case: str) -> None:
    there.claims = CLAIMS[case]
    with pytest.raises(ProviderRefused):
        vouched(there)


@pytest.mark.parametrize("name", ["nonce", "aud", "iss", "exp", "iat", "sub"])
def test_an_identity_without_a_needed_claim_is_refused(there: Provider, name: str) -> None:
    there.without = (name,)
    with pytest.raises(ProviderRefused):
        vouched(there)


def _hmac(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET * 2), algorithms=["HS256"])


def _foreign(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "ES256", "kid": "uno"}, claims, local.other_key())


def _unknown(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "ES256", "kid": "nueva"}, claims, local.other_key())


SIGNATURES: dict[str, Callable[[dict[str, Any]], str]] = {
    "none": local.unsigned,
    "the client's secret": _hmac,
    "a key of somebody else under the same name": _foreign,
    "a key that nobody published": _unknown,
    "no token at all": lambda _claims: "",
    "no token but words": lambda _claims: "a.b.c",
}


@pytest.mark.parametrize("case", SIGNATURES)
def test_an_identity_signed_by_anything_else_is_refused(there: Provider, case: str) -> None:
    there.sign = SIGNATURES[case]
    with pytest.raises(ProviderRefused):
        vouched(there)


def test_a_code_without_its_verifier_or_for_another_address_is_worth_nothing(
    there: Provider,
) -> None:
    for changes in ({"verifier": "w" * 43}, {"redirect_uri": "http://127.0.0.1/otro"}):
        with pytest.raises(ProviderRefused):
            vouched(there, **changes)


@pytest.mark.parametrize("verified", [False, "true", 1, None])
def test_an_email_counts_only_where_the_provider_verified_it(
    there: Provider, verified: object
) -> None:
    there.claims = {"email_verified": verified}
    assert vouched(there).email == ""


def test_an_email_left_out_is_asked_for_and_must_be_of_the_same_person(there: Provider) -> None:
    there.without = ("email", "email_verified")
    assert vouched(there).email == "ana@example.mx"
    there.routes["/userinfo"] = lambda request: request.answer(  # type: ignore[attr-defined]
        200, {**there.person, "sub": "s-2", "email": "directora@example.mx"}
    )
    assert vouched(there).email == ""


@pytest.mark.parametrize("route", ["/.well-known/openid-configuration", "/token", "/keys"])
@pytest.mark.parametrize("kind", ["down", "words", "elsewhere"])
def test_a_provider_that_does_not_answer_well_gives_a_sentence(
    there: Provider, route: str, kind: str
) -> None:
    answers = {
        "down": (503, b"", {}),
        "words": (200, b"<html>", {}),
        "elsewhere": (302, b"", {"Location": "http://192.0.2.1/"}),
    }
    status, body, headers = answers[kind]
    there.routes[route] = lambda request: request.answer(  # type: ignore[attr-defined]
        status, body, **headers
    )
    with pytest.raises((ProviderSilent, ProviderRefused)):
        vouched(there)


def test_a_provider_that_hangs_is_left_alone(
    there: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "_TIMEOUT", (0.2, 0.2))
    there.routes["/keys"] = lambda _request: time.sleep(0.5)
    started = time.monotonic()
    with pytest.raises(ProviderSilent):
        vouched(there)
    assert time.monotonic() - started < 0.5


@pytest.mark.parametrize(
    "says",
    [
        {"issuer": "http://127.0.0.1:1"},
        {"token_endpoint": "http://login.example/token"},
        {"jwks_uri": ""},
        {"authorization_endpoint": "https://login.example/authorize"},
        {"userinfo_endpoint": "http://login.example/yo"},
    ],
)
def test_a_provider_that_points_elsewhere_is_not_followed(
    there: Provider, says: dict[str, str]
) -> None:
    there.says = says
    with pytest.raises(ProviderSilent):
        provider.published(registered(there), elapsed=0.0)


@pytest.mark.parametrize(
    ("url", "sandbox", "elsewhere"),
    [
        ("https://login.example", False, True),
        ("http://login.example", False, False),
        ("http://127.0.0.1:9", True, True),
        ("http://localhost:9", True, True),
        ("file:///etc/passwd", False, False),
        ("https://", False, False),
    ],
)
def test_only_https_is_used_and_on_a_sandbox_only_this_machine(
    url: str, sandbox: bool, elsewhere: bool
) -> None:
    assert provider.is_allowed(url, loopback_only=True) is sandbox
    assert provider.is_allowed(url, loopback_only=False) is elsewhere


def test_neither_secret_nor_code_reaches_the_log(
    there: Provider, capsys: pytest.CaptureFixture[str]
) -> None:
    there.claims = {"nonce": "x"}
    with pytest.raises(ProviderRefused) as refused:
        vouched(there)
    told = capsys.readouterr().out + str(refused.value) + repr(registered(there))
    assert SECRET not in told
    assert "codigo-" not in told

"""The institution's sign-in as a browser sees it: out to a provider on loopback, and back in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from dashboard.texts import web as texts
from publisher import people
from publisher.app import App
from publisher.people import provider
from tests.dashboard.browsing import Browser, serving
from tests.dashboard.conftest import https
from tests.support import provider as local
from tests.support.factors import proven
from tests.support.house import House
from tests.support.provider import CLIENT, SECRET, Provider


@pytest.fixture
def there() -> Iterator[Provider]:
    provider._published.cache_clear()
    with local.running() as running:
        yield running


@pytest.fixture
def app(house: House, there: Provider, tmp_path: Path) -> App:
    secret = tmp_path / "oidc"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    chosen: dict[str, Any] = {"oidc_issuer": there.url, "oidc_client_id": CLIENT}
    chosen |= {"oidc_client_secret_file": secret, "oidc_label": "su correo & <CECyTE>"}
    return replace(house.app, settings=house.app.settings.model_copy(update=chosen))


@pytest.fixture
def outside(app: App) -> Iterator[Browser]:
    with serving(app) as url:
        yield Browser(url)


def consent(left: requests.Response) -> str:
    """Follow the way to the provider; return the path that it leads back to."""
    back = requests.get(left.headers["location"], allow_redirects=False, timeout=5)
    parts = urlsplit(back.headers["location"])
    return f"{parts.path}?{parts.query}"


def test_the_button_leads_out_and_back_to_the_wanted_page(
    house: House, there: Provider, outside: Browser
) -> None:
    there.person["email"] = house.actor("OPER", 1).email
    page = outside.get("/entrar", params={"sig": "/publicacion?id=3"})
    assert "Entrar con su correo &amp; &lt;CECyTE&gt;" in page.text
    assert 'href="/entrar/institucion?sig=%2Fpublicacion%3Fid%3D3"' in page.text
    left = outside.get("/entrar/institucion", params={"sig": "/publicacion?id=3"})
    assert left.status_code == 303
    assert left.headers["location"].startswith(there.url + "/authorize?")
    cookie = {part.strip() for part in left.headers["set-cookie"].split(";")}
    assert {"HttpOnly", "SameSite=lax", "Max-Age=600"} <= cookie
    back = consent(left)
    entered = outside.get(back)
    assert (entered.status_code, entered.headers["location"]) == (303, "/publicacion?id=3")
    assert outside.get("/nueva").status_code == 200
    assert not outside.cookie("institucion")
    assert "default-src 'none'" in entered.headers["content-security-policy"]
    token = outside.cookie("sesion")
    assert people.actor_of(house.app, token) is not None


def test_who_has_a_second_factor_is_asked_for_its_code_here_too(
    house: House, there: Provider, outside: Browser
) -> None:
    person = proven(house.app, house.actor("COOR"))
    there.person["email"] = person.email
    left = outside.get("/entrar/institucion", params={"sig": "/calendario"})
    entered = outside.get(consent(left))
    assert entered.headers["location"] == "/entrar/codigo?sig=%2Fcalendario"
    assert people.actor_of(house.app, outside.cookie("sesion")) is None
    assert outside.get("/calendario").status_code == 303


def test_another_browser_cannot_finish_what_this_one_began(
    house: House, there: Provider, outside: Browser
) -> None:
    there.person["email"] = house.actor("OPER", 1).email
    back = consent(outside.get("/entrar/institucion"))
    stranger = Browser(outside.url)
    answer = stranger.get(back)
    assert answer.status_code == 401
    assert "caducó" in answer.text
    assert not stranger.cookie("sesion")
    assert outside.get(back).status_code == 303
    assert outside.get(back).status_code == 401


def test_who_is_refused_stays_before_the_form_with_a_sentence(
    there: Provider, outside: Browser
) -> None:
    answer = outside.get(consent(outside.get("/entrar/institucion")))
    assert answer.status_code == 401
    assert "Ninguna persona activa" in answer.text
    assert 'name="clave"' in answer.text
    denied = outside.get("/entrar/institucion/regreso", params={"error": "access_denied"})
    assert denied.status_code == 401
    there.routes["/.well-known/openid-configuration"] = lambda request: request.answer(  # type: ignore[attr-defined]
        503, {}
    )
    provider._published.cache_clear()
    silent = outside.get("/entrar/institucion")
    assert (silent.status_code, "no respondió" in silent.text) == (400, True)


def test_the_way_back_never_leads_to_another_site(
    house: House, there: Provider, outside: Browser
) -> None:
    there.person["email"] = house.actor("OPER", 1).email
    left = outside.get("/entrar/institucion", params={"sig": "https://malo.example"})
    assert outside.get(consent(left)).headers["location"] == "/"


def test_behind_tls_the_way_back_is_the_public_address(app: App) -> None:
    with serving(https(app)) as url:
        left = Browser(url).get("/entrar/institucion")
    assert "redirect_uri=https%3A%2F%2Fpregonero.example.mx%2Fentrar" in left.headers["location"]
    assert left.headers["set-cookie"].startswith("__Host-institucion=")
    assert "Secure" in left.headers["set-cookie"]


def test_without_a_provider_there_is_no_button(browser: Browser) -> None:
    assert texts.ELSEWHERE.partition("{")[0] not in browser.get("/entrar").text
    assert browser.get("/entrar/institucion").status_code == 400

"""Facebook Login through our routes and the sandbox's dialog, as a browser goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from sqlalchemy import text

from connectors.sandbox.testing import RunningSandbox, running_sandbox
from dashboard.texts import web as texts
from publisher.models import Account
from publisher.queries import accounts
from publisher.texts import connections as words
from tests.dashboard.browsing import Browser, serving
from tests.dashboard.conftest import PASSWORD, let_in
from tests.support.house import House
from vault import store


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox() as running:
        yield running


@pytest.fixture
def site(house: House, sandbox: RunningSandbox, tmp_path: Path) -> Iterator[Browser]:
    """A browser before a house with an application at Meta, which is the sandbox."""
    secret = tmp_path / "meta.secret"
    secret.write_text("plantedappsecret\n")
    secret.chmod(0o600)
    settings = house.app.settings.model_copy(
        update={
            "graph_base_url": sandbox.base_url,
            "graph_app_id": "1000000000000",
            "graph_app_secret_file": secret,
        }
    )
    house.app = replace(house.app, settings=settings)
    sandbox.reset(everything=True)
    with house.app.read() as session:
        for account_id in range(1, 7):
            row = session.get_one(Account, account_id)
            if row.network != "x":
                sandbox.register(
                    {
                        "network": row.network,
                        "external_id": row.external_id,
                        "handle": row.handle,
                        "token": f"EAAanterior{account_id}",
                    }
                )
    with serving(house.app) as url:
        yield Browser(url)


def enter(house: House, site: Browser, role: str = "OPER", plantel: int | None = 1) -> None:
    site.enter(let_in(house, house.actor(role, plantel)), PASSWORD)


def grant(site: Browser, *, decide: str = "si") -> str:
    """Go to the dialog, grant every page, and return where it leads back to."""
    dialog = site.get("/conectar/facebook").headers["location"]
    pages = [
        line.split('"')[0]
        for line in requests.get(dialog, timeout=5).text.split('name="page" value="')[1:]
    ]
    form = [("page", page) for page in pages] + [("decide", decide)]
    answer = requests.post(dialog, data=form, allow_redirects=False, timeout=5)
    place = urlsplit(answer.headers["location"])
    assert place.path == "/conectar/facebook/vuelta"
    return f"{place.path}?{place.query}"


def stored(house: House) -> dict[str, list[str]]:
    """Return the fields that the vault holds, by account."""
    with house.app.read() as session:
        used = store.use_many(session, house.app.keyring, range(1, 7))
    return {str(id_): sorted(one.fields) for id_, one in used.items() if one.fields}


def test_pages_and_their_instagram_are_connected_at_once_within_the_persons_reach(
    house: House, site: Browser
) -> None:
    enter(house, site)
    page = site.get(grant(site))
    assert page.status_code == 200
    assert texts.LOGIN_MANY.format(n=2) in page.text
    mine = {line.network: line for line in accounts.lines(house.app, house.actor("OPER", 1))}
    assert stored(house) == {
        str(mine["facebook"].id): ["page_token"],
        str(mine["instagram"].id): ["access_token"],
    }
    assert mine["facebook"].outcome == mine["instagram"].outcome == "ok"
    assert "otro plantel" in page.text
    with house.app.read() as session:
        kept = repr(session.execute(text("SELECT name, value FROM fact")).all())
        kept += repr(session.execute(text("SELECT * FROM audit_entry")).all())
    assert "login." not in kept
    assert "plantedappsecret" not in kept + page.text


def test_a_state_is_good_once_and_for_the_session_that_asked(house: House, site: Browser) -> None:
    enter(house, site)
    back = grant(site)
    stranger = Browser(site.url)
    enter(house, stranger, "ADM", None)
    assert words.LOGIN_STALE in stranger.get(back).text
    assert words.LOGIN_STALE in site.get(back).text
    assert stored(house) == {}
    again = grant(site)
    assert site.get(again).status_code == 200
    assert site.get(again).status_code == 400
    forged = site.get("/conectar/facebook/vuelta", params={"code": "x", "state": "inventado"})
    assert words.LOGIN_STALE in forged.text


def test_who_declines_changes_nothing_and_a_state_ends_after_ten_minutes(
    house: House, site: Browser
) -> None:
    enter(house, site)
    page = site.get(grant(site, decide="no"))
    assert texts.LOGIN_DENIED in page.text
    back = grant(site)
    house.clock.pass_(minutes=11)
    assert words.LOGIN_STALE in site.get(back).text
    assert stored(house) == {}


def test_who_may_install_nothing_gets_no_dialog_and_without_an_application_nobody(
    house: House, site: Browser
) -> None:
    enter(house, site, "AUD", None)
    refused = site.get("/conectar/facebook")
    assert (refused.status_code, "location" in refused.headers) == (400, False)
    with serving(
        replace(house.app, settings=house.app.settings.model_copy(update={"graph_app_id": ""}))
    ) as url:
        plain = Browser(url)
        enter(house, plain)
        assert words.LOGIN_UNSET in plain.get("/conectar/facebook").text

"""Connecting accounts through our routes and the sandbox's dialogs, as a browser goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
import requests
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from connectors.sandbox.testing import RunningSandbox, running_sandbox
from dashboard.texts import granting as texts
from publisher import connections
from publisher.app import Actor, App
from publisher.connections import connect
from publisher.models import Account
from publisher.queries import accounts
from publisher.queries.accounts import AccountLine
from publisher.texts import connections as words
from tests.connectors.x_dialog import agree
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
    """A browser before a house with applications at Meta and X, which are the sandbox."""
    secret = tmp_path / "meta.secret"
    secret.write_text("plantedappsecret\n")
    secret.chmod(0o600)
    settings = house.app.settings.model_copy(
        update={
            "graph_base_url": sandbox.base_url,
            "graph_app_id": "1000000000000",
            "graph_app_secret_file": secret,
            "x_base_url": sandbox.base_url,
            "x_client_id": "cliente-de-prueba",
            "x_api_key": "plantedapikey",
            "x_api_secret_file": secret,
        }
    )
    house.app = replace(house.app, settings=settings)
    sandbox.reset(everything=True)
    with house.app.read() as session:
        for account_id in range(1, 7):
            row = session.get_one(Account, account_id)
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


def chooser(site: Browser, *, decide: str = "si") -> requests.Response:
    """Go through the dialog to the page that lets one choose."""
    page = site.get(grant(site, decide=decide))
    if page.is_redirect:
        page = site.get(page.headers["location"])
    return page


def choose(site: Browser, page: requests.Response, *keys: str) -> requests.Response:
    """Send the chooser's form with some boxes ticked."""
    form = [("boleto", ticket_of(page)), *(("cuenta", key) for key in keys)]
    return site.post("/conectar/elegir", data=form)


def ticket_of(page: requests.Response) -> str:
    return page.text.partition('name="boleto" value="')[2].partition('"')[0]


def ticked(page: requests.Response) -> list[str]:
    """Return the keys of the boxes that are ticked."""
    found = [part.partition('"') for part in page.text.split('name="cuenta" value="')[1:]]
    return sorted(key for key, _, rest in found if rest.startswith(" checked"))


def mine(house: House) -> dict[str, AccountLine]:
    return {line.network: line for line in accounts.lines(house.app, house.actor("OPER", 1))}


def key_of(house: House, line: AccountLine) -> str:
    with house.app.read() as session:
        return f"{line.network}:{session.get_one(Account, line.id).external_id}"


def test_what_was_granted_is_shown_with_what_it_goes_to_and_only_the_chosen_is_connected(
    house: House, site: Browser
) -> None:
    enter(house, site)
    page = chooser(site)
    assert page.status_code == 200
    facebook, instagram = mine(house)["facebook"], mine(house)["instagram"]
    assert ticked(page) == sorted([key_of(house, facebook), key_of(house, instagram)])
    assert facebook.plantel in page.text
    assert words.CHOOSE_ELSEWHERE in page.text
    assert stored(house) == {}
    done = choose(site, page, key_of(house, instagram), "facebook:de-otro-plantel")
    assert texts.DONE_ONE in done.text
    assert stored(house) == {str(instagram.id): ["access_token"]}
    assert mine(house)["instagram"].outcome == "ok"
    assert mine(house)["instagram"].pictured
    shown = site.get(f"/retrato/{instagram.id}")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert mine(house)["facebook"].outcome == "unproven"
    assert site.get(f"/retrato/{facebook.id}").status_code == 404
    stranger = Browser(site.url)
    assert stranger.get(f"/retrato/{instagram.id}").status_code == 401
    enter(house, stranger, "OPER", 2)
    assert stranger.get(f"/retrato/{instagram.id}").status_code == 404
    with house.app.read() as session:
        kept = repr(session.execute(text("SELECT name, value FROM fact")).all())
        kept += repr(session.execute(text("SELECT * FROM audit_entry")).all())
    assert "login." not in kept
    assert "plantedappsecret" not in kept + page.text + done.text


def test_what_nobody_registered_is_registered_to_a_plantel_by_whoever_may_and_connected(
    house: House, site: Browser, sandbox: RunningSandbox
) -> None:
    with house.app.write() as session:
        gone = session.get_one(Account, 4)
        key, network = f"{gone.network}:{gone.external_id}", gone.network
        plantel_id, gone.external_id, gone.state = gone.plantel_id, "otro", "closed"
    enter(house, site)
    assert texts.REGISTER_NOT not in chooser(site).text
    admin = Browser(site.url)
    enter(house, admin, "ADM", None)
    page = chooser(admin)
    assert f'name="plantel:{key}"' in page.text
    assert words.CHOOSE_REGISTER in page.text
    taken = {"boleto": ticket_of(page), f"plantel:{key}": "1"}
    refused = admin.post("/conectar/elegir", data=taken)
    assert "ya tiene una cuenta de" in refused.text
    page = chooser(admin)
    form = {"boleto": ticket_of(page), f"plantel:{key}": str(plantel_id)}
    assert texts.DONE_ONE in admin.post("/conectar/elegir", data=form).text
    lines = accounts.lines(house.app, house.actor("OPER", plantel_id))
    (made,) = [line for line in lines if line.network == network]
    assert (made.outcome, made.state) == ("ok", "active")
    assert key_of(house, made) == key
    with house.app.read() as session:
        told = session.execute(
            text("SELECT count(*) FROM audit_entry WHERE action = 'account.create'")
        ).scalar_one()
    assert told == 1


def test_another_planteles_page_is_not_connected_even_if_somebody_sends_its_key(
    house: House, site: Browser
) -> None:
    enter(house, site)
    page = chooser(site)
    with house.app.read() as session:
        foreign = session.get_one(Account, 4)
        key = f"{foreign.network}:{foreign.external_id}"
    assert key not in ticked(page)
    done = choose(site, page, key)
    assert words.CHOOSE_ELSEWHERE in done.text
    assert stored(house) == {}


def test_choosing_nothing_leaves_the_choice_open_and_a_choice_serves_once(
    house: House, site: Browser
) -> None:
    enter(house, site)
    page = chooser(site)
    nothing = choose(site, page)
    assert nothing.status_code == 400
    assert words.CHOOSE_NONE in nothing.text
    assert ticked(nothing) == []
    keys = ticked(page)
    assert texts.DONE.format(n=2) in choose(site, nothing, *keys).text
    assert words.LOGIN_STALE in choose(site, page, *keys).text


def test_a_choice_is_opened_by_nobody_else_and_not_after_ten_minutes(
    house: House, site: Browser
) -> None:
    enter(house, site)
    page = chooser(site)
    with house.app.read() as session:
        kept = repr(session.execute(text("SELECT name, value FROM fact")).all())
    assert "login.chooser." in kept
    assert ticket_of(page) not in kept
    stranger = Browser(site.url)
    enter(house, stranger, "ADM", None)
    address = f"/conectar/elegir?boleto={ticket_of(page)}"
    assert words.LOGIN_STALE in stranger.get(address).text
    assert ticked(site.get(address)) == ticked(page)
    assert words.LOGIN_STALE in choose(stranger, page, *ticked(page)).text
    page = chooser(site)
    house.clock.pass_(minutes=11)
    assert words.LOGIN_STALE in choose(site, page, *ticked(page)).text
    assert stored(house) == {}


def test_what_nobody_foresaw_costs_one_account_and_is_a_sentence(
    house: House, site: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(house, site)
    page = chooser(site)
    facebook, whole = mine(house)["facebook"], connect.install

    def fails_once(app: App, actor: Actor, proven: connect.Proven, **more: str) -> object:
        if proven.subject.account_id == facebook.id:
            raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))
        return whole(app, actor, proven, **more)

    monkeypatch.setattr(connect, "install", fails_once)
    done = choose(site, page, *ticked(page))
    assert texts.DONE_ONE in done.text
    assert words.CHOOSE_DEFECT in done.text
    assert stored(house) == {str(mine(house)["instagram"].id): ["access_token"]}
    monkeypatch.setattr(connections, "begin_login", lambda *_, **__: 1 / 0)
    assert "folio" in site.get("/conectar/facebook").text


def test_a_form_of_another_site_connects_nothing(house: House, site: Browser) -> None:
    enter(house, site)
    page = chooser(site)
    form = [("boleto", ticket_of(page)), ("cuenta", ticked(page)[0])]
    away = {"Origin": "https://otra.example"}
    for path in ("/conectar/elegir", "/conectar/token"):
        assert site.post(path, data=form, headers=away).status_code == 403
    assert stored(house) == {}


def test_a_system_users_token_leads_to_the_same_choice(
    house: House, site: Browser, sandbox: RunningSandbox
) -> None:
    enter(house, site)
    assert texts.SYSTEM_TOKEN in site.get("/conectar/token").text
    token = sandbox.system_token()
    asked = site.post("/conectar/token", data={"token": f" {token} "})
    page = site.get(asked.headers["location"])
    assert len(ticked(page)) == 2
    assert texts.DONE.format(n=2) in choose(site, page, *ticked(page)).text
    assert mine(house)["facebook"].outcome == "ok"
    refused = site.post("/conectar/token", data={"token": "EAAinventado1234567890"})
    assert (refused.status_code, "EAAinventado" in refused.text) == (400, False)
    assert words.SYSTEM_REFUSED in refused.text
    assert words.SYSTEM_EMPTY in site.post("/conectar/token", data={"token": " "}).text


def test_a_state_is_good_once_and_for_the_session_that_asked(house: House, site: Browser) -> None:
    enter(house, site)
    back = grant(site)
    stranger = Browser(site.url)
    enter(house, stranger, "ADM", None)
    assert words.LOGIN_STALE in stranger.get(back).text
    assert words.LOGIN_STALE in site.get(back).text
    assert stored(house) == {}
    again = grant(site)
    assert site.get(again).status_code == 303
    assert site.get(again).status_code == 400
    forged = site.get("/conectar/facebook/vuelta", params={"code": "x", "state": "inventado"})
    assert words.LOGIN_STALE in forged.text


def test_who_declines_changes_nothing_and_a_state_ends_after_ten_minutes(
    house: House, site: Browser
) -> None:
    enter(house, site)
    page = site.get(grant(site, decide="no"))
    assert texts.DENIED in page.text
    back = grant(site)
    house.clock.pass_(minutes=11)
    assert words.LOGIN_STALE in site.get(back).text
    assert stored(house) == {}


def test_who_may_install_nothing_gets_no_dialog_and_without_an_application_nobody(
    house: House, site: Browser
) -> None:
    enter(house, site, "AUD", None)
    for path in ("/conectar/facebook", "/conectar/x", "/conectar/x/claves"):
        refused = site.get(path)
        assert (refused.status_code, "location" in refused.headers) == (400, False)
    bare = {"graph_app_id": "", "x_client_id": "", "x_api_key": ""}
    with serving(replace(house.app, settings=house.app.settings.model_copy(update=bare))) as url:
        plain = Browser(url)
        enter(house, plain)
        assert words.LOGIN_UNSET in plain.get("/conectar/facebook").text
        assert words.X_UNSET in plain.get("/conectar/x").text
        assert words.X_UNSET in plain.get("/conectar/x/claves").text


# X


def x_id(house: House, account_id: int) -> str:
    with house.app.read() as session:
        return session.get_one(Account, account_id).external_id


def enter_x(site: Browser, start: str, as_whom: str, *, decide: str = "si") -> str:
    """Go to X as an account and return where it leads back to."""
    left = site.get(start)
    assert left.status_code == 303, left.text
    answer = agree(left.headers["location"], as_whom, decide=decide)
    return start.partition("?")[0] + "/vuelta?" + urlencode(answer)


@pytest.mark.parametrize(
    ("start", "connector", "fields"),
    [
        ("/conectar/x", "x_oauth2", ["oauth2"]),
        (
            "/conectar/x/claves",
            "x",
            ["access_token", "access_token_secret", "consumer_key", "consumer_secret"],
        ),
    ],
)
def test_who_enters_with_x_connects_that_account(
    house: House, site: Browser, start: str, connector: str, fields: list[str]
) -> None:
    enter(house, site)
    line = mine(house)["x"]
    back = enter_x(site, f"{start}?cuenta={line.id}", x_id(house, line.id))
    page = site.get(back)
    assert page.status_code == 200, page.text
    assert texts.DONE_ONE in page.text
    assert stored(house) == {str(line.id): fields}
    seen = mine(house)["x"]
    assert (seen.connector, seen.outcome) == (connector, "ok")
    assert not seen.needs_care(house.clock.now)
    assert words.LOGIN_STALE in site.get(back).text
    with house.app.read() as session:
        kept = repr(session.execute(text("SELECT name, value FROM fact")).all())
        kept += repr(session.execute(text("SELECT * FROM audit_entry")).all())
    assert "login." not in kept
    with house.app.read() as session:
        used = store.use(session, house.app.keyring, line.id)
    for secret in used.fields.values():
        assert secret.reveal() not in kept + page.text


@pytest.mark.parametrize("start", ["/conectar/x", "/conectar/x/claves"])
def test_another_account_of_x_is_not_connected_in_its_place(
    house: House, site: Browser, start: str
) -> None:
    enter(house, site)
    line = mine(house)["x"]
    other = next(
        one
        for one in accounts.lines(house.app, house.actor("ADM", None))
        if one.network == "x" and one.id != line.id
    )
    page = site.get(enter_x(site, f"{start}?cuenta={line.id}", x_id(house, other.id)))
    assert page.status_code == 400
    assert line.handle in page.text
    # without saying which, the other is out of this person's reach
    page = site.get(enter_x(site, start, x_id(house, other.id)))
    assert page.status_code == 400
    assert stored(house) == {}


@pytest.mark.parametrize("start", ["/conectar/x", "/conectar/x/claves"])
def test_the_way_back_from_x_serves_the_session_that_left_and_once(
    house: House, site: Browser, start: str
) -> None:
    enter(house, site)
    line = mine(house)["x"]
    back = enter_x(site, start, x_id(house, line.id))
    stranger = Browser(site.url)
    enter(house, stranger, "ADM", None)
    assert words.LOGIN_STALE in stranger.get(back).text
    assert words.LOGIN_STALE in site.get(back).text
    assert texts.X_DENIED in site.get(enter_x(site, start, x_id(house, line.id), decide="no")).text
    late = enter_x(site, start, x_id(house, line.id))
    house.clock.pass_(minutes=11)
    assert words.LOGIN_STALE in site.get(late).text
    assert stored(house) == {}

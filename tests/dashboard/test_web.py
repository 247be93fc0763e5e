from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from websockets.exceptions import InvalidStatus

from dashboard.web import shell
from dashboard.web.signin import inner_path
from publisher import media, people
from tests.dashboard.browsing import Browser, serving
from tests.dashboard.conftest import PASSWORD, https, let_in
from tests.support import films
from tests.support.house import House

PAGES = ("/", "/nueva", "/aprobaciones", "/calendario", "/actividad", "/publicacion?id=3")
FILES = (
    "/media/abc.png",
    "/_stcore/upload_file/s/f",
    "/_stcore/host-config",
    "/imagen/" + "a" * 64,
    "/toma/" + "a" * 64,
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_without_a_session_leads_to_the_sign_in_and_back(
    browser: Browser, path: str
) -> None:
    answer = browser.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/entrar")
    if path != "/":
        assert "sig=" in answer.headers["location"]


@pytest.mark.parametrize("path", FILES)
def test_a_file_without_a_session_is_refused(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 401


def test_an_upload_without_a_session_is_refused(browser: Browser) -> None:
    assert browser.put("/_stcore/upload_file/s/f", data=b"x").status_code == 401


def test_a_socket_without_a_session_is_not_opened(browser: Browser) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        browser.socket()
    browser.session.cookies.set("sesion", "inventada")
    with pytest.raises(InvalidStatus, match="403"):
        browser.socket()


def test_a_socket_opened_by_a_page_of_another_site_is_refused(
    browser: Browser, house: House
) -> None:
    browser.enter(let_in(house, house.actor("OPER", 1)), PASSWORD)
    assert browser.socket(origin=browser.url) == "Streamlit"
    for origin in ("https://malo.example", browser.url + "1", "null"):
        with pytest.raises(InvalidStatus, match="403"):
            browser.socket(origin=origin)


def test_who_signs_in_reaches_pages_socket_and_files(browser: Browser, house: House) -> None:
    answer = browser.enter(
        let_in(house, house.actor("OPER", 1)), PASSWORD, wanted="/publicacion?id=3"
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == "/publicacion?id=3"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("sesion=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert browser.get("/nueva").status_code == 200
    assert browser.get("/media/abc.png").text == "Streamlit"
    assert browser.socket() == "Streamlit"


def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(
    browser: Browser, house: House
) -> None:
    email = let_in(house, house.actor("OPER", 1))
    wrong = browser.enter(email, "otra clave cualquiera")
    unknown = browser.enter("nadie@example.mx", "otra clave cualquiera")
    assert wrong.status_code == unknown.status_code == 401
    sentence = "El correo o la contraseña no son correctos."
    assert sentence in wrong.text
    assert sentence in unknown.text


def test_guessing_is_slowed_down(browser: Browser, house: House) -> None:
    email = let_in(house, house.actor("OPER", 1))
    answers = [browser.enter(email, f"clave equivocada {n}") for n in range(6)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0


def test_the_form_must_repeat_the_cookie_and_come_from_here(browser: Browser, house: House) -> None:
    email = let_in(house, house.actor("OPER", 1))
    data = {"correo": email, "clave": PASSWORD, "sig": "/"}
    assert browser.post("/entrar", data=data).status_code == 403
    browser.get("/entrar")
    assert browser.post("/entrar", data={**data, "formulario": "otro"}).status_code == 403
    token = browser.cookie("formulario")
    foreign = {"Origin": "https://malo.example"}
    complete = {**data, "formulario": token}
    assert browser.post("/entrar", data=complete, headers=foreign).status_code == 403
    cross = {"Sec-Fetch-Site": "cross-site"}
    assert (
        browser.post(
            "/entrar", data={**data, "formulario": browser.cookie("formulario")}, headers=cross
        ).status_code
        == 403
    )
    assert not browser.cookie("sesion")


@pytest.mark.parametrize(
    "wanted",
    [
        "https://malo.example",
        "//malo.example",
        "/\\malo.example",
        "\\\\malo.example",
        "javascript:alert(1)",
        "/\tmalo",
        "malo",
        "",
        "/salir",
        "/entrar?sig=/entrar",
        "/" + "a" * 600,
    ],
)
def test_the_sign_in_never_leads_elsewhere(wanted: str) -> None:
    assert inner_path(wanted) == "/"


def test_inner_paths_are_kept_with_their_query() -> None:
    assert inner_path("/calendario?dia=2026-11-24") == "/calendario?dia=2026-11-24"


def test_signing_out_ends_the_session_and_only_a_post_from_here_does(
    browser: Browser, house: House
) -> None:
    browser.enter(let_in(house, house.actor("OPER", 1)), PASSWORD)
    token = browser.cookie("sesion")
    assert browser.get("/salir").status_code in {404, 405}
    foreign = browser.post("/salir", headers={"Origin": "https://malo.example"})
    assert foreign.status_code == 403
    assert people.actor_of(house.app, token) is not None
    answer = browser.post("/salir")
    assert answer.headers["location"] == "/entrar?adios=1"
    assert people.actor_of(house.app, token) is None
    browser.session.cookies.set("sesion", token)
    assert browser.get("/nueva").status_code == 303


def test_an_issued_password_must_be_changed_before_anything_else(
    browser: Browser, house: House
) -> None:
    email = let_in(house, house.actor("OPER", 1), must_change=True)
    assert browser.enter(email, PASSWORD).headers["location"] == "/contrasena"
    assert browser.get("/nueva").headers["location"] == "/contrasena"
    with pytest.raises(InvalidStatus, match="403"):
        browser.socket()
    data = {"actual": PASSWORD, "nueva": "otra frase muy larga", "repetida": "otra frase distinta"}
    assert browser.post("/contrasena", data=data).status_code == 400
    data["repetida"] = data["nueva"]
    assert browser.post("/contrasena", data={**data, "actual": "no"}).status_code == 400
    assert browser.post("/contrasena", data=data).headers["location"] == "/"
    assert browser.get("/nueva").status_code == 200


def test_what_people_type_is_escaped_in_the_page(browser: Browser) -> None:
    answer = browser.enter('"><script>alert(1)</script>@x.mx', "clave equivocada 1")
    assert "<script>" not in answer.text


def test_every_answer_carries_the_security_headers(browser: Browser) -> None:
    for path in ("/entrar", "/", "/salud", "/media/x", "/recursos/icono.svg"):
        headers = browser.get(path).headers
        assert "default-src" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
    assert "script" not in browser.get("/entrar").headers["content-security-policy"]


def test_behind_tls_cookies_are_host_bound_and_secure(house: House) -> None:
    email = let_in(house, house.actor("OPER", 1))
    with serving(https(house.app)) as url:
        browser = Browser(url)
        page = browser.get("/entrar")
        token = page.text.split('name="formulario" value="')[1].split('"')[0]
        assert page.headers["set-cookie"].startswith("__Host-formulario=")
        answer = browser.post(
            "/entrar",
            data={"correo": email, "clave": PASSWORD, "formulario": token},
            headers={"Cookie": f"__Host-formulario={token}"},
        )
        assert answer.headers["set-cookie"].startswith("__Host-sesion=")
        assert "Secure" in answer.headers["set-cookie"]
        assert "max-age" in answer.headers["strict-transport-security"]


def test_the_agent_interface_and_metrics_do_not_exist(browser: Browser, house: House) -> None:
    browser.enter(let_in(house, house.actor("ADM")), PASSWORD)
    for path in ("/_stcore/agent/openapi.json", "/_stcore/agent/interact", "/_stcore/metrics"):
        assert browser.get(path).status_code == 404
        assert browser.post(path).status_code == 404


def test_an_unknown_address_says_so_in_spanish(browser: Browser, house: House) -> None:
    browser.enter(let_in(house, house.actor("OPER", 1)), PASSWORD)
    answer = browser.get("/no-existe")
    assert answer.status_code == 404
    assert "Página no encontrada" in answer.text


def test_a_picture_needs_a_session_and_its_plantel(browser: Browser, house: House) -> None:
    mine = house.actor("OPER", 1)
    held = BytesIO()
    Image.new("RGB", (640, 480), "#0F5F6E").save(held, "JPEG")
    info = media.accept(house.app, mine, plantel_id=1, file_name="a.jpg", data=held.getvalue())
    path = f"/imagen/{info.sha256}?w=240"
    assert browser.get(path).status_code == 401
    browser.enter(let_in(house, mine), PASSWORD)
    answer = browser.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("image/")
    assert "private" in answer.headers["cache-control"]
    browser.session.cookies.clear()
    browser.enter(let_in(house, house.actor("OPER", 2)), PASSWORD)
    assert browser.get(path).status_code == 404
    assert browser.get("/imagen/" + "z" * 64).status_code == 404


def test_a_video_is_played_in_spans_by_who_sees_its_plantel(browser: Browser, house: House) -> None:
    mine = house.actor("OPER", 1)
    info = media.accept(house.app, mine, plantel_id=1, file_name="a.mp4", data=films.film())
    path = f"/toma/{info.sha256}"
    browser.enter(let_in(house, mine), PASSWORD)
    part = browser.get(path, headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"ftyp")
    assert part.headers["content-range"] == f"bytes 4-7/{info.size}"
    assert part.headers["content-type"] == "video/mp4"
    assert browser.get(f"/imagen/{info.sha256}").content.startswith(b"\xff\xd8\xff")
    browser.session.cookies.clear()
    browser.enter(let_in(house, house.actor("OPER", 2)), PASSWORD)
    assert browser.get(path).status_code == 404
    assert browser.get("/toma/..%2Fkek.key").status_code == 404


def test_health_is_open_and_tells_whether_a_worker_lives(browser: Browser) -> None:
    assert browser.get("/salud").json() == {"estado": "vivo"}
    answer = browser.get("/salud/listo")
    assert answer.status_code == 503
    assert answer.json()["base_de_datos"] is True


def test_a_database_that_does_not_answer_lets_nobody_in_and_shows_no_trace(
    browser: Browser, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.enter(let_in(house, house.actor("OPER", 1)), PASSWORD)

    def broken(*_: object) -> None:
        raise RuntimeError("secreto interno")

    monkeypatch.setattr("publisher.people.actor_of", broken)
    answer = browser.get("/nueva")
    assert answer.status_code == 503
    assert "secreto" not in answer.text


def test_streamlits_page_is_served_in_spanish(browser: Browser, house: House) -> None:
    browser.enter(let_in(house, house.actor("OPER", 1)), PASSWORD)
    html = browser.get("/calendario").text
    assert '<html lang="es-MX"' in html
    assert "/recursos/es.js" in html
    assert 'src="/static/js/' in html
    for foreign in ("You need to enable", "Streamlit</title>", "service-desc", "agent", '="./'):
        assert foreign not in html


def test_a_changed_page_of_streamlit_stops_the_start() -> None:
    with pytest.raises(shell.ShellChanged):
        shell.spanish("<html></html>", title="x")

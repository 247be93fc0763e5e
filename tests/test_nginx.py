"""nginx from docs/operacion/nginx.conf itself in front of a real dashboard, with HTTPS."""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select, text
from sqlmodel import col
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from dashboard.web.headers import STRICT_POLICY
from publisher import migrations
from publisher.app import App
from publisher.db import make_engine
from publisher.media import media_url, store
from publisher.models import SignIn
from tests.dashboard.browsing import Browser
from tests.dashboard.conftest import PASSWORD, let_in
from tests.support.house import make_house
from tests.support.ports import free_port

pytestmark = pytest.mark.processes

SITE = Path(__file__).parents[1] / "docs" / "operacion" / "nginx.conf"
VISITOR = "127.0.0.2"
PATIENCE = 60.0
FRAME = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{user}
events {{ worker_connections 64; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/pregonero.conf;
}}
"""


@dataclass(frozen=True)
class Front:
    """A running dashboard behind a running nginx."""

    app: App
    email: str
    url: str
    plain_url: str
    folder: Path
    dashboard: subprocess.Popen[bytes]

    def visitor(self) -> Browser:
        """A browser at another address than nginx's own, as every real one is."""
        browser = Browser(self.url)
        browser.session.verify = str(self.folder / "cert.pem")
        browser.session.trust_env = False
        adapter = requests.adapters.HTTPAdapter()
        adapter.init_poolmanager(4, 4, source_address=(VISITOR, 0))
        browser.session.mount("https://", adapter)
        return browser

    def socket(self, browser: Browser) -> Any:
        jar = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.session.cookies)
        return connect(
            self.url.replace("https", "wss") + "/_stcore/stream",
            additional_headers={"Cookie": jar},
            origin=self.url,  # type: ignore[arg-type]
            ssl=ssl.create_default_context(cafile=str(self.folder / "cert.pem")),
            source_address=(VISITOR, 0),
            proxy=None,
        )


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """Start the dashboard on a house of its own, and nginx from the shipped file before it."""
    binary = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if binary is None:
        pytest.skip("NO NGINX: the file of docs/operacion was not tried; apt-get install nginx")
    folder = tmp_path_factory.mktemp("nginx")
    https, http, inner = (free_port() for _ in range(3))
    url = f"https://127.0.0.1:{https}"
    app, email = _house(folder, url)
    _certificate(folder)
    _configure(folder, https=https, http=http, inner=inner)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PREGONERO_")} | {
        "PREGONERO_DATA_DIR": str(folder),
        "PREGONERO_PUBLIC_URL": url,
        "PREGONERO_MEDIA_BASE_URL": url,
    }
    with ExitStack() as stack:
        stack.callback(app.engine.dispose)
        dashboard = _start(
            stack,
            [sys.executable, "-m", "dashboard", "--host", "127.0.0.1", "--port", str(inner)],
            folder / "dashboard.log",
            environment,
        )
        _start(stack, [binary, "-c", f"{folder}/nginx.conf"], folder / "nginx.log", environment)
        for port in (https, inner):
            _wait_for(port, folder)
        yield Front(app, email, url, f"http://127.0.0.1:{http}", folder, dashboard)


def test_who_signs_in_through_it_gets_pages_and_the_living_connection(front: Front) -> None:
    browser = front.visitor()
    with pytest.raises(InvalidStatus, match="403"):
        front.socket(browser)
    page = browser.get("/entrar")
    assert page.headers["Content-Security-Policy"] == STRICT_POLICY
    answer = browser.enter(front.email, PASSWORD, wanted="/nueva")
    assert (answer.status_code, answer.headers["location"]) == (303, "/nueva")
    assert answer.headers["set-cookie"].startswith("__Host-sesion=")
    assert "Secure" in answer.headers["set-cookie"]
    assert browser.get("/nueva").status_code == 200
    with front.socket(browser) as opened:
        assert opened.response.status_code == 101
    with front.app.read() as session:
        addresses = session.scalars(select(col(SignIn.address)).distinct()).all()
    assert addresses == [VISITOR]


def test_nobody_chooses_the_address_that_is_counted(front: Front) -> None:
    browser = front.visitor()
    page = browser.get("/entrar")
    token = page.text.split('name="formulario" value="')[1].split('"')[0]
    lies = dict.fromkeys(("X-Forwarded-For", "X-Real-IP"), "203.0.113.9")
    form = {"correo": "nadie@example.mx", "clave": "no", "formulario": token, "sig": "/"}
    lies["Forwarded"] = "for=203.0.113.9"
    assert browser.post("/entrar", data=form, headers=lies).status_code == 401
    with front.app.read() as session:
        assert session.scalars(select(col(SignIn.address)).distinct()).all() == [VISITOR]


def test_every_answer_carries_the_headers_once(front: Front) -> None:
    browser = front.visitor()
    for path in ("/entrar", "/recursos/icono.svg", "/medios/1-a/b", "/salud", "/salud/listo"):
        answer = browser.get(path)
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000", path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        assert answer.headers.get("Server", "nginx") == "nginx"
        if path != "/salud/listo":
            assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.status_code == 403
    plain = requests.get(front.plain_url + "/nueva?a=1", allow_redirects=False, timeout=10)
    assert (plain.status_code, plain.headers["location"]) == (301, "https://127.0.0.1/nueva?a=1")


def test_media_are_served_and_neither_they_nor_a_link_that_decides_leave_a_trace_in_a_log(
    front: Front,
) -> None:
    data = b"\xff\xd8foto"
    store.write_all(front.app, [data])
    url = media_url(front.app, store.digest(data), "image/jpeg")
    browser = front.visitor()
    answer = browser.get(url.removeprefix(front.url))
    assert (answer.status_code, answer.content) == (200, data)
    assert browser.get("/decidir/no-es-de-nadie").status_code == 404
    browser.get("/salud")
    log = (front.folder / "access.log").read_text()
    assert "/salud" in log
    assert "/medios/" not in log
    assert "/decidir/" not in log


class Announced(BytesIO):
    """A body that says it is longer than nginx takes, and sends nothing of it."""

    len = 208 * 2**20 + 1


def test_what_is_too_large_and_who_guesses_too_often_read_a_spanish_sentence(front: Front) -> None:
    browser = front.visitor()
    large = browser.put("/_stcore/upload_file/a/b", data=Announced())
    assert large.status_code == 413
    assert "200 MB" in large.content.decode()
    answers = [browser.post("/entrar", data={}) for _ in range(25)]
    assert answers[0].status_code != 429
    assert answers[-1].status_code == 429
    assert "Demasiados intentos" in answers[-1].content.decode()
    assert answers[-1].headers["Retry-After"] == "60"
    assert browser.get("/entrar").status_code == 200


def test_while_the_dashboard_restarts_people_are_told_to_wait(front: Front) -> None:
    front.dashboard.terminate()
    front.dashboard.wait(30)
    answer = front.visitor().get("/entrar")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "15")
    assert "reiniciando" in answer.content.decode()
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def _house(folder: Path, url: str) -> tuple[App, str]:
    engine = make_engine(f"sqlite:///{folder / 'pregonero.db'}")
    house = make_house(engine, folder, load=False, public_url=url, media_base_url=url)
    house.clock.now = dt.datetime.now(dt.UTC)
    with house.app.write() as session:
        session.execute(text("CREATE TABLE alembic_version (version_num varchar(32))"))
        session.execute(text(f"INSERT INTO alembic_version VALUES ('{migrations.head()}')"))
    return house.app, let_in(house, house.actor("COOR"))


def _configure(folder: Path, *, https: int, http: int, inner: int) -> None:
    """Write the shipped file with this machine's ports and paths, and the frame around it."""
    site = SITE.read_text()
    for said, here in {
        "listen 80;": f"listen 127.0.0.1:{http};",
        "listen [::]:80;": "",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{https} ssl http2;",
        "listen [::]:443 ssl http2;": "",
        "server 127.0.0.1:8501 ": f"server 127.0.0.1:{inner} ",
        "/etc/pregonero/tls/fullchain.pem": f"{folder}/cert.pem",
        "/etc/pregonero/tls/privkey.pem": f"{folder}/key.pem",
    }.items():
        assert said in site, said
        site = site.replace(said, here)
    (folder / "pregonero.conf").write_text(site)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(FRAME.format(folder=folder, user=user))


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    alternatives = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(alternatives, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def _start(
    stack: ExitStack, command: list[str], log: Path, environment: dict[str, str]
) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )

    def end() -> None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    stack.callback(end)
    return process


def _wait_for(port: int, folder: Path) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        logs = "\n".join(path.read_text() for path in folder.glob("*.log"))
        assert time.monotonic() < until, logs
        time.sleep(0.05)

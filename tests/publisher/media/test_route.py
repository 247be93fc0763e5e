"""The route that networks fetch media from."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from connectors.errors import NotConfigured
from publisher import db
from publisher.app import Actor
from publisher.errors import Unready
from publisher.media import media_url, serve_media, store
from publisher.texts import media as texts
from tests.publisher.media.photos import files, one_plantel, photo, upload
from tests.support.house import House
from tests.support.ports import free_port


def test_an_address_is_stable_within_an_hour_and_good_for_a_day(small: House) -> None:
    sha256 = "ab" * 32
    first = media_url(small.app, sha256, "image/jpeg")
    small.clock.pass_(minutes=59)
    assert media_url(small.app, sha256, "image/jpeg") == first
    small.clock.pass_(minutes=1)
    assert media_url(small.app, sha256, "image/jpeg") != first
    parts = urlsplit(first)
    assert (parts.scheme, parts.netloc) == ("https", "fotos.example.mx")
    _, route, token, name = parts.path.split("/")
    assert (route, name) == ("medios", f"{sha256}.jpg")
    assert len(token.partition("-")[2]) == 24


def test_without_a_public_address_there_is_none_to_give(small: House, tmp_path: Path) -> None:
    small.app.__dict__["media_base_url"] = ""
    with pytest.raises(NotConfigured) as refusal:
        media_url(small.app, "ab" * 32, "image/jpeg")
    assert refusal.value.sentence == texts.NO_PUBLIC_ADDRESS


def _ask(url: str, method: str = "GET") -> tuple[HTTPResponse, bytes]:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    connection.request(method, parts.path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


@pytest.fixture
def served(sqlite_url: str, tmp_path: Path) -> Iterator[House]:
    """A house whose media route answers on loopback."""
    engine = db.make_engine(sqlite_url)
    base = f"http://127.0.0.1:{free_port()}"
    house = one_plantel(engine, tmp_path, media_base_url=base)
    server = serve_media(house.app)
    assert server is not None
    yield house
    server.stop()
    engine.dispose()


def test_the_network_fetches_exactly_the_bytes_that_were_kept(served: House) -> None:
    info = upload(served, served.actor("OPER", 1), photo())
    url = media_url(served.app, info.sha256, info.mime)
    answer, body = _ask(url)
    assert (answer.status, store.digest(body)) == (200, info.sha256)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert int(answer.headers["Content-Length"]) == info.size
    head, nothing = _ask(url, "HEAD")
    assert (head.status, nothing, head.headers["Content-Length"]) == (200, b"", str(info.size))
    assert _ask(url, "POST")[0].status == 405


def test_an_address_expires_after_a_day(served: House) -> None:
    info = upload(served, served.actor("OPER", 1), photo())
    url = media_url(served.app, info.sha256, info.mime)
    served.clock.pass_(hours=24)
    assert _ask(url)[0].status == 200
    served.clock.pass_(hours=1, seconds=1)
    answer, body = _ask(url)
    assert answer.status == 410
    assert body.decode() == texts.LINK_EXPIRED
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_address_can_be_neither_guessed_nor_prolonged_nor_turned_to_another_file(
    served: House,
) -> None:
    actor = served.actor("OPER", 1)
    info, other = upload(served, actor, photo()), upload(served, actor, photo(80, 60))
    url = media_url(served.app, info.sha256, info.mime)
    base, _, rest = url.rpartition("/medios/")
    token, name = rest.split("/")
    expiry, _, mac = token.partition("-")
    forged = [
        f"{int(expiry) + 3600}-{mac}/{name}",
        f"0{expiry}-{mac}/{name}",
        f"+{expiry}-{mac}/{name}",
        f"{expiry}-{mac[:-1]}{'A' if mac[-1] != 'A' else 'B'}/{name}",
        f"{expiry}-{mac[:-1]}/{name}",
        f"{expiry}-/{name}",
        f"{expiry}/{name}",
        f"-{mac}/{name}",
        f"{'9' * 5000}-{mac}/{name}",
        f"{token}/{other.sha256}.jpg",
        f"{token}/{info.sha256}.png",
        f"{token}/{info.sha256}",
        f"{token}/..%2F..%2Fkek.key",
        f"{token}/",
        token,
        "",
    ]
    assert _ask(url)[0].status == 200
    for path in forged:
        answer, body = _ask(f"{base}/medios/{path}")
        assert answer.status == 404, path
        assert info.sha256.encode() not in body
    assert _ask(base + "/")[0].status == 404


def test_a_missing_or_damaged_file_is_not_served(served: House) -> None:
    info = upload(served, served.actor("OPER", 1), photo())
    url = media_url(served.app, info.sha256, info.mime)
    (path,) = files(served)
    path.write_bytes(b"otra cosa")
    answer, body = _ask(url)
    assert (answer.status, body.decode()) == (503, texts.LINK_UNAVAILABLE)
    path.unlink()
    assert _ask(url)[0].status == 404


def test_a_second_process_of_the_house_leaves_the_port_to_the_first(served: House) -> None:
    assert serve_media(served.app) is None
    answer, body = _ask(served.app.media_base_url + "/medios/salud")
    assert answer.status == 200
    assert len(body) == 16


def test_a_stranger_on_the_port_is_told_in_one_sentence(small: House) -> None:
    class Stranger(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"0123456789abcdef")

        def log_message(self, *_: Any) -> None:
            pass

    stranger = HTTPServer(("127.0.0.1", 0), Stranger)
    threading.Thread(target=stranger.serve_forever, daemon=True).start()
    port = stranger.server_port
    small.app.__dict__["media_base_url"] = f"http://127.0.0.1:{port}"
    with pytest.raises(Unready, match=f"puerto {port}"):
        serve_media(small.app)
    stranger.shutdown()
    stranger.server_close()


@pytest.mark.parametrize(
    "base", ["", "https://fotos.example.mx", "http://10.0.0.8:9000", "https://127.0.0.1:9443"]
)
def test_only_a_plain_loopback_address_is_served_here(small: House, base: str) -> None:
    small.app.__dict__["media_base_url"] = base
    assert serve_media(small.app) is None


def test_an_address_without_a_usable_port_is_told(small: House) -> None:
    small.app.__dict__["media_base_url"] = "http://127.0.0.1:puerto"
    with pytest.raises(Unready, match="PREGONERO_MEDIA_BASE_URL"):
        serve_media(small.app)


def test_below_a_path_and_again_after_a_stop(small: House, operator: Actor) -> None:
    small.app.__dict__["media_base_url"] = f"http://127.0.0.1:{free_port()}/pregonero"
    info = upload(small, operator, photo())
    for _ in range(2):
        server = serve_media(small.app)
        assert server is not None
        assert _ask(media_url(small.app, info.sha256, info.mime))[0].status == 200
        server.stop()

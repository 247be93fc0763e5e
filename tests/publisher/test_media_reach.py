"""Whether networks could fetch our media: judged, asked now and then, told before approval."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from publisher import db
from publisher.app import App
from publisher.editorial import submit
from publisher.editorial.content import MediaUse
from publisher.errors import Invalid
from publisher.media import MediaServer, reach, serve_media
from publisher.models import Institution
from tests.support.house import SmallHouse
from tests.support.key_file import key_file
from tests.support.networks import FakeConnector
from vault.keys import Keyring

PUBLIC = "https://pregonero.example.mx"
ALT = "Explanada del plantel con la bandera izada por la mañana"


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    reach.forget()
    yield
    reach.forget()


def at(app: App, base: str) -> App:
    """Return the same installation with another public address."""
    return replace(app, settings=app.settings.model_copy(update={"media_base_url": base}))


def real(small: SmallHouse, base: str) -> App:
    """Return the installation as one that works with the real networks."""
    with small.app.write() as session:
        session.execute(update(Institution).values(mode="production"))
    return at(small.app, base)


def free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def serving(small: SmallHouse) -> Iterator[App]:
    """The installation with its media route on loopback, and a picture kept."""
    app = at(small.app, f"http://127.0.0.1:{free()}")
    server = serve_media(app)
    assert isinstance(server, MediaServer)
    yield app
    server.stop()


@pytest.mark.parametrize(
    ("base", "state"),
    [
        ("", "none"),
        ("http://pregonero.example.mx", "private"),
        ("https://localhost", "private"),
        ("https://192.168.1.20", "private"),
        ("https://servidor", "private"),
        (PUBLIC, "ok"),
    ],
)
def test_an_address_is_judged_without_asking_anybody(
    small: SmallHouse, base: str, state: str
) -> None:
    found = reach.known(real(small, base))
    assert found.state == state
    assert (found.sentence == "") == (state == "ok")


def test_one_of_our_own_links_is_fetched_and_compared(serving: App, small: SmallHouse) -> None:
    assert reach.probe(serving).state == "ok", "the route alone, while nothing is kept"
    small.medium()
    assert reach.probe(serving).state == "ok"
    with db.write(serving.engine), pytest.raises(RuntimeError):
        reach.probe(serving)


def test_what_is_in_the_way_is_told(serving: App, small: SmallHouse) -> None:
    small.medium()
    base = serving.media_base_url
    elsewhere = reach.probe(at(small.app, f"{base}/otro"))
    assert (elsewhere.state, "404" in elsewhere.sentence) == ("wrong", True)
    nobody = reach.probe(at(small.app, f"http://127.0.0.1:{free()}"))
    assert (nobody.state, "no acepta" in nobody.sentence) == ("silent", True)


def test_another_installation_at_our_address_is_not_taken_for_us(
    serving: App, tmp_path: Path
) -> None:
    other = tmp_path / "otra"
    other.mkdir()
    stranger = replace(
        serving,
        keyring=Keyring(key_file(other / "kek.key")),
    )
    assert reach.probe(stranger).state == "wrong"


def test_a_look_is_remembered_longer_when_it_was_good(
    small: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, looks = real(small, PUBLIC), []
    answers = iter(["ok", "silent", "ok"])

    def probe(asked: App) -> reach.Reach:
        looks.append(asked.clock())
        return reach.Reach(state=next(answers), sentence="x", at=asked.clock())  # type: ignore[arg-type]

    monkeypatch.setattr(reach, "probe", probe)
    assert [reach.ask(app).state for _ in range(3)] == ["ok"] * 3
    small.clock.pass_(minutes=10)
    assert [reach.ask(app).state for _ in range(2)] == ["silent"] * 2
    assert reach.known(app).state == "silent"
    small.clock.pass_(minutes=1)
    assert reach.ask(app).state == "ok"
    assert [now - looks[0] for now in looks[1:]] == [timedelta(minutes=10), timedelta(minutes=11)]


@pytest.mark.parametrize(
    ("base", "state", "severity"),
    [("", "none", "block"), ("https://10.0.0.5", "private", "block"), (PUBLIC, "silent", "warn")],
)
def test_the_author_is_told_before_anybody_approves(
    small: SmallHouse, monkeypatch: pytest.MonkeyPatch, base: str, state: str, severity: str
) -> None:
    monkeypatch.setattr(
        reach, "probe", lambda app: reach.Reach(state="silent", sentence="No.", at=app.clock())
    )

    def connect(key: str) -> FakeConnector:
        return replace(small.networks(key), needs_public_media=key == "instagram")

    media = (MediaUse(media_id=small.medium(), alt_text=ALT, credit="Propia"),)
    app = replace(real(small, base), connect=connect)
    oper = small.operador()
    post_id = small.draft(media=media)
    if severity == "block":
        with pytest.raises(Invalid, match="PREGONERO_MEDIA_BASE_URL"):
            submit.submit(app, oper, post_id, version=1)
    else:
        checked = submit.submit(app, oper, post_id, version=1)
        told = {(f.network, f.rule, f.severity) for f in checked.findings}
        assert ("instagram", f"media.address.{state}", severity) in told
    alone = small.content(media=media, account_ids=small.account_ids("facebook", "x"))
    found = submit.check(app, oper, small.planteles["SAL"], alone)
    assert not [f for f in found.findings if f.rule.startswith("media.address")]

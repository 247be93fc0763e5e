"""The stores: a folder, fsspec's memory and an S3 server behave alike, and say what ails them."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from connectors.errors import NotConfigured, NotSent
from publisher import media
from publisher.app import App
from publisher.delivery import jobs
from publisher.editorial.snapshot import MediaRef
from publisher.errors import NotFound, Unready
from publisher.media import ownership, places, store
from publisher.models import Media, Rendition
from tests.support import s3
from tests.support.house import SmallHouse

KINDS = ("folder", "memory", "s3")
PHOTO = b"foto que nadie refiere"


@pytest.fixture(scope="module")
def server() -> Iterator[s3.S3]:
    with s3.serve() as running:
        yield running


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: the files do not know the database."""
    return sqlite_url


@pytest.fixture(params=KINDS)
def house(request: pytest.FixtureRequest, small: SmallHouse, tmp_path: Path) -> SmallHouse:
    """A small house whose files are kept in each kind of store."""
    changes: dict[str, Any] = {}
    if request.param == "memory":
        changes = {"media_url": f"memory://{tmp_path.name}"}
    if request.param == "s3":
        running: s3.S3 = request.getfixturevalue("server")
        url = f"s3://{running.bucket()}/plantel/fotos"
        changes = {"media_url": url, "media_endpoint": running.endpoint}
    return _with(small, **changes)


def _with(house: SmallHouse, **changes: Any) -> SmallHouse:
    settings = house.app.settings.model_copy(update=changes)
    return replace(house, app=replace(house.app, settings=settings))


def now() -> datetime:
    """The instant by the clock that dates files: the machine's or the server's."""
    return datetime.now(UTC)


def listed(app: App) -> set[str]:
    return {kept.path for kept in store.place(app).listing()}


def test_what_was_written_is_read_back_and_written_once(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.clock.now = now()
    store.write_all(house.app, [b"una", b"otra", b"una"])
    assert store.read_bytes(house.app, store.digest(b"una")) == b"una"
    assert listed(house.app) == {store.path_of(store.digest(data)) for data in (b"una", b"otra")}
    written: list[str] = []
    kind = type(store.place(house.app))
    monkeypatch.setattr(kind, "write", lambda _self, path, _data: written.append(path))
    store.write_all(house.app, [b"una", b"tercera"])
    assert written == [store.path_of(store.digest(b"tercera"))]


def test_a_changed_file_is_refused_and_the_next_upload_mends_it(house: SmallHouse) -> None:
    name = store.digest(PHOTO)
    store.place(house.app).write(store.path_of(name), b"otra cosa")
    with pytest.raises(Unready, match="huella"):
        store.read_bytes(house.app, name)
    store.write_all(house.app, [PHOTO])
    assert store.read_bytes(house.app, name) == PHOTO


def test_a_film_is_read_from_the_store_in_pieces_and_only_if_it_is_whole(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publisher.media.reading.BUFFER", 1 << 12)
    data, app = bytes(range(256)) * 256, house.app
    store.write_all(app, [data])
    name, spans = store.digest(data), list[int]()
    kept = store.place(app)
    read = kept.read

    def noting(path: str, start: int = 0, end: int | None = None) -> bytes:
        spans.append((len(data) if end is None else end) - start)
        return read(path, start, end)

    with media.open_file(app, name) as source:
        monkeypatch.setattr(kept, "read", noting)
        assert b"".join(iter(lambda: source.read(3000), b"")) == data
        assert source.seek(-10, os.SEEK_END) == len(data) - 10
        assert source.read() == data[-10:]
        source.seek(65_000)
        assert source.read(7) == data[65_000:65_007]
    assert max(spans) <= 1 << 12
    with pytest.raises(NotFound):
        media.open_file(app, "0" * 64)
    other = store.digest(b"lo aprobado")
    kept.write(store.path_of(other), b"otra cosa")
    with pytest.raises(Unready):
        media.open_file(app, other)


def test_a_senders_film_is_opened_and_has_the_still_that_stands_for_it(house: SmallHouse) -> None:
    master, _ = _rows(house)
    film, still = b"film de prueba", b"cartel"
    store.write_all(house.app, [film, still])
    with house.app.write() as session:
        row = session.scalars(select(Media).where(col(Media.sha256) == master)).one()
        row.sha256, row.kind, row.poster = store.digest(film), "video", store.digest(still)
        session.add(row)
    ref = MediaRef(
        sha256=store.digest(film),
        kind="video",
        mime="video/mp4",
        width=1,
        height=1,
        size=14,
        alt_text="",
    )
    item = jobs._item(house.app, ref)
    assert item.open is not None
    assert item.cover is not None
    with item.open() as source:
        assert source.read() == film
    assert item.cover() == still
    picture = jobs._item(house.app, replace(ref, kind="image", mime="image/jpeg"))
    assert (picture.open, picture.cover) == (None, None)


def test_what_is_not_there_is_not_found_without_listing_anything(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = getattr(store.place(house.app), "_system", None)
    if system is not None:
        for name in ("ls", "find", "_lsdir", "_ls", "_find"):
            monkeypatch.setattr(system, name, None, raising=False)
    store.write_all(house.app, [PHOTO])
    assert store.read_bytes(house.app, store.digest(PHOTO)) == PHOTO
    with pytest.raises(NotFound):
        store.read_bytes(house.app, "0" * 64)


def test_a_write_that_the_store_lost_is_told(
    small: SmallHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = _with(small, media_url=f"memory://{tmp_path.name}")
    system = store.place(house.app)._system  # type: ignore[attr-defined]
    monkeypatch.setattr(system, "pipe_file", lambda *_: None)
    with pytest.raises(media.StoreDown, match="no respondió"):
        store.write_all(house.app, [PHOTO])


def test_a_start_goes_on_without_a_connection_and_stops_at_a_wrong_setting(
    ailing: tuple[SmallHouse, str],
) -> None:
    house, reason = ailing
    if reason == "unreachable":
        assert "no hay conexión" in media.check_at_start(house.app)
    else:
        with pytest.raises(media.StoreDown):
            media.check_at_start(house.app)


def test_the_store_is_probed_claimed_and_refused_to_another_installation(
    house: SmallHouse,
) -> None:
    media.check(house.app)
    media.check(house.app)
    assert listed(house.app) == {ownership.OWNER}
    store.place(house.app).write(ownership.OWNER, b"0123456789abcdef")
    with pytest.raises(Unready, match="otra instalación"):
        media.check(house.app)
    with pytest.raises(Unready, match="otra instalación"):
        media.sweep(house.app, now())


def test_only_old_files_that_no_row_refers_to_are_swept(house: SmallHouse) -> None:
    place = store.place(house.app)
    house.clock.now = now()
    master, rendition = _rows(house)
    orphan, probe = store.digest(PHOTO), ".prueba-0123456789abcdef"
    draft = f"ab/.{'ab' * 32}.0123456789ab"
    strange = ("LEAME.txt", f"zz/{orphan}", "ab/cd/ef")
    store.write_all(house.app, [b"original", b"de x", PHOTO])
    for path in (probe, draft, *strange):
        place.write(path, b"x")
    swept = media.sweep(house.app, now() + timedelta(hours=23))
    assert swept.removed == 0
    swept = media.sweep(house.app, now() + timedelta(hours=25))
    assert (swept.removed, swept.bytes) == (3, len(PHOTO) + 2)
    kept = {store.path_of(master), store.path_of(rendition), *strange, ownership.OWNER}
    assert listed(house.app) == kept
    assert media.sweep(house.app, now() + timedelta(hours=25)).removed == 0


def test_an_upload_of_what_waits_to_be_swept_renews_it(house: SmallHouse) -> None:
    store.write_all(house.app, [PHOTO])
    (before,) = store.place(house.app).listing()
    house.clock.now = before.written_at + store.FRESH + timedelta(seconds=1)
    renewed: list[str] = []
    place = store.place(house.app)
    write_it, kind = place.write, type(place)
    with pytest.MonkeyPatch.context() as patch:

        def write(_self: Any, path: str, data: bytes) -> None:
            renewed.append(path)
            write_it(path, data)

        patch.setattr(kind, "write", write)
        store.write_all(house.app, [PHOTO])
    assert renewed == [before.path]


def test_what_an_upload_renewed_since_the_listing_stays(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = store.place(house.app)
    ownership.claim(house.app)
    store.write_all(house.app, [PHOTO])
    stale = [
        replace(kept, written_at=kept.written_at - timedelta(days=2)) for kept in place.listing()
    ]
    monkeypatch.setattr(type(place), "listing", lambda _self: iter(stale))
    assert media.sweep(house.app, now()).removed == 0
    assert store.read_bytes(house.app, store.digest(PHOTO)) == PHOTO


def test_a_folders_files_copied_to_a_bucket_serve_as_they_are(
    small: SmallHouse, server: s3.S3
) -> None:
    store.write_all(small.app, [PHOTO])
    bucket = server.bucket()
    moved = _with(small, media_url=f"s3://{bucket}", media_endpoint=server.endpoint)
    for kept in store.place(small.app).listing():
        store.place(moved.app).write(kept.path, store.place(small.app).read(kept.path))
    shutil.rmtree(small.app.settings.data_dir / "media")
    assert store.read_bytes(moved.app, store.digest(PHOTO)) == PHOTO


def _rows(house: SmallHouse) -> tuple[str, str]:
    """Insert a medium and one rendition, whose files the test writes itself."""
    master, rendition = store.digest(b"original"), store.digest(b"de x")
    facts = {"mime": "image/jpeg", "width": 1, "height": 1, "size": 1}
    with house.app.write() as session:
        row = Media(
            plantel_id=house.planteles["SAL"],
            sha256=master,
            kind="image",
            uploaded_by=house.operador().person_id,
            created_at=house.clock.now,
            **facts,
        )
        session.add(row)
        session.flush()
        session.add(Rendition(media_id=row.id, network="x", sha256=rendition, **facts))
    return master, rendition


# What ails a bucket


@pytest.fixture
def refusing() -> Iterator[str]:
    """The address of a server that forbids everything, as S3 says it."""

    class Refusing(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _refuse(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            self.rfile.read(length)
            body = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
            self.send_response(403)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = _refuse  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that takes every connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture(params=["missing", "forbidden", "unreachable", "silent", "credentials", "url"])
def ailing(
    request: pytest.FixtureRequest, small: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> tuple[SmallHouse, str]:
    """A house whose store does not serve, and why."""
    reason: str = request.param
    for name, value in s3.KEYS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(places, "CONNECT_SECONDS", 1)
    url, endpoint = f"s3://no-existe-{reason}", "http://127.0.0.1:1"
    if reason == "missing":
        endpoint = request.getfixturevalue("server").endpoint
    if reason == "forbidden":
        endpoint = request.getfixturevalue("refusing")
    if reason == "credentials":
        for name in s3.KEYS:
            monkeypatch.delenv(name)
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("HOME", os.devnull)
    if reason == "url":
        url = "s3://"
    if reason == "silent":
        endpoint = request.getfixturevalue("silent")
        monkeypatch.setattr(places, "DEADLINE", 0.3)
        reason = "unreachable"
    return _with(small, media_url=url, media_endpoint=endpoint), reason


def test_each_ailment_is_one_sentence_at_the_start_at_an_upload_and_at_a_read(
    ailing: tuple[SmallHouse, str],
) -> None:
    house, reason = ailing
    for action in (
        lambda: media.check(house.app),
        lambda: store.write_all(house.app, [PHOTO]),
        lambda: store.read_bytes(house.app, "0" * 64),
        lambda: media.sweep(house.app, now()),
    ):
        with pytest.raises(media.StoreDown) as told:
            action()
        assert told.value.reason == reason
        assert "{" not in str(told.value)
        assert len(str(told.value).splitlines()) == 1


def test_a_store_that_is_away_only_delays_the_send(ailing: tuple[SmallHouse, str]) -> None:
    house, reason = ailing
    house = _with(house, media_base_url="https://fotos.example.mx")
    ref = MediaRef(
        sha256="0" * 64, kind="image", mime="image/jpeg", width=1, height=1, size=1, alt_text="a"
    )
    item = jobs._item(house.app, ref)
    for ask in (item.read, item.url):
        assert ask is not None
        with pytest.raises(NotSent) as told:
            ask()
        assert (told.value.code, told.value.detail) == (jobs.STORE_DOWN, reason)


def test_a_file_that_is_gone_waits_for_a_person(small: SmallHouse) -> None:
    ref = MediaRef(
        sha256="0" * 64, kind="image", mime="image/jpeg", width=1, height=1, size=1, alt_text="a"
    )
    read = jobs._item(small.app, ref).read
    assert read is not None
    with pytest.raises(NotConfigured, match="0000"):
        read()

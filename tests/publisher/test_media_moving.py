"""Videos and animations: what is taken, stripped and shown, and how they are served."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image
from sqlalchemy import Engine, select

from publisher import db
from publisher.app import Actor
from publisher.backup import files
from publisher.errors import Invalid, Unready
from publisher.media import (
    MediaInfo,
    accept,
    boxes,
    film,
    gif,
    hold,
    media_url,
    moving,
    places,
    read_bytes,
    serve_media,
    store,
    sweep,
    thumbnail,
)
from publisher.media import upload as uploading
from publisher.models import Media, Rendition
from tests.publisher.media.photos import one_plantel
from tests.support import films
from tests.support.house import House
from tests.support.ports import free_port

SECRET = {"title": "SECRETO", "comment": "SECRETO", "location": "+25.4232-101.0053/"}


@pytest.fixture
def small(sqlite_url: str, tmp_path: Path) -> Iterator[House]:
    """A house on SQLite with one plantel (id 1) and a public address for media."""
    engine = db.make_engine(sqlite_url)
    yield one_plantel(engine, tmp_path, media_base_url="https://fotos.example.mx/")
    engine.dispose()


@pytest.fixture
def operator(small: House) -> Actor:
    """An operator of the plantel."""
    return small.actor("OPER", 1)


def upload(house: House, actor: Actor, data: bytes, name: str = "toma.mp4") -> MediaInfo:
    return accept(house.app, actor, plantel_id=1, file_name=name, data=data)


def copied(data: bytes, folder: Path) -> tuple[film.Film, bytes, Image.Image]:
    """Let the child's program work here; returns what it measured, the copy and the poster."""
    (folder / "source").write_bytes(data)
    made = film.copy_video(*(str(folder / name) for name in ("source", "target", "poster")))
    poster = Image.open(BytesIO((folder / "poster").read_bytes()), formats=["JPEG"])
    poster.load()
    return made, (folder / "target").read_bytes(), poster


def refused(data: bytes, folder: Path) -> str:
    with pytest.raises(film.Refused) as refusal:
        copied(data, folder)
    return refusal.value.reason


# What is taken, stripped and measured


def test_a_video_is_kept_once_for_every_network_with_a_poster(
    small: House, operator: Actor
) -> None:
    received = films.film(told=SECRET)
    assert b"SECRETO" in received
    info = upload(small, operator, received)
    assert (info.kind, info.mime, info.width, info.height) == ("video", "video/mp4", 64, 48)
    assert {item.sha256 for item in info.renditions} == {info.sha256}
    assert {item.network for item in info.renditions} == {"facebook", "instagram", "x"}
    kept = read_bytes(small.app, info.sha256)
    assert len(kept) == info.size
    assert b"SECRETO" not in kept
    assert b"+25.4232" not in kept
    assert kept.index(b"moov") < kept.index(b"mdat"), "the index comes first"
    with small.app.read() as session:
        row = session.execute(select(Media)).scalar_one()
        assert (row.video_codec, row.audio_codec, row.frame_rate) == ("h264", "aac", 30.0)
        assert row.duration == pytest.approx(1.0, abs=0.05)
        assert row.bitrate == pytest.approx(len(kept) * 8 / row.duration, rel=0.01)
    assert upload(small, operator, received, "otra.mov").id == info.id
    assert not list((small.app.settings.data_dir / uploading.WORKSHOP).iterdir())
    _is_shown_by_its_poster(small, info)


def _is_shown_by_its_poster(house: House, info: MediaInfo) -> None:
    """Thumbnails, sweeps and backups know the poster."""
    shown = Image.open(BytesIO(thumbnail(house.app, info.sha256, 96)))
    assert shown.format == "JPEG"
    assert shown.size == (info.width, info.height)
    house.clock.pass_(days=60)
    assert sweep(house.app, house.clock.now).removed == 0
    with house.app.engine.connect() as connection:
        assert info.poster in files.named(connection)


def test_an_animation_keeps_moving_and_loses_its_notes(small: House, operator: Actor) -> None:
    received = films.animation(5, comment=b"SECRETO")
    info = upload(small, operator, received, "toma.gif")
    assert (info.kind, info.mime, info.duration) == ("gif", "image/gif", 0.5)
    kept = read_bytes(small.app, info.sha256)
    assert b"SECRETO" in received
    assert b"SECRETO" not in kept
    with Image.open(BytesIO(kept)) as image:
        assert getattr(image, "n_frames", 1) == 5
        assert image.info["loop"] == 0
    assert {item.mime for item in info.renditions} == {"image/gif"}
    assert thumbnail(small.app, info.sha256, 96).startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    ("turned", "size", "white"),
    [
        (None, (64, 48), (5, 24)),
        (90, (48, 64), (24, 60)),
        (-90, (48, 64), (24, 5)),
        (180, (64, 48), (60, 24)),
    ],
)
def test_a_video_held_sideways_is_measured_and_shown_upright(
    tmp_path: Path, turned: int | None, size: tuple[int, int], white: tuple[int, int]
) -> None:
    made, data, poster = copied(films.film(turned=turned, kind="mov"), tmp_path)
    assert (made.width, made.height) == poster.size == size
    pixel: Any = poster.getpixel(white)
    assert min(pixel) > 240
    again, same, _ = copied(data, tmp_path)
    assert (again, same) == (made, data), "the copy of a copy is the copy"


def test_a_silent_video_and_one_in_fragments_are_taken(tmp_path: Path) -> None:
    silent, _, _ = copied(films.film(sound=None), tmp_path)
    assert (silent.audio_codec, silent.video_codec) == ("", "h264")
    pieces = films.film(options={"movflags": "frag_keyframe+empty_moov"})
    assert boxes.fault(pieces) is None
    whole, data, _ = copied(pieces, tmp_path)
    assert whole.duration == pytest.approx(1.0, abs=0.1)
    assert b"moof" not in data


# What is refused


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"codec": "mpeg4"}, "video_codec"),
        ({"codec": "mjpeg", "pixels": "yuvj420p", "kind": "mov"}, "video_codec"),
        ({"pixels": "yuv422p"}, "video_colours"),
        ({"sound": "mp3"}, "audio_codec"),
    ],
)
def test_what_the_networks_do_not_play_is_refused(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    assert refused(films.film(**changes), tmp_path) == reason


def test_a_video_beyond_the_limits_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = films.film()
    for name, value, reason in (
        ("MAX_SECONDS", 0.5, "video_too_long"),
        ("MAX_PIXELS", 64 * 47, "video_pixels"),
        ("MAX_SIDE", 63, "video_pixels"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(film, name, value)
            assert refused(data, tmp_path) == reason


def test_bytes_that_no_longer_are_pictures_are_refused(tmp_path: Path) -> None:
    data = bytearray(films.film(sound=None))
    at = data.index(b"mdat") + 4
    end = data.index(b"moov") - 4
    data[at:end] = bytes(255 - byte for byte in data[at:end])
    assert refused(bytes(data), tmp_path) == "video_damaged"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda data: data, None),
        (lambda data: data + bytes(300), None),
        (lambda data: data[:-200], "video_damaged"),
        (lambda data: data[: data.index(b"moov") - 4], "video_damaged"),
        (lambda data: data + b"PK\x03\x04" + bytes(range(200)), "trailing"),
        (lambda data: data + b"<html><script>alert(1)</script>", "trailing"),
        (lambda data: data + b"\0\0\0", None),
    ],
)
def test_the_boxes_fill_the_file(change: Any, fault: str | None) -> None:
    assert boxes.fault(change(films.film(sound=None))) == fault


def test_a_refusal_is_a_sentence_and_leaves_nothing_behind(
    small: House, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = films.film()
    with pytest.raises(Invalid, match="más pegado"):
        upload(small, operator, data + b"PK\x03\x04")
    with pytest.raises(Invalid, match="más pegado"):
        upload(small, operator, films.animation() + b"<script>")
    with pytest.raises(Invalid, match="codificada como MPEG4 y las redes"):
        upload(small, operator, films.film(codec="mpeg4"))
    monkeypatch.setattr(uploading, "MEGABYTE", 10)
    with pytest.raises(Invalid, match="El video pesa 1 MB"):
        upload(small, operator, data)
    monkeypatch.setattr(moving, "GIF_FRAMES", 3)
    with pytest.raises(Invalid, match="el máximo son 3"):
        upload(small, operator, films.animation(4))
    assert not (small.app.settings.data_dir / "media").exists()
    assert not list((small.app.settings.data_dir / uploading.WORKSHOP).iterdir())


@pytest.mark.parametrize(
    ("attack", "expected"),
    [
        ("import time; time.sleep(60)", "tardó demasiado"),
        ("import os; os.kill(os.getpid(), 11)", "dañado"),
        ("print('nada')", "No se pudo procesar"),
    ],
)
def test_a_video_that_ends_the_child_ends_nothing_else(
    small: House,
    operator: Actor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    attack: str,
    expected: str,
) -> None:
    hostile = tmp_path / "film.py"
    hostile.write_text(attack)
    monkeypatch.setattr(film, "__file__", str(hostile))
    monkeypatch.setattr(moving, "SECONDS", 0.3)
    with pytest.raises((Invalid, Unready), match=expected):
        upload(small, operator, films.film())


def test_a_gif_of_one_picture_is_a_photo_and_a_broken_one_is_none() -> None:
    assert moving.kind_of(films.animation(1)) is None
    assert moving.kind_of(films.animation(2)) == "gif"
    assert moving.kind_of(films.animation(2)[:-9]) is None
    for length in range(6, len(films.animation(2)) - 1):
        with pytest.raises(gif.Broken):
            gif.read(films.animation(2)[:length])
    hurried = gif.read(films.animation(2, duration=0))
    assert hurried.seconds == 0.2, "whoever shows it takes a tenth of a second for each"


# How they are served


@pytest.fixture
def served(sqlite_url: str, tmp_path: Path) -> Iterator[House]:
    """A house whose media route answers on loopback."""
    engine = db.make_engine(sqlite_url)
    house = one_plantel(engine, tmp_path, media_base_url=f"http://127.0.0.1:{free_port()}")
    server = serve_media(house.app)
    assert server is not None
    yield house
    server.stop()
    engine.dispose()


def _get(url: str, asked: str = "") -> requests.Response:
    return requests.get(url, headers={"Range": asked} if asked else {}, timeout=10)


def test_a_player_gets_the_spans_that_it_asks_for(
    served: House,
) -> None:
    info = upload(served, served.actor("OPER", 1), films.animation(), "toma.gif")
    kept = read_bytes(served.app, info.sha256)
    url = media_url(served.app, info.sha256, info.mime)
    whole = _get(url)
    assert (whole.status_code, whole.content) == (HTTPStatus.OK, kept)
    assert whole.headers["content-type"] == "image/gif"
    assert whole.headers["accept-ranges"] == "bytes"
    size = len(kept)
    head = requests.head(url, timeout=10)
    assert (head.status_code, head.headers["content-length"]) == (HTTPStatus.OK, str(size))
    for asked, start, end in (
        ("bytes=0-", 0, size),
        ("bytes=10-19", 10, 20),
        ("bytes=-7", size - 7, size),
        (f"bytes={size - 2}-{size + 50}", size - 2, size),
    ):
        part = _get(url, asked)
        assert part.status_code == HTTPStatus.PARTIAL_CONTENT
        assert part.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
        assert part.content == kept[start:end]
    for asked in (f"bytes={size}-", "bytes=9-3", "bytes=-0"):
        assert _get(url, asked).status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    assert _get(url, "bytes=0-1,4-5").content == kept


def test_a_long_file_is_looked_through_and_sent_a_piece_at_a_time(
    small: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "SPAN", 1 << 16)
    data = bytes(range(256)) * (1 << 13)
    store.write_all(small.app, [data])
    name = store.digest(data)
    tracemalloc.start()
    held = hold(small.app, name)
    sent = sum(map(len, store.chunks(small.app, held)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (held.size, sent) == (len(data), len(data))
    assert peak < len(data) / 4
    assert b"".join(store.chunks(small.app, held, 65_530, 65_545)) == data[65_530:65_545]
    assert read_bytes(small.app, name, size=len(data)) == data
    kept = places.place_of(small.app.settings.media_store)
    for other, same in ((data, True), (data[:-1], False), (data[:-1] + b"!", False)):
        assert places.holds(kept, store.path_of(name), other) is same
    assert not places.holds(kept, store.path_of(name), data + b"!")


def test_a_long_file_that_changed_is_not_sent(small: House) -> None:
    data = b"video" * 1000
    store.write_all(small.app, [data])
    (path,) = (p for p in (small.app.settings.data_dir / "media").rglob("*") if p.is_file())
    assert hold(small.app, store.digest(data)).size == len(data)
    path.write_bytes(data[:-1] + b"!")
    with pytest.raises(Unready, match="huella"):
        hold(small.app, store.digest(data))


def test_both_databases_keep_what_was_measured(engine: Engine, tmp_path: Path) -> None:
    house = one_plantel(engine, tmp_path)
    info = upload(house, house.actor("OPER", 1), films.animation(), "toma.gif")
    with house.app.read() as session:
        row = session.get_one(Media, info.id)
        assert (row.kind, row.duration, row.frame_rate) == ("gif", 0.4, 10.0)
        assert row.poster_size == len(read_bytes(house.app, row.poster or ""))
        assert session.scalars(select(Rendition.size)).all() == [info.size] * 3


def test_a_sweep_empties_the_workshop_of_uploads_that_were_killed(small: House) -> None:
    left = small.app.settings.data_dir / uploading.WORKSHOP / "tmpviejo"
    left.mkdir(parents=True)
    (left / "source").write_bytes(b"x")
    written = datetime.fromtimestamp(left.stat().st_mtime, UTC)
    sweep(small.app, written + timedelta(hours=23))
    assert left.exists()
    sweep(small.app, written + timedelta(hours=25))
    assert not left.exists()

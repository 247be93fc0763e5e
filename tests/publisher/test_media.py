"""Photos: what is taken, what is stripped, what each network gets, and the route."""

from __future__ import annotations

import json
import struct
import threading
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin
from sqlalchemy import Engine, func, select

from connectors.errors import NotConfigured
from connectors.limits import limits_for
from publisher import db
from publisher.app import SYSTEM, Actor
from publisher.errors import Forbidden, Invalid, NotFound, Unready
from publisher.media import (
    MediaInfo,
    accept,
    decoder,
    media_url,
    pictures,
    read_bytes,
    serve_media,
    store,
    thumbnail,
)
from publisher.media.upload import display_name
from publisher.models import Media, Plantel, Rendition
from publisher.texts import media as texts
from tests.support.house import House, make_house
from tests.support.ports import free_port
from vault.audit_tables import AuditEntry

MASTER = (decoder.Recipe(name="master", max_bytes=25_000_000),)


@pytest.fixture
def small(sqlite_url: str, tmp_path: Path) -> Iterator[House]:
    """A house on SQLite with one plantel (id 1) and a public address for media."""
    engine = db.make_engine(sqlite_url)
    yield _one_plantel(engine, tmp_path, media_base_url="https://fotos.example.mx/")
    engine.dispose()


@pytest.fixture
def both(engine: Engine, tmp_path: Path) -> House:
    """The same on each database."""
    return _one_plantel(engine, tmp_path)


@pytest.fixture
def operator(small: House) -> Actor:
    """An operator of the plantel."""
    return small.actor("OPER", 1)


def _one_plantel(engine: Engine, folder: Path, **changes: Any) -> House:
    house = make_house(engine, folder, load=False, **changes)
    with house.app.write() as session:
        session.add(
            Plantel(
                code="P01",
                name="Plantel de Prueba",
                kind="CECyTE",
                municipality="Saltillo",
                cve_inegi="05030",
                region="Sureste",
                timezone="America/Monterrey",
                created_at=house.clock.now,
            )
        )
    return house


def encode(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def photo(width: int = 400, height: int = 300, **options: Any) -> bytes:
    """A JPEG whose left half is red and right half blue."""
    image = Image.new("RGB", (width, height), "red")
    ImageDraw.Draw(image).rectangle((width // 2, 0, width, height), fill="blue")
    return encode(image, quality=95, **options)


def noise(width: int, height: int) -> bytes:
    """A JPEG that does not compress."""
    return encode(Image.effect_noise((width, height), 90).convert("RGB"), quality=90)


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data), formats=["JPEG"])
    image.load()
    return image


def cleaned(data: bytes) -> Image.Image:
    """Decode in this process, as the child does."""
    return opened(decoder.produce(data, MASTER)[0].data)


def near(found: Any, wanted: tuple[int, int, int], by: int = 6) -> bool:
    return all(abs(a - b) <= by for a, b in zip(found, wanted, strict=True))


def upload(house: House, actor: Actor, data: bytes, name: str = "foto.jpg") -> MediaInfo:
    return accept(house.app, actor, plantel_id=1, file_name=name, data=data)


# What is stripped and kept


def test_place_camera_and_comments_are_gone_from_everything_that_is_kept(
    small: House, operator: Actor
) -> None:
    exif = Image.Exif()
    exif[0x010F] = "CámaraSecreta"
    exif.get_ifd(0x8825).update({1: "N", 2: (25.0, 25.0, 17.0), 3: "W", 4: (100.0, 59.0, 0.0)})
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0CURP-SECRETA"
    received = photo(
        exif=exif,
        comment=b"comentario secreto",
        xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>XMPSECRETO</x:xmpmeta>",
        icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    )
    received += b"<script>cola</script>"
    assert Image.open(BytesIO(received)).getexif().get_ifd(0x8825)
    info = upload(small, operator, received)
    for sha256 in {info.sha256, *(item.sha256 for item in info.renditions)}:
        kept = read_bytes(small.app, sha256)
        for secret in (b"Exif", b"GPS", b"SECRET", b"Secret", b"secreto", b"ICC_", b"<script"):
            assert secret not in kept
        assert not opened(kept).getexif()
        assert kept.endswith(b"\xff\xd9")


def test_a_comment_does_not_ride_along_with_the_pixels() -> None:
    for received in (
        photo(comment=b"SECRETO"),
        encode(Image.new("RGB", (9, 9)), "GIF", comment=b"SECRETO"),
    ):
        assert b"SECRETO" in received
        assert b"SECRETO" not in decoder.produce(received, MASTER)[0].data


def test_a_png_loses_its_text_chunks_and_what_follows_its_end() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "AUTORSECRETO", zip=False)
    received = encode(Image.new("RGB", (30, 30), "green"), "PNG", pnginfo=notes)
    data = decoder.produce(received + b"PK\x03\x04<html>", MASTER)[0].data
    assert b"SECRETO" in received
    assert b"SECRETO" not in data
    assert b"<html>" not in data


@pytest.mark.parametrize(
    ("orientation", "size", "corner"),
    [
        (1, (400, 300), (255, 0, 0)),
        (2, (400, 300), (0, 0, 255)),
        (3, (400, 300), (0, 0, 255)),
        (4, (400, 300), (255, 0, 0)),
        (5, (300, 400), (255, 0, 0)),
        (6, (300, 400), (255, 0, 0)),
        (7, (300, 400), (0, 0, 255)),
        (8, (300, 400), (0, 0, 255)),
    ],
)
def test_a_photo_stands_upright_without_its_orientation_tag(
    orientation: int, size: tuple[int, int], corner: tuple[int, int, int]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = cleaned(photo(exif=exif))
    assert image.size == size
    assert near(image.getpixel((2, 2)), corner)
    assert image.getexif().get(0x0112) is None


def test_what_is_transparent_becomes_white() -> None:
    image = Image.new("RGBA", (40, 20), (255, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((20, 0, 40, 20), fill=(0, 0, 255, 255))
    for kind in ("PNG", "WEBP"):
        clean = cleaned(encode(image, kind, **({"lossless": True} if kind == "WEBP" else {})))
        assert near(clean.getpixel((2, 10)), (255, 255, 255))
        assert near(clean.getpixel((37, 10)), (0, 0, 255))
    half = cleaned(encode(Image.new("RGBA", (20, 20), (0, 0, 0, 128)), "PNG"))
    assert near(half.getpixel((5, 5)), (127, 127, 127))


def test_colours_of_another_profile_are_those_of_srgb() -> None:
    swapped = _profile_with_red_and_blue_swapped()
    image = Image.new("RGB", (32, 32), (255, 0, 0))
    assert near(cleaned(encode(image, quality=95)).getpixel((5, 5)), (255, 0, 0))
    found = cleaned(encode(image, quality=95, icc_profile=swapped)).getpixel((5, 5))
    assert near(found, (0, 0, 255), by=12)
    broken = cleaned(encode(image, quality=95, icc_profile=b"perfil" * 40)).getpixel((5, 5))
    assert near(broken, (255, 0, 0))


def _profile_with_red_and_blue_swapped() -> bytes:
    """The sRGB profile with its red and blue primaries exchanged in the tag table."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    tags = bytes(profile)
    red, blue = tags.index(b"rXYZ", 128, 400), tags.index(b"bXYZ", 128, 400)
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(profile)


def test_every_kind_of_pixels_comes_out_right() -> None:
    palette = Image.new("P", (20, 20), 1)
    palette.putpalette([9, 9, 9, 200, 30, 30])
    cases = [
        (encode(Image.new("I;16", (20, 20), 0x8000), "PNG"), (128, 128, 128)),
        (encode(Image.new("L", (20, 20), 77), "PNG"), (77, 77, 77)),
        (encode(Image.new("1", (20, 20), 1), "PNG"), (255, 255, 255)),
        (encode(palette, "PNG"), (200, 30, 30)),
        (encode(palette, "GIF"), (200, 30, 30)),
        (encode(Image.new("CMYK", (20, 20), (0, 255, 255, 0)), quality=95), (255, 0, 0)),
        (encode(Image.new("RGB", (20, 20), (5, 90, 5)), "WEBP", quality=95), (5, 90, 5)),
    ]
    for data, colour in cases:
        image = cleaned(data)
        assert image.mode == "RGB"
        assert near(image.getpixel((9, 9)), colour, by=8)


def test_a_phones_photo_with_a_second_picture_inside_is_taken() -> None:
    first, second = Image.new("RGB", (60, 40), "red"), Image.new("RGB", (30, 20), "blue")
    received = encode(first, "MPO", save_all=True, append_images=[second], quality=95)
    image = cleaned(received)
    assert image.size == (60, 40)
    assert near(image.getpixel((9, 9)), (255, 0, 0))


# What is refused


def _png_header(width: int, height: int, body: bytes = b"") -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        whole = kind + content
        return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def _bomb(width: int, height: int) -> bytes:
    """A small file that unfolds to ``width`` × ``height`` pixels of one bit."""
    return _png_header(width, height, zlib.compress(bytes((width // 8 + 1) * height), 9))


def _animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "green", "blue")]
    return encode(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


REFUSED = {
    "an empty file": (b"", "empty"),
    "a page named jpg": (b"\xef\xbb\xbf \n<!DOCTYPE html><script>alert(1)</script>", "html"),
    "a drawing": (b'<?xml version="1.0"?><svg onload="alert(1)"/>', "svg"),
    "a document": (b"%PDF-1.7\n%\xe2\xe3", "pdf"),
    "a video of which little came": (b"\0\0\0\x20ftypisom\0\0\2\0", "video_damaged"),
    "a matroska video": (b"\x1aE\xdf\xa3\x01", "video"),
    "a phone's heic": (b"\0\0\0\x24ftypheic\0\0\0\0", "heic"),
    "a tiff": (b"II*\0\x08\0\0\0", "unknown"),
    "a program": (b"\x7fELF\2\1\1", "unknown"),
    "a text": ("Reunión de madres y padres".encode(), "unknown"),
    "only the magic of a jpeg": (b"\xff\xd8\xff\xe0JFIF<script>", "damaged"),
    "a page behind the magic of a gif": (b"GIF89a<html><script>", "damaged"),
    "a truncated jpeg": (photo()[:-400], "damaged"),
    "a truncated png": (encode(Image.effect_noise((60, 60), 50), "PNG")[:-900], "damaged"),
    "a truncated webp": (encode(Image.effect_noise((60, 60), 50), "WEBP")[:-300], "damaged"),
    "an animated gif of which little came": (_animated("GIF")[:-20], "damaged"),
    "an animated png": (_animated("PNG"), "animated"),
    "an animated webp": (_animated("WEBP"), "animated"),
    "a bomb": (_bomb(16_000, 16_000), "too_many_pixels"),
    "just above the cap": (_bomb(8_000, 5_001), "too_many_pixels"),
    "a very long line": (_bomb(16_385, 8), "too_many_pixels"),
    "a header that promises too much": (_png_header(2**31 - 1, 2**31 - 1), "too_many_pixels"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_its_reason(small: House, operator: Actor, name: str) -> None:
    data, reason = REFUSED[name]
    with pytest.raises(Invalid) as refusal:
        upload(small, operator, data)
    assert str(refusal.value) == str(pictures.refusal(reason))
    assert "{" not in str(refusal.value)
    assert refusal.value.field == "file"
    with small.app.read() as session:
        assert session.scalar(select(func.count()).select_from(Media)) == 0
    assert not (small.app.settings.data_dir / "media").exists()


def test_forty_million_pixels_are_still_taken() -> None:
    assert cleaned(_bomb(8_000, 5_000)).size == (8_000, 5_000)


def test_a_file_over_25_mb_is_refused_before_anything_looks_inside(
    small: House, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoder, "sniff", None)
    with pytest.raises(Invalid, match="pesa 26 MB y el máximo es 25 MB"):
        upload(small, operator, photo().ljust(25_000_001, b"\0"))


@pytest.mark.parametrize(
    ("attack", "expected"),
    [
        ("def clean(_): mmap.mmap(-1, 2 << 30); os._exit(3)", Invalid),
        ("def clean(_):\n while time.monotonic() < END: pass\n os._exit(3)", Invalid),
        ("def clean(_): os.kill(os.getpid(), 11)", Invalid),
        ("def clean(_): [os.dup(1) for _ in range(99)]; os._exit(3)", Invalid),
        ("def answer(recipes, data, target): target.write(EMPTY + bytes(1 << 22))", Unready),
        ("def answer(recipes, data, target): pass", Unready),
    ],
    ids=["memory", "time", "crash", "files", "output", "silence"],
)
def test_a_file_that_ends_the_decoder_ends_only_a_child(
    small: House,
    operator: Actor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    attack: str,
    expected: type[Exception],
) -> None:
    source = Path(decoder.__file__).read_text()
    source = source.replace("CPU_SECONDS: Final = 20", "CPU_SECONDS = 1")
    source = source.replace("OUTPUT_BYTES: Final = 256 << 20", "OUTPUT_BYTES = 1 << 20")
    hostile = tmp_path / "decoder.py"
    known = "import mmap, os, time; END = time.monotonic() + 20; EMPTY = b'{\"pictures\": []}\\n'"
    hostile.write_text(source.replace('if __name__ == "__main__":', f"{known}\n{attack}\nif 1:"))
    monkeypatch.setattr(decoder, "__file__", str(hostile))
    with pytest.raises(expected):
        upload(small, operator, photo())


def test_a_decoder_that_hangs_is_given_up(
    small: House, operator: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = tmp_path / "decoder.py"
    hanging.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(decoder, "__file__", str(hanging))
    monkeypatch.setattr(pictures, "SECONDS", 0.5)
    with pytest.raises(Invalid, match="dañada"):
        upload(small, operator, photo())


def test_the_child_sees_no_setting_and_no_secret(
    small: House, operator: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "environ"
    curious = tmp_path / "decoder.py"
    curious.write_text(
        f"import os, json; open({str(seen)!r}, 'w').write(json.dumps(dict(os.environ)))"
    )
    monkeypatch.setenv("PREGONERO_SMTP_URL", "smtp://u:secreto@localhost")
    monkeypatch.setattr(decoder, "__file__", str(curious))
    with pytest.raises(Unready):
        upload(small, operator, photo())
    assert set(json.loads(seen.read_text())) <= {"LD_LIBRARY_PATH", "LC_CTYPE"}


# What each network gets


def test_each_network_gets_a_picture_within_its_limits(small: House, operator: Actor) -> None:
    info = upload(small, operator, noise(2800, 2100))
    got = {item.network: item for item in info.renditions}
    assert set(got) == {"facebook", "x", "instagram"}
    for network, item in got.items():
        kept = read_bytes(small.app, item.sha256)
        limits = limits_for(network)
        assert (len(kept), opened(kept).size) == (item.size, (item.width, item.height))
        assert item.mime in limits.image_mimes
        assert item.size <= (limits.image_bytes_max or 0)
        assert abs(item.width / item.height - 4 / 3) < 0.01
    assert got["facebook"].size <= 4 * 1024 * 1024
    assert got["x"].size <= 5 * 1024 * 1024
    assert got["instagram"].width == 1440
    assert (info.width, info.height) == (2800, 2100)
    assert got["facebook"].size < info.size


def test_nobody_gets_more_pixels_than_it_shows(small: House, operator: Actor) -> None:
    info = upload(small, operator, photo(5000, 80))
    assert {item.network: item.width for item in info.renditions} == {
        "facebook": 4096,
        "instagram": 1440,
        "x": 4096,
    }


def test_a_picture_that_fits_everywhere_is_kept_once(small: House, operator: Actor) -> None:
    info = upload(small, operator, photo())
    assert {item.sha256 for item in info.renditions} == {info.sha256}
    assert len(_files(small)) == 1


def test_a_ratio_that_instagram_refuses_is_not_cropped(small: House, operator: Actor) -> None:
    info = upload(small, operator, photo(3000, 600))
    instagram = next(item for item in info.renditions if item.network == "instagram")
    assert (instagram.width, instagram.height) == (1440, 288)


def test_quality_goes_down_before_pixels_do() -> None:
    image = Image.effect_noise((900, 900), 90).convert("RGB")
    best = decoder.render(image, decoder.Recipe(name="x", max_bytes=10_000_000))
    less = decoder.render(image, decoder.Recipe(name="x", max_bytes=len(best.data) - 1))
    tiny = decoder.render(image, decoder.Recipe(name="x", max_bytes=20_000))
    assert (less.width, less.height) == (900, 900)
    assert len(less.data) < len(best.data)
    assert tiny.width < 900
    assert len(tiny.data) <= 20_000
    with pytest.raises(decoder.Refused, match="no_fit"):
        decoder.render(image, decoder.Recipe(name="x", max_bytes=10))


# Rows


def test_an_upload_leaves_rows_and_one_audit_entry(both: House) -> None:
    actor = both.actor("OPER", 1)
    received = photo()
    info = upload(both, actor, received, name="C:\\fotos\\Graduación.jpg")
    with both.app.read() as session:
        row = session.get(Media, info.id)
        assert row is not None
        assert (row.plantel_id, row.kind, row.mime) == (1, "image", "image/jpeg")
        assert (row.sha256, row.width, row.height) == (info.sha256, 400, 300)
        assert (row.file_name, row.uploaded_by) == ("Graduación.jpg", actor.person_id)
        assert session.scalar(select(func.count()).select_from(Rendition)) == 3
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "media.accept")).one()
        assert (entry.object_id, entry.plantel_id) == (str(info.id), 1)
        assert entry.before_digest == store.digest(received)
        assert entry.after_digest == info.sha256


def test_the_same_image_twice_is_the_same_medium_and_one_entry(both: House) -> None:
    first = upload(both, both.actor("OPER", 1), photo(), name="una.jpg")
    again = upload(both, both.actor("OPER", 1), photo(), name="otra.jpg")
    assert again == first
    with both.app.read() as session:
        entries = select(func.count()).where(AuditEntry.action == "media.accept")
        assert session.scalar(entries) == 1


def test_two_people_who_upload_the_same_at_once_share_the_medium(both: House) -> None:
    actor = both.actor("OPER", 1)
    with ThreadPoolExecutor(4) as pool:
        infos = list(pool.map(lambda _: upload(both, actor, photo()), range(4)))
    assert len(set(infos)) == 1


def test_work_is_done_before_the_write_transaction_opens(
    small: House, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def watch(function: Any) -> Any:
        def watched(*arguments: Any) -> Any:
            seen.append(db.in_transaction())
            return function(*arguments)

        return watched

    monkeypatch.setattr("publisher.media.pictures.process", watch(pictures.process))
    monkeypatch.setattr("publisher.media.upload.write_all", watch(store.write_all))
    upload(small, operator, photo())
    assert seen == [False, False]


def test_only_who_drafts_for_the_plantel_may_upload(small: House, operator: Actor) -> None:
    auditor = small.actor("AUD")
    for actor, plantel in ((auditor, 1), (SYSTEM, 1), (operator, 2)):
        with pytest.raises(Forbidden):
            accept(small.app, actor, plantel_id=plantel, file_name="a.jpg", data=photo())
    with pytest.raises(NotFound):
        accept(small.app, small.actor("COOR"), plantel_id=99, file_name="a.jpg", data=photo())


def test_a_files_name_is_only_shown() -> None:
    assert display_name("../../etc/passwd") == "passwd"
    assert display_name("C:\\a\\Foto 1.JPG") == "Foto 1.JPG"
    assert display_name("a\0b\nc\u202egpj.exe") == "abcgpj.exe"
    assert len(display_name("ñ" * 500 + ".jpg")) == 120


# The store


def _files(house: House) -> list[Path]:
    root = house.app.settings.data_dir / "media"
    return [path for path in root.rglob("*") if path.is_file()]


def test_a_changed_file_is_never_given_back_and_a_new_upload_mends_it(
    small: House, operator: Actor
) -> None:
    info = upload(small, operator, photo())
    (path,) = _files(small)
    assert path.name == info.sha256
    assert path.stat().st_mode & 0o077 == 0
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    with pytest.raises(Unready, match="huella"):
        read_bytes(small.app, info.sha256)
    upload(small, operator, photo())
    assert store.digest(read_bytes(small.app, info.sha256)) == info.sha256


@pytest.mark.parametrize("name", ["0" * 64, "/../kek.key", "", "A" * 64])
def test_what_the_store_does_not_hold_is_not_found(small: House, name: str) -> None:
    (small.app.settings.data_dir / "media").mkdir()
    assert (small.app.settings.data_dir / "kek.key").exists()
    for read in (read_bytes, lambda app, sha: thumbnail(app, sha, 100)):
        with pytest.raises(NotFound):
            read(small.app, name)


def test_a_write_that_fails_leaves_no_file_and_no_row(
    small: House, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Unready, match="almacén"):
        upload(small, operator, photo())
    assert _files(small) == []


def test_any_store_that_fsspec_reaches_will_do(sqlite_url: str, tmp_path: Path) -> None:
    engine = db.make_engine(sqlite_url)
    house = _one_plantel(engine, tmp_path, media_url="memory://cubeta")
    info = upload(house, house.actor("OPER", 1), photo())
    assert opened(read_bytes(house.app, info.sha256)).size == (400, 300)
    assert _files(house) == []
    engine.dispose()


def test_a_thumbnail_is_small_cached_and_never_enlarged(small: House, operator: Actor) -> None:
    info = upload(small, operator, photo(1200, 900))
    made = thumbnail(small.app, info.sha256, 300)
    assert opened(made).size == (360, 270)
    for path in _files(small):
        path.unlink()
    assert thumbnail(small.app, info.sha256, 350) == made
    tiny = upload(small, operator, photo(50, 40))
    assert opened(thumbnail(small.app, tiny.sha256, 700)).size == (50, 40)


# Addresses


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


# The route, over HTTP


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
    house = _one_plantel(engine, tmp_path, media_base_url=base)
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
    (path,) = _files(served)
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

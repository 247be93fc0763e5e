"""What is refused, and that a decoder which fails or hangs takes nobody along."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select

from publisher.app import Actor
from publisher.errors import Invalid, Unready
from publisher.media import decoder, pictures
from publisher.models import Media
from tests.publisher.media.photos import cleaned, encode, photo, upload
from tests.support.house import House


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

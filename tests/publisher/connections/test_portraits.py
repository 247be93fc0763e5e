from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from connectors.contract import Identity
from publisher.connections import portraits


def encoded(kind: str, size: tuple[int, int] = (300, 200), mode: str = "RGB") -> bytes:
    made = BytesIO()
    Image.new(mode, size, "teal").save(made, kind)
    return made.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_is_drawn_anew_and_small(kind: str) -> None:
    data = portraits.small(encoded(kind) + b"<script>alert(1)</script>")
    assert data is not None
    assert len(data) <= portraits.BYTES_MAX
    assert b"script" not in data
    with Image.open(BytesIO(data)) as image:
        assert max(image.size) == portraits.SIDE
        assert image.format in {"JPEG", "PNG"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x89PNG\r\n\x1a\n",
        encoded("BMP"),
        encoded("PNG", (3000, 3000), "1"),
    ],
)
def test_what_is_no_picture_of_ours_to_show_is_not_kept(data: bytes) -> None:
    assert portraits.small(data) is None


def test_without_an_address_nothing_is_asked() -> None:
    identity = Identity(external_id="1", handle="a", name="A")
    assert portraits.portrait(None, "x", identity) is None  # type: ignore[arg-type]

"""Photos: what is stripped, what is kept, and what each network gets."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from connectors.limits import limits_for
from publisher.app import Actor
from publisher.media import decoder, read_bytes
from tests.publisher.media.photos import (
    MASTER,
    cleaned,
    encode,
    files,
    near,
    noise,
    opened,
    photo,
    upload,
)
from tests.support.house import House

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
    assert len(files(small)) == 1


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

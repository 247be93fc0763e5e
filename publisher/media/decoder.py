"""Turn bytes that nobody vouches for into clean pictures; pure, and the program of the child.

Only Pillow and the standard library are imported here: ``media.pictures`` runs this very file in a
child process with limits on memory, time and output, because decoders are where hostile files
strike. What comes out is encoded anew from pixels, so nothing that rode along (EXIF, GPS, XMP,
IPTC, comments, thumbnails, bytes after the end) can survive.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from typing import BinaryIO, Final

from PIL import Image, ImageChops, ImageCms

MAX_PIXELS: Final = 40_000_000
MAX_SIDE: Final = 16_384
MIME: Final = "image/jpeg"

MEMORY_BYTES: Final = 1 << 30
CPU_SECONDS: Final = 20
OUTPUT_BYTES: Final = 256 << 20
OPEN_FILES: Final = 64

_FULL_CHROMA_FROM: Final = 90
_SMALLEST: Final = 64
_WHITE: Final = (255, 255, 255)
_MAGIC: Final = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
)
_STILL_BRANDS: Final = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"avif"})


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One output: its name, the bytes and pixels it may have, and the qualities to try in order."""

    name: str
    max_bytes: int
    max_width: int = MAX_SIDE
    max_side: int = MAX_SIDE
    qualities: tuple[int, ...] = (92, 88, 84, 80, 75)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One output: JPEG, sRGB, upright, without metadata."""

    name: str
    data: bytes
    width: int
    height: int


class Refused(Exception):
    """The file is not taken; ``reason`` is a key of ``texts.media.REFUSALS``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def sniff(data: bytes) -> str:
    """Return Pillow's name of the format that the first bytes declare. Raises ``Refused``."""
    if not data:
        raise Refused("empty")
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        raise Refused("heic" if data[8:12] in _STILL_BRANDS else "video")
    if data[:4] in {b"\x1aE\xdf\xa3", b"OggS"} or (data[:4] == b"RIFF" and data[8:12] == b"AVI "):
        raise Refused("video")
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"%pdf"):
        raise Refused("pdf")
    if b"<svg" in head:
        raise Refused("svg")
    if head.startswith((b"<!doctype", b"<html", b"<head", b"<body", b"<script")):
        raise Refused("html")
    raise Refused("unknown")


def clean(data: bytes) -> Image.Image:
    """Decode ``data`` wholly and return its pixels: RGB, sRGB, upright, on white.

    Raises ``Refused`` for what is not one still picture within the limits, and whatever Pillow
    raises on bytes that it cannot read.
    """
    name = sniff(data)
    with Image.open(BytesIO(data), formats=[name]) as image:
        if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_SIDE:
            raise Refused("too_many_pixels")
        # A JPEG with several pictures (MPO) is a phone's photo with its depth map or preview: the
        # first picture is the photo.
        if name != "JPEG" and getattr(image, "is_animated", False):
            # what a GIF shows is sorted out before: one that comes here has broken blocks
            raise Refused("damaged" if name == "GIF" else "animated")
        image.load()
        return _upright(_on_white(image), image)


def render(image: Image.Image, recipe: Recipe) -> Picture:
    """Return ``image`` as a JPEG within ``recipe``: first less quality, then fewer pixels.

    Raises ``Refused("no_fit")`` if even a thumbnail does not fit.
    """
    image = _within(image, recipe)
    while True:
        for quality in recipe.qualities:
            data = _encode(image, quality)
            if len(data) <= recipe.max_bytes:
                return Picture(name=recipe.name, data=data, width=image.width, height=image.height)
        if max(image.size) <= _SMALLEST:
            raise Refused("no_fit")
        image = _resized(image, 0.8)


def produce(data: bytes, recipes: Sequence[Recipe]) -> tuple[Picture, ...]:
    """Return one picture a recipe, in order; the first serves every later one that it fits.

    Raises only ``Refused``.
    """
    try:
        image = clean(data)
        made: list[Picture] = []
        for recipe in recipes:
            if made and _fits(made[0], recipe):
                made.append(replace(made[0], name=recipe.name))
            else:
                made.append(render(image, recipe))
        return tuple(made)
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("too_many_pixels") from None
    except Exception:  # noqa: BLE001 - on hostile bytes a decoder raises what it likes
        raise Refused("damaged") from None


def _fits(picture: Picture, recipe: Recipe) -> bool:
    return (
        len(picture.data) <= recipe.max_bytes
        and picture.width <= recipe.max_width
        and max(picture.width, picture.height) <= recipe.max_side
    )


def _on_white(image: Image.Image) -> Image.Image:
    """Return RGB in sRGB, with what was transparent on white."""
    profile = image.info.get("icc_profile")
    alpha = None
    if image.has_transparency_data:
        image = image if image.mode == "RGBA" else image.convert("RGBA")
        alpha = image.getchannel("A")
    if image.mode.startswith(("I", "F")):  # 16-bit greys: Pillow would clip them to white
        image = image.convert("I").point([value >> 8 for value in range(65536)], "L")
    flat = _to_srgb(image, profile) or image.convert("RGB")
    if alpha is not None:
        flat.paste(_WHITE, mask=ImageChops.invert(alpha))
    return flat


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image | None:
    """Return the colours as sRGB shows them; None without a profile that can be used."""
    if not profile:
        return None
    if image.mode not in {"RGB", "L", "CMYK"}:
        image = image.convert("RGB")
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def _upright(pixels: Image.Image, source: Image.Image) -> Image.Image:
    orientation = source.getexif().get(0x0112, 1)
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    turn = turns.get(orientation)
    return pixels if turn is None else pixels.transpose(turn)


def _within(image: Image.Image, recipe: Recipe) -> Image.Image:
    factor = min(
        1.0, recipe.max_width / image.width, recipe.max_side / max(image.width, image.height)
    )
    return image if factor >= 1 else _resized(image, factor)


def _resized(image: Image.Image, factor: float) -> Image.Image:
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _encode(image: Image.Image, quality: int) -> bytes:
    image.info = {}  # Pillow's encoder would write the source's comment back
    buffer = BytesIO()
    sampling = 0 if quality >= _FULL_CHROMA_FROM else 2
    image.save(buffer, "JPEG", quality=quality, subsampling=sampling)
    return buffer.getvalue()


def confine() -> None:
    """Put this process under the limits; from here on a hostile file can only end the child."""
    import resource

    limits = {
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_FSIZE: OUTPUT_BYTES,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    if sys.platform == "linux":
        limits[resource.RLIMIT_AS] = MEMORY_BYTES
    for which, wanted in limits.items():
        hard = resource.getrlimit(which)[1]
        ceiling = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(which, (ceiling, ceiling))


def answer(recipes: Sequence[Recipe], data: bytes, target: BinaryIO) -> None:
    """Write one line of JSON and then the pictures' bytes to ``target``."""
    try:
        pictures = produce(data, recipes)
    except Refused as refusal:
        target.write(json.dumps({"refused": refusal.reason}).encode() + b"\n")
        return
    head = [
        {
            "name": picture.name,
            "size": len(picture.data),
            "width": picture.width,
            "height": picture.height,
        }
        for picture in pictures
    ]
    target.write(json.dumps({"pictures": head}).encode() + b"\n")
    target.writelines(picture.data for picture in pictures)


def read_answer(source: BinaryIO) -> tuple[Picture, ...]:
    """Read what ``answer`` wrote. Raises ``Refused``, or ``ValueError`` for a broken answer."""
    head = json.loads(source.readline())
    if "refused" in head:
        raise Refused(head["refused"])
    pictures = []
    for item in head["pictures"]:
        data = source.read(item["size"])
        if len(data) != item["size"]:
            raise ValueError("the answer is cut")
        pictures.append(
            Picture(name=item["name"], data=data, width=item["width"], height=item["height"])
        )
    return tuple(pictures)


def to_json(recipes: Sequence[Recipe]) -> str:
    """Return ``recipes`` as the argument that the child takes."""
    return json.dumps([asdict(recipe) for recipe in recipes])


def from_json(text: str) -> tuple[Recipe, ...]:
    """Return the recipes of ``to_json``."""
    return tuple(
        Recipe(**{**fields, "qualities": tuple(fields["qualities"])}) for fields in json.loads(text)
    )


def main() -> None:
    """Be the child: recipes as the argument, the file on standard input, the answer on output."""
    confine()
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    answer(from_json(sys.argv[1]), sys.stdin.buffer.read(), sys.stdout.buffer)


if __name__ == "__main__":
    main()

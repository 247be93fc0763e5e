"""Photos that tests upload, and how near a picture is to what was asked."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy import Engine

from publisher.app import Actor
from publisher.media import MediaInfo, accept, decoder
from publisher.models import Plantel
from tests.support.house import House, make_house

MASTER = (decoder.Recipe(name="master", max_bytes=25_000_000),)


def one_plantel(engine: Engine, folder: Path, **changes: Any) -> House:
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


def files(house: House) -> list[Path]:
    """Return the files that the house keeps."""
    root = house.app.settings.data_dir / "media"
    return [path for path in root.rglob("*") if path.is_file()]

"""The README's pictures, taken from a running demo: ``python -m tests.browser.pictures DIR``.

A demo of its own is started in a temporary folder, filled as on a working day, and each screen is
photographed as the person whose screen it is would see it.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, expect

from connectors.sandbox import client
from dashboard.texts import actividad as activity_texts
from dashboard.texts import common
from dashboard.texts import publicacion as post_texts
from publisher.app import App, open_app
from publisher.demo import headless, pictures
from publisher.demo.cast import gather_cast
from publisher.settings import Settings
from tests.browser.pages import Desk, Watch, chromium
from tests.browser.running import Demo, running_demo

ROUNDS = ((30, 11), (18, 12), (10, 13))
"""How many posts with which seed: planteles that come up again are more active."""

HEIGHT = 1000
PATIENCE = 120.0
LIMIT = 200 * 1024
COLOURS = (256, 160, 96, 64)
ACTIVE = "CECyTE Torreón"
TEXT = (
    "CECyTE Acuña invita a la muestra de proyectos de quinto semestre, el jueves a las 12:00 h en"
    " el auditorio. ¡Les esperamos! Más información en Control Escolar."
)
ALT = "Ilustración de un valle con lomas y el sol de la mañana sobre el horizonte"


def main(arguments: list[str] | None = None) -> int:
    """Take every picture into the folder; returns 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.pictures")
    parser.add_argument("folder", type=Path, nargs="?", default=Path("docs/imagenes"))
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    given = parser.parse_args(arguments)
    given.folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        running_demo(Path(home) / "demo") as demo,
        chromium(given.chromium) as browser,
    ):
        published = work_a_day(open_app(Settings(data_dir=demo.folder)), demo)
        Photographer(browser, demo, given.folder).every(published)
    return 0


def work_a_day(app: App, demo: Demo) -> int:
    """Let the worker publish some posts; returns the id of one with photos on three networks."""
    cast = gather_cast(app)
    made = [headless.prepare(app, cast, posts=n, seed=seed, say=_quiet) for n, seed in ROUNDS]
    least = 2 * sum(n for n, _ in ROUNDS)
    end = time.monotonic() + PATIENCE
    while len(client.posts(demo.sandbox)) < least:
        if time.monotonic() > end:
            raise TimeoutError("the worker did not publish")
        time.sleep(0.5)
    return made[0].approved[0]


def _quiet(_what: str, _done: int, _of: int) -> None:
    return


class Photographer:
    """Takes the pictures of one demo into one folder."""

    def __init__(self, browser: Browser, demo: Demo, folder: Path) -> None:
        self._browser = browser
        self._demo = demo
        self._folder = folder
        self._watch = Watch()

    def every(self, published: int) -> None:
        """Take all pictures; ``published`` is the post whose receipts are shown."""
        desk = self._sit("directora")
        self._take(desk, "inicio", "/", _settle)
        self._take(desk, "aprobaciones", "/aprobaciones", _second_row)
        self._take(desk, "calendario", "/calendario", _settle)
        self._take(desk, "publicacion", f"/publicacion?id={published}", _open_receipt)
        self._take(desk, "actividad", "/actividad", _most_active)
        self._take(desk, "custodia", "/custodia", _open_account)
        self._take(desk, "requerimientos", "/requerimientos", _settle)
        desk.close()
        desk = self._sit("operador.p01")
        self._take(desk, "nueva", "/nueva", _compose)
        desk.go("/entrar")
        desk.page.goto(self._demo.sandbox)
        desk.page.wait_for_load_state("networkidle")
        self._save(desk, "sandbox")
        desk.close()

    def _sit(self, user: str) -> Desk:
        desk = Desk(self._browser, self._demo, self._watch, self._folder)
        desk.sign_in(user, path="/")
        desk.page.set_viewport_size({"width": 1440, "height": HEIGHT})
        return desk

    def _take(self, desk: Desk, name: str, path: str, prepare: Callable[[Desk], None]) -> None:
        desk.open(path)
        prepare(desk)
        self._save(desk, name)

    def _save(self, desk: Desk, name: str) -> None:
        target = self._folder / f"{name}.png"
        data = small(desk.page.screenshot())
        target.write_bytes(data)
        sys.stdout.write(f"{target}: {len(data) // 1024} KiB\n")


def small(data: bytes) -> bytes:
    """Return a PNG of at most 200 KiB, with as many colours as that allows."""
    with Image.open(io.BytesIO(data)) as image:
        whole = image.convert("RGB")
    for colours in COLOURS:
        out = io.BytesIO()
        whole.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= LIMIT:
            break
    return out.getvalue()


def _settle(desk: Desk) -> None:
    desk.page.wait_for_timeout(1500)


def _second_row(desk: Desk) -> None:
    expect(desk.rows().first).to_be_visible()
    ids = [int(row.get_attribute("data-id") or 0) for row in desk.rows().all()]
    desk.pick(ids[2])
    desk.mark(ids[0])
    desk.mark(ids[2])
    _settle(desk)


def _most_active(desk: Desk) -> None:
    desk.page.get_by_role("radio", name=activity_texts.ORDERS[1]).click()
    desk.idle()
    desk.page.get_by_role("combobox", name=activity_texts.PLANTEL).fill(ACTIVE)
    desk.page.get_by_role("option", name=ACTIVE, exact=True).click()
    desk.idle()
    _settle(desk)


def _open_account(desk: Desk) -> None:
    desk.page.locator("[class*=st-key-abrir_] button").first.click()
    desk.idle()
    _settle(desk)


def _open_receipt(desk: Desk) -> None:
    links = desk.page.get_by_role("link", name=re.compile("^Ver en "))
    expect(links.first).to_be_visible()
    desk.page.get_by_text(post_texts.RECEIPT, exact=True).first.click()
    _settle(desk)


def _compose(desk: Desk) -> None:
    desk.choose_topic("institucional")
    desk.write(TEXT)
    desk.upload("muestra.jpg", pictures.draw(5, label=""), alt=ALT, credit="Ilustración propia")
    card = desk.page.get_by_role("article", name=f"Vista previa de {common.NETWORKS['x']}")
    expect(card.get_by_role("img")).to_be_visible()
    desk.page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
    _settle(desk)


if __name__ == "__main__":
    sys.exit(main())

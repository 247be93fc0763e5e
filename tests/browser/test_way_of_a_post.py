"""One post from the operador's screen to the three networks, as four people see it."""

from __future__ import annotations

import io
import re
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
from PIL import Image
from playwright.sync_api import Browser, expect

from connectors.sandbox import client
from dashboard.texts import aprobaciones as tray_texts
from dashboard.texts import common
from dashboard.texts import publicacion as post_texts
from dashboard.texts import web as web_texts
from publisher.demo import pictures
from tests.browser import fifty
from tests.browser.pages import NARROW, Desk, Watch, chromium
from tests.browser.running import Demo, running_demo
from tests.support import films

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]

PICTURES = Path(__file__).resolve().parents[2] / "artefactos"
ZONE = ZoneInfo("America/Matamoros")  # CECyTE Acuña is a border plantel
PLANTEL = "CECyTE Acuña"
LEAD = timedelta(seconds=75)
"""What is left between the dictamen and the minute of publishing, at least."""

WITH_A_PHONE = "Llamen a la mamá de Camila al 866 555 0177 para avisarle que no vino."
TEXT = (
    "CECyTE Acuña invita a la muestra de proyectos de quinto semestre, el jueves a las 12:00 h en"
    " el auditorio. ¡Les esperamos! Más información en Control Escolar."
)
PULLED = "En CECyTE Acuña ya puedes consultar el calendario de inscripciones al cuarto semestre."
ALT = "Ilustración de un valle con lomas y el sol de la mañana sobre el horizonte"
CREDIT = "Ilustración propia"
CAMERA = "CamaraDePrueba 3000"
REASON = "Falta decir en qué salón será y a qué hora."
MOST_PRESSES = 8
MOST_SECONDS = 60
"""What a Directora may need for fifty posts: clicks or keys for the harmless ones, and time."""


def photo_with_place() -> bytes:
    """Return a JPEG that tells where it was taken and with what."""
    image = Image.open(io.BytesIO(pictures.draw(5, label=PLANTEL)))
    exif = Image.Exif()
    exif[0x010F] = CAMERA
    place = exif.get_ifd(0x8825)
    place.update({1: "N", 2: (29.0, 19.0, 27.0), 3: "W", 4: (100.0, 55.0, 56.0)})
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88, exif=exif)
    return out.getvalue()


def test_a_post_goes_its_whole_way_and_appears_once_on_each_network(
    chromium_path: str, tmp_path: Path
) -> None:
    PICTURES.mkdir(exist_ok=True)
    watch = Watch()
    with running_demo(tmp_path / "demo") as demo, chromium(chromium_path) as browser:
        story = Story(browser, demo, watch)
        try:
            story.run()
        except BaseException as error:
            story.keep_last_screens()
            error.add_note(f"Las pantallas están en {PICTURES}")
            raise
        faults = watch.faults()
        assert not faults, "\n".join([f"Las pantallas están en {PICTURES}", *faults])
        assert demo.stop() == 0, demo.lines
        assert demo.lines[-1] == "Todo detenido."
    broken = {name: text for name, text in demo.logs().items() if "Traceback" in text}
    assert not broken, broken


class Story:
    """The steps of the way in order; each person has a desk that stays open."""

    def __init__(self, browser: Browser, demo: Demo, watch: Watch) -> None:
        self._browser = browser
        self._demo = demo
        self._watch = watch
        self._desks: dict[str, Desk] = {}
        self._post = self._pulled = 0
        self._due = datetime.now(UTC)

    def run(self) -> None:
        """Go the whole way, and say how long each step took."""
        steps: tuple[Callable[[], None], ...] = (
            self.write_check_and_submit,
            self.submit_another,
            self.return_one_and_approve_a_batch,
            self.give_the_dictamen,
            self.approve_both,
            self.pull_one_back,
            self.a_session_and_a_link_survive,
            self.a_stranger_is_refused,
            self.small_screens,
            self.fifty_are_cleared,
            self.it_is_published_and_proven,
            self.the_networks_show_it_once,
            self.it_shows_in_activity_and_calendar,
        )
        for step in steps:
            started = time.monotonic()
            step()
            sys.stdout.write(f"{step.__name__}: {time.monotonic() - started:.1f} s\n")

    def keep_last_screens(self) -> None:
        """Keep what everybody saw last."""
        for name, desk in self._desks.items():
            desk.page.screenshot(path=PICTURES / f"fallo-{name}.png")

    def desk(self, name: str, *, width: int = 1440) -> Desk:
        """Return the desk of a person, who signs in when they first sit down."""
        if name not in self._desks:
            self._desks[name] = Desk(self._browser, self._demo, self._watch, PICTURES, width=width)
        return self._desks[name]

    def write_check_and_submit(self) -> None:
        desk = self.desk("operador")
        desk.go("/")
        expect(desk.page.get_by_role("heading", name=web_texts.SIGN_IN)).to_be_visible()
        desk.picture("01-entrar")
        desk.sign_in("operador.p01")
        expect(desk.heading(common.PAGE_INICIO)).to_be_visible()
        desk.picture("02-inicio-operador")
        desk.menu("nueva")
        desk.choose_topic("institucional")
        desk.write(WITH_A_PHONE)
        expect(desk.findings()).to_contain_text("Regla 6.3")
        expect(desk.findings()).to_contain_text("866 555 0177")
        desk.picture("03-nueva-con-hallazgo")
        desk.write(TEXT)
        expect(desk.findings()).not_to_contain_text("Regla 6.3")
        expect(desk.findings()).to_contain_text("Instagram no publica solo texto")
        photo = photo_with_place()
        assert CAMERA.encode() in photo
        desk.upload("muestra.jpg", photo, alt=ALT, credit=CREDIT)
        desk.choose_networks("facebook", "x", "instagram")
        expect(desk.findings()).to_contain_text("Sin hallazgos")
        expect(desk.text()).to_have_value(TEXT)
        for network in common.NETWORKS.values():
            card = desk.page.get_by_role("article", name=f"Vista previa de {network}")
            expect(card).to_contain_text("muestra de proyectos")
            expect(card.get_by_role("img", name=ALT)).to_be_visible()
        desk.picture("04-nueva-lista")
        self._post = desk.submit()
        expect(desk.main()).to_contain_text(common.PHASES["in_review"])
        desk.picture("05-publicacion-en-consulta")

    def submit_another(self) -> None:
        desk = self.desk("operador")
        desk.menu("nueva")
        expect(desk.text()).to_have_value("")
        desk.choose_topic("institucional")
        desk.choose_networks("facebook", "x")
        desk.write(PULLED)
        film = films.film(2.0, size=(640, 360), turned=90)
        desk.upload("aviso.mp4", film, alt=ALT, credit=CREDIT, kind="video")
        expect(desk.findings()).to_contain_text("el video 1 no declara subtítulos")
        assert desk.plays() == (360, 640)
        desk.picture("05-nueva-con-video")
        desk.take_away()
        expect(desk.findings()).to_contain_text("Sin hallazgos")
        self._pulled = desk.submit()
        assert self._pulled != self._post

    def return_one_and_approve_a_batch(self) -> None:
        desk = self.desk("directora")
        desk.sign_in("directora", path="/")
        desk.menu("aprobaciones")
        waiting = desk.rows().count()
        ids = [int(row.get_attribute("data-id") or 0) for row in desk.rows().all()]
        desk.picture("06-aprobaciones")
        desk.pick(ids[0])
        desk.press(tray_texts.RETURN)
        desk.picture("07-devolver")
        desk.give_reason(REASON, tray_texts.CONFIRM_RETURN)
        desk.expect_toast(tray_texts.RETURNED_ONE)
        expect(desk.rows()).to_have_count(waiting - 1)
        expect(desk.row(ids[0])).to_have_count(0)
        clean = [post_id for post_id in ids[1:] if not desk.row(post_id).locator(".chip").count()]
        for post_id in clean[:2]:
            desk.mark(post_id)
        desk.press(tray_texts.APPROVE_N.format(n=2))
        desk.picture("08-aprobar-lote")
        desk.press(tray_texts.APPROVE_N.format(n=2))
        desk.expect_toast(tray_texts.DONE.format(n=2))
        expect(desk.rows()).to_have_count(waiting - 3)
        desk.open(f"/publicacion?id={ids[0]}")
        expect(desk.main()).to_contain_text(REASON)
        expect(desk.main()).to_contain_text(common.PHASES["returned"])

    def give_the_dictamen(self) -> None:
        desk = self.desk("coordinador")
        desk.sign_in("coordinador", path="/aprobaciones")
        desk.picture("09-consulta")
        earliest = (datetime.now(UTC) + LEAD).replace(second=0, microsecond=0)
        self._due = earliest + timedelta(minutes=1)
        for post_id in (self._post, self._pulled):
            desk.pick(post_id)
            expect(desk.detail()).to_contain_text(PLANTEL)
            for network in ("Facebook", "X"):
                expect(desk.detail()).to_contain_text(f"{network} · {PLANTEL}")
            desk.propose(self._due.astimezone(ZONE))
            if post_id == self._post:
                desk.picture("10-dictamen")
            desk.press(tray_texts.REVIEW_GIVE)
            desk.expect_toast(tray_texts.REVIEW_DONE)
            expect(desk.row(post_id)).to_have_count(0)

    def approve_both(self) -> None:
        desk = self.desk("directora")
        desk.open("/aprobaciones")
        minute = f"{self._due.astimezone(ZONE):%H:%M}"
        for post_id in (self._post, self._pulled):
            desk.pick(post_id)
            expect(desk.detail()).to_contain_text(f"{minute} (hora de la frontera)")
            if post_id == self._post:
                expect(desk.detail()).to_contain_text(TEXT)
                desk.picture("11-por-autorizar")
            desk.press(tray_texts.APPROVE)
            desk.press(tray_texts.APPROVE)
            desk.expect_toast(tray_texts.DONE_ONE)
            expect(desk.row(post_id)).to_have_count(0)

    def pull_one_back(self) -> None:
        desk = self.desk("operador")
        desk.open(f"/publicacion?id={self._pulled}")
        expect(desk.main()).to_contain_text(common.PHASES["scheduled"])
        desk.pull_back("Cambió el calendario de inscripciones.")
        desk.expect_toast(post_texts.PULLED.format(stopped=2))
        expect(desk.main()).to_contain_text(common.PHASES["draft"])
        assert datetime.now(UTC) < self._due, "pulled back too late to prove anything"
        desk.open(f"/publicacion?id={self._post}")
        expect(desk.main()).to_contain_text(common.PHASES["scheduled"])
        desk.picture("12-publicacion-programada")

    def a_session_and_a_link_survive(self) -> None:
        desk = self.desk("coordinador")
        desk.page.reload()
        desk.idle()
        expect(desk.heading(common.PAGE_APROBACIONES)).to_be_visible()
        desk.sign_out()
        link = f"/publicacion?id={self._post}"
        desk.go(link)
        expect(desk.page).to_have_url(re.compile(r"/entrar\?sig="))
        desk.sign_in("coordinador")
        expect(desk.page).to_have_url(self._demo.url + link)
        expect(desk.heading(post_texts.TITLE.format(id=self._post))).to_be_visible()

    def a_stranger_is_refused(self) -> None:
        desk = self.desk("vecino")
        desk.sign_in("operador.p30", path=f"/publicacion?id={self._post}")
        refusal = desk.page.get_by_role("alert")
        expect(refusal).to_contain_text("no está a su alcance")
        expect(desk.main()).not_to_contain_text("muestra de proyectos")
        desk.read("publicación ajena")
        desk.open(f"/nueva?id={self._post}")
        expect(refusal).to_be_visible()
        expect(desk.main()).not_to_contain_text("muestra de proyectos")
        desk.read("borrador ajeno")

    def small_screens(self) -> None:
        desk = self.desk("directora-movil", width=NARROW)
        desk.sign_in("directora", path="/aprobaciones")
        expect(desk.rows().first).to_be_visible()
        desk.picture("06-aprobaciones")
        desk.open("/")
        expect(desk.heading(common.PAGE_INICIO)).to_be_visible()
        desk.picture("02-inicio-directora")
        desk.open(f"/publicacion?id={self._post}")
        desk.picture("12-publicacion-programada")

    def fifty_are_cleared(self) -> None:
        """Approve all that harms nobody with a few presses, and the rest one by one."""
        harmless, risky = fifty.fill(self._demo)
        assert harmless > 40
        assert risky >= fifty.RISKY
        desk = self.desk("directora")
        desk.open("/aprobaciones")
        expect(desk.rows()).to_have_count(fifty.TOTAL)
        desk.picture("14-cincuenta-por-autorizar")
        started, before = time.monotonic(), desk.presses
        desk.press(tray_texts.TRAY["clean"].format(n=harmless))
        desk.press(tray_texts.APPROVE_N.format(n=harmless))
        desk.key("Enter")
        desk.expect_toast(tray_texts.DONE.format(n=harmless))
        presses = desk.presses - before
        assert presses <= MOST_PRESSES
        expect(desk.rows()).to_have_count(risky)
        expect(desk.page.get_by_text(tray_texts.UNDO_MANY.format(n=harmless))).to_be_visible()
        swift = time.monotonic() - started
        desk.rows().first.click()
        for left in range(risky - 1, -1, -1):
            desk.key("a")
            desk.key("Enter")
            expect(desk.rows()).to_have_count(left)
        took = time.monotonic() - started
        sys.stdout.write(
            f"  {harmless} harmless in {swift:.1f} s and {presses} presses,"
            f" all {fifty.TOTAL} in {took:.1f} s\n"
        )
        assert took < MOST_SECONDS
        desk.press(tray_texts.UNDO)
        desk.expect_toast(tray_texts.UNDONE_ONE)
        expect(desk.rows()).to_have_count(1)

    def it_is_published_and_proven(self) -> None:
        page = self.desk("operador").page
        left = (self._due - datetime.now(UTC)).total_seconds()
        if left > 0:
            before = [post["text"] for post in client.posts(self._demo.sandbox)]
            assert TEXT not in before, "published before its minute"
        # The page is left alone: it must tell by itself.
        links = page.get_by_role("link", name=re.compile("^Ver en (Facebook|X|Instagram)$"))
        expect(links).to_have_count(3, timeout=(max(left, 0) + 45) * 1000)
        desk = self.desk("operador")
        desk.idle()
        expect(desk.main()).to_contain_text(common.PHASES["published"])
        for fold in page.get_by_text(post_texts.RECEIPT, exact=True).all():
            fold.click()
        expect(desk.main()).to_contain_text(post_texts.FOUND_BY["reply"])
        expect(desk.main()).to_contain_text(post_texts.REMOTE_ID)
        desk.picture("13-publicacion-con-comprobantes")
        shown = {post["id"]: post for post in self._shown()}
        for link in links.all():
            address = link.get_attribute("href") or ""
            assert address.startswith(f"{self._demo.sandbox}/"), address
            with page.context.expect_page() as opened:
                link.click()
            post = opened.value
            self._watch.on(post)
            expect(post.get_by_role("article")).to_contain_text(TEXT)
            expect(post.get_by_role("article").get_by_role("img", name=ALT)).to_be_visible()
            assert sum(post_id in address for post_id in shown) == 1, address
            post.close()

    def _shown(self) -> list[dict[str, Any]]:
        return [post for post in client.posts(self._demo.sandbox) if post["text"] == TEXT]

    def the_networks_show_it_once(self) -> None:
        every = client.posts(self._demo.sandbox)
        shown = self._shown()
        assert sorted(str(post["network"]) for post in shown) == ["facebook", "instagram", "x"]
        assert all(post["alt_texts"] == [ALT] for post in shown), shown
        assert not [post for post in every if PULLED in post["text"]], "a pulled post appeared"
        assert not [post for post in every if WITH_A_PHONE in post["text"]]
        for post in shown:
            (digest,) = post["media_digests"]
            data = requests.get(f"{self._demo.sandbox}/_sandbox/media/{digest}", timeout=10).content
            assert CAMERA.encode() not in data
            with Image.open(io.BytesIO(data)) as image:
                assert not image.getexif(), "hidden data was published"
                assert not image.getexif().get_ifd(0x8825), "the place was published"
        page = self.desk("operador").page.context.new_page()
        self._watch.on(page)
        page.goto(f"{self._demo.sandbox}/?cuenta={PLANTEL}")
        expect(page.get_by_role("article").filter(has_text=TEXT)).to_have_count(3)
        for network in common.NETWORKS.values():
            column = page.get_by_role("region", name=network, exact=True)
            expect(column.get_by_role("article").filter(has_text=TEXT)).to_have_count(1)
        page.screenshot(path=PICTURES / "14-redes-simuladas.png", full_page=True)
        page.close()

    def it_shows_in_activity_and_calendar(self) -> None:
        desk = self.desk("operador")
        desk.menu("actividad")
        expect(desk.main()).to_contain_text(PLANTEL)
        links = desk.page.get_by_role("link", name=common.SEE, exact=True)
        own = [link.get_attribute("href") or "" for link in links.all()]
        assert sum(href.endswith(f"id={self._post}") for href in own) == 3, own
        desk.picture("15-actividad-operador")
        desk.menu("calendario")
        minute = f"{self._due.astimezone(ZONE):%H:%M}"
        chip = desk.page.get_by_role(
            "button", name=re.compile(f"^{minute} · {PLANTEL} · {common.PHASES['published']}")
        )
        expect(chip).to_have_count(1)
        desk.picture("16-calendario-operador")
        chip.click()
        expect(desk.page.get_by_role("dialog")).to_contain_text(TEXT)
        desk.idle()
        desk.picture("17-calendario-detalle")
        desk = self.desk("directora")
        desk.open("/actividad")
        desk.page.wait_for_timeout(1500)
        desk.picture("18-actividad")
        desk.open("/calendario")
        desk.page.wait_for_timeout(500)
        desk.picture("19-calendario")
        desk.open("/")
        expect(desk.heading(common.PAGE_INICIO)).to_be_visible()
        desk.picture("20-inicio-directora")
        desk.open("/cuenta")
        desk.picture("21-cuenta")

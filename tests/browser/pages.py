"""What a person does on each screen, and what every page is watched for while they do it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    expect,
    sync_playwright,
)

from dashboard.navigation import SCREENS
from dashboard.texts import aprobaciones as tray_texts
from dashboard.texts import common
from dashboard.texts import nueva as composer_texts
from dashboard.texts import publicacion as post_texts
from dashboard.texts import web as web_texts
from tests.browser.running import Demo

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE, NARROW = 1440, 390
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
PAUSE = 600
"""Longer than the composer's pause before it tells the server, in milliseconds."""

EXPECTED_CONSOLE = (
    # Streamlit asks for its own base path first where the address is a page's.
    re.compile(r"404 \(Not Found\).*/\w+/_stcore/(health|host-config)"),
)

ENGLISH = re.compile(
    r"\b(Upload|Browse|Drag and drop|per file|No results|No options|Select(ed)?|Clear|Choose"
    r"|Press|Time|not found|Connect(ing|ion)|Running|Stop|Rerun|Search|Fullscreen|Close|Show|Hide"
    r"|View|Open|Help|Empty|day,|month,|year,|hour,|minute,|Loading|Remove|Download|Next|Previous"
    r"|Skip|Sidebar|pages|Submit|Cancel|Deploy|Settings|Print|About|Made with|file upload|icon"
    r"|Something|Shortcut|Oh no|must be|Invalid|Axis|axis|Zoom|Save as)\b"
)

# Text, shadow roots included, and what a screen reader says; icons are ligatures of a font.
WORDS = """() => {
  const names = ["aria-label", "aria-valuetext", "aria-description", "title", "placeholder", "alt"];
  const found = new Set();
  const visit = (node) => {
    if (node.nodeType === Node.TEXT_NODE) { if (node.data.trim()) found.add(node.data.trim()); return; }
    if (node.matches?.("script, style, noscript, [data-testid=stIconMaterial]")) return;
    for (const name of names) if (node.getAttribute?.(name)) found.add(node.getAttribute(name));
    if (node.shadowRoot) visit(node.shadowRoot);
    node.childNodes.forEach(visit);
  };
  visit(document.body);
  return [...found];
}"""  # noqa: E501 - a script


PLAY = """async (video) => {
  if (!video.canPlayType('video/mp4; codecs="avc1.42E01E"')) {
    const poster = await createImageBitmap(await (await fetch(video.poster)).blob());
    return [poster.width, poster.height];
  }
  video.muted = true;
  await video.play();
  const end = Date.now() + 4000;
  while (!video.currentTime && Date.now() < end) await new Promise((go) => setTimeout(go, 50));
  video.pause();
  return video.currentTime ? [video.videoWidth, video.videoHeight] : null;
}"""


TOASTS = """
window.toasts = new Set();
new MutationObserver(() => {
  for (const toast of document.querySelectorAll("[data-testid=stToast]"))
    window.toasts.add(toast.textContent);
}).observe(document, {childList: true, subtree: true, characterData: true});
"""
SAID = "(sentence) => [...window.toasts].some((said) => said.includes(sentence))"


TALL = """() => {
  const main = document.querySelector("[data-testid=stMain]") ?? document.scrollingElement;
  main.scrollTo(0, 0);
  return main.scrollHeight;
}"""


@dataclass(kw_only=True)
class Watch:
    """What went wrong on any page so far; a test asserts that it is empty."""

    outside: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    english: list[str] = field(default_factory=list)
    wide: list[str] = field(default_factory=list)

    def on(self, page: Page) -> None:
        """Listen to a page."""
        page.on("request", self._request)
        page.on("websocket", lambda socket: self._address(socket.url))
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.console.append(f"{page.url}: {error}"))

    def faults(self) -> list[str]:
        """Return everything seen, each once."""
        every = [
            *(f"left loopback: {line}" for line in self.outside),
            *(f"console: {line}" for line in self.console),
            *(f"English: {line}" for line in self.english),
            *(f"wider than the screen: {line}" for line in self.wide),
        ]
        return list(dict.fromkeys(every))

    def _request(self, request: Request) -> None:
        self._address(request.url)

    def _address(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in {"data", "blob", "about"} and parts.hostname != "127.0.0.1":
            self.outside.append(address)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        said = f"{message.text} {message.location.get('url', '')}"
        if not any(pattern.search(said) for pattern in EXPECTED_CONSOLE):
            self.console.append(said)


@contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """Run a headless Chromium until the block ends."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


class Desk:
    """One person at one browser: a context of its own, a page, a folder for its pictures."""

    def __init__(
        self, browser: Browser, demo: Demo, watch: Watch, pictures: Path, *, width: int = WIDE
    ) -> None:
        self._demo = demo
        self._watch = watch
        self._pictures = pictures
        self._width = width
        self.presses = 0
        """How many buttons and keys this person has pressed."""
        self._context = browser.new_context(
            locale="es-MX",
            timezone_id="America/Monterrey",
            viewport={"width": width, "height": self._height},
        )
        self._context.set_default_timeout(20_000)
        self._context.add_init_script(TOASTS)
        self.page = self._context.new_page()
        watch.on(self.page)

    @property
    def _height(self) -> int:
        return 900 if self._width > NARROW else 844

    def close(self) -> None:
        """Close the browser of this person."""
        self._context.close()

    # Everywhere

    def idle(self) -> None:
        """Wait until the page's script has run and stays still."""
        for _ in range(2):
            self.page.wait_for_selector(IDLE)
            self.page.wait_for_timeout(150)
        self.page.wait_for_selector(IDLE)

    def go(self, path: str) -> None:
        """Enter an address of the dashboard."""
        self.page.goto(self._demo.url + path)

    def open(self, path: str) -> None:
        """Enter an address of the dashboard and wait for its page."""
        self.go(path)
        self.idle()

    def menu(self, name: str) -> None:
        """Choose a screen in the menu by its name in the address."""
        screen = SCREENS[name]
        self.page.get_by_test_id("stSidebarNav").get_by_role("link", name=screen.title).click()
        self.page.wait_for_url(re.compile(rf"{screen.path}(\?.*)?$"))
        self.idle()
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()

    def heading(self, name: str | re.Pattern[str]) -> Locator:
        """Return the page's title."""
        return self.page.get_by_role("heading", level=1, name=name)

    def main(self) -> Locator:
        """Return all of the page but the menu."""
        return self.page.get_by_test_id("stMain")

    def press(self, name: str) -> None:
        """Press a button of the page, or of the dialog that is open, and wait for the answer."""
        dialog = self.page.get_by_role("dialog")
        inside = dialog if dialog.count() else self.main()
        # A button with a key of its own carries the key's name after its label.
        label = re.compile(rf"^{re.escape(name)}( Atajo: \w+| \d+ s)?$")
        inside.get_by_role("button", name=label).click()
        self.presses += 1
        self.idle()

    def key(self, name: str) -> None:
        """Press a key where the focus is, and wait for the answer."""
        self.page.keyboard.press(name)
        self.presses += 1
        self.page.wait_for_timeout(100)
        self.idle()

    def expect_toast(self, sentence: str) -> None:
        """Wait for the sentence with which an action answers, or answered: it goes after 4 s."""
        self.page.wait_for_function(SAID, arg=sentence)

    def picture(self, name: str) -> None:
        """Keep the whole page as a picture, after reading its words."""
        self.read(name)
        tall = self.page.evaluate(TALL)
        size = {"width": self._width, "height": max(self._height, min(int(tall), 6000))}
        self.page.set_viewport_size(size)  # type: ignore[arg-type]
        self.page.wait_for_timeout(250)
        suffix = "" if self._width > NARROW else "-movil"
        self.page.screenshot(path=self._pictures / f"{name}{suffix}.png")
        self.page.set_viewport_size({"width": self._width, "height": self._height})

    def read(self, name: str) -> None:
        """Note English words on the page, and content that is wider than the screen."""
        for words in self.page.evaluate(WORDS):
            if ENGLISH.search(words):
                self._watch.english.append(f"{name}: {words[:90]}")
        width = self.page.evaluate("document.documentElement.scrollWidth")
        if width > self._width:
            self._watch.wide.append(f"{name}: {width} px on {self._width} px")

    # Sign-in

    def sign_in(self, user: str, *, path: str = "") -> None:
        """Fill the sign-in page, which must be on the screen unless ``path`` says where to go."""
        if path:
            self.go(path)
        email = self._demo.email(user)
        self.page.get_by_label(web_texts.EMAIL).fill(email)
        self.page.get_by_label(web_texts.PASSWORD).fill(self._demo.passwords[email])
        self.page.get_by_role("button", name=web_texts.SIGN_IN).click()
        self.idle()

    def sign_out(self) -> None:
        """Leave; the sign-in page says so."""
        self.page.get_by_role("button", name=common.SIGN_OUT).click()
        expect(self.page.get_by_text(web_texts.SIGNED_OUT)).to_be_visible()

    # Nueva publicación

    def text(self) -> Locator:
        """Return the field of the common text."""
        return self.page.get_by_role("textbox", name=composer_texts.COMPOSER["base"])

    def write(self, text: str) -> None:
        """Write the common text, as somebody who then stops to read."""
        self.text().fill(text)
        self.page.wait_for_timeout(PAUSE)
        self.idle()

    def choose_topic(self, name: str) -> None:
        """Choose the topic."""
        self.page.get_by_role("radio", name=common.TOPICS[name]).click()
        self.idle()

    def choose_networks(self, *names: str) -> None:
        """Leave exactly these networks chosen."""
        group = self.page.get_by_role("toolbar", name=composer_texts.NETWORKS)
        for name, label in common.NETWORKS.items():
            button = group.get_by_role("button", name=label, exact=True)
            if (button.get_attribute("aria-pressed") == "true") != (name in names):
                button.click()
                self.idle()

    def upload(
        self, file_name: str, data: bytes, *, alt: str, credit: str, kind: str = "image"
    ) -> None:
        """Add a first picture or video with its alternative text and credit."""
        mime = {"image": "image/jpeg", "gif": "image/gif", "video": "video/mp4"}[kind]
        thing = composer_texts.THINGS[kind].format(n=1)
        self.page.locator("input[type=file]").set_input_files(
            {"name": file_name, "mimeType": mime, "buffer": data}
        )
        for label, words in ((composer_texts.ALT, alt), (composer_texts.CREDIT, credit)):
            field_ = self.page.get_by_label(label.format(thing=thing))
            field_.fill(words)
            field_.press("Tab")
            self.idle()

    def plays(self) -> tuple[int, int] | None:
        """Let the first player run; returns the size of what it shows, None if it stands still.

        A browser without H.264 is told by the poster alone.
        """
        shown = self.page.locator("video").first.evaluate(PLAY)
        return (int(shown[0]), int(shown[1])) if shown else None

    def take_away(self) -> None:
        """Take the first medium out of the post."""
        self.page.locator("[class*=st-key-quitar_] button").first.click()
        self.idle()

    def findings(self) -> Locator:
        """Return the pane of what the manual says."""
        return self.page.locator(".st-key-revision")

    def submit(self) -> int:
        """Send the draft to consulta; returns the post's number."""
        self.press(composer_texts.SUBMIT)
        self.page.wait_for_url(re.compile(r"/publicacion\?id=\d+"))
        expect(self.heading(re.compile(r"\d+"))).to_be_visible()
        self.idle()
        return int(self.page.url.rpartition("=")[2])

    # Aprobaciones

    def row(self, post_id: int) -> Locator:
        """Return a row of the tray."""
        return self.page.locator(f"li[data-id='{post_id}']")

    def rows(self) -> Locator:
        """Return the rows of the tray."""
        return self.page.locator("li[data-id]")

    def pick(self, post_id: int) -> None:
        """Open a row of the tray beside the list."""
        self.row(post_id).click()
        self.page.wait_for_timeout(300)
        self.idle()

    def detail(self) -> Locator:
        """Return the pane beside the list."""
        return self.page.locator(".st-key-detalle")

    def propose(self, moment: datetime) -> None:
        """Type day, month, year, hour and minute into the dictamen's field."""
        field_ = self.page.get_by_role("group", name=tray_texts.REVIEW_WHEN.partition(" (")[0])
        field_.get_by_role("spinbutton").first.click()
        self.page.keyboard.type(f"{moment:%d%m%Y%H%M}", delay=25)
        self.page.keyboard.press("Escape")
        self.idle()

    def mark(self, post_id: int) -> None:
        """Mark a row for the batch."""
        self.row(post_id).get_by_role("checkbox").click()
        self.page.wait_for_timeout(300)
        self.idle()

    def give_reason(self, reason: str, confirm: str) -> None:
        """Fill the reason in the open dialog and confirm."""
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("textbox", name=tray_texts.REASON).fill(reason)
        dialog.get_by_role("button", name=confirm, exact=True).click()
        self.idle()

    # Publicación

    def pull_back(self, reason: str) -> None:
        """Pull the post on the screen back."""
        self.press(post_texts.PULL_BACK)
        self.give_reason(reason, post_texts.CONFIRM)

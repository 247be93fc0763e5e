"""The watch over every page can fail: a silent one would prove nothing."""

from __future__ import annotations

import pytest

from tests.browser.pages import ENGLISH, WORDS, Watch, chromium

pytestmark = pytest.mark.browser

PAGE = """<html lang="es-MX"><body><p>Publicación</p><div id="host"></div>
<button aria-label="Clear value">×</button><img src="http://192.0.2.1/a.png" alt="">
<script>
  document.getElementById("host").attachShadow({mode: "open"}).innerHTML = "<p>Browse files</p>";
  console.error("algo falló");
</script></body></html>"""


def test_the_watch_notices_requests_outside_console_errors_and_english(chromium_path: str) -> None:
    watch = Watch()
    with chromium(chromium_path) as browser:
        page = browser.new_page()
        watch.on(page)
        page.set_content(PAGE, wait_until="domcontentloaded")
        words = page.evaluate(WORDS)
    assert watch.outside == ["http://192.0.2.1/a.png"]
    assert any("algo falló" in line for line in watch.console)
    assert {word for word in words if ENGLISH.search(word)} == {"Clear value", "Browse files"}

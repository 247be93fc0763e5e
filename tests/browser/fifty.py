"""Fifty posts that wait for the Directora of a running demo, most of them harmless."""

from __future__ import annotations

from datetime import timedelta

from publisher import localtime
from publisher.app import App, open_app
from publisher.demo import cast as acting
from publisher.editorial import draft, review, submit
from publisher.editorial.content import DraftContent
from publisher.queries import queue
from publisher.settings import Settings
from tests.browser.running import Demo

TOTAL = 50
RISKY = 4

ACTIVITIES = (
    "El club de lectura de {name} se reúne en la biblioteca el martes a las {hour}:00 h.",
    "En {name} abre el registro para el torneo interno de ajedrez del semestre.",
    "La brigada de reforestación de {name} invita a plantar {hour} árboles en el patio.",
    "{name} ofrece asesorías de matemáticas por la tarde, en el salón {hour}.",
    "La banda de guerra de {name} ensaya a las {hour}:00 h en la explanada.",
)
LINKED = "El club de lectura de {name} abre su registro en www.ejemplo.com/club"


def fill(demo: Demo) -> tuple[int, int]:
    """Bring the Directora's tray to fifty; return how many are harmless and how many are not."""
    app = open_app(Settings(data_dir=demo.folder))
    try:
        return _fill(app)
    finally:
        app.engine.dispose()


def _fill(app: App) -> tuple[int, int]:
    cast = acting.gather_cast(app)
    waiting = queue.tray(app, cast.directora, "approve").total
    for number in range(TOTAL - waiting):
        plantel_id, name, zone = cast.planteles[number % len(cast.planteles)]
        words = LINKED if number < RISKY else ACTIVITIES[number % len(ACTIVITIES)]
        due = app.clock() + timedelta(days=1 + number % 3, minutes=10 * number)
        content = DraftContent(
            texts={"base": words.format(name=name, hour=9 + number % 9)},
            topic="institucional",
            account_ids=tuple(cast.accounts[plantel_id, network] for network in ("facebook", "x")),
            local_at=localtime.wall_of(due, zone),
        )
        author = cast.operadores[plantel_id]
        post_id = draft.create(app, author, plantel_id=plantel_id, content=content)
        submit.submit(app, author, post_id, version=1)
        review.give(
            app,
            cast.coordinador,
            post_id,
            decision="reviewed",
            account_ids=content.account_ids,
            local_at=content.local_at,
        )
    rows = queue.tray(app, cast.directora, "approve", limit=TOTAL).rows
    assert len(rows) == TOTAL
    harmless = sum(row.risk == "none" for row in rows)
    return harmless, TOTAL - harmless

"""The master key: whether it opens the database, and whether where it rests is a good place."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.app import App
from publisher.doctor.findings import Check
from publisher.texts import doctor as texts


def look(app: App) -> Iterator[Check]:
    """Say which key opens, and warn of a place that protects nothing or is no longer its own."""
    key = app.keyring.primary.key_id
    place = app.keyring.home
    facts = {"key": key}
    if place is None:
        yield Check(name="key", state="ok", sentence=texts.KEY.format(key=key), facts=facts)
        return
    home = place.home()
    facts["place"] = home.place
    if home.warning:
        step = texts.KEY_EXPOSED_STEP
        yield Check(name="key", state="warn", sentence=home.warning, step=step, facts=facts)
    elif home.url != place.url:
        sentence = texts.KEY_MOVED.format(key=key, place=home.place)
        step = texts.KEY_MOVED_STEP
        yield Check(name="key", state="warn", sentence=sentence, step=step, facts=facts)
    else:
        yield Check(name="key", state="ok", sentence=texts.KEY.format(key=key), facts=facts)

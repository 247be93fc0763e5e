"""The master key: whether it opens the database, and whether where it rests is a good place."""

from __future__ import annotations

from collections.abc import Iterator

from publisher import keys
from publisher.app import App
from publisher.doctor.findings import Check
from publisher.texts import doctor as texts


def look(app: App) -> Iterator[Check]:
    """Say which key opens and whether it is on paper; warn of a place that protects nothing."""
    key = app.keyring.primary.key_id
    place = app.keyring.home
    facts = {"key": key}
    yield from _paper(app, key)
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


def _paper(app: App, key: str) -> Iterator[Check]:
    """Warn of a key that no recovery kit holds; a sandbox needs none."""
    if app.sandboxed:
        return
    with app.read() as session:
        found = keys.last_kit(session)
    if found is None or key not in found[0]:
        step = texts.KIT_STEP
        yield Check(name="kit", state="warn", sentence=texts.KIT_NONE.format(key=key), step=step)
        return
    sentence = texts.KIT.format(key=key, when=f"{found[1]:%Y-%m-%d}")
    yield Check(name="kit", state="ok", sentence=sentence, facts={"at": found[1]})

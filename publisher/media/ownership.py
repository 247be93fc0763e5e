"""Whether the store serves, and whose it is: asked before a process starts and before a sweep."""

from __future__ import annotations

import secrets
from typing import Final

from publisher.app import App
from publisher.errors import Unready
from publisher.media.links import installation_id
from publisher.media.places import Place, Trouble
from publisher.media.store import StoreDown, down, place
from publisher.texts import media as texts

OWNER: Final = ".pregonero"
PROBE: Final = ".prueba-"
PASSING: Final = frozenset({"unreachable", "failed", "full"})


def check(app: App) -> None:
    """Make sure that the store takes and gives files and is this installation's; claim a new one.

    Raises ``StoreDown`` with what mends it, ``Unready`` if the store is another installation's.
    """
    probe(app)
    claim(app)


def check_at_start(app: App) -> str:
    """Check the store as a process starts; return the sentence of what time alone may mend.

    What goes out without pictures need not wait for a store that is away. Raises as ``check`` for a
    setting that a person must correct.
    """
    try:
        check(app)
    except StoreDown as error:
        if error.reason not in PASSING:
            raise
        return str(error)
    return ""


def examine(app: App) -> None:
    """Make sure that the store serves and is nobody else's; claim nothing. Raises as ``check``."""
    probe(app)
    if owner(app) not in {None, installation_id(app)}:
        raise Unready(texts.STORE_OF_OTHER.format(url=app.settings.media_store))


def probe(app: App) -> None:
    """Write, read and delete a small file. Raises ``StoreDown`` with what mends it."""
    path, data = PROBE + secrets.token_hex(8), secrets.token_bytes(16)
    try:
        _round(place(app), path, data)
    except (Trouble, FileNotFoundError) as error:
        trouble = error if isinstance(error, Trouble) else Trouble("failed")
        step = texts.STORE_STEPS[trouble.reason].format(url=app.settings.media_store)
        raise down(f"{texts.STORE_USELESS} {step}", trouble) from error


def owner(app: App) -> str | None:
    """Return the id of the installation whose store this is, None if nobody has claimed it."""
    try:
        return place(app).read(OWNER).decode("ascii", "replace").strip()
    except FileNotFoundError:
        return None
    except Trouble as trouble:
        raise down(texts.STORE_UNREADABLE, trouble) from trouble


def claim(app: App) -> None:
    """Mark the store as this installation's: a sweep by another would take files in use.

    Raises ``Unready`` if it is another's already, ``StoreDown`` if it cannot be asked.
    """
    found, own = owner(app), installation_id(app)
    if found is None:
        try:
            place(app).write(OWNER, own.encode())
        except Trouble as trouble:
            raise down(texts.STORE_FAILED, trouble) from trouble
    elif found != own:
        raise Unready(texts.STORE_OF_OTHER.format(url=app.settings.media_store))


def _round(store: Place, path: str, data: bytes) -> None:
    store.write(path, data)
    whole = store.read(path) == data
    store.remove(path)
    if not whole:
        raise Trouble("failed")

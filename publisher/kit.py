"""The recovery kit of the master key: printed in two halves, and the key brought back from them."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlmodel import Session

from publisher import access, notices, texts
from publisher.app import SYSTEM, Actor, App, open_app
from publisher.delivery import facts
from publisher.documents.juego import KitSheet, render
from publisher.errors import Conflict, Invalid, Unready
from publisher.keyplace import key_place
from publisher.keys import LAST_KIT
from publisher.sealing import seal
from publisher.settings import Settings
from publisher.texts import cli as cli_texts
from publisher.texts import kit as kit_texts
from vault import kit
from vault.errors import KeyPlaceTaken
from vault.keys import MasterKey, in_force
from vault.kit import Half
from vault.tables import VaultKey

PRINTED: Final = "vault.kit.print"
RECOVERED: Final = "vault.kit.recover"


@dataclass(frozen=True, kw_only=True)
class Printed:
    """A kit lies in two files, to be printed and removed."""

    kit: str
    keys: tuple[str, ...]
    first: Path
    second: Path
    entry_id: str


@dataclass(frozen=True, kw_only=True)
class Recovered:
    """Where the keys of a kit are now.

    ``key`` rests in ``place``; ``beside`` are the others, each with its place. ``problem`` is why
    the database of the settings does not open with it, if there is one and it does not.
    """

    key: str
    place: str
    beside: tuple[tuple[str, str], ...]
    problem: str


def print_kit(app: App, actor: Actor, *, to: Path, second: Path | None = None) -> Printed:
    """Write the two halves of every key in force, one file each; told before either exists.

    A rotation that is under way has two keys in force, and the kit holds both. Raises
    ``Forbidden``, ``Invalid`` or ``Conflict`` for the folders, and ``KeyUnavailable`` where a key
    is not at hand.
    """
    access.authorize(actor, "keys.manage")
    folders = (to, second or to)
    for folder in folders:
        _require_apart(app, folder)
    with app.write() as session:
        keys = _keys(app, session)
        halves = kit.split(keys)
        ids = tuple(key.key_id for key in keys)
        paths = tuple(
            folder / f"pregonero-{half.code.kit}-{half.code.half}.pdf"
            for folder, half in zip(folders, halves, strict=True)
        )
        now = app.clock()
        detail = json.dumps({"juego": halves[0].code.kit, "llaves": ids})
        entry = app.entry(actor, PRINTED, "key", ids[0], detail=detail)
        app.note(session, entry)
        value = json.dumps({"kit": halves[0].code.kit, "keys": ids, "at": now.isoformat()})
        facts.write(session, LAST_KIT, value, at=now)
        words = notices.when(session, now)
    # as any other disclosure: in the chain first, on paper after
    seal(app, wait=True)
    sheets = [
        render(
            KitSheet(
                institution=app.institution.name,
                half=half,
                keys=ids,
                entry_id=entry.id,
                printed_by=actor.name,
                made_at=now,
                made_words=words,
            )
        )
        for half in halves
    ]
    _write(paths, sheets)
    return Printed(
        kit=halves[0].code.kit, keys=ids, first=paths[0], second=paths[1], entry_id=entry.id
    )


def recover(settings: Settings, first: Half, second: Half, *, to: str = "") -> Recovered:
    """Keep the keys of both halves where the settings (or ``to``) say, the one in force first.

    Where a key of the same house rests already, they are laid beside it. Raises ``KitOther``,
    ``KeyPlaceTaken`` or another ``KeyProblem``; then nothing was written.
    """
    keys = kit.join(first, second)
    place = key_place(settings, to).home()
    found = place.read()
    if found is None:
        place.keep(keys[0])
        found = keys[0]
    elif found.root_check_value() != keys[0].root_check_value():
        raise KeyPlaceTaken(place=place.place)
    beside = tuple(
        (key.key_id, place.keep_previous(key)) for key in keys if key.key_id != found.key_id
    )
    return Recovered(
        key=found.key_id,
        place=place.place,
        beside=beside,
        problem=_note(settings, keys, first.code.kit),
    )


def _note(settings: Settings, keys: tuple[MasterKey, ...], name: str) -> str:
    """Tell the audit, where there is a database that the key opens; else return why it does not."""
    try:
        app = open_app(settings)
    except Unready as error:
        return "" if str(error) == texts.NOT_INITIALISED else str(error)
    try:
        detail = json.dumps({"juego": name, "llaves": [key.key_id for key in keys]})
        with app.write() as session:
            app.note(session, app.entry(SYSTEM, RECOVERED, "key", keys[0].key_id, detail=detail))
        seal(app, wait=True)
    finally:
        app.engine.dispose()
    return ""


def _keys(app: App, session: Session) -> tuple[MasterKey, ...]:
    """Return every key that the registry does not call retired, the one in force first."""
    current = in_force(session, app.keyring)
    ids = session.scalars(
        select(_KEY.c.key_id).where(_KEY.c.state == "active").order_by(_KEY.c.key_id)
    ).all()
    others = [app.keyring.provider(key_id) for key_id in ids if key_id != current.key_id]
    return (current, *others[: kit.MOST_KEYS - 1])


def _require_apart(app: App, folder: Path) -> None:
    """Raise ``Invalid`` for a folder among the data, which backups and administrators read."""
    if folder.resolve().is_relative_to(app.settings.data_dir.resolve()):
        raise Invalid(kit_texts.INSIDE.format(path=folder), field="to")


def _write(paths: tuple[Path, ...], sheets: list[bytes]) -> None:
    """Write each sheet for its owner's eyes alone; both or none."""
    done: list[Path] = []
    try:
        for path, sheet in zip(paths, sheets, strict=True):
            with _said(path):
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
                done.append(path)
                with os.fdopen(handle, "wb") as file:
                    file.write(sheet)
    except BaseException:
        for path in done:
            with suppress(OSError):
                path.unlink()
        raise


@contextmanager
def _said(path: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise Conflict(kit_texts.EXISTS.format(path=path)) from None
    except OSError as error:
        code = errno.errorcode.get(error.errno or 0, "")
        cause = cli_texts.OS_ERRORS.get(code, cli_texts.OS_ERROR)
        raise Unready(kit_texts.NOT_WRITABLE.format(path=path.parent, cause=cause)) from error


_KEY = VaultKey.__table__  # type: ignore[attr-defined]

"""Make a backup: consistent while workers write, whole or not there at all, old ones pruned."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import secrets
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from publisher import migrations
from publisher.app import SYSTEM, App
from publisher.backup import database, files, manifest
from publisher.backup.files import sha256_of
from publisher.backup.manifest import Facts, File, Manifest
from publisher.delivery import facts
from publisher.errors import Conflict, Invalid, Unready
from publisher.keyplace import key_place
from publisher.sealing import seal
from publisher.texts import backup as texts
from publisher.texts import cli as cli_texts
from publisher.texts import migrations as migration_texts
from vault.rotation import sealed_by

KEEP: Final = 14
DEFAULT: Final = "respaldos"
LAST: Final = "backup.last"
"""The name of the fact that says when the last backup was made."""

_NAME: Final = re.compile(r"pregonero-\d{8}T\d{6}Z(-\d+)?")
_PARTIAL: Final = ".parcial-"
_LOCK: Final = ".respaldo.lock"
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True, kw_only=True)
class Made:
    """A backup at ``path``; ``pruned`` older ones were removed and ``kept`` remain, it included."""

    path: Path
    manifest: Manifest
    pruned: int
    kept: int
    bytes: int
    seconds: float


def make(app: App, to: Path | None = None, *, keep: int = KEEP) -> Made:
    """Make a backup in a new folder of ``to`` and keep the newest ``keep``.

    Raises ``Invalid`` or ``Unready`` with the reason; then nothing is left behind.
    """
    started = time.monotonic()
    folder = (to or app.settings.data_dir / DEFAULT).resolve()
    _refuse_key_beside(app, folder)
    with said(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(folder):
            _require_room(app, folder)
            seal(app, wait=True)
            path, made = _make(app, folder)
            pruned, kept = _prune(folder, keep)
    _remember(app, made)
    return Made(
        path=path,
        manifest=made,
        pruned=pruned,
        kept=kept,
        bytes=sum(file.size for file in made.files) + sum(made.media.values()),
        seconds=round(time.monotonic() - started, 2),
    )


def complete(folder: Path) -> list[Path]:
    """Return the backups in ``folder``, oldest first."""
    return sorted(
        path
        for path in folder.iterdir()
        if _NAME.fullmatch(path.name) and (path / manifest.NAME).is_file()
    )


@contextmanager
def said(path: Path) -> Iterator[None]:
    """Turn what a disk refuses into its sentence."""
    try:
        yield
    except OSError as error:
        raise _sentence(error.errno, path) from error
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
            raise _sentence(errno.ENOSPC, path) from error
        raise


def _sentence(number: int | None, path: Path) -> Unready:
    if number in _FULL:
        return Unready(texts.DISK_FULL.format(path=path))
    reason = cli_texts.OS_ERRORS.get(errno.errorcode.get(number or 0, ""), cli_texts.OS_ERROR)
    return Unready(texts.NOT_WRITABLE.format(path=path, error=reason))


def _refuse_key_beside(app: App, folder: Path) -> None:
    place = app.keyring.home or key_place(app.settings)
    for key in place.files():
        if key.resolve().is_relative_to(folder):
            raise Invalid(texts.KEY_INSIDE.format(key=key, path=folder), field="to")


def _require_room(app: App, folder: Path) -> None:
    needed, free = database.size(app.engine), shutil.disk_usage(folder).free
    if needed > free:
        raise Unready(
            texts.DISK_SHORT.format(path=folder, free=_megabytes(free), needed=_megabytes(needed))
        )


def _make(app: App, folder: Path) -> tuple[Path, Manifest]:
    """Write under a name that nobody takes for a backup, make it durable, then name it."""
    name = _free_name(folder, app.clock().strftime("pregonero-%Y%m%dT%H%M%SZ"))
    before = next(reversed(complete(folder)), None)
    partial = folder / f"{_PARTIAL}{name}"
    partial.mkdir(mode=0o700)
    try:
        made = _fill(app, partial, before)
        made.write(partial)
        (partial / manifest.NAME).chmod(0o600)
        _sync(partial)
        partial.rename(folder / name)
        _sync_folder(folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return folder / name, made


def _keys(app: App) -> tuple[str, ...]:
    """Return the keys that this backup will need: more than one in the middle of a rotation."""
    with app.read() as session:
        return tuple(sorted({app.keyring.primary.key_id, *sealed_by(session)}))


def _fill(app: App, partial: Path, before: Path | None) -> Manifest:
    at, schema, keys = app.clock(), _schema(app), _keys(app)

    def look(connection: Connection) -> tuple[Facts, dict[str, int]]:
        return database.gather(connection, app.keyring), files.named(connection)

    found, wanted = database.dump(app.engine, partial, look)
    kept = files.keep(app, wanted, partial, before=before)
    rows = sorted(
        path
        for path in partial.rglob("*")
        if path.is_file() and path.relative_to(partial).parts[0] != files.FOLDER
    )
    return Manifest(
        made_at=at.isoformat(timespec="seconds"),
        program=metadata.version("pregonero"),
        schema=schema,
        dialect=app.engine.dialect.name,
        mode=app.institution.mode,
        institution=app.institution.name,
        root_check=app.keyring.primary.root_check_value(),
        key_ids=keys,
        facts=found,
        files=tuple(
            File(
                name=path.relative_to(partial).as_posix(),
                size=path.stat().st_size,
                sha256=sha256_of(path),
            )
            for path in rows
        ),
        media=kept.sizes,
        media_copied=kept.copied,
        media_missing=kept.missing,
    ).signed(app.keyring)


def _schema(app: App) -> str:
    """Return the database's version; a newer one has columns that this program does not know."""
    found = migrations.current(app.engine) or ""
    if found > migrations.head():
        raise Unready(migration_texts.NEWER.format(found=found, known=migrations.head()))
    return found


def _prune(folder: Path, keep: int) -> tuple[int, int]:
    """Remove the oldest; the name goes first, so that half a backup never passes for one."""
    found = complete(folder)
    old = found[: max(0, len(found) - keep)]
    for path in old:
        gone = folder / f"{_PARTIAL}{secrets.token_hex(6)}"
        path.rename(gone)
        shutil.rmtree(gone)
    return len(old), len(found) - len(old)


def _remember(app: App, made: Manifest) -> None:
    """Leave the entry, and the fact that a health check reads."""
    now = app.clock()
    with app.write() as session:
        facts.write(session, LAST, made.made_at, at=now)
        detail = {"filas": made.rows, "imagenes": len(made.media), "esquema": made.schema}
        entry = app.entry(
            SYSTEM,
            "backup.make",
            "installation",
            1,
            after=made.mac,
            detail=json.dumps(detail),
        )
        app.note(session, entry)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; then what another run left half made is nobody's."""
    with (folder / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(texts.RUNNING.format(path=folder)) from None
        for path in folder.glob(f"{_PARTIAL}*"):
            shutil.rmtree(path, ignore_errors=True)
        yield


def _free_name(folder: Path, name: str) -> str:
    number, free = 2, name
    while (folder / free).exists():
        free, number = f"{name}-{number}", number + 1
    return free


def _sync(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        _sync_folder(path)
    _sync_folder(folder)


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _megabytes(n: int) -> str:
    return f"{n / 1e6:,.0f} MB"

"""The pictures of a backup: hard links or copies out of a folder; of a bucket, the list.

A picture's name is the SHA-256 of its bytes and nothing ever writes into one, so a hard link is as
good as a copy as long as the disk lives. On another disk the file is copied once, and linked from
the backup before in each later one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import fsspec
from sqlalchemy import Connection, text

from publisher.app import App
from publisher.errors import Invalid
from publisher.media import store
from publisher.media.places import Folder, Place, Trouble
from publisher.media.store import path_of
from publisher.texts import backup as texts
from publisher.texts import media as media_texts

FOLDER: Final = "media"
_BLOCK: Final = 1 << 20
_NAMED: Final = text(
    "SELECT sha256, size FROM media UNION SELECT sha256, size FROM rendition"
    " UNION SELECT poster, poster_size FROM media WHERE poster IS NOT NULL"
)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """``sizes`` by SHA-256 of what is in the backup or the bucket, and what was nowhere."""

    sizes: Mapping[str, int]
    copied: bool
    missing: tuple[str, ...]


def named(connection: Connection) -> dict[str, int]:
    """Return the pictures that the database mentions: SHA-256 → bytes."""
    return {row.sha256: int(row.size) for row in connection.execute(_NAMED)}


def keep(app: App, wanted: Mapping[str, int], folder: Path, *, before: Path | None) -> Kept:
    """Bring ``wanted`` out of the store into ``folder``, a backup in the making.

    ``before`` is the last backup beside it. Raises ``OSError`` where the disk refuses and
    ``StoreDown`` where the bucket does.
    """
    place = _place(app)
    if not isinstance(place, Folder):
        return _listed(place, wanted)
    root = Path(fsspec.core.url_to_fs(app.settings.media_store)[1])
    sizes, missing = {}, []
    for name, size in sorted(wanted.items()):
        target, original = _made(folder / FOLDER, name), root / path_of(name)
        earlier = [before / FOLDER / path_of(name)] if before else []
        linked = any(_link(source, target) for source in [*earlier, original])
        if linked or _copy(original, target, name):
            sizes[name] = size
        else:
            missing.append(name)
    return Kept(sizes=sizes, copied=True, missing=tuple(missing))


def put_back(folder: Path, names: Iterable[str], target: Path) -> int:
    """Bring a backup's pictures into the empty store ``target``, each one compared with its name.

    Raises ``Invalid`` if one is damaged or not there.
    """
    n = 0
    for name in names:
        source, place = folder / FOLDER / path_of(name), _made(target, name)
        if not source.is_file():
            raise Invalid(texts.FILE_MISSING.format(name=f"{FOLDER}/{name}"), field="from")
        if not _copy(source, place, name):
            raise Invalid(texts.FILE_DAMAGED.format(name=f"{FOLDER}/{name}"), field="from")
        n += 1
    return n


def absent(app: App, wanted: Mapping[str, int]) -> tuple[str, ...]:
    """Return what the store lacks of ``wanted``."""
    return _listed(_place(app), wanted).missing


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hex."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def _place(app: App) -> Place:
    try:
        return store.place(app)
    except Trouble as trouble:
        raise store.down(media_texts.STORE_UNREADABLE, trouble) from trouble


def _listed(place: Place, wanted: Mapping[str, int]) -> Kept:
    """Compare with one listing of the whole store: a question a file would take hours."""
    paths = {path_of(name): name for name in wanted}
    try:
        there = {paths[kept.path] for kept in place.listing() if kept.path in paths}
    except Trouble as trouble:
        raise store.down(media_texts.STORE_UNREADABLE, trouble) from trouble
    return Kept(
        sizes={name: size for name, size in wanted.items() if name in there},
        copied=False,
        missing=tuple(sorted(set(wanted) - there)),
    )


def _link(source: Path, target: Path) -> bool:
    """Link, unless the file is elsewhere or not there; then whoever asks copies."""
    with suppress(OSError):
        os.link(source, target)
        return True
    return False


def _copy(source: Path, target: Path, name: str) -> bool:
    """Copy and compare with the name; a wrong copy does not stay."""
    try:
        shutil.copyfile(source, target)
    except FileNotFoundError:
        return False
    if sha256_of(target) != name:
        target.unlink()
        return False
    target.chmod(0o600)
    return True


def _made(root: Path, name: str) -> Path:
    path = root / path_of(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path

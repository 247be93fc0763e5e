"""The key files of an installation: the one in force, its successor, its predecessor.

They lie side by side and are told apart by the end of their names, so that a process which runs
finds a successor by itself. ``succeed`` may be cut short anywhere: the file in force always exists.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from vault.errors import KeyFileUnusable, KeyProblem
from vault.keys import FileKeyProvider, Keyring

NEXT = ".nueva"
PREVIOUS = ".anterior-"


def open_ring(path: Path, *, may_create: bool) -> Keyring:
    """Return the ring of the key file at ``path``; the files beside it are read once needed.

    One that is no key counts as absent. Raises what ``FileKeyProvider.open_or_create`` raises.
    """
    primary = FileKeyProvider.open_or_create(path, may_create=may_create)
    return Keyring(primary, source=lambda: _keys(path))


def open_next(path: Path) -> FileKeyProvider:
    """Return the successor of the key at ``path``, made unless a rotation cut short left it."""
    following = named(path, NEXT)
    if following.exists():
        return FileKeyProvider.open(following)
    return FileKeyProvider.open(path).create_successor(following)


def has_next(path: Path) -> bool:
    """Tell whether a rotation was begun and not ended."""
    return named(path, NEXT).exists()


def succeed(path: Path) -> Path:
    """Let the successor take the name of the key in force; return where the old key is now.

    Old keys stay: backups made before open with nothing else.
    """
    old = named(path, PREVIOUS + FileKeyProvider.open(path).key_id)
    try:
        with suppress(FileExistsError):  # a rotation was cut short just here
            os.link(path, old)
        named(path, NEXT).replace(path)
    except OSError as error:
        raise KeyFileUnusable(path=path, cause=error.strerror or error) from None
    return old


def named(path: Path, end: str) -> Path:
    """Return the path beside ``path`` whose name ends with ``end``."""
    return path.with_name(path.name + end)


def _keys(path: Path) -> Iterator[FileKeyProvider]:
    for file in (path, named(path, NEXT), *sorted(path.parent.glob(f"{path.name}{PREVIOUS}*"))):
        with suppress(KeyProblem):
            yield FileKeyProvider.open(file)

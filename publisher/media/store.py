"""Files by the SHA-256 of their bytes, in a folder or in a bucket: what fsspec can reach.

A name says what must be in the file, so reading verifies it and writing twice is harmless. The
names given by people are never part of a path.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import fsspec
from fsspec.implementations.local import LocalFileSystem

from publisher.app import App
from publisher.errors import NotFound, Unready
from publisher.texts import media as texts

_NAME: Final = re.compile(r"[0-9a-f]{64}")


def digest(data: bytes) -> str:
    """Return the SHA-256 of ``data`` in hex: its name in the store."""
    return hashlib.sha256(data).hexdigest()


def is_name(value: str) -> bool:
    """Tell whether ``value`` can be a name in the store."""
    return _NAME.fullmatch(value) is not None


def read_bytes(app: App, sha256: str) -> bytes:
    """Return the bytes whose SHA-256 is ``sha256``.

    Raises ``NotFound`` if the store has no such file, ``Unready`` if it cannot be read or what it
    holds is something else: bytes that nobody approved never leave.
    """
    if not is_name(sha256):
        raise NotFound(texts.NO_SUCH_FILE)
    system, root = _system(app.settings.media_store)
    try:
        data: bytes = system.cat_file(_path(root, sha256))
    except FileNotFoundError:
        raise NotFound(texts.NO_SUCH_FILE) from None
    except OSError as error:
        raise Unready(texts.STORE_UNREADABLE) from error
    if digest(data) != sha256:
        raise Unready(texts.DAMAGED_FILE)
    return data


def write_all(app: App, files: Iterable[bytes]) -> None:
    """Keep every one of ``files``; on return they would survive a loss of power.

    Raises ``Unready`` if the store refuses.
    """
    system, root = _system(app.settings.media_store)
    try:
        for name, data in {digest(data): data for data in files}.items():
            path = _path(root, name)
            if isinstance(system, LocalFileSystem):
                _write_file(Path(path), data)
            elif not _holds(system, path, data):
                system.pipe_file(path, data)
    except OSError as error:
        raise Unready(texts.STORE_FAILED) from error


def write_whole(path: Path, data: bytes, *, durable: bool) -> None:
    """Give ``path`` these bytes whole or not at all; ``durable`` also waits for the disk."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
    if durable:
        for folder in (path.parent, path.parent.parent):
            _sync_folder(folder)


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_file(path: Path, data: bytes) -> None:
    """Write unless it is there already; a damaged file of that name is mended."""
    with suppress(FileNotFoundError):
        if path.read_bytes() == data:
            return
    write_whole(path, data, durable=True)


def _holds(system: Any, path: str, data: bytes) -> bool:
    try:
        return bool(system.cat_file(path) == data)
    except FileNotFoundError:
        return False


@lru_cache(maxsize=8)
def _system(url: str) -> tuple[Any, str]:
    system, root = fsspec.core.url_to_fs(url)
    return system, root.rstrip("/")


def _path(root: str, sha256: str) -> str:
    return f"{root}/{sha256[:2]}/{sha256}"

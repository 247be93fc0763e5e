"""Files of mode 0400 (a systemd credential is one), side by side, told apart by their ends."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vault import texts
from vault.errors import KeyDamaged, KeyFileExposed, KeyFileUnusable
from vault.providers import form
from vault.providers.shelf import NEXT

CREDENTIALS = "/run/credentials"


class FileShelf:
    """The key in force in the file at ``path``, the others beside it."""

    at_hand = True
    every = 0.25

    def __init__(self, path: Path, *, words: str = texts.PLACE_FILE) -> None:
        self.path = path
        self.place = words.format(path=path)
        self._watched = os.fspath(path), os.fspath(self.named(NEXT))

    def where(self, slot: str) -> str:
        """Return the file's path."""
        return str(self.named(slot))

    def named(self, slot: str) -> Path:
        """Return the file of ``slot``."""
        return self.path.with_name(self.path.name + slot)

    def get(self, slot: str) -> bytes | None:
        """Read the file of ``slot``; refuses one that others can read or do own."""
        return read_private(self.named(slot))

    def put(self, slot: str, body: bytes) -> bool:
        """Write whole and durable, then give it its name: nobody ever reads half a key."""
        path = self.named(slot)
        try:
            with _draft(path, body) as draft:
                os.link(draft, path)
        except FileExistsError:
            return False
        except OSError as error:
            raise _unusable(path, error) from None
        return True

    def replace(self, slot: str, body: bytes) -> None:
        """Write whole and durable, then let it take the name."""
        path = self.named(slot)
        try:
            with _draft(path, body) as draft:
                draft.replace(path)
        except OSError as error:
            raise _unusable(path, error) from None

    def remove(self, slot: str) -> None:
        """Remove the file of ``slot``."""
        path = self.named(slot)
        try:
            path.unlink(missing_ok=True)
            _sync(path.parent)
        except OSError as error:
            raise _unusable(path, error) from None

    def mark(self) -> object:
        """Return what tells the two files from others of the same name."""
        now, following = self._watched
        return _mark(now), _mark(following)


def read_private(path: Path) -> bytes | None:
    """Return what a file of one key or passphrase holds, or None where there is no file.

    Raises ``KeyFileExposed``, ``KeyDamaged`` (no plain file, or too long) or ``KeyFileUnusable``.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            facts = os.fstat(file.fileno())
            if not stat.S_ISREG(facts.st_mode):
                raise KeyDamaged(place=path)
            if _is_exposed(path, facts):
                raise KeyFileExposed(path=path, mode=f"{facts.st_mode & 0o777:o}")
            body = file.read(form.MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unusable(path, error) from None
    if len(body) > form.MAX_BYTES:
        raise KeyDamaged(place=path)
    return body


@contextmanager
def _draft(path: Path, body: bytes) -> Iterator[Path]:
    """Yield a file with ``body`` that nobody looks for, then make its new name durable."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o400)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        yield draft
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _mark(path: str) -> object:
    try:
        facts = os.stat(path)  # noqa: PTH116 - the cheap way: this is looked at again and again
    except OSError:
        return None
    return facts.st_ino, facts.st_mtime_ns


def _is_exposed(path: Path, facts: os.stat_result) -> bool:
    """Tell whether others than root and this process's user may read the file.

    Where systemd gives a credential by an access list, the file is root's, and its group shows the
    list's mask (systemd.exec, ``LoadCredential=``).
    """
    given = path.is_relative_to(CREDENTIALS) and facts.st_uid == facts.st_gid == 0
    others = facts.st_mode & (0o037 if given else 0o077)
    return bool(others) or facts.st_uid not in {0, os.geteuid()}


def _unusable(path: Path, error: OSError) -> KeyFileUnusable:
    return KeyFileUnusable(path=path, cause=error.strerror or error)

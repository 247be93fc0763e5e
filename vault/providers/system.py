"""The keyring of the operating system (Secret Service, KWallet, Keychain, Credential Locker).

It answers over a bus and may be locked, so it is read outside transactions only, and looked at
again every few seconds.
"""

from __future__ import annotations

import fcntl
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from vault import texts
from vault.errors import KeyDamaged, KeyFileUnusable, KeyRingSilent

EVERY = 5.0
_LOCK = ".llavero.lock"


class KeyringShelf:
    """The key in force under ``service`` and ``name``, the others under longer names.

    A keyring has no exclusive write: a lock in ``folder`` (of the data) stands for it, so that two
    first starts agree on one key.
    """

    at_hand = False
    every = EVERY
    path: Path | None = None

    def __init__(self, service: str, name: str, folder: Path) -> None:
        self._service = service
        self._name = name
        self._folder = folder
        self.place = texts.PLACE_KEYRING.format(service=service, name=name)

    def where(self, slot: str) -> str:
        """Return service and name."""
        return f"{self._service}/{self._name}{slot}"

    def get(self, slot: str) -> bytes | None:
        """Ask the keyring."""
        with _answered() as keyring:
            value = keyring.get_password(self._service, self._name + slot)
        if not value:
            return None
        try:
            return b64decode(value, validate=True)
        except ValueError:
            raise KeyDamaged(place=self.where(slot)) from None

    def put(self, slot: str, body: bytes) -> bool:
        """Store unless there is something."""
        with self._alone():
            if self.get(slot) is not None:
                return False
            self.replace(slot, body)
        return True

    def replace(self, slot: str, body: bytes) -> None:
        """Store, and read back: a keyring that forgets at once is none."""
        with _answered() as keyring:
            keyring.set_password(self._service, self._name + slot, b64encode(body).decode())
        if self.get(slot) != body:
            raise KeyRingSilent(cause=self.where(slot))

    def remove(self, slot: str) -> None:
        """Remove what is there."""
        if self.get(slot) is not None:
            with _answered() as keyring:
                keyring.delete_password(self._service, self._name + slot)

    def mark(self) -> object:
        """Return what is never the same: the keyring tells nobody of a change."""
        return object()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        path = self._folder / _LOCK
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = path.open("w")
        except OSError as error:
            raise KeyFileUnusable(path=path, cause=error.strerror or error) from None
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@contextmanager
def _answered() -> Iterator[ModuleType]:
    import keyring
    from keyring.errors import KeyringError

    try:
        yield keyring
    except (KeyringError, RuntimeError, OSError) as error:
        raise KeyRingSilent(cause=type(error).__name__) from None

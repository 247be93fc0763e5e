"""Key-encryption keys: who holds them, how they are read, and the check before anything is touched.

A provider holds two independent 32-byte values: the KEK, which wraps data keys and is replaced by
rotation, and the *root*, from which every other key of the house is derived by purpose (audit MAC,
checkpoint signature, digests, sessions). A successor inherits the root, so that the audit stays
verifiable after the old KEK is destroyed. One value never serves two purposes.
"""

from __future__ import annotations

import binascii
import hmac
import json
import os
import secrets
import stat
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NoReturn, Protocol, Self

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from vault import primitives
from vault.audit_tables import AuditEntry
from vault.db import Db, connection, is_postgres
from vault.envelope import Wrapper
from vault.errors import (
    KeyFileDamaged,
    KeyFileExposed,
    KeyFileMissing,
    KeyFileUnusable,
    KeyNotRegistered,
    KeyOfOtherRoot,
    KeyRegistryEmpty,
    KeyUnavailable,
    WrongKey,
)
from vault.tables import VaultKey, VaultSecretVersion

FILE_FORMAT = "pregonero-kek-v1"
CREDENTIALS = "/run/credentials"
_MAX_FILE = 4096


class KeyProvider(Wrapper, Protocol):
    """One KEK and the root that it shares with its predecessors and successors."""

    def subkey(self, purpose: str) -> bytes:
        """Derive the 32-byte key for ``purpose`` from the root."""
        ...

    def key_check_value(self) -> str:
        """Return 16 hex digits that recognise the KEK and reveal nothing of it."""
        ...

    def root_check_value(self) -> str:
        """Return 16 hex digits that recognise the root."""
        ...


class FileKeyProvider:
    """A KEK in a file of mode 0400 (a systemd credential is one), read once."""

    def __init__(self, kek: bytes, root: bytes) -> None:
        self._wrap_key = primitives.hkdf(kek, b"wrap")
        self._kek = kek
        self._root = root
        self._key_id = "kek-" + primitives.hkdf(kek, b"id")[:6].hex()

    @classmethod
    def open_or_create(cls, path: Path, *, may_create: bool) -> Self:
        """Read the key at ``path``; create it if it is absent and ``may_create``.

        ``may_create`` must be false when the database already holds sealed secrets: a new key could
        open none. Raises a ``KeyProblem`` with a sentence for the person who administers.
        """
        if not path.exists():
            if not may_create:
                raise KeyFileMissing(path=path)
            root = secrets.token_bytes(primitives.KEY_BYTES)
            with suppress(FileExistsError):  # another process was first: its key is the key
                _write_new(path, secrets.token_bytes(primitives.KEY_BYTES), root)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read the key at ``path``; refuses a file that others can read or do own."""
        kek, root = _read(path)
        return cls(kek, root)

    def create_successor(self, path: Path) -> Self:
        """Write a new KEK with the same root to ``path``, which must not exist, and return it."""
        try:
            _write_new(path, secrets.token_bytes(primitives.KEY_BYTES), self._root)
        except FileExistsError as error:
            raise KeyFileUnusable(path=path, cause=error.strerror) from None
        return self.open(path)

    @property
    def key_id(self) -> str:
        """Name the KEK; derived from it, so a damaged file cannot pass for another."""
        return self._key_id

    def wrap(self, dek: bytes, aad: bytes) -> bytes:
        """Return nonce, ciphertext and tag."""
        nonce = secrets.token_bytes(primitives.NONCE_BYTES)
        return nonce + primitives.encrypt(self._wrap_key, nonce, dek, aad)

    def unwrap(self, wrapped: bytes, aad: bytes) -> bytes:
        """Return the DEK, or raise ``Tampered``."""
        nonce = wrapped[: primitives.NONCE_BYTES].ljust(primitives.NONCE_BYTES, b"\0")
        return primitives.decrypt(self._wrap_key, nonce, wrapped[primitives.NONCE_BYTES :], aad)

    def subkey(self, purpose: str) -> bytes:
        """Derive the key for ``purpose`` from the root."""
        return primitives.hkdf(self._root, b"pregonero/" + purpose.encode())

    def key_check_value(self) -> str:
        """Return the KEK's check value."""
        return primitives.hkdf(self._kek, b"kcv/" + self._key_id.encode())[:8].hex()

    def root_check_value(self) -> str:
        """Return the root's check value."""
        return primitives.hkdf(self._root, b"kcv")[:8].hex()

    def __repr__(self) -> str:
        return f"FileKeyProvider({self._key_id})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key provider is never pickled")


class Keyring:
    """Reads with any of its keys, writes with the primary.

    ``tenant`` names the installation and is bound to what is sealed. ``source`` looks for keys
    that came after: a rotation elsewhere must not stop a process that runs.
    """

    def __init__(
        self,
        primary: KeyProvider,
        *others: KeyProvider,
        tenant: str = "pregonero",
        source: Callable[[], Iterable[KeyProvider]] = tuple,
    ) -> None:
        self.primary = primary
        self.tenant = tenant
        self._by_id = {provider.key_id: provider for provider in (*others, primary)}
        self._source = source

    @property
    def providers(self) -> tuple[KeyProvider, ...]:
        """Every key that this ring can read with."""
        return tuple(self._by_id.values())

    def provider(self, key_id: str) -> KeyProvider:
        """Return the key ``key_id``, looking for new ones once, or raise ``KeyUnavailable``."""
        found = self._by_id.get(key_id)
        if found is None:
            found = next((one for one in self._source() if one.key_id == key_id), None)
            if found is None:
                raise KeyUnavailable(key_id=key_id)
            self._by_id = {**self._by_id, key_id: found}
        return found

    def holds(self, key_id: str) -> bool:
        """Tell whether the key ``key_id`` is at hand."""
        with suppress(KeyUnavailable):
            self.provider(key_id)
            return True
        return False

    def adopt(self, provider: KeyProvider) -> None:
        """Write with ``provider`` from now on, and go on reading with all others."""
        self._by_id = {**self._by_id, provider.key_id: provider}
        self.primary = provider

    def subkey(self, purpose: str) -> bytes:
        """Derive the 32-byte key for ``purpose``; the same before and after a rotation."""
        return self.primary.subkey(purpose)


def is_registered(db: Db, keyring: Keyring) -> bool:
    """Tell whether every key of the ring is known: then ``check_or_register`` writes nothing."""
    known = set(connection(db).scalars(select(_KEY.c.key_id)))
    return all(provider.key_id in known for provider in keyring.providers)


def check_or_register(db: Db, keyring: Keyring, now: datetime) -> None:
    """Prove that this keyring belongs to this database; on an empty one, register its keys.

    Runs first at every start, in a transaction of the caller, which must be one that writes unless
    ``is_registered``; reads no secret. Raises
    ``WrongKey`` (or ``KeyUnavailable`` for a sealed secret whose key is absent) before any row is
    touched.
    """
    conn = connection(db)
    known = {row.key_id: row for row in conn.execute(select(_KEY))}
    for provider in keyring.providers:
        row = known.get(provider.key_id)
        if row is not None and not (
            hmac.compare_digest(row.kcv, provider.key_check_value())
            and hmac.compare_digest(row.root_kcv, provider.root_check_value())
        ):
            raise WrongKey(key_id=provider.key_id)
    if not known:
        if _has_content(db):
            raise KeyRegistryEmpty
    elif not any(provider.key_id in known for provider in keyring.providers):
        raise KeyNotRegistered(key_id=keyring.primary.key_id, known=", ".join(sorted(known)))
    roots = {row.root_kcv for row in known.values()} or {keyring.primary.root_check_value()}
    for provider in keyring.providers:
        if provider.root_check_value() not in roots:
            raise KeyOfOtherRoot(key_id=provider.key_id)
    needed = select(_VERSION.c.key_id).where(_VERSION.c.erased_at.is_(None)).distinct()
    for key_id in conn.scalars(needed):
        keyring.provider(key_id)
    new = [provider for provider in keyring.providers if provider.key_id not in known]
    if new:
        insert = postgresql.insert if is_postgres(conn) else sqlite.insert
        rows = [
            {
                "key_id": provider.key_id,
                "kcv": provider.key_check_value(),
                "root_kcv": provider.root_check_value(),
                "state": "active",
                "created_at": now,
            }
            for provider in new
        ]
        conn.execute(insert(_KEY).values(rows).on_conflict_do_nothing())


def in_force(db: Db, keyring: Keyring) -> KeyProvider:
    """Return the key that seals now: the newest one that the registry does not call retired.

    Its row stays locked until the transaction ends, so that nothing is sealed with a key that is
    being retired. Raises ``KeyUnavailable`` where its file has not arrived.
    """
    active = select(_KEY.c.key_id, _KEY.c.created_at).where(_KEY.c.state == "active")
    rows = connection(db).execute(active.order_by(_KEY.c.key_id).with_for_update(read=True)).all()
    newest = max((row.created_at for row in rows), default=None)
    ids = [row.key_id for row in rows if row.created_at == newest]
    if ids and keyring.primary.key_id not in ids:
        keyring.primary = keyring.provider(ids[0])
    return keyring.primary


def has_secrets(db: Db) -> bool:
    """Say whether anything is sealed here: then a missing key file must not be created anew."""
    conn = connection(db)
    return conn.execute(select(_VERSION.c.version).limit(1)).first() is not None


def _has_content(db: Db) -> bool:
    entry = connection(db).execute(select(AuditEntry.__table__.c.id).limit(1)).first()  # type: ignore[attr-defined]
    return entry is not None or has_secrets(db)


def _write_new(path: Path, kek: bytes, root: bytes) -> None:
    """Write whole and durable, then give it its name: nobody ever reads half a key."""
    body = json.dumps(
        {
            "format": FILE_FORMAT,
            "key_id": FileKeyProvider(kek, root).key_id,
            "kek": b64encode(kek).decode(),
            "root": b64encode(root).decode(),
        }
    )
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o400)
        try:
            with os.fdopen(handle, "w") as file:
                file.write(body + "\n")
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)
        finally:
            draft.unlink()
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except FileExistsError:
        raise
    except OSError as error:
        raise KeyFileUnusable(path=path, cause=error.strerror or error) from None


def _is_exposed(path: Path, facts: os.stat_result) -> bool:
    """Tell whether others than root and this process's user may read the file.

    Where systemd gives a credential by an access list, the file is root's, and its group shows the
    list's mask (systemd.exec, ``LoadCredential=``).
    """
    given = path.is_relative_to(CREDENTIALS) and facts.st_uid == facts.st_gid == 0
    others = facts.st_mode & (0o037 if given else 0o077)
    return bool(others) or facts.st_uid not in {0, os.geteuid()}


def _read(path: Path) -> tuple[bytes, bytes]:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            facts = os.fstat(file.fileno())
            if not stat.S_ISREG(facts.st_mode):
                raise KeyFileDamaged(path=path)
            if _is_exposed(path, facts):
                raise KeyFileExposed(path=path, mode=f"{facts.st_mode & 0o777:o}")
            body = file.read(_MAX_FILE)
    except OSError as error:
        raise KeyFileUnusable(path=path, cause=error.strerror or error) from None
    try:
        raw = json.loads(body)
        kek = b64decode(raw["kek"], validate=True)
        root = b64decode(raw["root"], validate=True)
        whole = raw["format"] == FILE_FORMAT and len(kek) == len(root) == primitives.KEY_BYTES
        if not whole or FileKeyProvider(kek, root).key_id != raw["key_id"]:
            raise KeyFileDamaged(path=path)
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise KeyFileDamaged(path=path) from None
    return kek, root


_KEY = VaultKey.__table__  # type: ignore[attr-defined]
_VERSION = VaultSecretVersion.__table__  # type: ignore[attr-defined]

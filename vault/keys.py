"""The master key in memory, the ring of those that a process reads with, and their registry.

A master key is two independent 32-byte values: the KEK, which wraps data keys and is replaced by
rotation, and the *root*, from which every other key of the house is derived by purpose (audit MAC,
checkpoint signature, digests, sessions). A successor inherits the root, so that the audit stays
verifiable after the old KEK is destroyed. One value never serves two purposes.

Where the key rests (a file, a passphrase, the environment, the system's keyring, a KMS) is
``vault.providers``: whatever protects it there, wrapping and unwrapping happen here, in memory, so
that nothing which runs inside a transaction waits for anybody.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, NoReturn, Self

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from vault import primitives
from vault.audit_tables import AuditEntry
from vault.db import Db, connection, is_postgres
from vault.errors import (
    KeyNotRegistered,
    KeyOfOtherRoot,
    KeyRegistryEmpty,
    KeyUnavailable,
    WrongKey,
)
from vault.tables import VaultKey, VaultSecretVersion

if TYPE_CHECKING:
    from vault.providers import Provider


class MasterKey:
    """One KEK and the root that it shares with its predecessors and successors."""

    def __init__(self, kek: bytes, root: bytes) -> None:
        if len(kek) != primitives.KEY_BYTES or len(root) != primitives.KEY_BYTES:
            raise ValueError("a KEK and a root have 32 bytes each")
        self._wrapping = primitives.Cipher(primitives.hkdf(kek, b"wrap"))
        self._kek = kek
        self._root = root
        self._key_id = "kek-" + primitives.hkdf(kek, b"id")[:6].hex()

    @classmethod
    def new(cls) -> Self:
        """Return a key of a root of its own: the first one of a house."""
        size = primitives.KEY_BYTES
        return cls(secrets.token_bytes(size), secrets.token_bytes(size))

    def successor(self) -> MasterKey:
        """Return a new KEK with the same root."""
        return MasterKey(secrets.token_bytes(primitives.KEY_BYTES), self._root)

    @property
    def key_id(self) -> str:
        """Name the KEK; derived from it, so a damaged one cannot pass for another."""
        return self._key_id

    def wrap(self, dek: bytes, aad: bytes) -> bytes:
        """Return nonce, ciphertext and tag."""
        nonce = secrets.token_bytes(primitives.NONCE_BYTES)
        return nonce + self._wrapping.encrypt(nonce, dek, aad)

    def unwrap(self, wrapped: bytes, aad: bytes) -> bytes:
        """Return the DEK, or raise ``Tampered``."""
        nonce = wrapped[: primitives.NONCE_BYTES].ljust(primitives.NONCE_BYTES, b"\0")
        return self._wrapping.decrypt(nonce, wrapped[primitives.NONCE_BYTES :], aad)

    def subkey(self, purpose: str) -> bytes:
        """Derive the 32-byte key for ``purpose`` from the root."""
        return primitives.hkdf(self._root, b"pregonero/" + purpose.encode())

    def key_check_value(self) -> str:
        """Return 16 hex digits that recognise the KEK and reveal nothing of it."""
        return primitives.hkdf(self._kek, b"kcv/" + self._key_id.encode())[:8].hex()

    def root_check_value(self) -> str:
        """Return 16 hex digits that recognise the root."""
        return primitives.hkdf(self._root, b"kcv")[:8].hex()

    def reveal(self) -> tuple[bytes, bytes]:
        """Return KEK and root: only for whoever keeps them (a provider, the recovery kit)."""
        return self._kek, self._root

    def __repr__(self) -> str:
        return f"MasterKey({self._key_id})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a master key is never pickled")


class Keyring:
    """Reads with any of its keys, writes with the primary.

    ``tenant`` names the installation and is bound to what is sealed. A rotation elsewhere must not
    stop a process that runs: ``find`` looks for the key of an id among those at hand, at once and
    without a network, for it may be asked inside a transaction; ``refresh`` is called before one
    and takes what ``watch`` has heard of. ``home`` is where the primary rests, if that is known.
    """

    def __init__(
        self,
        primary: MasterKey,
        *others: MasterKey,
        tenant: str = "pregonero",
        find: Callable[[str], MasterKey | None] | None = None,
        watch: Callable[[], Iterable[MasterKey]] | None = None,
        home: Provider | None = None,
    ) -> None:
        self.primary = primary
        self.tenant = tenant
        self.home = home
        self._by_id = {key.key_id: key for key in (*others, primary)}
        self._heard: dict[str, MasterKey] = {}
        self._find = find
        self._watch = watch
        self._one = threading.Lock()
        self._news = threading.Lock()

    @property
    def providers(self) -> tuple[MasterKey, ...]:
        """Every key that this ring was given: those that it answers for at the registry."""
        return tuple(self._by_id.values())

    def provider(self, key_id: str) -> MasterKey:
        """Return the key ``key_id``, looking for it once, or raise ``KeyUnavailable``."""
        found = self._by_id.get(key_id) or self._heard.get(key_id)
        if found is None and self._find is not None:
            found = self._find(key_id)
        if found is None:
            raise KeyUnavailable(key_id=key_id)
        if key_id not in self._by_id:
            with self._one:
                self._by_id = {**self._by_id, key_id: found}
        return found

    def refresh(self) -> None:
        """Hear of keys that came after. Called before a transaction; news may reach a network."""
        if self._watch is None:
            return
        # whoever comes while another fetches a key waits: the next transaction may need it
        with self._news:
            for key in self._watch():
                self._heard[key.key_id] = key

    def holds(self, key_id: str) -> bool:
        """Tell whether the key ``key_id`` is at hand."""
        with suppress(KeyUnavailable):
            self.provider(key_id)
            return True
        return False

    def adopt(self, key: MasterKey) -> None:
        """Write with ``key`` from now on, and go on reading with all others."""
        with self._one:
            self._by_id = {**self._by_id, key.key_id: key}
        self.primary = key

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


def in_force(db: Db, keyring: Keyring) -> MasterKey:
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


_KEY = VaultKey.__table__  # type: ignore[attr-defined]
_VERSION = VaultSecretVersion.__table__  # type: ignore[attr-defined]

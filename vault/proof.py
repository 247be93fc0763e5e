"""Open every secret that is sealed, as a drill does: nothing is shown, only counted.

What ``verify`` proves of the audit, this proves of the secrets: each value opens with the keys at
hand and is the one whose keyed digest was stored with it. A drill reads for the machine and shows
nothing, so it leaves no entry of a disclosure.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from sqlalchemy import select

from vault import envelope, store
from vault.db import Db, connection
from vault.envelope import Place, Sealed
from vault.errors import VaultError
from vault.keys import Keyring
from vault.primitives import Mac
from vault.tables import VaultSecretVersion


@dataclass(frozen=True, kw_only=True)
class Proof:
    """``sealed`` versions there are, how many ``opened`` as what they were, which did not."""

    sealed: int
    opened: int
    failed: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether every single one opened."""
        return self.sealed == self.opened


def open_all(db: Db, keyring: Keyring) -> Proof:
    """Open every version that is not erased, old ones too."""
    sealed = opened = 0
    failed: list[str] = []
    for row in connection(db).execute(_SEALED):
        sealed += 1
        place = Place(
            tenant=keyring.tenant, account_id=row.account_id, field=row.field, version=row.version
        )
        try:
            found = Sealed.from_json(row.sealed)
            value = envelope.open_sealed(keyring.provider(found.kek_id), place, found)
        except VaultError:
            value = None
        if value is not None and hmac.compare_digest(
            row.digest, store.digest(keyring, row.account_id, row.field, value)
        ):
            opened += 1
        else:
            failed.append(f"{store.object_id(row.account_id, row.field)} v{row.version}")
    return Proof(sealed=sealed, opened=opened, failed=tuple(failed))


def fingerprint(db: Db, keyring: Keyring) -> str:
    """Return one keyed digest of every secret version, erased ones too, whatever key seals them."""
    mac = Mac(keyring.subkey("backup"))
    previous = ""
    for row in connection(db).execute(_ALL):
        line = f"{row.account_id}/{row.field}/{row.version}/{row.digest}/{row.erased_at is None}"
        previous = mac.hex(f"{len(previous)}:{previous}{line}".encode())
    return previous


_VERSION = VaultSecretVersion.__table__  # type: ignore[attr-defined]
_ALL = select(
    _VERSION.c.account_id,
    _VERSION.c.field,
    _VERSION.c.version,
    _VERSION.c.digest,
    _VERSION.c.erased_at,
).order_by(_VERSION.c.account_id, _VERSION.c.field, _VERSION.c.version)
_SEALED = (
    select(_VERSION)
    .where(_VERSION.c.erased_at.is_(None))
    .order_by(_VERSION.c.account_id, _VERSION.c.field, _VERSION.c.version)
)

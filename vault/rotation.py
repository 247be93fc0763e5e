"""What keeps sealed secrets current: another key for all of them, and an end for the old ones."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, exists, func, select, update

from vault import envelope
from vault.audit import By, Trail
from vault.db import Db, connection
from vault.envelope import Place, Sealed
from vault.errors import KeyInUse
from vault.keys import Keyring
from vault.tables import VaultKey, VaultSecretVersion

REWRAP = "vault.key.rewrap"
ERASE = "vault.secret.erase"


def rewrap(
    db: Db, keyring: Keyring, *, by: By, now: datetime, trail: Trail, batch: int = 100
) -> int:
    """Wrap up to ``batch`` secrets of older keys under the primary; return how many, 0 when done.

    No value is opened. Each row changes only if it still is what was read (compare and swap), so
    batches may be interrupted, repeated and run beside ``put``; until the last one both keys read.
    """
    conn = connection(db)
    new = keyring.primary
    old_rows = conn.execute(
        select(_VERSION)
        .where(_VERSION.c.key_id != new.key_id, _VERSION.c.erased_at.is_(None))
        .order_by(_VERSION.c.account_id, _VERSION.c.field, _VERSION.c.version)
        .limit(batch)
    ).all()
    swaps = []
    for row in old_rows:
        sealed = Sealed.from_json(row.sealed)
        place = Place(
            tenant=keyring.tenant,
            account_id=row.account_id,
            field=row.field,
            version=row.version,
        )
        fresh = envelope.rewrap(keyring.provider(sealed.kek_id), new, place, sealed)
        swaps.append(
            {
                "of_account": row.account_id,
                "of_field": row.field,
                "of_version": row.version,
                "as_read": row.sealed,
                "fresh": fresh.to_json(),
                "new_key": new.key_id,
            }
        )
    changed = conn.execute(_SWAP, swaps).rowcount if swaps else 0
    if changed:
        trail.write(
            db,
            by,
            at=now,
            action=REWRAP,
            object_type="key",
            object_id=new.key_id,
            detail=_facts(secrets=changed, from_keys=sorted({row.key_id for row in old_rows})),
        )
    return changed


def erase_old(db: Db, *, before: datetime, by: By, now: datetime, trail: Trail) -> int:
    """Erase what was superseded before ``before``, data key and value; return how many versions.

    The rows stay, with their digests. Backups made earlier still hold the sealed values.
    """
    conn = connection(db)
    done = conn.execute(
        update(_VERSION).where(_superseded(before)).values(sealed="", erased_at=now)
    ).rowcount
    if done:
        trail.write(
            db,
            by,
            at=now,
            action=ERASE,
            object_type="vault",
            object_id="",
            detail=_facts(versions=done),
        )
    return done


def count_old(db: Db, *, before: datetime) -> int:
    """Return how many versions ``erase_old`` would erase."""
    counted = select(func.count()).select_from(_VERSION).where(_superseded(before))
    return connection(db).execute(counted).scalar_one()


def _superseded(before: datetime) -> ColumnElement[bool]:
    later = _VERSION.alias("later")
    condition: ColumnElement[bool] = _VERSION.c.erased_at.is_(None) & exists().where(
        later.c.account_id == _VERSION.c.account_id,
        later.c.field == _VERSION.c.field,
        later.c.version == _VERSION.c.version + 1,
        later.c.created_at < before,
    )
    return condition


def retire(db: Db, key_id: str) -> None:
    """Mark ``key_id`` as retired once it seals nothing; else raise ``KeyInUse``."""
    conn = connection(db)
    # first: it waits for whoever is sealing with the key, and what they sealed is counted
    conn.execute(_KEY.update().where(_KEY.c.key_id == key_id).values(state="retired"))
    left = sealed_by(conn).get(key_id, 0)
    if left:
        raise KeyInUse(key_id=key_id, count=left)


def sealed_by(db: Db) -> dict[str, int]:
    """Return how many versions that are not erased each key seals."""
    found = connection(db).execute(
        select(_VERSION.c.key_id, func.count().label("secrets"))
        .where(_VERSION.c.erased_at.is_(None))
        .group_by(_VERSION.c.key_id)
    )
    return {row.key_id: row.secrets for row in found}


def _facts(**facts: object) -> str:
    return json.dumps(facts, separators=(",", ":"), sort_keys=True)


_KEY = VaultKey.__table__  # type: ignore[attr-defined]
_VERSION = VaultSecretVersion.__table__  # type: ignore[attr-defined]
_SWAP = (
    update(_VERSION)
    .where(
        _VERSION.c.account_id == bindparam("of_account"),
        _VERSION.c.field == bindparam("of_field"),
        _VERSION.c.version == bindparam("of_version"),
        _VERSION.c.sealed == bindparam("as_read"),
    )
    .values(sealed=bindparam("fresh"), key_id=bindparam("new_key"))
)

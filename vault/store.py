"""Secrets by account and field, in sealed versions. Whoever calls owns the transaction.

Every change and every reading by a person leaves its audit entry in that same transaction, with
keyed digests and never a value. A machine's use leaves none here: the attempt that used the secret
records version and key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Row, and_, select
from sqlalchemy.dialects import postgresql, sqlite

from vault import envelope
from vault.audit import By, Trail
from vault.db import Db, connection, is_postgres
from vault.envelope import Place, Sealed
from vault.errors import (
    FieldName,
    ReasonMissing,
    RolledBack,
    SecretEmpty,
    SecretMissing,
    SecretSame,
)
from vault.keys import Keyring, in_force
from vault.secret import Secret
from vault.tables import VaultSecret, VaultSecretVersion

PUT = "vault.secret.put"
ROTATE = "vault.secret.rotate"
REVEAL = "vault.secret.reveal"
OBJECT = "secret"
HELD = "login_"
"""What people hold (user name, password, recovery codes) begins so; no machine opens it."""
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True, kw_only=True)
class Used:
    """The current secrets of one account that a machine needs; ``fields`` never show.

    ``versions`` and ``key_ids`` are what the attempt records.
    """

    account_id: int
    fields: Mapping[str, Secret]
    versions: Mapping[str, int]
    key_ids: Mapping[str, str]


class _InForce(NamedTuple):
    account_id: int
    field: str
    version: int
    key_id: str
    sealed: str


def put(
    db: Db,
    keyring: Keyring,
    *,
    account_id: int,
    field: str,
    value: Secret,
    by: By,
    now: datetime,
    reason: str,
    trail: Trail,
    plantel_id: int | None = None,
) -> int:
    """Seal ``value`` as the next version of ``field`` and return its number.

    Raises ``SecretEmpty``, ``FieldName`` or ``ReasonMissing`` (back to the person), ``RolledBack``
    when the version counter was set back.
    """
    _check(field, value, reason)
    return _write(db, keyring, PUT, account_id, field, value, by, now, reason, trail, plantel_id)


def rotate(
    db: Db,
    keyring: Keyring,
    *,
    account_id: int,
    field: str,
    value: Secret,
    by: By,
    now: datetime,
    reason: str,
    trail: Trail,
    plantel_id: int | None = None,
) -> int:
    """Replace an existing secret by a different value and return the new version.

    Raises what ``put`` raises, ``SecretMissing`` when there is nothing to replace and
    ``SecretSame`` when the value is the one in force.
    """
    _check(field, value, reason)
    row = _current(db, account_id, field)
    if hmac.compare_digest(row.digest, digest(keyring, account_id, field, value)):
        raise SecretSame
    return _write(db, keyring, ROTATE, account_id, field, value, by, now, reason, trail, plantel_id)


def use(db: Db, keyring: Keyring, account_id: int) -> Used:
    """Open the current secrets of an account that a machine needs; empty if it has none.

    Leaves no audit entry: the attempt records versions and keys. Raises ``Tampered`` or
    ``KeyUnavailable``.
    """
    return use_many(db, keyring, (account_id,))[account_id]


def use_many(db: Db, keyring: Keyring, account_ids: Iterable[int]) -> dict[int, Used]:
    """Do as ``use`` does, for several accounts in one query; each asked one is answered."""
    wanted = sorted(set(account_ids))
    rows: dict[int, list[_InForce]] = {account_id: [] for account_id in wanted}
    conn = connection(db)
    asked = (json.dumps(wanted),)
    found: Iterable[Any]
    if is_postgres(conn):
        found = conn.exec_driver_sql(_PG_IN_FORCE, asked)
    else:
        found = orjson.loads(conn.exec_driver_sql(_SQLITE_IN_FORCE, asked).scalar_one())
    for row in map(_InForce._make, found):
        rows[row.account_id].append(row)
    return {
        account_id: Used(
            account_id=account_id,
            fields={row.field: _open(keyring, row) for row in mine},
            versions={row.field: row.version for row in mine},
            key_ids={row.field: row.key_id for row in mine},
        )
        for account_id, mine in rows.items()
    }


def reveal(
    db: Db,
    keyring: Keyring,
    *,
    account_id: int,
    field: str,
    by: By,
    reason: str,
    now: datetime,
    trail: Trail,
    plantel_id: int | None = None,
) -> Secret:
    """Return the current value for a person; its audit entry is written first.

    The caller shows it only after this transaction committed and a following ``audit.seal(...,
    wait=True)`` committed too: a reading that the chain does not hold never reaches a screen.
    """
    if not reason.strip():
        raise ReasonMissing
    row = _current(db, account_id, field)
    trail.write(
        db,
        by,
        at=now,
        action=REVEAL,
        object_type=OBJECT,
        object_id=object_id(account_id, field),
        plantel_id=plantel_id,
        reason=reason,
        after_digest=row.digest,
        detail=_detail(version=row.version, key_id=row.key_id),
    )
    return _open(keyring, row)


def object_id(account_id: int, field: str) -> str:
    """Return how audit entries name a secret."""
    return f"{account_id}/{field}"


def digest(keyring: Keyring, account_id: int, field: str, value: Secret) -> str:
    """Return the keyed digest of a value: equal values of two accounts have different ones."""
    place = json.dumps([keyring.tenant, account_id, field], separators=(",", ":"))
    message = place.encode() + b"\0" + value.reveal().encode()
    return hmac.digest(keyring.subkey("digest"), message, hashlib.sha256).hex()


def is_field(name: str) -> bool:
    """Tell whether ``name`` may name a secret."""
    return _FIELD.fullmatch(name) is not None


def _check(field: str, value: Secret, reason: str) -> None:
    if not is_field(field):
        raise FieldName(field=field)
    if not value.reveal().strip():
        raise SecretEmpty
    if not reason.strip():
        raise ReasonMissing


def _write(
    db: Db,
    keyring: Keyring,
    action: str,
    account_id: int,
    field: str,
    value: Secret,
    by: By,
    now: datetime,
    reason: str,
    trail: Trail,
    plantel_id: int | None,
) -> int:
    conn = connection(db)
    key = in_force(conn, keyring)
    insert = postgresql.insert if is_postgres(conn) else sqlite.insert
    version = conn.execute(
        insert(_SECRET)
        .values(
            account_id=account_id, field=field, current_version=1, created_at=now, updated_at=now
        )
        .on_conflict_do_update(
            index_elements=["account_id", "field"],
            set_={"current_version": _SECRET.c.current_version + 1, "updated_at": now},
        )
        .returning(_SECRET.c.current_version)
    ).scalar_one()
    earlier = conn.execute(
        select(_VERSION.c.version, _VERSION.c.digest)
        .where(_VERSION.c.account_id == account_id, _VERSION.c.field == field)
        .order_by(_VERSION.c.version.desc())
        .limit(1)
    ).first()
    if (earlier.version if earlier else 0) != version - 1:
        raise RolledBack(field=field, account_id=account_id)
    place = Place(tenant=keyring.tenant, account_id=account_id, field=field, version=version)
    after = digest(keyring, account_id, field, value)
    conn.execute(
        _VERSION.insert().values(
            account_id=account_id,
            field=field,
            version=version,
            key_id=key.key_id,
            sealed=envelope.seal(key, place, value).to_json(),
            digest=after,
            created_at=now,
        )
    )
    trail.write(
        db,
        by,
        at=now,
        action=action,
        object_type=OBJECT,
        object_id=object_id(account_id, field),
        plantel_id=plantel_id,
        reason=reason,
        before_digest=earlier.digest if earlier else "",
        after_digest=after,
        detail=_detail(version=version, key_id=key.key_id),
    )
    return int(version)


def _current(db: Db, account_id: int, field: str) -> Row[Any]:
    row = (
        connection(db)
        .execute(_CURRENT.where(_SECRET.c.account_id == account_id, _SECRET.c.field == field))
        .first()
    )
    if row is None:
        raise SecretMissing(field=field)
    return row


def _open(keyring: Keyring, row: Row[Any] | _InForce) -> Secret:
    sealed = Sealed.from_json(row.sealed)
    return envelope.open_sealed(keyring.provider(sealed.kek_id), _place(keyring, row), sealed)


def _place(keyring: Keyring, row: Row[Any] | _InForce) -> Place:
    return Place(
        tenant=keyring.tenant, account_id=row.account_id, field=row.field, version=row.version
    )


def _detail(**facts: object) -> str:
    return json.dumps(facts, separators=(",", ":"), sort_keys=True)


_SECRET = VaultSecret.__table__  # type: ignore[attr-defined]
_VERSION = VaultSecretVersion.__table__  # type: ignore[attr-defined]
_CURRENT = select(_VERSION).join(
    _SECRET,
    and_(
        _SECRET.c.account_id == _VERSION.c.account_id,
        _SECRET.c.field == _VERSION.c.field,
        _SECRET.c.current_version == _VERSION.c.version,
    ),
)
# Straight to the driver, and only what opening needs: each turn of the delivery asks for many.
# SQLite gives the interpreter lock away at each row; as one JSON value they cost it once.
_IN_FORCE = (
    "SELECT {row} FROM {wanted} "
    "JOIN vault_secret AS s ON s.account_id = {account_id} "
    "JOIN vault_secret_version AS v ON v.account_id = s.account_id AND v.field = s.field "
    "AND v.version = s.current_version AND substr(v.field, 1, {begin}) <> '{held}'"
)
_ROW = "v.account_id, v.field, v.version, v.key_id, v.sealed"
_FOR_PEOPLE = {"held": HELD, "begin": len(HELD)}
_SQLITE_IN_FORCE = _IN_FORCE.format(
    row=f"json_group_array(json_array({_ROW}))",
    wanted="json_each(?) AS w",
    account_id="w.value",
    **_FOR_PEOPLE,
)
_PG_IN_FORCE = _IN_FORCE.format(
    row=_ROW,
    wanted="json_array_elements_text(CAST(%s AS json)) AS w(id)",
    account_id="CAST(w.id AS integer)",
    **_FOR_PEOPLE,
)

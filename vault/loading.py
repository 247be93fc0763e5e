"""The first values of many accounts at once: what ``store.put`` does one by one.

For an installation that is filled from paper or as a demonstration: three statements whatever the
number of values. What an account has already is never touched: a change goes through ``store``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from vault import envelope, store
from vault.audit import AuditKey, By, Entry, append
from vault.db import Db, connection
from vault.envelope import Place
from vault.errors import FieldName, ReasonMissing, SecretEmpty
from vault.keys import Keyring, in_force
from vault.secret import Secret
from vault.tables import VaultSecret, VaultSecretVersion

_SECRET = VaultSecret.__table__  # type: ignore[attr-defined]
_VERSION = VaultSecretVersion.__table__  # type: ignore[attr-defined]


def put_first(
    db: Db,
    keyring: Keyring,
    values: Mapping[tuple[int, str], Secret],
    *,
    planteles: Mapping[int, int],
    by: By,
    now: datetime,
    reason: str,
    key: AuditKey,
    ids: Mapping[tuple[int, str], str],
) -> tuple[tuple[int, str], ...]:
    """Seal ``values``, by account and field, as the first version of each; return which were.

    A field that has a version already is left out. ``planteles`` maps accounts to theirs, for the
    entries, whose fresh ids ``ids`` gives. Raises ``SecretEmpty``, ``FieldName``,
    ``ReasonMissing`` before anything is written.
    """
    if not reason.strip():
        raise ReasonMissing
    for (_, field), value in values.items():
        if not store.is_field(field):
            raise FieldName(field=field)
        if not value.reveal().strip():
            raise SecretEmpty
    conn = connection(db)
    known = {
        (row.account_id, row.field)
        for row in conn.execute(select(_SECRET.c.account_id, _SECRET.c.field))
    }
    fresh = {place: value for place, value in values.items() if place not in known}
    if not fresh:
        return ()
    provider = in_force(conn, keyring)
    digests = {
        (account_id, field): store.digest(keyring, account_id, field, value)
        for (account_id, field), value in fresh.items()
    }
    conn.execute(
        _SECRET.insert(),
        [
            {
                "account_id": account_id,
                "field": field,
                "current_version": 1,
                "created_at": now,
                "updated_at": now,
            }
            for account_id, field in fresh
        ],
    )
    conn.execute(
        _VERSION.insert(),
        [
            {
                "account_id": account_id,
                "field": field,
                "version": 1,
                "key_id": provider.key_id,
                "sealed": envelope.seal(
                    provider,
                    Place(tenant=keyring.tenant, account_id=account_id, field=field, version=1),
                    value,
                ).to_json(),
                "digest": digests[account_id, field],
                "created_at": now,
            }
            for (account_id, field), value in fresh.items()
        ],
    )
    detail = json.dumps({"key_id": provider.key_id, "version": 1}, separators=(",", ":"))
    append(
        db,
        key,
        [
            Entry(
                id=ids[place],
                at=now,
                actor_id=by.actor_id,
                actor=by.actor,
                role=by.role,
                session_ref=by.session_ref,
                action=store.PUT,
                object_type=store.OBJECT,
                object_id=store.object_id(*place),
                plantel_id=planteles.get(place[0]),
                reason=reason,
                after_digest=digests[place],
                detail=detail,
            )
            for place in fresh
        ],
    )
    return tuple(fresh)

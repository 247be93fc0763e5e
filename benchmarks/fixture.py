"""A house for measurements: N planteles with an account each, and approved posts, in bulk.

Everything that the engine checks is really there: approvals with the digest of the rows, sealed
credentials of X's four fields, a manual in force. The rows go in by INSERT in bulk, not by the
verbs, whose cost is another measurement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, text

from connectors.x_client import FIELDS
from publisher import institution, localtime, rulebook
from publisher.app import App
from publisher.delivery import wakeup
from publisher.editorial.snapshot import Snapshot, TargetRef
from publisher.models import (
    Account,
    Approval,
    Delivery,
    DeliveryPart,
    Person,
    Plantel,
    Post,
    Target,
    Variant,
)
from vault import store
from vault.envelope import Place, seal
from vault.secret import Secret
from vault.tables import VaultSecret, VaultSecretVersion

ZONE = "America/Monterrey"
FAR = timedelta(days=30)
LATE = timedelta(minutes=30)


def texts(n: int) -> list[str]:
    """Return ``n`` different texts of an ordinary length."""
    return [
        f"Aviso {number}: el taller de robótica abre su registro en la biblioteca del plantel, "
        "de lunes a viernes de 9:00 a 14:00 horas. Cupo limitado."
        for number in range(1, n + 1)
    ]


def build(app: App, address: str, *, posts: int, accounts: int, hot: int = 0) -> None:
    """Fill an empty database; every delivery is due a month from now.

    Post ``i`` goes to account ``i`` modulo ``accounts``, but the first ``hot`` posts all go to the
    first account.
    """
    now = datetime.now(UTC)
    institution.create_institution(
        app,
        name="Colegio de Mediciones",
        short_name="Mediciones",
        timezone=ZONE,
        mode="sandbox",
        addresses={"x": address},
    )
    with app.write() as session:
        rulebook.import_shipped(app, session)
        connection = session.connection()
        _house(connection, accounts, now)
        _secrets(app, connection, accounts, now)
        _posts(connection, [1 if i < hot else i % accounts + 1 for i in range(posts)], now)
        if connection.dialect.name == "postgresql":
            _advance_sequences(connection)


def set_due(app: App, due: datetime) -> None:
    """Let every delivery be due at ``due``, and tell the workers."""
    with app.write() as session:
        session.execute(
            text("UPDATE delivery SET due_at = :due, next_at = :due, not_after = :late"),
            {"due": _moment(app, due), "late": _moment(app, due + LATE)},
        )
        wakeup.announce(session)


def _moment(app: App, instant: datetime) -> Any:
    if app.engine.dialect.name == "sqlite":
        return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return instant


def _house(connection: Connection, accounts: int, now: datetime) -> None:
    numbers = range(1, accounts + 1)
    _add(connection, Person, [{"email": "directora@example.mx", "name": "Directora"}], now)
    _add(
        connection,
        Plantel,
        [
            {
                "id": number,
                "code": f"M{number:06d}",
                "name": f"Plantel {number}",
                "kind": "CECyTE",
                "municipality": "Saltillo",
                "cve_inegi": "05030",
                "region": "Mediciones",
                "timezone": ZONE,
            }
            for number in numbers
        ],
        now,
    )
    _add(
        connection,
        Account,
        [
            {
                "id": number,
                "plantel_id": number,
                "network": "x",
                "connector": "x",
                "handle": f"plantel_{number}",
                "external_id": str(900_000_000 + number),
            }
            for number in numbers
        ],
        now,
    )


def _secrets(app: App, connection: Connection, accounts: int, now: datetime) -> None:
    keyring = app.keyring
    heads: list[dict[str, Any]] = []
    versions: list[dict[str, Any]] = []
    for account_id in range(1, accounts + 1):
        for field in FIELDS:
            value = Secret(f"medicion-{account_id}-{field}-{'0' * 24}")
            place = Place(tenant=keyring.tenant, account_id=account_id, field=field, version=1)
            heads.append({"account_id": account_id, "field": field, "current_version": 1})
            versions.append(
                {
                    "account_id": account_id,
                    "field": field,
                    "version": 1,
                    "key_id": keyring.primary.key_id,
                    "sealed": seal(keyring.primary, place, value).to_json(),
                    "digest": store.digest(keyring, account_id, field, value),
                }
            )
    _add(connection, VaultSecret, heads, now)
    _add(connection, VaultSecretVersion, versions, now)


def _posts(connection: Connection, targets: Sequence[int], now: datetime) -> None:
    wall, far = localtime.wall_of(now + FAR, ZONE), now + FAR
    rows: dict[Any, list[dict[str, Any]]] = {
        model: [] for model in (Post, Variant, Target, Approval, Delivery, DeliveryPart)
    }
    for number, (body, account) in enumerate(
        zip(texts(len(targets)), targets, strict=True), start=1
    ):
        content = Snapshot(
            post_id=number,
            revision=1,
            texts={"base": body},
            media={},
            targets=(
                TargetRef(account_id=account, network="x", external_id=str(900_000_000 + account)),
            ),
        )
        of_post = {"post_id": number, "revision": 1}
        when = {"local_at": wall, "timezone": ZONE}
        rows[Post].append(
            {
                "id": number,
                "plantel_id": account,
                "author_id": 1,
                "last_editor_id": 1,
                "state": "approved",
                "digest": content.digest,
                **when,
            }
        )
        rows[Variant].append({**of_post, "network": "base", "text": body})
        rows[Target].append({**of_post, "account_id": account})
        rows[Approval].append(
            {
                **of_post,
                "digest": content.digest,
                "snapshot": content.canonical(),
                "approver_id": 1,
                "time_mode": "local",
                "tolerance_min": 60,
                **when,
            }
        )
        rows[Delivery].append(
            {
                **of_post,
                "id": number,
                "account_id": account,
                "network": "x",
                "due_at": far,
                "next_at": far,
                "not_after": far + LATE,
                **when,
            }
        )
        rows[DeliveryPart].append({"delivery_id": number, "position": 0})
    for model, values in rows.items():
        _add(connection, model, values, now)


def _add(
    connection: Connection, model: Any, values: Sequence[Mapping[str, Any]], now: datetime
) -> None:
    """Insert rows; what a model dates by itself is dated ``now``."""
    dated = {
        name: now
        for name in ("created_at", "updated_at", "at")
        if name in model.__table__.c and not model.__table__.c[name].nullable
    }
    connection.execute(insert(model.__table__), [{**dated, **row} for row in values])


def _advance_sequences(connection: Connection) -> None:
    for table in ("person", "plantel", "account", "post", "delivery"):
        connection.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'),"
                f" (SELECT max(id) FROM {table}))"
            )
        )

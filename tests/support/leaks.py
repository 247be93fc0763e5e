"""Secrets searched for where none may be: in files, in rows, in what processes said."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import inspect, select

from publisher.app import App
from vault import envelope
from vault.custody import MAIL, USER
from vault.envelope import Place, Sealed
from vault.tables import VaultSecretVersion


def files(folder: Path) -> bytes:
    """Return every file below ``folder``, one after the other."""
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def rows(app: App) -> bytes:
    """Return every row of every table as the database writes it."""
    with app.read() as session:
        connection = session.connection()
        statements = [f'SELECT * FROM "{n}"' for n in inspect(connection).get_table_names()]
        return "\n".join(
            str(tuple(row)) for sql in statements for row in connection.exec_driver_sql(sql)
        ).encode()


def sealed_values(app: App) -> dict[str, str]:
    """Open everything that is sealed: where it belongs → its value.

    User names and addresses are left out: a handle may be both, and stands on every screen.
    """
    found = {}
    with app.read() as session:
        for row in session.scalars(
            select(VaultSecretVersion).where(VaultSecretVersion.field.not_in([USER, MAIL]))  # type: ignore[attr-defined]
        ):
            sealed = Sealed.from_json(row.sealed)
            place = Place(
                tenant=app.keyring.tenant,
                account_id=row.account_id,
                field=row.field,
                version=row.version,
            )
            opened = envelope.open_sealed(app.keyring.provider(sealed.kek_id), place, sealed)
            found[f"{row.account_id}/{row.field} v{row.version}"] = opened.reveal()
    return found


def find(body: bytes, values: dict[str, str]) -> Iterable[str]:
    """Name each of ``values`` that stands in ``body``."""
    return [name for name, value in values.items() if value.encode() in body]

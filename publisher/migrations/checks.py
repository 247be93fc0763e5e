"""Letting a CHECK admit more values, on both databases, without rebuilding its table.

PostgreSQL changes a constraint in place. SQLite cannot, and rebuilding a table that others refer to
would drop rows and triggers; what a CHECK says is kept as text, which SQLite's own procedure for
changes that touch no stored row rewrites (https://www.sqlite.org/lang_altertable.html, section 7).
"""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import CheckConstraint, Connection, text

_CHECK: Final = r"CONSTRAINT {name} CHECK \((?:[^()]|\([^()]*\))*\)"


def widen(connection: Connection, table: str, check: CheckConstraint) -> None:
    """Replace the CHECK named as ``check`` by ``check``, which must admit every row there is."""
    name, condition = str(check.name), str(check.sqltext)
    if connection.dialect.name == "postgresql":
        connection.execute(
            text(
                f"ALTER TABLE {table} DROP CONSTRAINT {name},"
                f" ADD CONSTRAINT {name} CHECK ({condition})"
            )
        )
        return
    before: str = connection.execute(
        text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name"),
        {"name": table},
    ).scalar_one()
    after, count = re.subn(
        _CHECK.format(name=name), lambda _: f"CONSTRAINT {name} CHECK ({condition})", before
    )
    if count != 1:
        raise LookupError(f"{table} has no CHECK {name}")
    version: int = connection.execute(text("PRAGMA schema_version")).scalar_one()
    connection.execute(text("PRAGMA writable_schema = ON"))
    try:
        connection.execute(
            text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :name"),
            {"sql": after, "name": table},
        )
        connection.execute(text(f"PRAGMA schema_version = {version + 1}"))
    finally:
        connection.execute(text("PRAGMA writable_schema = RESET"))

"""What the installation remembers of itself: small named texts, each written in one statement."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from publisher.delivery.outbox import rows


def read(session: Session, name: str) -> str | None:
    """Return the value of ``name``, None if there is none."""
    found = session.connection().execute(
        text("SELECT value FROM fact WHERE name = :name"), {"name": name}
    )
    value: str | None = found.scalar()
    return value


def named(session: Session, prefix: str) -> list[tuple[str, str]]:
    """Return (name, value) of every fact whose name begins with ``prefix``, by name."""
    found = session.connection().execute(
        text(
            "SELECT name, value FROM fact"
            " WHERE substr(name, 1, length(:prefix)) = :prefix ORDER BY name"
        ),
        {"prefix": prefix},
    )
    return [(row.name, row.value) for row in found]


def write(session: Session, name: str, value: str, *, at: datetime) -> None:
    """Write ``name``, whatever it was."""
    _insert(session, _REPLACE, name, value, at)


def add(session: Session, name: str, value: str, *, at: datetime) -> bool:
    """Write ``name`` unless it is there; tell whether it was not."""
    return bool(_insert(session, _KEEP, name, value, at))


def erase(session: Session, name: str) -> bool:
    """Forget ``name``; tell whether it was there."""
    gone: Any = session.connection().execute(
        text("DELETE FROM fact WHERE name = :name"), {"name": name}
    )
    return bool(gone.rowcount)


_KEEP = (
    "INSERT INTO fact (name, value, updated_at) VALUES (:name, :value, :at)"
    " ON CONFLICT (name) DO NOTHING"
)
_REPLACE = (
    "INSERT INTO fact (name, value, updated_at) VALUES (:name, :value, :at)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at"
)


def _insert(session: Session, statement: str, name: str, value: str, at: datetime) -> int:
    connection = session.connection()
    done: Any = connection.execute(
        text(statement),
        {"name": name, "value": value, "at": rows.moment(connection, at)},
    )
    return int(done.rowcount)

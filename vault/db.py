"""The one seam to the database: a Session or a Connection, whose transaction is the caller's."""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy.orm import Session

Db = Session | Connection


def connection(db: Db) -> Connection:
    """Return the Connection of ``db``; nothing in the vault commits it."""
    return db.connection() if isinstance(db, Session) else db


def is_postgres(conn: Connection) -> bool:
    """Say which of the two dialects this is."""
    return conn.dialect.name == "postgresql"

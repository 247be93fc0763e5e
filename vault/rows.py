"""Raw audit rows, streamed by the driver's own cursor, and the lines that leave the house."""

from __future__ import annotations

import json
from collections.abc import Iterator
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection

from vault.audit import COLUMNS
from vault.db import Db, connection, is_postgres

FETCH = 2_000


def batches(conn: Connection, sql: str) -> Iterator[list[tuple[Any, ...]]]:
    """Yield lists of plain tuples; on PostgreSQL by a server-side cursor."""
    raw = conn.connection
    cursor: Any = raw.cursor(name=f"audit_{token_hex(4)}") if is_postgres(conn) else raw.cursor()
    try:
        cursor.execute(sql)
        while rows := cursor.fetchmany(FETCH):
            yield rows
    finally:
        cursor.close()


def entries_sql(conn: Connection, where: str = "") -> str:
    """Select entries as ``COLUMNS`` and their mac, times as ``audit.canonical_time`` has them."""
    return f"SELECT {_entry_columns(conn)} FROM audit_entry AS e {where}"  # noqa: S608


def links_sql(conn: Connection) -> str:
    """Select ``seq, entry_id, at, mac`` of every link in order."""
    at = _time(conn, "l.at")
    return f"SELECT l.seq, l.entry_id, {at}, l.mac FROM audit_link AS l ORDER BY l.seq"  # noqa: S608


def export_lines(db: Db, *, plantel_id: int | None = None, first: int = 1) -> Iterator[str]:
    """Yield every linked entry in chain order as one line of JSON, with ``seq`` and ``link``.

    ``first`` is the link to begin with.
    """
    conn = connection(db)
    where = f"WHERE l.seq >= {int(first)} "
    where += "" if plantel_id is None else f"AND e.plantel_id = {int(plantel_id)} "
    sql = (
        f"SELECT l.seq, {_time(conn, 'l.at')}, l.mac, {_entry_columns(conn)} "  # noqa: S608
        f"FROM audit_link AS l JOIN audit_entry AS e ON e.id = l.entry_id {where}ORDER BY l.seq"
    )
    for rows in batches(conn, sql):
        for seq, linked_at, link, *values in rows:
            fields = dict(zip((*COLUMNS, "mac"), values, strict=True))
            line = {"seq": seq, **fields, "linked_at": linked_at, "link": link}
            yield json.dumps(line, ensure_ascii=False)


def _time(conn: Connection, column: str) -> str:
    if is_postgres(conn):
        return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
    return column


def _entry_columns(conn: Connection) -> str:
    names = (_time(conn, "e.at") if name == "at" else f"e.{name}" for name in COLUMNS)
    return ", ".join((*names, "e.mac"))

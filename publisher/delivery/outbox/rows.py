"""A list of rows as one JSON parameter: one statement and one plan, whatever the length.

Both dialects can read it: ``json_each`` on SQLite, ``json_to_recordset`` on PostgreSQL. States stay
literals in the statements, because a bound parameter hides a partial index.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection

Kind = Literal["int", "text", "time", "bool", "json"]

_POSTGRES: dict[Kind, str] = {
    "int": "bigint",
    "text": "text",
    "time": "timestamptz",
    "bool": "boolean",
    "json": "json",
}


def table(connection: Connection, name: str, **columns: Kind) -> str:
    """Return the FROM item that reads the parameter ``:rows`` as a table called ``name``."""
    if connection.dialect.name == "sqlite":
        reads = ", ".join(f"json_extract(value, '$.{column}') AS {column}" for column in columns)
        return f"(SELECT {reads} FROM json_each(:rows)) AS {name}"
    kinds = ", ".join(f"{column} {_POSTGRES[kind]}" for column, kind in columns.items())
    return f"json_to_recordset(CAST(:rows AS json)) AS {name}({kinds})"


def by_due(connection: Connection) -> str:
    """Return what makes SQLite walk the due deliveries in order, however many wait.

    Without statistics it takes any index on ``state``: 0.9 s a turn with a million waiting.
    """
    return "INDEXED BY delivery_due" if connection.dialect.name == "sqlite" else ""


def dump(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> str:
    """Return ``rows`` as the value of ``:rows``; instants in the dialect's stored form."""
    sqlite = connection.dialect.name == "sqlite"

    def encode(value: Any) -> Any:
        if isinstance(value, datetime):
            return stored(value) if sqlite else value.isoformat()
        raise TypeError(f"{type(value).__name__} in a row")

    body = json.dumps(list(rows), default=encode)
    if "\\u0000" in body or "\\ud" in body:
        return json.dumps(storable(json.loads(body)))
    return body


def storable(value: Any) -> Any:
    """Return a JSON value without what PostgreSQL cannot hold: NUL and lone surrogates.

    A network's answer may contain them, and no answer may stop a turn.
    """
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {key: storable(item) for key, item in value.items()}
    return value


def stored(instant: datetime) -> str:
    """Return ``instant`` as SQLite keeps it: UTC without offset, microseconds always."""
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def moment(connection: Connection, instant: datetime) -> Any:
    """Return ``instant`` as a parameter of a textual statement."""
    return stored(instant) if connection.dialect.name == "sqlite" else instant


def instant(value: Any) -> datetime:
    """Return the aware instant that a textual statement gave."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    result: datetime = value
    return result.astimezone(UTC)

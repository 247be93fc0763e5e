"""A list of rows as one JSON parameter: one statement and one plan, whatever the length.

Both dialects can read it: ``json_each`` on SQLite, ``json_to_recordset`` on PostgreSQL. States stay
literals in the statements, because a bound parameter hides a partial index.

Statements go to the driver as they are (``run``): compiling them anew would cost more than the work
they do.
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal

import orjson
from sqlalchemy import Connection, CursorResult

Kind = Literal["int", "text", "time", "bool", "json"]

Rows = CursorResult[*tuple[Any, ...]]

_POSTGRES: dict[Kind, str] = {
    "int": "bigint",
    "text": "text",
    "time": "timestamptz",
    "bool": "boolean",
    "json": "json",
}


def run(connection: Connection, statement: str, **parameters: Any) -> Rows:
    """Execute ``statement``, whose parameters are written ``:name`` in both dialects."""
    if connection.dialect.name != "sqlite":
        statement = _for_psycopg(statement)
    return connection.exec_driver_sql(statement, parameters)


def fetch(
    connection: Connection, select: str, columns: tuple[str, ...], **parameters: Any
) -> Sequence[Any]:
    """Return the rows of ``select`` with ``columns`` as attributes, in its order.

    SQLite gives the interpreter lock away at each row, and beside busy senders it takes long to
    get it back: there all rows come as one.
    """
    if connection.dialect.name != "sqlite":
        return run(connection, select, **parameters).all()
    names = ", ".join(columns)
    body = run(
        connection,
        f"SELECT json_group_array(json_array({names})) FROM ({select})",
        **parameters,
    ).scalar_one()
    return list(map(_row_of(columns)._make, orjson.loads(body)))


@lru_cache(maxsize=64)
def _row_of(columns: tuple[str, ...]) -> Any:
    return namedtuple("Row", columns)  # noqa: PYI024 - the columns are known only here


@lru_cache(maxsize=256)
def _for_psycopg(statement: str) -> str:
    return re.sub(r"(?<![:\w]):([a-z_]\w*)", r"%(\1)s", statement.replace("%", "%%"))


def unindexed(connection: Connection, column: str) -> str:
    """Return the text ``column`` such that no index with it is used.

    SQLite has no statistics here, and PostgreSQL's are older than a crowd that is due: both would
    walk every row of a state instead of probing the few rows that a list names by their key.
    """
    return f"+{column}" if connection.dialect.name == "sqlite" else f"({column} || '')"


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
    given = list(rows)
    form = _as_sqlite if connection.dialect.name == "sqlite" else None
    try:
        body = _encode(given, form)
    except orjson.JSONEncodeError:
        body = _encode(storable(given), form)
    return _encode(storable(given), form) if "\\u0000" in body else body


def _encode(value: Any, form: Callable[[Any], Any] | None) -> str:
    option = None if form is None else orjson.OPT_PASSTHROUGH_DATETIME
    return orjson.dumps(value, default=form, option=option).decode()


def _as_sqlite(value: Any) -> str:
    if isinstance(value, datetime):
        return stored(value)
    raise TypeError(f"{type(value).__name__} in a row")


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


@lru_cache(maxsize=64)
def stored(instant: datetime) -> str:
    """Return ``instant`` as SQLite keeps it: UTC without offset, microseconds always."""
    return instant.astimezone(UTC).isoformat(" ", "microseconds").removesuffix("+00:00")


def moment(connection: Connection, instant: datetime) -> Any:
    """Return ``instant`` as a parameter of a textual statement."""
    return stored(instant) if connection.dialect.name == "sqlite" else instant


def instant(value: Any) -> datetime:
    """Return the aware instant that a textual statement gave."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    result: datetime = value
    return result.astimezone(UTC)

"""The tables of the house in an empty database, at the least cost: a thousand tests begin so.

SQLite runs one script. PostgreSQL takes a fifth of a second to make them, so there the empty
database gives way to a copy of one that has them.
"""

from __future__ import annotations

from functools import cache

import psycopg
from psycopg import sql
from sqlalchemy import Engine, create_mock_engine, inspect
from sqlmodel import SQLModel

import vault.audit_tables
import vault.custody_tables
import vault.tables  # noqa: F401 - registers the tables
from publisher.db import make_engine
from vault import guards

TEMPLATE = "forma"


def give(engine: Engine) -> None:
    """Make every table and guard; what is there already stays."""
    if engine.dialect.name == "postgresql":
        _copy(engine)
    elif inspect(engine).get_table_names():
        SQLModel.metadata.create_all(engine)
    else:
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.executescript(f"BEGIN;{_script()};COMMIT")
    with engine.begin() as connection:
        guards.install(connection)


def _copy(engine: Engine) -> None:
    if inspect(engine).get_table_names():
        SQLModel.metadata.create_all(engine)
        return
    host, name = engine.url.query["host"], engine.url.database
    assert isinstance(host, str)
    assert name is not None
    engine.dispose()
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as server:
        _make_template(server, engine)
        server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
        server.execute(_create(name, TEMPLATE))


def _make_template(server: psycopg.Connection[tuple[object, ...]], engine: Engine) -> None:
    known = "SELECT 1 FROM pg_database WHERE datname = %s"
    if server.execute(known, (TEMPLATE,)).fetchone() is not None:
        return
    server.execute(_create(f"{TEMPLATE}_nueva", "template0"))
    url = engine.url.set(database=f"{TEMPLATE}_nueva")
    made = make_engine(url.render_as_string(hide_password=False))
    SQLModel.metadata.create_all(made)
    made.dispose()
    server.execute(f"ALTER DATABASE {TEMPLATE}_nueva RENAME TO {TEMPLATE}")


def _create(name: str, template: str) -> sql.Composed:
    words = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
    return words.format(sql.Identifier(name), sql.Identifier(template))


@cache
def _script() -> str:
    lines: list[str] = []
    mock = create_mock_engine(
        "sqlite://", lambda made, *_, **__: lines.append(str(made.compile(dialect=mock.dialect)))
    )
    SQLModel.metadata.create_all(mock, checkfirst=False)
    return ";\n".join(lines)

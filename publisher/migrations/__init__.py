"""The database's shape, version by version: Alembic, on SQLite and PostgreSQL.

``upgrade(engine)``  bring a database to ``head()``; at once when it is there already
``bring(connection)``  the same within the caller's transaction, to any version
``current(engine)``  the version a database is at, None for an empty one
``head()``           the version that this program works with

Each change of a model adds a version, written from the models with

    python -m publisher.migrations next "what changes"

Read what was written before it is committed. A version only adds (tables, columns with a default
or without a value), so that workers of the previous program go on beside the new one. There is no
way down: whoever must go back restores the copy of the night before. SQLite's batch mode drops
triggers, so audit tables are never altered by it, and every version ends with
``vault.guards.install``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from publisher import db
from publisher.errors import Unready
from publisher.texts import migrations as texts

FOLDER: Final = Path(__file__).parent
_HEAD: Final = "0005"
_LOCK_KEY: Final = 0x6D696772


def head() -> str:
    """Return the version that this program works with."""
    return _HEAD


def current(engine: Engine) -> str | None:
    """Return the version of the database, None if it has none; one SELECT."""
    with engine.connect() as connection:
        return _current(connection)


def upgrade(engine: Engine) -> None:
    """Bring the database to ``head()``; processes that start together wait for the first.

    All or nothing: one transaction in both databases. Raises ``Unready`` if the database is of a
    newer program, or holds tables that no version of ours made.
    """
    if current(engine) == _HEAD:
        return
    with db.write(engine) as session:
        connection = session.connection()
        if connection.dialect.name == "postgresql":
            # a large table takes its time, and so may the process that came first
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
        found = _current(connection)
        if found == _HEAD:
            return
        _refuse_foreign(connection, found)
        _run(connection)


def bring(connection: Connection, version: str = _HEAD) -> None:
    """Bring an empty or older database to ``version``, in the caller's write transaction.

    Raises ``Unready`` as ``upgrade`` does.
    """
    found = _current(connection)
    _refuse_foreign(connection, found)
    if found is None or found < version:
        _run(connection, version)


def _current(connection: Connection) -> str | None:
    try:
        with connection.begin_nested():
            found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    except (OperationalError, ProgrammingError):
        if inspect(connection).has_table("alembic_version"):
            raise
        return None
    return found


def _refuse_foreign(connection: Connection, found: str | None) -> None:
    if found is None:
        if inspect(connection).has_table("institution"):
            raise Unready(texts.NO_VERSION)
    elif found > _HEAD:
        raise Unready(texts.NEWER.format(found=found, known=_HEAD))


def _run(connection: Connection, version: str = _HEAD) -> None:
    from alembic import command

    from publisher.migrations.settings import config_for

    command.upgrade(config_for(connection), version)
